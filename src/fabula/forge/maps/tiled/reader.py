"""Reads a Tiled map: its size, its layers, and what it names."""

from pathlib import Path
from typing import Any, NamedTuple

from fabula.errors import UsageError, did_you_mean
from fabula.forge.maps.map import CELLS_MAX, SIDE_MAX
from fabula.forge.maps.tiled.cells import Room, decoded_cells
from fabula.forge.maps.tiled.document import described, read_document
from fabula.forge.maps.tiled.fields import LINE, Fields, shown
from fabula.forge.maps.tiled.files import Files
from fabula.forge.maps.tiled.library import Library
from fabula.forge.maps.tiled.limits import CELL_OFFSET_MAX, CHUNKS_MAX, LAYERS_MAX, NESTING_MAX
from fabula.forge.maps.tiled.properties import read_properties
from fabula.forge.maps.tiled.tiled_map import (
    Chunk,
    GroupLayer,
    ImageLayer,
    Layer,
    ObjectLayer,
    Orientation,
    TiledMap,
    TileLayer,
)

_ORIENTATIONS: tuple[Orientation, ...] = ("orthogonal", "isometric", "staggered", "hexagonal")
_LAYERS = ("tilelayer", "objectgroup", "imagelayer", "group")


def read_tiled(path: Path, *, root: Path | None = None) -> tuple[TiledMap, list[str]]:
    """Read a map from TMX or JSON (TMJ), packed with gzip or not, and what it names.

    root: the folder that its tilesets and templates may lie in; None: that of the map.
    Returns the map, and a sentence for each thing that was passed over.
    Raises UsageError that says file, line and layer, and what to do.
    """
    library = Library(Files(root if root is not None else path.parent))
    kind, record = read_document(library.files, path, source=path.name)
    if kind != "map":
        raise UsageError(f"{path.name}: this is {described(kind)}, not a map. Name a map made with Tiled (.tmx, .tmj).")
    return _Reader(library, path.resolve().parent).map(Fields(record, path.name)), library.warnings


class _Outer(NamedTuple):
    """What the groups around a layer give to it."""

    x: float = 0.0
    y: float = 0.0
    visible: bool = True
    depth: int = 0


