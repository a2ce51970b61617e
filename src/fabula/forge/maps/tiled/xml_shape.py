"""XML files of Tiled in the shape of its JSON, so that one reader serves both; each record keeps its line.

Nothing outside of the file is ever looked up: a document type that declares anything, an entity that is none of XML's
own five, and deep or endless nesting are refused as soon as they are seen.
"""

import re
from array import array
from typing import Any, NoReturn
from xml.parsers import expat

import numpy as np

from fabula.errors import UsageError
from fabula.forge.maps.tiled.fields import LINE, shown
from fabula.forge.maps.tiled.limits import DEPTH_MAX, ELEMENTS_MAX

_LAYERS = {"layer": "tilelayer", "objectgroup": "objectgroup", "imagelayer": "imagelayer", "group": "group"}
_SHAPES = frozenset(["ellipse", "point", "capsule"])
_SAVE = "Save the file anew with Tiled."
_POINT = re.compile(r"([^\s,]+),([^\s,]+)")


class Element:
    """An XML element as it was read."""

    __slots__ = ("attributes", "children", "gids", "line", "tag", "text")

    def __init__(self, tag: str, attributes: dict[str, str], line: int) -> None:
        self.tag = tag
        self.attributes = attributes
        self.line = line
        self.children: list[Element] = []
        self.text: list[str] = []
        self.gids: array[int] | None = None
        """Of layer data that has an element for each tile."""

    def all(self, *tags: str) -> "list[Element]":
        """The children of these names."""
        return [child for child in self.children if child.tag in tags]

    def one(self, tag: str) -> "Element | None":
        """The first child of that name."""
        return next((child for child in self.children if child.tag == tag), None)

    def record(self) -> dict[str, Any]:
        """Its attributes and line."""
        return {**self.attributes, LINE: self.line}


def read_xml(data: bytes, *, source: str) -> tuple[str, dict[str, Any]]:
    """The name of the outermost element, and what the file says in the shape of Tiled's JSON.

    Raises UsageError with the line if it is no XML or none that a map needs.
    """
    root = _Reading(source).read(data)
    return root.tag, _map(root) if root.tag == "map" else _template(root) if root.tag == "template" else _tileset(root)


class _Reading:
    def __init__(self, source: str) -> None:
        self.source = source
        self.stack: list[Element] = []
        self.root: Element | None = None
        self.count = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.buffer_size = 2**16
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.EntityDeclHandler = self.entity
        self.parser.SkippedEntityHandler = self.entity
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters

    def read(self, data: bytes) -> Element:
        try:
            self.parser.Parse(data, True)
        except expat.ExpatError as error:
            what = expat.ErrorString(error.code)
            where = f"{self.source}, line {error.lineno}, column {error.offset + 1}"
            raise UsageError(f"{where}: this is not XML: {what}. {_SAVE}") from None
        except (LookupError, ValueError, OverflowError) as error:
            raise UsageError(f"{self.source}: this is not XML of a map: {error}. {_SAVE}") from None
        assert self.root is not None
        return self.root

    def fault(self, text: str) -> NoReturn:
        raise UsageError(f"{self.source}, line {self.parser.CurrentLineNumber}: {text}")

    def doctype(self, name: str, system: str | None, public: str | None, has_declarations: bool) -> None:
        # Old versions of Tiled name a document type; naming one is harmless, as nothing is fetched.
        if has_declarations:
            self.fault("a document type with declarations (DTD) is not read. Take it out.")

    def entity(self, name: str, *_: object) -> None:
        self.fault(f"the entity {shown(name)} is not read. Write out what it stands for.")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if self.stack and tag == "tile" and self.stack[-1].tag in {"data", "chunk"}:
            self.tile(self.stack[-1], attributes)
            # Its end is taken from the stack like any other's.
            self.stack.append(Element(tag, {}, 0))
            return
        self.count += 1
        if self.count > ELEMENTS_MAX:
            self.fault(f"more than {ELEMENTS_MAX:,} elements besides tiles. Make the map smaller.")
        if len(self.stack) >= DEPTH_MAX:
            self.fault(f"elements are nested deeper than {DEPTH_MAX} levels; no map needs that.")
        element = Element(tag, attributes, self.parser.CurrentLineNumber)
        if self.stack:
            self.stack[-1].children.append(element)
        else:
            self.root = element
        self.stack.append(element)

    def tile(self, data: Element, attributes: dict[str, str]) -> None:
        if data.gids is None:
            data.gids = array("I")
        gid = attributes.get("gid", "0")
        if not (gid.isascii() and gid.isdecimal() and len(gid) <= 10 and int(gid) < 2**32):
            self.fault(f"'gid' is {shown(gid)}; give a tile number from 0 to {2**32 - 1:,}.")
        data.gids.append(int(gid))

    def end(self, tag: str) -> None:
        self.stack.pop()

    def characters(self, text: str) -> None:
        # Between the elements of millions of tiles there is a line end each.
        if self.stack and (self.stack[-1].tag not in {"data", "chunk"} or not text.isspace()):
            self.stack[-1].text.append(text)


