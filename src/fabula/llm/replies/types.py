"""Types: how the value of a reply differs from the JSON Schema that was asked for, in its outermost fields."""

from collections.abc import Mapping
from typing import Any

_TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
_SPOKEN = {
    "object": "an object",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}


def mismatch(value: Any, schema: Mapping[str, Any]) -> str:
    """What is of the wrong type, in a sentence that names fields of the schema only; empty if nothing is.

    Fields left out and fields the schema does not know are no mismatch.
    """
    if not isinstance(value, dict):
        return "The reply is not an object."
    properties = schema.get("properties")
    for name, wanted in (properties or {}).items():
        if name in value and not _fits(value[name], wanted):
            return f"The field `{name}` should be {_named(wanted)}."
    return ""


def _fits(value: Any, wanted: Any) -> bool:
    types = _types(wanted)
    return not types or any(_is(value, name) for name in types)


def _is(value: Any, name: str) -> bool:
    if isinstance(value, bool):
        return name == "boolean"
    return isinstance(value, _TYPES.get(name, (object,)))


def _types(wanted: Any) -> list[str]:
    """The types a schema allows; empty: any."""
    if not isinstance(wanted, Mapping):
        return []
    if "anyOf" in wanted:
        inner = [_types(each) for each in wanted["anyOf"]]
        return [name for each in inner for name in each] if all(inner) else []
    types = wanted.get("type", [])
    return [types] if isinstance(types, str) else list(types)


def _named(wanted: Any) -> str:
    return " or ".join(_SPOKEN.get(name, "another type") for name in _types(wanted))
