"""Maps made with Tiled: TMX and JSON, their tilesets and templates, read without trusting any of them.

`read_tiled` gives the file as typed values (`TiledMap`), `to_map` makes a Map of them. Nothing outside of one folder
is opened, nothing is unpacked beyond its stated size, and whatever is wrong is one UsageError that says where.
"""

from fabula.forge.maps.tiled.convert import to_map
from fabula.forge.maps.tiled.reader import read_tiled
from fabula.forge.maps.tiled.tiled_map import (
    Chunk,
    GroupLayer,
    ImageLayer,
    ObjectLayer,
    Tile,
    TiledMap,
    TiledObject,
    TileLayer,
    Tileset,
    WangSet,
)
from fabula.forge.maps.tiled.world import first_map

__all__ = [
    "Chunk",
    "GroupLayer",
    "ImageLayer",
    "ObjectLayer",
    "Tile",
    "TileLayer",
    "TiledMap",
    "TiledObject",
    "Tileset",
    "WangSet",
    "first_map",
    "read_tiled",
    "to_map",
]
