"""Fields: how far every cell is from a place or a cell, computed when first asked for and kept within a bound.

They follow from the ground alone, so that it makes no difference whether one was kept or is computed again.
"""

import numpy as np
from numpy.typing import NDArray

from fabula.environments.world.components import NOBODY
from fabula.environments.world.ground import Ground
from fabula.environments.world.kernels.flow import FAR, spread

FIELDS_BYTES_MAX = 256 * 2**20
"""Of all fields together, unless FIELDS_MIN need more."""
FIELDS_MIN, FIELDS_MAX = 4, 1024
AROUND_CELLS_MAX = 2**14
"""How far around a single cell a field reaches, in cells: some 64 on open ground, a twentieth of a tick's time to work
out. Around a place it reaches everywhere.
"""


class Fields:
    """Distances in ticks, one field a row of `distances`.

    In one tick at most `most` different ones can be had, so `tick_began` has to be called first; whoever asks for more
    is told NOBODY. What is given thus follows from what is asked for in that tick, never from what was kept before.
    """

    def __init__(self, ground: Ground, *, most: int = 0) -> None:
        """most: how many are kept; 0: as many as the bound allows."""
        self._ground = ground
        cells = ground.width * ground.height
        self.most = most or min(max(FIELDS_BYTES_MAX // (4 * cells), FIELDS_MIN), FIELDS_MAX)
        self.distances: NDArray[np.int32] = np.empty((min(4, self.most), cells), dtype=np.int32)
        """Shape (slots, cells): ticks to the source of the slot's field, FAR where there is no way."""
        self._slots: dict[int, int] = {}
        """Of a place's number, or `~cell`: its slot; the one asked for longest ago comes first."""
        self._whole: list[bool] = []
        self._asked: set[int] = set()
        self._room = np.empty((2, 0), dtype=np.int32)

    def tick_began(self) -> None:
        """From here on all can be had again."""
        self._asked.clear()

    def of_place(self, place: int) -> int:
        """The slot of the field that leads to a place."""
        return self._slot(place)

    def look_at_places(self) -> None:
        """Have the fields of all places at hand, as far as they can be kept: each takes a tick's time to work out."""
        self.tick_began()
        for place in range(min(len(self._ground.anchor), self.most)):
            self.of_place(place)

    def of_cell(self, cell: int) -> int:
        """The slot of the field that leads to a cell; it reaches AROUND_CELLS_MAX cells."""
        return self._slot(~cell)

    def no_way(self, slot: int, cell: int) -> bool:
        """Whether it is certain that no way leads from that cell."""
        return self._whole[slot] and bool(self.distances[slot, cell] >= FAR)

    def _slot(self, source: int) -> int:
        if source not in self._asked and len(self._asked) >= self.most:
            return NOBODY
        self._asked.add(source)
        slot = self._slots.pop(source, NOBODY)
        if slot == NOBODY:
            slot = self._free_slot()
            self._whole[slot] = self._fill(slot, source)
        self._slots[source] = slot
        return slot

    def _free_slot(self) -> int:
        if len(self._slots) == self.most:
            # The first that nobody asked for in this tick: there is one, since fewer were asked for than are kept.
            oldest = next(source for source in self._slots if source not in self._asked)
            return self._slots.pop(oldest)
        if len(self._slots) == len(self.distances):
            grown = np.empty((min(2 * len(self.distances), self.most), self.distances.shape[1]), dtype=np.int32)
            grown[: len(self.distances)] = self.distances
            self.distances = grown
        self._whole.append(False)
        return len(self._whole) - 1

    def _fill(self, slot: int, source: int) -> bool:
        ground, cells = self._ground, self.distances.shape[1]
        if not self._room.size:
            self._room = np.empty((2, cells), dtype=np.int32)
        around = source < 0
        sources = np.array([~source], dtype=np.int32) if around else ground.place_cells[source]
        most = AROUND_CELLS_MAX if around else cells
        return spread(ground.cost, ground.width, sources, most, self.distances[slot], self._room[0], self._room[1])