class _Reader:
    def __init__(self, library: Library, folder: Path) -> None:
        self.library = library
        self.folder = folder
        self.room = Room()
        self.size = (0, 0)
        self.infinite = False
        self.layers = self.chunks = 0

    def map(self, record: Fields) -> TiledMap:
        orientation = record.text("orientation", "orthogonal")
        if orientation not in _ORIENTATIONS:
            hint = did_you_mean(orientation[:40], _ORIENTATIONS)
            raise record.fault(f"the orientation {shown(orientation)} is not known.{hint}")
        width, height = record.whole("width"), record.whole("height")
        self.size, self.infinite = (width, height), record.flag("infinite")
        if not self.infinite:
            _check_size(record, width, height)
        self.library.read_tilesets(record, self.folder)
        return TiledMap(
            name=record.source.split(".")[0],
            source=record.source,
            kind=record.name("class"),
            orientation=orientation,
            width=width,
            height=height,
            tile_width=record.whole("tilewidth", least=1, most=2**16),
            tile_height=record.whole("tileheight", least=1, most=2**16),
            infinite=self.infinite,
            stagger_axis="x" if record.text("staggeraxis") == "x" else "y",
            stagger_even=record.text("staggerindex") == "even",
            hex_side=record.whole("hexsidelength", 0, most=2**16) if orientation == "hexagonal" else 0,
            properties=read_properties(record),
            layers=self.read_layers(record, _Outer()),
            # After the layers: templates may have brought tilesets of their own.
            tilesets=tuple(self.library.tilesets),
        )

    def read_layers(self, record: Fields, outer: _Outer) -> tuple[Layer, ...]:
        if outer.depth > NESTING_MAX:
            raise record.fault(f"groups are nested deeper than {NESTING_MAX} levels. Flatten them.")
        return tuple(
            self.layer(self.called(one, place, record), outer) for place, one in enumerate(record.records("layers"))
        )

    def called(self, one: Fields, place: int, parent: Fields) -> Fields:
        """A layer's record, counted, and called by the name of the layer."""
        self.layers += 1
        if self.layers > LAYERS_MAX:
            raise one.fault(f"more than {LAYERS_MAX} layers. Merge some.")
        name = one.name("name")
        label = f"layer {shown(name) if name else place}"
        return one.called(", ".join(filter(None, [parent.label, label])))

    def layer(self, one: Fields, outer: _Outer) -> Layer:
        common: dict[str, Any] = {
            "name": one.name("name"),
            "kind": one.name("class"),
            "visible": one.flag("visible", default=True) and outer.visible,
            "offset_x": outer.x + one.number("offsetx", 0.0),
            "offset_y": outer.y + one.number("offsety", 0.0),
            "properties": read_properties(one),
        }
        match kind := one.text("type"):
            case "tilelayer":
                return TileLayer(**common, chunks=self.tiles(one))
            case "objectgroup":
                return ObjectLayer(**common, objects=self.library.read_objects(one, self.folder))
            case "imagelayer":
                return ImageLayer(**common, image=one.name("image"))
            case "group":
                inner = _Outer(common["offset_x"], common["offset_y"], common["visible"], outer.depth + 1)
                return GroupLayer(**common, layers=self.read_layers(one, inner))
            case _:
                what = f"the layer type {shown(kind)} is not known" if kind else "it has no layer type"
                raise one.fault(f"{what}.{did_you_mean(kind[:40], _LAYERS)}")

    def tiles(self, one: Fields) -> tuple[Chunk, ...]:
        if one.has("chunks"):
            return tuple(self.chunk(chunk, one) for chunk in one.records("chunks", "chunk"))
        data = one.values.get("data")
        if self.infinite and (data is None or (isinstance(data, str) and not data.strip())):
            return ()
        if data is None:
            raise one.fault("there is no 'data', and it is needed. Save the map anew with Tiled.")
        width, height = one.whole("width", self.size[0]), one.whole("height", self.size[1])
        if (width, height) != self.size:
            self.library.warnings.append(
                f"{one.where}: it is of {width} x {height} cells, the map of {self.size[0]} x {self.size[1]}."
            )
        # In older versions a layer could begin elsewhere than its map.
        x, y = (one.whole(axis, 0, least=-CELL_OFFSET_MAX, most=CELL_OFFSET_MAX) for axis in ("x", "y"))
        return (self.cells(one, one, (x, y), (width, height)),)

    def chunk(self, chunk: Fields, layer: Fields) -> Chunk:
        self.chunks += 1
        if self.chunks > CHUNKS_MAX:
            raise chunk.fault(f"more than {CHUNKS_MAX:,} chunks. Make the map smaller.")
        x, y = (chunk.whole(axis, least=-CELL_OFFSET_MAX, most=CELL_OFFSET_MAX) for axis in ("x", "y"))
        return self.cells(chunk, layer, (x, y), (chunk.whole("width"), chunk.whole("height")))

    def cells(self, one: Fields, layer: Fields, at: tuple[int, int], size: tuple[int, int]) -> Chunk:
        width, height = size
        _check_size(one, width, height)
        self.room.take(width * height, one.where)
        data, encoding = one.values.get("data"), layer.text("encoding")
        # JSON needs no encoding for a list; a text without one is taken for what it can only be. XML always says it.
        if isinstance(data, str) and not encoding and LINE not in layer.values:
            encoding = "base64"
        decoded = decoded_cells(data, encoding, layer.text("compression"), size, one.where)
        chunk = Chunk(x=at[0], y=at[1], width=width, height=height, data=decoded)
        self.check_tiles(chunk, one)
        return chunk

    def check_tiles(self, chunk: Chunk, one: Fields) -> None:
        """Refuse tiles that are of no tileset."""
        gids = chunk.gids()
        first, end = self.library.bounds()
        is_beyond = (gids > 0) & (gids < first)
        if end is not None:
            is_beyond |= gids >= end
        if is_beyond.any():
            row, column = divmod(int(is_beyond.argmax()), chunk.width)
            there = "of which it has none" if end == 1 else f"which begin at {first}"
            there = f"which are {first} to {end - 1}" if end is not None and end > first else there
            raise one.fault(
                f"tile {int(gids[row, column])} at {chunk.x + column}, {chunk.y + row} is beyond the map's tilesets, "
                f"{there}. Mend the tileset, or clear the cell."
            )


def _check_size(record: Fields, width: int, height: int) -> None:
    if not (0 < width <= SIDE_MAX and 0 < height <= SIDE_MAX and width * height <= CELLS_MAX):
        raise record.fault(
            f"{width:,} x {height:,} cells are no size for a map: give 1 to {SIDE_MAX:,} a side, {CELLS_MAX:,} in all."
        )
