"""Tilesets: what is said about tiles."""

from collections.abc import Callable, Iterator
from typing import Any

from fabula.forge.maps.tiled.fields import Fields
from fabula.forge.maps.tiled.properties import read_properties
from fabula.forge.maps.tiled.tiled_map import Tile, TiledObject, Tileset, WangSet

_COUNT_MAX = 2**28
_KINDS_MAX = 255

ReadObjects = Callable[[Fields], tuple[TiledObject, ...]]
"""Reads the `objects` of a record, templates and all."""


def read_tileset(record: Fields, *, first_gid: int, source: str, read_objects: ReadObjects) -> Tileset:
    """A tileset from the record that describes it, in the map or in a file of its own."""
    tiles = {tile.id: tile for tile in _tiles(record, read_objects)}
    return Tileset(
        first_gid=first_gid,
        name=record.name("name"),
        kind=record.name("class"),
        source=source,
        tile_width=record.whole("tilewidth", 0, most=2**16),
        tile_height=record.whole("tileheight", 0, most=2**16),
        count=_count(record),
        alignment=record.text("objectalignment", "unspecified"),
        properties=read_properties(record),
        tiles=tiles,
        wang_sets=(*_wang_sets(record), *_terrains(record)),
    )


def _count(record: Fields) -> int | None:
    """How many tiles there are; older versions did not say it, but how large their picture is."""
    if record.has("tilecount"):
        return record.whole("tilecount", most=_COUNT_MAX)
    counted = 1
    for side in ("width", "height"):
        tile, picture = record.whole(f"tile{side}", 0), record.whole(f"image{side}", 0)
        if not (tile and picture):
            return None
        margin, spacing = record.whole("margin", 0), record.whole("spacing", 0)
        counted *= max(0, (picture - margin + spacing) // (tile + spacing))
    return counted


def _tiles(record: Fields, read_objects: ReadObjects) -> Iterator[Tile]:
    for given in _tile_records(record):
        number = given.whole("id", most=_COUNT_MAX)
        tile = given.called(f"{record.label}, tile {number}".removeprefix(", "))
        shapes = tile.record("objectgroup")
        properties = read_properties(tile)
        yield Tile(
            id=number,
            kind=tile.name("class", "type") or str(properties.get("type", "")),
            properties=properties,
            shapes=read_objects(shapes) if shapes else (),
        )


def _tile_records(record: Fields) -> Iterator[Fields]:
    """The tiles in the form of today (a list) or of old (mappings by number)."""
    tiles, properties = record.values.get("tiles"), record.values.get("tileproperties")
    if not isinstance(tiles, dict) and not isinstance(properties, dict):
        yield from record.records("tiles", "tile")
        return
    tiles = tiles if isinstance(tiles, dict) else {}
    properties = properties if isinstance(properties, dict) else {}
    for number in [*tiles, *(number for number in properties if number not in tiles)]:
        said = tiles.get(number)
        own = {"properties": properties[number]} if number in properties else {}
        yield record.part({**(said if isinstance(said, dict) else {}), **own, "id": number}, f"tile {number[:20]}")


def _wang_sets(record: Fields) -> Iterator[WangSet]:
    for one in record.records("wangsets", "wangset"):
        # Older versions counted the kinds at edges and at corners apart.
        edges, corners = ([*one.records(f"{where}colors")] for where in ("edge", "corner"))
        colours = tuple(colour.name("name") for colour in [*one.records("colors"), *edges, *corners])
        tiles: dict[int, tuple[int, ...]] = {}
        for tile in one.records("wangtiles"):
            kinds = _kinds(tile.values.get("wangid"), len(edges), len(colours))
            if kinds:
                tiles[tile.whole("tileid", most=_COUNT_MAX)] = kinds
        if tiles:
            yield WangSet(name=one.name("name"), colours=colours, tiles=tiles)


def _terrains(record: Fields) -> Iterator[WangSet]:
    names = tuple(one.name("name") for one in record.records("terrains"))
    if not names:
        return
    tiles: dict[int, tuple[int, ...]] = {}
    for tile in _tile_records(record):
        corners = tile.values.get("terrain")
        items = corners.split(",") if isinstance(corners, str) else corners
        if isinstance(items, list):
            tiles[tile.whole("id", most=_COUNT_MAX)] = tuple(_number(item) + 1 for item in items[:4])
    yield WangSet(name="", colours=names, tiles={tile: kinds for tile, kinds in tiles.items() if any(kinds)})


def _kinds(given: Any, edges: int, count: int) -> tuple[int, ...]:
    items = given.split(",") if isinstance(given, str) else given
    # The eight digits of still older versions (`0x11221122`) are of kinds that have no names.
    if not isinstance(items, list) or len(items) != 8:
        return ()
    kinds = [max(0, _number(item)) for item in items]
    kinds = [kind + edges if kind and place % 2 else kind for place, kind in enumerate(kinds)]
    return tuple(kinds) if any(kinds) and max(kinds) <= min(count, _KINDS_MAX) else ()


def _number(item: Any) -> int:
    """A small number as either syntax has it; -1 where there is none."""
    text = str(item).strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 3 else -1
