"""Properties that people give to maps, layers, tiles and objects."""

from collections.abc import Iterator
from typing import Any

from fabula.forge.maps.tiled.fields import Fields, shown, tidy, tidy_text
from fabula.forge.maps.tiled.limits import DEPTH_MAX, PROPERTIES_MAX
from fabula.forge.maps.tiled.tiled_map import Properties

_WORDS = {"true": True, "1": True, "false": False, "0": False, "": False}


def read_properties(record: Fields) -> Properties:
    """The properties of a thing, in the form of today (a list) or of old (a mapping of values, one of types)."""
    if not record.has("properties"):
        return {}
    value = record.values["properties"]
    if isinstance(value, dict):
        types = record.values.get("propertytypes")
        types = types if isinstance(types, dict) else {}
        given = [{"name": name, "type": types.get(name) or _type_of(one), "value": one} for name, one in value.items()]
        record = record.part({"properties": given}, "")
    found: Properties = {}
    for one in record.records("properties", "property"):
        for name, plain in _values(one, one.name("name"), 0):
            found[name] = plain
            if len(found) > PROPERTIES_MAX:
                raise one.fault(f"more than {PROPERTIES_MAX:,} properties. Take some out.")
    return found


def _values(one: Fields, name: str, depth: int) -> Iterator[tuple[str, str | int | float | bool]]:
    value = one.values.get("value")
    if depth > DEPTH_MAX:
        raise one.fault("classes are nested too deep. Take some out.")
    if isinstance(value, dict):
        for member, inner in value.items():
            yield from _values(_plain(one, inner), f"{name}.{tidy(member)}", depth + 1)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            if not isinstance(inner, dict):
                yield from _values(_plain(one, inner), f"{name}[{place}]", depth + 1)
            elif "name" in inner:
                part = one.part(inner, "")
                yield from _values(part, f"{name}.{part.name('name')}", depth + 1)
            else:
                yield from _values(one.part(inner, ""), f"{name}[{place}]", depth + 1)
    elif value is not None:
        yield name, _value(one.called(f"{one.label} {name!r}".strip()), one.text("type"))


def _plain(one: Fields, value: Any) -> Fields:
    return one.part({"type": _type_of(value), "value": value}, "")


def _value(one: Fields, kind: str) -> str | int | float | bool:
    value = one.values["value"]
    match kind:
        case "int" | "object":
            return one.whole("value", 0, least=-(2**31), most=2**32 - 1)
        case "float":
            number = one.number("value", 0.0)
            return float(number)
        case "bool":
            word = value.strip().casefold() if isinstance(value, str) else value
            if isinstance(word, bool):
                return word
            if str(word) not in _WORDS:
                raise one.fault(f"its value is {shown(value)}; give true or false.")
            return _WORDS[str(word)]
        case _:
            return tidy_text(one.text("value"))


def _type_of(value: Any) -> str:
    match value:
        case bool():
            return "bool"
        case int():
            return "int" if -(2**31) <= value < 2**32 else "string"
        case float():
            return "float"
        case _:
            return "string"
