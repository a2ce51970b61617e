"""What the objects of a map become: regions, spots, and cells that are in the way."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fabula.forge.maps.map import Region, Spot
from fabula.forge.maps.tiled.grid import Grid
from fabula.forge.maps.tiled.ground import Ground
from fabula.forge.maps.tiled.limits import REGION_CELLS_MAX
from fabula.forge.maps.tiled.outline import feet_of, outline_of, shrunk
from fabula.forge.maps.tiled.sense import is_high, is_wall, means_wall, sense_of
from fabula.forge.maps.tiled.tiled_map import GID_MASK, ObjectLayer, Properties, TiledMap, TiledObject
from fabula.forge.maps.words import kind_of

_KIND_PROPERTIES = ("kind", "use", "type")
_NESTED_MAX = 1_000
"""Regions among which it is looked for which lies inside of which."""


class _Area(NamedTuple):
    name: str
    kind: str
    inside: str
    cells: NDArray[np.int64]
    properties: Properties


class Areas:
    """Gathers the regions and spots of a map, and blocks cells of its ground in place."""

    def __init__(self, tiled: TiledMap, grid: Grid, ground: Ground, warnings: list[str]) -> None:
        self.tiled, self.grid, self.ground, self.warnings = tiled, grid, ground, warnings
        self.spots: list[Spot] = []
        self._areas: list[_Area] = []
        self._cells = 0

    def draw(self, layer: ObjectLayer) -> None:
        """Take in a layer of objects."""
        blocks = is_wall(layer)
        nameless = beyond = 0
        for thing in layer.objects:
            if blocks or self._is_wall(thing):
                self._block(thing, layer)
            elif thing.shape == "text" or not (thing.name or self._kind(thing)):
                nameless += 1
            elif _is_spot(thing):
                beyond += not self._spot(thing, layer)
            else:
                beyond += not self._area(thing, layer)
        where = f"{self.tiled.source}, layer {layer.name!r}"
        if nameless:
            self.warnings.append(f"{where}: {_objects(nameless)} left out for want of a name.")
        if beyond:
            self.warnings.append(f"{where}: {_objects(beyond)} left out: beyond the map, or too large.")

    def regions(self) -> tuple[Region, ...]:
        """The regions, the larger first; each under a name of its own, and within the smallest that holds it."""
        areas = sorted(self._areas, key=lambda area: -area.cells.size)
        names: list[str] = []
        made = []
        for place, area in enumerate(areas):
            inside = area.inside if area.inside in names else self._around(area, areas[:place], names)
            name = _free(area.name, inside, set(names))
            names.append(name)
            made.append(
                Region(
                    name=name,
                    kind=area.kind,
                    inside=inside,
                    cells=tuple(area.cells.tolist()),
                    properties=area.properties,
                )
            )
        return tuple(made)

    def _around(self, area: _Area, larger: list[_Area], names: list[str]) -> str:
        if len(larger) > _NESTED_MAX:
            return ""
        for other, name in zip(reversed(larger), reversed(names), strict=True):
            first, last = area.cells[0], area.cells[-1]
            if (
                other.cells.size > area.cells.size
                and other.cells[0] <= first
                and last <= other.cells[-1]
                and np.isin(area.cells, other.cells, assume_unique=True).all()
            ):
                return name
        return ""

    def _kind(self, thing: TiledObject) -> str:
        said = (thing.properties.get(name) for name in _KIND_PROPERTIES)
        kind = thing.kind or next((value for value in said if isinstance(value, str) and value), "")
        if not kind and thing.shape == "tile" and (tileset := self.tiled.tileset(thing.gid & GID_MASK)):
            tile = tileset.tiles.get((thing.gid & GID_MASK) - tileset.first_gid)
            kind = tile.kind if tile else ""
        return kind

    def _is_wall(self, thing: TiledObject) -> bool:
        said = sense_of(thing.properties, "", []).blocked
        return said if said is not None else means_wall(thing.kind)

    def _block(self, thing: TiledObject, layer: ObjectLayer) -> None:
        high = is_high(layer.name) or is_high(layer.kind) or is_high(thing.kind) or is_high(thing.name)
        self.ground.block(self._touched(thing, layer), high=high)

    def _touched(self, thing: TiledObject, layer: ObjectLayer) -> NDArray[np.int64]:
        """The cells that a thing is in the way in: those it fills, and those its edges reach into."""
        outline = outline_of(thing, (layer.offset_x, layer.offset_y), self.tiled)
        if thing.shape == "polyline":
            return self.grid.cells_along(outline)
        outline = shrunk(outline, self.grid)
        edges = self.grid.cells_along(np.concatenate([outline, outline[:1]]))
        return np.union1d(self.grid.cells_inside(outline), edges)

    def _spot(self, thing: TiledObject, layer: ObjectLayer) -> bool:
        cell = self.grid.cell_at(*feet_of(thing, (layer.offset_x, layer.offset_y), self.tiled))
        if cell is None:
            return False
        kind = self._kind(thing)
        self.spots.append(Spot(name=thing.name or kind, kind=kind, x=cell[0], y=cell[1], properties=thing.properties))
        return True

    def _area(self, thing: TiledObject, layer: ObjectLayer) -> bool:
        outline = outline_of(thing, (layer.offset_x, layer.offset_y), self.tiled)
        cells = self.grid.cells_along(outline) if thing.shape == "polyline" else self.grid.cells_inside(outline)
        if not cells.size:
            # Too small to hold the middle of a cell.
            middle = (outline.min(axis=0) + outline.max(axis=0)) / 2
            cells = self.grid.cells_along(middle[None, :])
        self._cells += cells.size
        if not cells.size or self._cells > REGION_CELLS_MAX:
            self._cells -= cells.size
            return False
        kind = self._kind(thing)
        inside = next((str(thing.properties[word]) for word in ("inside", "parent") if word in thing.properties), "")
        name = thing.name or kind
        self._areas.append(_Area(name, kind or kind_of(name), inside, cells, thing.properties))
        return True


def _free(name: str, inside: str, taken: set[str]) -> str:
    """A name that no other region has: `kitchen`, `Hobbs Cafe: kitchen` or `kitchen 2`."""
    return next(one for one in _candidates(name, inside) if one not in taken)


def _candidates(name: str, inside: str) -> Iterator[str]:
    yield name
    full = f"{inside}: {name}" if inside else name
    yield full
    number = 2
    while True:
        yield f"{full} {number}"
        number += 1


def _is_spot(thing: TiledObject) -> bool:
    has_extent = bool(thing.points or thing.width or thing.height)
    return thing.shape in {"point", "tile"} or not has_extent


def _objects(count: int) -> str:
    return "1 object was" if count == 1 else f"{count} objects were"
