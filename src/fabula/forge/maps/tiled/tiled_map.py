"""What a Tiled map says, as typed values: nothing is interpreted yet, and every number has been checked."""

from typing import Literal, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

GID_MASK = 0x0FFF_FFFF
"""What remains of a tile number without its four flips: horizontal, vertical, diagonal, and by 120 degrees."""

Orientation: TypeAlias = Literal["orthogonal", "isometric", "staggered", "hexagonal"]
Shape: TypeAlias = Literal["rectangle", "ellipse", "point", "polygon", "polyline", "capsule", "tile", "text"]

Properties: TypeAlias = dict[str, str | int | float | bool]
"""Colours and files are texts, references to objects numbers. Members of a class are `name.member`, items of a list
`name[0]`.
"""


class TiledObject(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is drawn on an object layer, its template already filled in."""

    id: int = 0
    name: str = ""
    kind: str = ""
    """Its class, which older versions called its type."""
    shape: Shape = "rectangle"
    x: float = 0.0
    y: float = 0.0
    width: float = 0.0
    height: float = 0.0
    """In pixels, before its layer is shifted."""
    rotation: float = 0.0
    """Degrees, clockwise about (x, y)."""
    points: tuple[tuple[float, float], ...] = ()
    """Of a polygon or polyline, from (x, y)."""
    text: str = ""
    gid: int = 0
    """Of a tile object, its flips included."""
    visible: bool = True
    properties: Properties = {}


class Tile(msgspec.Struct, frozen=True, kw_only=True):
    """What a tileset says about one of its tiles."""

    id: int
    kind: str = ""
    properties: Properties = {}
    shapes: tuple[TiledObject, ...] = ()
    """What one bumps into."""


class WangSet(msgspec.Struct, frozen=True, kw_only=True):
    """Which kinds of ground the corners and edges of tiles show; the terrains of older versions are kept so too."""

    name: str
    colours: tuple[str, ...]
    """Names of the kinds, counted from 1 in `tiles`."""
    tiles: dict[int, tuple[int, ...]]
    """Tile -> kinds at its corners and edges, 0 for none."""


class Tileset(msgspec.Struct, frozen=True, kw_only=True):
    """The tiles whose numbers begin at `first_gid`."""

    first_gid: int
    name: str = ""
    kind: str = ""
    source: str = ""
    """The file it stands in, as the map calls it; empty: in the map itself."""
    missing: bool = False
    """That file is not there, or lies where it is not looked for: nothing is known of its tiles."""
    tile_width: int = 0
    tile_height: int = 0
    count: int | None = None
    """None: not said."""
    alignment: str = "unspecified"
    """Which point of a tile object its coordinates are."""
    properties: Properties = {}
    tiles: dict[int, Tile] = {}
    """Only those of which something is said."""
    wang_sets: tuple[WangSet, ...] = ()

    @property
    def end(self) -> int | None:
        """The first tile number after its last; None where nobody knows."""
        return None if self.count is None else self.first_gid + max([self.count, *(tile + 1 for tile in self.tiles)])


class Chunk(msgspec.Struct, frozen=True, kw_only=True):
    """A rectangle of tiles."""

    x: int
    y: int
    width: int
    height: int
    """In cells; x and y may be negative."""
    data: bytes
    """Tile numbers, their flips included: four bytes each, the least first, row by row."""

    def gids(self) -> NDArray[np.uint32]:
        """The tile numbers without flips, 0 where there is no tile; shape (height, width)."""
        return np.frombuffer(self.data, dtype="<u4").reshape(self.height, self.width) & np.uint32(GID_MASK)


class TileLayer(msgspec.Struct, frozen=True, kw_only=True, tag="tiles"):
    """A layer of tiles."""

    name: str = ""
    kind: str = ""
    visible: bool = True
    offset_x: float = 0.0
    offset_y: float = 0.0
    """In pixels, those of the groups around it included; so in all layers."""
    properties: Properties = {}
    chunks: tuple[Chunk, ...] = ()
    """One at (0, 0) where the map is finite."""


class ObjectLayer(msgspec.Struct, frozen=True, kw_only=True, tag="objects"):
    """A layer of objects."""

    name: str = ""
    kind: str = ""
    visible: bool = True
    offset_x: float = 0.0
    offset_y: float = 0.0
    properties: Properties = {}
    objects: tuple[TiledObject, ...] = ()


class ImageLayer(msgspec.Struct, frozen=True, kw_only=True, tag="image"):
    """A picture; it is named, never opened."""

    name: str = ""
    kind: str = ""
    visible: bool = True
    offset_x: float = 0.0
    offset_y: float = 0.0
    properties: Properties = {}
    image: str = ""


class GroupLayer(msgspec.Struct, frozen=True, kw_only=True, tag="group"):
    """Layers under one name."""

    name: str = ""
    kind: str = ""
    visible: bool = True
    offset_x: float = 0.0
    offset_y: float = 0.0
    properties: Properties = {}
    layers: tuple["Layer", ...] = ()


Layer: TypeAlias = TileLayer | ObjectLayer | ImageLayer | GroupLayer


class TiledMap(msgspec.Struct, frozen=True, kw_only=True):
    """A map as Tiled keeps it."""

    name: str
    """Of its file, without the ending."""
    source: str
    """Its file, as messages call it."""
    kind: str = ""
    orientation: Orientation = "orthogonal"
    width: int
    height: int
    """In cells; of an infinite map, what its author had in view."""
    tile_width: int
    tile_height: int
    infinite: bool = False
    stagger_axis: Literal["x", "y"] = "y"
    stagger_even: bool = False
    """The even rows (columns) are those that are moved."""
    hex_side: int = 0
    properties: Properties = {}
    tilesets: tuple[Tileset, ...] = ()
    """By ascending first number."""
    layers: tuple[Layer, ...] = ()
    """From the lowest to the highest."""

    def tileset(self, gid: int) -> Tileset | None:
        """The tileset that a tile number (without flips) is of."""
        return next((tileset for tileset in reversed(self.tilesets) if tileset.first_gid <= gid), None)

    def flat(self) -> list[TileLayer | ObjectLayer | ImageLayer]:
        """All layers that are no groups, from the lowest to the highest."""
        return list(_flat(self.layers))


def _flat(layers: tuple[Layer, ...]) -> list[TileLayer | ObjectLayer | ImageLayer]:
    found: list[TileLayer | ObjectLayer | ImageLayer] = []
    for layer in layers:
        if isinstance(layer, GroupLayer):
            found += _flat(layer.layers)
        else:
            found.append(layer)
    return found
