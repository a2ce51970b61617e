"""Makes the map that lives are led on from one made with Tiled."""

import math

from fabula.errors import UsageError
from fabula.forge.maps.map import CELLS_MAX, SIDE_MAX, Map
from fabula.forge.maps.tiled.areas import Areas
from fabula.forge.maps.tiled.grid import Box, Grid
from fabula.forge.maps.tiled.ground import Ground
from fabula.forge.maps.tiled.tiled_map import ImageLayer, ObjectLayer, TiledMap, TileLayer


def to_map(tiled: TiledMap) -> tuple[Map, list[str]]:
    """The map that a Tiled one means, and a sentence for each thing that was not understood.

    The ground of a cell is what its tiles say: by the properties `terrain`, `cost`, `blocked` (or `collides`,
    `walkable`, …), `opaque`, `fertility` and `colour`, by their class, by the kinds of ground at their corners, by the
    name of their layer, or else by that of their tileset. A tile with collision shapes is in the way, and so is all
    that lies on a layer called walls, collision or the like, or with the property `collides`. Named areas become
    regions, points and tile objects spots. An infinite map is cut to its chunks, and their upper left corner becomes
    (0, 0); what nobody drew on there is void.
    """
    warnings: list[str] = []
    box = _box(tiled)
    ground = Ground(tiled, box, warnings)
    grid = Grid(tiled, box)
    areas = Areas(tiled, grid, ground, warnings)
    layers = tiled.flat()
    for layer in layers:
        if isinstance(layer, TileLayer):
            ground.lay(layer, _shift(layer, tiled))
    for layer in layers:
        if isinstance(layer, ObjectLayer):
            areas.draw(layer)
        elif isinstance(layer, ImageLayer):
            warnings.append(f"{tiled.source}, layer {layer.name!r}: it is a picture, of which nothing is known.")
    if grid.is_tired:
        warnings.append(f"{tiled.source}: some objects are too large or too intricate to be drawn; they are left out.")
    terrains, cells = ground.terrains()
    made = Map(
        name=tiled.name,
        width=box.width,
        height=box.height,
        terrains=terrains,
        ground=cells,
        regions=areas.regions(),
        spots=tuple(areas.spots),
        properties=tiled.properties,
    )
    return made, warnings


def _box(tiled: TiledMap) -> Box:
    if not tiled.infinite:
        return Box(0, 0, tiled.width, tiled.height)
    edges = [
        (chunk.x + x, chunk.y + y, chunk.x + x + chunk.width, chunk.y + y + chunk.height)
        for layer in tiled.flat()
        if isinstance(layer, TileLayer)
        for x, y in [_shift(layer, tiled)]
        for chunk in layer.chunks
    ]
    if edges:
        left, top = min(edge[0] for edge in edges), min(edge[1] for edge in edges)
        box = Box(left, top, max(edge[2] for edge in edges) - left, max(edge[3] for edge in edges) - top)
    else:
        box = Box(0, 0, tiled.width, tiled.height)
    if not (0 < box.width <= SIDE_MAX and 0 < box.height <= SIDE_MAX and box.width * box.height <= CELLS_MAX):
        raise UsageError(
            f"{tiled.source}: its chunks cover {box.width:,} x {box.height:,} cells, which is no size for a map: give "
            f"1 to {SIDE_MAX:,} a side, {CELLS_MAX:,} in all."
        )
    return box


def _shift(layer: TileLayer, tiled: TiledMap) -> tuple[int, int]:
    """By how many cells a layer is moved; where cells are no rectangles it stays, as only its picture is raised."""
    if tiled.orientation != "orthogonal":
        return 0, 0
    return math.floor(layer.offset_x / tiled.tile_width + 0.5), math.floor(layer.offset_y / tiled.tile_height + 0.5)
