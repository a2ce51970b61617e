"""Maps: read from files, made from a seed, drawn as pictures."""

from fabula.forge.maps.generated import make_map
from fabula.forge.maps.map import CELLS_MAX, SIDE_MAX, Cell, Map, Region, Spot, Terrain, faults
from fabula.forge.maps.reading import read_map
from fabula.forge.maps.tiled import TiledMap, read_tiled, to_map
from fabula.forge.maps.village import Village, Villager, read_village, residents

__all__ = [
    "CELLS_MAX",
    "SIDE_MAX",
    "Cell",
    "Map",
    "Region",
    "Spot",
    "Terrain",
    "TiledMap",
    "Village",
    "Villager",
    "faults",
    "make_map",
    "read_map",
    "read_tiled",
    "read_village",
    "residents",
    "to_map",
]
