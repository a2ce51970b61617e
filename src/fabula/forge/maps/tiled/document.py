"""One file of Tiled, whichever syntax it is in: what it is, and what it says."""

from pathlib import Path
from typing import Any

from fabula.errors import UsageError
from fabula.forge.maps.tiled.fields import shown
from fabula.forge.maps.tiled.files import Files
from fabula.forge.maps.tiled.json_shape import read_json
from fabula.forge.maps.tiled.xml_shape import read_xml

_SIGNS = (("map", "layers"), ("template", "object"), ("tileset", "tilewidth"), ("world", "maps"))
"""Fields by which a file is known that does not say what it is."""
_KINDS = {kind: f"a {kind}" for kind, _ in _SIGNS}


def read_document(files: Files, path: Path, *, source: str) -> tuple[str, dict[str, Any]]:
    """What a file is (`map`, `tileset`, `template`, `world`, …), and its record in the shape of Tiled's JSON.

    source: what messages call it. Raises UsageError if it is neither XML nor JSON.
    """
    data = files.read(path, source=source)
    is_wide = data[:2] in {b"\xff\xfe", b"\xfe\xff"}
    start = data[:200].decode("utf-16" if is_wide else "utf-8-sig", "replace").lstrip()
    if start.startswith("<"):
        return read_xml(data if is_wide else data.lstrip(), source=source)
    if not start.startswith(("{", "[")):
        raise UsageError(f"{source}: this is neither XML nor JSON. Name a map made with Tiled (.tmx, .tmj).")
    value = read_json(data, source=source)
    if not isinstance(value, dict):
        raise UsageError(f"{source}: this is {shown(value)}; a map in JSON is an object. Save it anew with Tiled.")
    return _kind(value), value


def described(kind: str) -> str:
    """A kind of file as messages call it."""
    return _KINDS.get(kind, shown(kind))


def _kind(value: dict[str, Any]) -> str:
    if "line_of_sight" in value:
        return "Universal VTT"
    said = value.get("type")
    return str(said) if said is not None else next((kind for kind, sign in _SIGNS if sign in value), "another JSON")
