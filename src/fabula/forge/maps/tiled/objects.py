"""Objects: what is drawn on object layers, kept in templates, and bumped into on tiles."""

from typing import Any

from fabula.forge.maps.tiled.fields import Fields, tidy_text
from fabula.forge.maps.tiled.limits import POINTS_MAX
from fabula.forge.maps.tiled.properties import read_properties
from fabula.forge.maps.tiled.tiled_map import Shape, TiledObject

GID_MAX = 2**32 - 1

_MARKED: tuple[Shape, ...] = ("ellipse", "point", "capsule")


def read_object(record: Fields, template: dict[str, Any] | None = None) -> TiledObject:
    """One object. What it does not say itself, its template says."""
    own = record
    if template is not None:
        given = {name: value for name, value in record.values.items() if value is not None}
        record = Fields({**template, **given}, record.source, record.label)
    properties = read_properties(own)
    if template is not None:
        properties = {**read_properties(Fields(template, own.source, f"{own.label}, its template")), **properties}
    shape, points = _shape(record)
    return TiledObject(
        id=record.whole("id", 0),
        name=record.name("name"),
        kind=record.name("class", "type"),
        shape=shape,
        x=record.number("x", 0.0),
        y=record.number("y", 0.0),
        width=_extent(record, "width"),
        height=_extent(record, "height"),
        rotation=record.number("rotation", 0.0) % 360,
        points=points,
        text=_text(record),
        gid=record.whole("gid", 0, most=GID_MAX),
        visible=record.flag("visible", default=True),
        properties=properties,
    )


def _extent(record: Fields, side: str) -> float:
    extent = record.number(side, 0.0)
    if extent < 0:
        record.wrong(side, "a number that is not negative")
    return extent


def _shape(record: Fields) -> tuple[Shape, tuple[tuple[float, float], ...]]:
    if record.whole("gid", 0, most=GID_MAX):
        return "tile", ()
    if record.has("polygon"):
        return "polygon", _points(record, "polygon")
    if record.has("polyline"):
        return "polyline", _points(record, "polyline")
    if record.has("text"):
        return "text", ()
    return next((name for name in _MARKED if record.flag(name)), "rectangle"), ()


def _points(record: Fields, name: str) -> tuple[tuple[float, float], ...]:
    points = tuple((point.number("x"), point.number("y")) for point in record.records(name, "point"))
    if len(points) > POINTS_MAX:
        raise record.fault(f"its {name} has more than {POINTS_MAX:,} points. Draw it simpler.")
    if not points:
        raise record.fault(f"its {name} has no points. Draw it anew, or take it out.")
    return points


def _text(record: Fields) -> str:
    if not isinstance(record.values.get("text"), dict):
        return tidy_text(record.text("text"))
    inner = record.record("text")
    return tidy_text(inner.text("text")) if inner else ""
