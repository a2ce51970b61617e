"""What a map names: tilesets, and the templates of its objects."""

import contextlib
from pathlib import Path
from typing import Any, NamedTuple

from fabula.forge.maps.tiled.document import described, read_document
from fabula.forge.maps.tiled.fields import LINE, Fields
from fabula.forge.maps.tiled.files import Files, Unreachable, named
from fabula.forge.maps.tiled.limits import OBJECTS_MAX, TILESETS_MAX
from fabula.forge.maps.tiled.objects import GID_MAX, read_object
from fabula.forge.maps.tiled.tiled_map import GID_MASK, TiledObject, Tileset
from fabula.forge.maps.tiled.tilesets import read_tileset

_UNKNOWN_COUNT = 2**16
"""How many tiles are left to a tileset that does not say how many it has."""


class _Template(NamedTuple):
    values: dict[str, Any]
    gid: int
    """In the numbers of its own tileset."""
    tileset: Fields | None
    folder: Path


class Library:
    """The tilesets of a map in order, and its objects with their templates filled in."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.tilesets: list[Tileset] = []
        self.warnings: list[str] = []
        """A sentence for each thing that was passed over."""
        self._templates: dict[Path, _Template] = {}
        self._open: list[Path] = []
        """Files that are being read, each named by the one before."""
        self._objects = 0

    def read_tilesets(self, record: Fields, folder: Path) -> None:
        """Read the tilesets of a map. One that is not there, or not inside of the root, is told and left empty."""
        for place, one in enumerate(record.records("tilesets", "tileset")):
            if place >= TILESETS_MAX:
                raise one.fault(f"more than {TILESETS_MAX} tilesets. Put some together.")
            self.tilesets.append(self._tileset(one, folder, self._first_gid(one)))
        self.tilesets.sort(key=lambda tileset: tileset.first_gid)
        for before, after in zip(self.tilesets, self.tilesets[1:], strict=False):
            if before.first_gid == after.first_gid:
                raise record.fault(f"two tilesets begin at tile {after.first_gid}. Save the map anew with Tiled.")

    def read_objects(self, record: Fields, folder: Path) -> tuple[TiledObject, ...]:
        """The objects of a layer."""
        return self._read_objects(record, folder, has_tiles=True)

    def bounds(self) -> tuple[int, int | None]:
        """The first tile number of all tilesets, and the first after the last; None where nobody knows."""
        return (self.tilesets[0].first_gid, self.tilesets[-1].end) if self.tilesets else (1, 1)

    def _first_gid(self, one: Fields) -> int:
        if one.has("firstgid"):
            return one.whole("firstgid", least=1, most=GID_MASK)
        if not self.tilesets:
            first_gid: int | None = 1
        else:
            first_gid = max(self.tilesets, key=lambda tileset: tileset.first_gid).end
        if first_gid is None:
            raise one.fault("there is no 'firstgid', and it cannot be told. Save the map anew with Tiled.")
        self.warnings.append(f"{one.where}: it has no 'firstgid'; {first_gid} was taken, which follows.")
        return first_gid

    def _tileset(self, one: Fields, folder: Path, first_gid: int) -> Tileset:
        reference = one.text("source")
        if not reference:
            return self._described(one, folder, first_gid, "")
        try:
            path = self.files.find(reference, folder)
        except Unreachable as error:
            self.warnings.append(
                f"{one.where}: the tileset {named(reference)} was not read: {error}. Its tiles are unknown ground."
            )
            name = reference.replace("\\", "/").rsplit("/", 1)[-1].split(".")[0]
            return Tileset(first_gid=first_gid, name=name[:200], source=reference, missing=True)
        inner = self._opened(path, "tileset", one)
        tileset = self._described(inner, path.parent, first_gid, inner.source)
        self._open.pop()
        return tileset

    def _described(self, record: Fields, folder: Path, first_gid: int, source: str) -> Tileset:
        return read_tileset(
            record,
            first_gid=first_gid,
            source=source,
            read_objects=lambda shapes: self._read_objects(shapes, folder, has_tiles=False),
        )

    def _opened(self, path: Path, kind: str, by: Fields) -> Fields:
        """What a file says that `by` names; whoever asks takes it off the open ones when done."""
        source = path.relative_to(self.files.root).as_posix()
        if path in self._open:
            raise by.fault(f"{named(source)} names itself, in a circle. Break it.")
        found, record = read_document(self.files, path, source=source)
        if found != kind:
            raise by.fault(f"{named(source)} is {described(found)}, not {described(kind)}. Name the right file.")
        self._open.append(path)
        return Fields(record, source)

    def _read_objects(self, record: Fields, folder: Path, *, has_tiles: bool) -> tuple[TiledObject, ...]:
        found = []
        for place, given in enumerate(record.records("objects", "object")):
            self._objects += 1
            if self._objects > OBJECTS_MAX:
                raise given.fault(f"more than {OBJECTS_MAX:,} objects. Make the map smaller.")
            number = given.text("id")[:12] or str(place)
            one = given.called(", ".join(filter(None, [record.label, f"object {number}"])))
            thing = read_object(one, self._template(one, folder, has_tiles) if one.text("template") else None)
            self._check_tile(thing, one, has_tiles)
            found.append(thing)
        return tuple(found)

    def _check_tile(self, thing: TiledObject, one: Fields, has_tiles: bool) -> None:
        (first, end), gid = self.bounds(), thing.gid & GID_MASK
        if has_tiles and gid and (gid < first or (end is not None and gid >= end)):
            self.warnings.append(f"{one.where}: its tile {gid} is beyond the map's tilesets; only its place counts.")

    def _template(self, one: Fields, folder: Path, has_tiles: bool) -> dict[str, Any]:
        """What an object's template says, its tile in the map's numbers (0 where tiles do not matter)."""
        reference = one.text("template")
        try:
            path = self.files.find(reference, folder)
        except Unreachable as error:
            self.warnings.append(f"{one.where}: the template {named(reference)} was not read: {error}.")
            return {}
        if path not in self._templates:
            self._templates[path] = self._read_template(path, one)
        template = self._templates[path]
        if not (has_tiles and template.gid and template.tileset):
            return template.values
        tile = (template.gid & GID_MASK) - template.tileset.whole("firstgid", 1, least=1, most=GID_MASK)
        gid = self._home_of(template.tileset, template.folder) + tile
        return {**template.values, "gid": (template.gid & ~GID_MASK) | (gid if 0 < gid <= GID_MASK else 0)}

    def _read_template(self, path: Path, by: Fields) -> _Template:
        record = self._opened(path, "template", by)
        thing = record.record("object")
        if thing is None:
            raise record.fault("this template has no object. Save it anew with Tiled.")
        gid, tileset = thing.whole("gid", 0, most=GID_MAX), record.record("tileset", "tileset")
        if gid and tileset is None:
            raise thing.fault("it has a tile, but its template names no tileset. Save it anew with Tiled.")
        values = {name: value for name, value in thing.values.items() if name not in {"id", "x", "y", "gid", LINE}}
        self._open.pop()
        return _Template(values, gid, tileset, path.parent)

    def _home_of(self, tileset: Fields, folder: Path) -> int:
        """Where the map's numbers for a template's tileset begin; one that the map lacks is added behind the others."""
        source = tileset.text("source")
        with contextlib.suppress(Unreachable):
            source = self.files.find(source, folder).relative_to(self.files.root).as_posix()
        known = next((one.first_gid for one in self.tilesets if one.source == source and source), None)
        if known is not None:
            return known
        if len(self.tilesets) >= 2 * TILESETS_MAX:
            raise tileset.fault(f"with those of templates more than {2 * TILESETS_MAX} tilesets. Put some together.")
        last = self.tilesets[-1] if self.tilesets else None
        first_gid = 1 if last is None else last.first_gid + _UNKNOWN_COUNT if last.end is None else last.end
        self.tilesets.append(self._tileset(tileset, folder, first_gid))
        return first_gid
