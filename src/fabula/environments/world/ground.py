"""The ground of a world: what follows from its map alone, as kernels want it. Nothing here changes during a run."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from fabula.environments.world.components import NOBODY, Int16s, Int32s
from fabula.environments.world.setting import WorldSetting
from fabula.errors import UsageError
from fabula.forge.maps import Map

Grid: TypeAlias = NDArray[np.uint8]


class Ground:
    """The cells, flat: cell `y * width + x`."""

    def __init__(self, setting: WorldSetting, made: Map) -> None:
        """made: the setting's map, or what its recipe gave. Raises UsageError if a place has no region to stand in."""
        self.map = made
        self.width, self.height = made.width, made.height
        self.cost: Grid = np.ascontiguousarray(made.costs().reshape(-1))
        """Ticks that a step onto the cell takes; 0: nobody can."""
        self.opaque: Grid = np.ascontiguousarray(made.opaque().reshape(-1).astype(np.uint8))
        self.fertility: Grid = np.array([one.fertility for one in made.terrains], dtype=np.uint8)[
            made.cells().reshape(-1)
        ]
        self.place_at: Int16s = np.full(self.width * self.height, NOBODY, dtype=np.int16)
        """Cell -> index of the place it is part of, the innermost; NOBODY: the open. Any number share a place's cell,
        one at most stands in a cell of the open.
        """
        self.place_cells: list[Int32s] = []
        """Of each place, the cells that can be stood on, ascending."""
        regions = {region.name: region for region in made.regions}
        for place in setting.places:
            region = regions.get(place.region or place.name)
            if region is None:
                raise UsageError(f"place {place.name!r}: the map has no region {place.region or place.name!r}")
            cells = np.array([cell for cell in region.cells if self.cost[cell]], dtype=np.int32)
            if not len(cells):
                raise UsageError(f"place {place.name!r}: region {region.name!r} has no cell that one can stand on")
            self.place_cells.append(cells)
        for number in sorted(range(len(self.place_cells)), key=lambda one: (-len(self.place_cells[one]), one)):
            self.place_at[self.place_cells[number]] = number
        self.anchor: Int32s = np.array([cells[len(cells) // 2] for cells in self.place_cells], dtype=np.int32)
        """Of each place, a cell in its middle."""
        self._fields: dict[int, NDArray[np.int32]] = {}

    def cell(self, x: int, y: int) -> int:
        return y * self.width + x

    def place_named(self, setting: WorldSetting, cell: int) -> str:
        """The name of the place that a cell is part of; empty: the open."""
        number = int(self.place_at[cell])
        return setting.places[number].name if number >= 0 else ""
