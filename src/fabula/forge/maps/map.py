"""The map: a grid of cells, what each is made of, and the regions that have names."""

from collections import Counter
from collections.abc import Iterator
from typing import TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

CELLS_MAX = 2**24
"""Cells of a map: 4096 x 4096."""
SIDE_MAX = 32_767
"""Cells along one side; coordinates are 16-bit."""
TERRAINS_MAX = 255

Cell: TypeAlias = tuple[int, int]
"""Column and row: (0, 0) is the upper left corner."""


class Terrain(msgspec.Struct, frozen=True, kw_only=True):
    """What a cell can be made of."""

    name: str
    cost: int = 1
    """Ticks that a step onto it takes, 1 to 100; 0: nobody can step onto it."""
    opaque: bool = False
    """Nobody sees through it."""
    fertility: int = 0
    """How readily wild food grows, 0 to 100."""
    colour: str = "#808080"
    """`#rrggbb`, for pictures."""
    glyph: str = "."
    """One character, for terminals."""


class Region(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a map that has a name: a house, a room, a field, a bed."""

    name: str
    """Unique in its map: `Hobbs Cafe`; where a map has several of a name, `Hobbs Cafe: kitchen` or `well 2`."""
    kind: str = ""
    """A word such as home, farm, market, tavern, room, bed; empty: nobody said."""
    inside: str = ""
    """The name of the region that it is a part of; empty: of none."""
    cells: tuple[int, ...] = ()
    """Indices `y * width + x`, ascending."""
    properties: dict[str, str | int | float | bool] = {}
    """Whatever else its maker said."""


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """A point that has a name: where somebody or something starts."""

    name: str
    kind: str = ""
    x: int
    y: int
    properties: dict[str, str | int | float | bool] = {}


class Map(msgspec.Struct, frozen=True, kw_only=True, tag="map"):
    """A grid of `width * height` cells."""

    name: str = ""
    width: int
    height: int
    terrains: tuple[Terrain, ...]
    """At most TERRAINS_MAX."""
    ground: bytes
    """A byte a cell, row by row: an index into `terrains`."""
    regions: tuple[Region, ...] = ()
    spots: tuple[Spot, ...] = ()
    properties: dict[str, str | int | float | bool] = {}

    def cells(self) -> NDArray[np.uint8]:
        """The ground as an array of shape (height, width), read only."""
        return np.frombuffer(self.ground, dtype=np.uint8).reshape(self.height, self.width)

    def costs(self) -> NDArray[np.uint8]:
        """What a step onto each cell costs in ticks, 0 where nobody can; shape (height, width)."""
        return np.array([terrain.cost for terrain in self.terrains], dtype=np.uint8)[self.cells()]

    def opaque(self) -> NDArray[np.bool_]:
        """Where nobody sees through; shape (height, width)."""
        return np.array([terrain.opaque for terrain in self.terrains], dtype=np.bool_)[self.cells()]

    def region(self, name: str) -> Region | None:
        """The region of that name."""
        return next((region for region in self.regions if region.name == name), None)

    def within(self, region: str) -> Iterator[Region]:
        """The regions that are parts of the one named, directly or not."""
        for one in self.regions:
            if one.inside == region:
                yield one
                yield from self.within(one.name)


def faults(made: Map) -> list[str]:
    """What is wrong with a map, a sentence each; none if it can be lived in."""
    wrong = []
    if not (0 < made.width <= SIDE_MAX and 0 < made.height <= SIDE_MAX and made.width * made.height <= CELLS_MAX):
        return [f"a map of {made.width} x {made.height} cells: give 1 to {SIDE_MAX} a side, {CELLS_MAX} in all"]
    if len(made.ground) != made.width * made.height:
        return [f"{len(made.ground)} cells of ground, {made.width * made.height} are needed"]
    if not 0 < len(made.terrains) <= TERRAINS_MAX:
        return [f"{len(made.terrains)} terrains: give 1 to {TERRAINS_MAX}"]
    if max(made.ground) >= len(made.terrains):
        wrong.append(f"ground of terrain {max(made.ground)}: there are {len(made.terrains)}, counted from 0")
    wrong += [
        f"terrain {one.name!r}: cost {one.cost}: give 0 to 100" for one in made.terrains if not 0 <= one.cost <= 100
    ]
    wrong += _repeated("region", [region.name for region in made.regions])
    names = {region.name for region in made.regions}
    for region in made.regions:
        if region.inside and region.inside not in names:
            wrong.append(f"region {region.name!r} lies inside {region.inside!r}, which is not there")
        if region.cells and not (region.cells[0] >= 0 and region.cells[-1] < made.width * made.height):
            wrong.append(f"region {region.name!r} reaches beyond the map")
    for spot in made.spots:
        if not (0 <= spot.x < made.width and 0 <= spot.y < made.height):
            wrong.append(f"spot {spot.name!r} at {spot.x}, {spot.y} lies beyond the map")
    if all(terrain.cost == 0 for terrain in made.terrains):
        wrong.append("there is no terrain to stand on")
    return wrong


def _repeated(what: str, names: list[str]) -> list[str]:
    return [f"{count} {what}s are called {name!r}" for name, count in Counter(names).items() if count > 1]
