"""The canvas: a map while it is painted."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from fabula.forge.maps.generated.parts import Mask, Numbers, main_part
from fabula.forge.maps.map import Cell, Map, Region, Terrain


class Canvas:
    """Ground that is changed in place, and the regions it has so far."""

    def __init__(self, width: int, height: int, terrains: Sequence[Terrain]) -> None:
        """Everything is the first of the terrains at the start."""
        self.width, self.height = width, height
        self.terrains = tuple(terrains)
        self.ground: NDArray[np.uint8] = np.zeros((height, width), dtype=np.uint8)
        self.regions: list[Region] = []
        self._number = {terrain.name: number for number, terrain in enumerate(self.terrains)}
        self._walked = np.array([terrain.cost > 0 for terrain in self.terrains])

    def __getitem__(self, terrain: str) -> int:
        """The number of a terrain."""
        return self._number[terrain]

    def paint(self, where: Mask, terrain: str) -> None:
        """where: shape (height, width)."""
        self.ground[where] = self._number[terrain]

    def fill(self, x: int, y: int, width: int, height: int, terrain: str) -> None:
        """A rectangle, as far as it lies on the map."""
        self.ground[max(0, y) : max(0, y + height), max(0, x) : max(0, x + width)] = self._number[terrain]

    def dot(self, x: int, y: int, terrain: str) -> None:
        self.ground[y, x] = self._number[terrain]

    def at(self, *terrains: str) -> Mask:
        """Where the ground is one of these."""
        wanted = np.zeros(len(self.terrains), dtype=np.bool_)
        wanted[[self._number[terrain] for terrain in terrains]] = True
        found: Mask = wanted[self.ground]
        return found

    def walkable(self) -> Mask:
        """Where one can stand."""
        found: Mask = self._walked[self.ground]
        return found

    def name_region(self, name: str, kind: str, cells: Iterable[int], *, inside: str = "") -> None:
        """cells: `y * width + x`, in any order."""
        self.regions.append(Region(name=name, kind=kind, inside=inside, cells=tuple(sorted(int(one) for one in cells))))

    def paint_cells(self, cells: NDArray[np.int64], terrain: str) -> None:
        """cells: `y * width + x`."""
        self.ground.reshape(-1)[cells] = self._number[terrain]

    def disc(self, centre: Cell, radius: int, roughness: Numbers) -> NDArray[np.int64]:
        """The cells about a point, ascending; all hang together with it.

        roughness: 0 to 65,535, shape (height, width); the edge is shifted with it.
        """
        reach = radius + radius // 3 + 1
        left, right = max(0, centre[0] - reach), min(self.width, centre[0] + reach + 1)
        top, bottom = max(0, centre[1] - reach), min(self.height, centre[1] + reach + 1)
        rows, columns = np.ogrid[top:bottom, left:right]
        distance = (rows - centre[1]) ** 2 + (columns - centre[0]) ** 2
        share = 49_152 + roughness[top:bottom, left:right].astype(np.int64) // 2
        inside = distance <= (radius * radius + radius // 2) * share // 65_536
        down, across = np.nonzero(main_part(inside, centre[0] - left, centre[1] - top))
        return (down + top) * self.width + across + left

    def map(self, form: str, seed: int) -> Map:
        """The map as it is now."""
        return Map(
            name=f"{form} {seed}",
            width=self.width,
            height=self.height,
            terrains=self.terrains,
            ground=self.ground.tobytes(),
            regions=tuple(self.regions),
            properties={"form": form, "seed": seed},
        )