def _map(element: Element) -> dict[str, Any]:
    record = _with_properties(element)
    record["layers"] = [_layer(child) for child in element.all(*_LAYERS)]
    record["tilesets"] = [_tileset(child) for child in element.all("tileset")]
    return record


def _template(element: Element) -> dict[str, Any]:
    record = element.record()
    if (tileset := element.one("tileset")) is not None:
        record["tileset"] = _tileset(tileset)
    if (thing := element.one("object")) is not None:
        record["object"] = _object(thing)
    return record


def _layer(element: Element) -> dict[str, Any]:
    record = _with_properties(element)
    record["type"] = _LAYERS[element.tag]
    match element.tag:
        case "group":
            record["layers"] = [_layer(child) for child in element.all(*_LAYERS)]
        case "objectgroup":
            record["objects"] = [_object(child) for child in element.all("object")]
        case "imagelayer":
            image = element.one("image")
            record["image"] = image.attributes.get("source", "") if image else ""
        case _ if (data := element.one("data")) is not None:
            record |= {name: data.attributes.get(name, "") for name in ("encoding", "compression")}
            if chunks := data.all("chunk"):
                record["chunks"] = [chunk.record() | {"data": _data(chunk)} for chunk in chunks]
            else:
                record["data"] = _data(data)
        case _:
            pass
    return record


def _data(element: Element) -> Any:
    return "".join(element.text) if element.gids is None else np.array(element.gids, dtype=np.uint32)


def _object(element: Element) -> dict[str, Any]:
    record = _with_properties(element)
    for child in element.children:
        if child.tag in _SHAPES:
            record[child.tag] = True
        elif child.tag in {"polygon", "polyline"}:
            record[child.tag] = _points(child.attributes.get("points", ""))
        elif child.tag == "text":
            record["text"] = {"text": "".join(child.text)}
    return record


def _points(text: str) -> list[Any]:
    pairs = (_POINT.fullmatch(pair) for pair in text.split())
    return [{"x": pair[1], "y": pair[2]} if pair else None for pair in pairs]


def _tileset(element: Element) -> dict[str, Any]:
    record = _with_properties(element)
    if (image := element.one("image")) is not None:
        record |= {f"image{side}": image.attributes.get(side) for side in ("width", "height")}
        record["image"] = image.attributes.get("source", "")
    record["tiles"] = [_tile(child) for child in element.all("tile")]
    if (terrains := element.one("terraintypes")) is not None:
        record["terrains"] = [child.record() for child in terrains.all("terrain")]
    if (sets := element.one("wangsets")) is not None:
        record["wangsets"] = [_wang_set(child) for child in sets.all("wangset")]
    return record


def _tile(element: Element) -> dict[str, Any]:
    record = _with_properties(element)
    if (shapes := element.one("objectgroup")) is not None:
        record["objectgroup"] = _layer(shapes)
    return record


def _wang_set(element: Element) -> dict[str, Any]:
    record = element.record()
    record["colors"] = [child.record() for child in element.all("wangcolor")]
    record["wangtiles"] = [child.record() for child in element.all("wangtile")]
    return record


def _with_properties(element: Element) -> dict[str, Any]:
    record = element.record()
    if (properties := element.one("properties")) is not None:
        record["properties"] = _properties(properties)
    return record


def _properties(element: Element) -> list[dict[str, Any]]:
    found = []
    for child in element.all("property"):
        record = child.record()
        if (members := child.one("properties")) is not None:
            record["value"] = _properties(members)
        elif items := child.all("item"):
            record["value"] = [_item(item) for item in items]
        elif "value" not in record:
            record["value"] = [] if record.get("type") in {"class", "list"} else "".join(child.text)
        found.append(record)
    return found


def _item(element: Element) -> dict[str, Any]:
    record = element.record()
    if (members := element.one("properties")) is not None:
        record["value"] = _properties(members)
    elif items := element.all("item"):
        record["value"] = [_item(item) for item in items]
    return record
