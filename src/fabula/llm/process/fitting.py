"""Fitting: an object that satisfies a JSON Schema, made up from a stream of chance.

Any schema gives a value in bounded time: what is deeper or wider than the bounds is left as small as the schema lets
it. Google's spelling (`STRING`, `nullable`) is understood too. Patterns are met where a few common texts meet them.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fabula.engine import Stream

DEPTH_MAX = 12
NODES_MAX = 5000
LENGTH_MAX = 2000
"""Characters, or items, that are made because a schema asks for at least so many."""

_FORMATS = {
    "date": "2024-05-01",
    "date-time": "2024-05-01T12:00:00Z",
    "duration": "PT1H",
    "email": "mira@example.org",
    "ipv4": "127.0.0.1",
    "ipv6": "::1",
    "time": "12:00:00Z",
    "uri": "https://example.org/",
    "uuid": "123e4567-e89b-42d3-a456-426614174000",
}
_PATTERN_TRIES = (
    "",
    "a",
    "A",
    "1",
    "ab",
    "abc",
    "ABC",
    "a1",
    "12",
    "123",
    "1234",
    "a_b",
    "a-b",
    "Word",
    "two words",
    "#0a0a0a",
)
_PATTERN_MAX = 200

Wording = Callable[[str, str], str]
"""Name and description of a text field -> a text for it."""

Schema = Mapping[str, Any]


class Fitting:
    """One object in the making."""

    def __init__(
        self, root: Schema, chance: Stream, wording: Wording, *, preferred: Mapping[str, Sequence[Any]] | None = None
    ) -> None:
        """preferred: by a field's name, the values it should rather have, the best first, where its schema lets it."""
        self._root = root
        self._chance = chance
        self._wording = wording
        self._preferred = preferred or {}
        self._nodes = 0

    def value(self) -> Any:
        """A value of the whole schema."""
        return self._value(self._root, "", 0)

    def _value(self, schema: Any, name: str, depth: int) -> Any:
        self._nodes += 1
        form = self._resolved(schema)
        if depth >= 2 * DEPTH_MAX or self._nodes >= 2 * NODES_MAX:
            return _SMALLEST.get(_kind(form), "")  # A form that contains itself can never be met.
        for wanted in self._preferred.get(name, ()):
            if admits(form, wanted):
                return wanted
        if "const" in form:
            return form["const"]
        if isinstance(options := form.get("enum"), list) and options:
            return self._chance.choice(options)
        if branches := _branches(form):
            return self._value({**_without_branches(form), **self._branch(branches, depth)}, name, depth + 1)
        return self._of_kind(_kind(form), form, name, depth)

    def _of_kind(self, kind: str, form: Schema, name: str, depth: int) -> Any:
        match kind:
            case "object":
                return self._object(form, depth)
            case "array":
                return self._array(form, name, depth)
            case "boolean":
                return self._chance.chance(0.5)
            case "integer":
                return self._integer(form)
            case "number":
                return self._number(form)
            case "null":
                return None
            case _:
                return self._text(form, name)

    def _resolved(self, schema: Any) -> Schema:
        """The schema with references followed and `allOf` put together."""
        seen = 0
        form: Schema = schema if isinstance(schema, Mapping) else {}
        while isinstance(pointer := form.get("$ref"), str) and seen < DEPTH_MAX:
            seen += 1
            target = _pointed(self._root, pointer)
            form = {**target, **{key: value for key, value in form.items() if key != "$ref"}}
        parts = form.get("allOf")
        if isinstance(parts, list) and seen < DEPTH_MAX and self._nodes < NODES_MAX:
            self._nodes += len(parts)
            form = _merged([{k: v for k, v in form.items() if k != "allOf"}, *map(self._resolved_part, parts)])
        return form

    def _resolved_part(self, part: Any) -> Schema:
        self._nodes += 1
        pointer = part.get("$ref") if isinstance(part, Mapping) else None
        if isinstance(pointer, str):
            return _pointed(self._root, pointer)
        return part if isinstance(part, Mapping) else {}

    def _branch(self, branches: Sequence[Any], depth: int) -> Schema:
        """One of several forms: never null if another will do, and the simplest when it has gone deep."""
        forms = [self._resolved(branch) for branch in branches[:100]]
        full = [form for form in forms if _kind(form) != "null"] or forms
        if self._tired(depth):
            return min(forms, key=lambda form: _SIMPLICITY.get(_kind(form), 9))
        return self._chance.choice(full)

    def _object(self, form: Schema, depth: int) -> dict[str, Any]:
        properties = form.get("properties")
        known = properties if isinstance(properties, Mapping) else {}
        told = form.get("required")
        required = [name for name in told if isinstance(name, str)] if isinstance(told, list) else []
        names = [*known] if not self._tired(depth) else [name for name in known if name in required]
        made = {}
        for name in [*names, *(name for name in required if name not in known)]:
            if self._nodes >= NODES_MAX and name not in required:
                continue
            made[name] = self._value(known.get(name, {}), name, depth + 1)
        return made

    def _array(self, form: Schema, name: str, depth: int) -> list[Any]:
        least = _bound(form, "minItems", 0)
        most = _bound(form, "maxItems", LENGTH_MAX)
        leading = form.get("prefixItems")
        prefix = leading[:LENGTH_MAX] if isinstance(leading, list) else []
        wanted = len(prefix) if prefix else (0 if self._tired(depth) else self._chance.integer(1, 2))
        count = min(max(least, min(wanted, most)), LENGTH_MAX)
        made: list[Any] = []
        for number in range(count):
            if self._nodes >= NODES_MAX and number >= least:
                break
            item = prefix[number] if number < len(prefix) else form.get("items", {})
            made.append(self._value(item, name, depth + 1))
        return made

    def _integer(self, form: Schema) -> int:
        low, high = _limits(form, default=(0, 10))
        step = _number_of(form, "multipleOf")
        if step is not None and step >= 1:
            first, last = math.ceil(low / step), math.floor(high / step)
            return int(step * self._chance.integer(first, max(first, last)))
        return self._chance.integer(math.ceil(low), max(math.ceil(low), math.floor(high)))

    def _number(self, form: Schema) -> float:
        if isinstance(form.get("multipleOf"), (int, float)):
            return self._integer(form)
        low, high = _limits(form, default=(0.0, 1.0))
        value = round(low + (high - low) * self._chance.random(), 2)
        return min(max(value, low), high)

    def _text(self, form: Schema, name: str) -> str:
        least, most = _bound(form, "minLength", 0), _bound(form, "maxLength", LENGTH_MAX)
        if isinstance(kind := form.get("format"), str) and kind in _FORMATS:
            return _FORMATS[kind]
        description = form.get("description")
        text = self._wording(name, description if isinstance(description, str) else "")
        if isinstance(pattern := form.get("pattern"), str):
            text = _meeting(pattern, text, least, most)
        return text[:most] if len(text) >= least else text.ljust(least, ".")

    def _tired(self, depth: int) -> bool:
        return depth >= DEPTH_MAX or self._nodes >= NODES_MAX


_SMALLEST: dict[str, Any] = {"object": {}, "array": [], "boolean": False, "integer": 0, "number": 0, "null": None}
_SIMPLICITY = {"null": 0, "boolean": 1, "integer": 2, "number": 3, "string": 4, "array": 5, "object": 6}


def admits(form: Schema, value: Any) -> bool:
    """Whether a single number or text may stand where a (resolved) schema stands."""
    if isinstance(options := form.get("enum"), list):
        return value in options
    if "const" in form:
        return bool(form["const"] == value)
    kind = _kind(form)
    if kind in {"integer", "number"} and isinstance(value, int):
        low, high = _limits(form, default=(-math.inf, math.inf))
        return low <= value <= high
    return kind == "string" and isinstance(value, str)


def _pointed(root: Schema, pointer: str) -> Schema:
    """What a local reference such as `#/$defs/Deed` points at; nothing that can be had: anything goes."""
    found: Any = root
    for step in pointer.removeprefix("#").split("/")[1:DEPTH_MAX]:
        found = found.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _merged(parts: Sequence[Schema]) -> Schema:
    whole: dict[str, Any] = {}
    for part in parts:
        for key, value in part.items():
            if key == "properties" and isinstance(value, Mapping):
                whole[key] = {**whole.get(key, {}), **value}
            elif key == "required" and isinstance(value, list):
                whole[key] = [*whole.get(key, []), *value]
            else:
                whole[key] = value
    return whole


def _branches(form: Schema) -> Sequence[Any]:
    for key in ("anyOf", "oneOf"):
        if isinstance(branches := form.get(key), list) and branches:
            return branches
    kinds = form.get("type")
    if isinstance(kinds, list) and len(kinds) > 1:
        return [{"type": kind} for kind in kinds]
    return ()


def _without_branches(form: Schema) -> Schema:
    return {key: value for key, value in form.items() if key not in {"anyOf", "oneOf"}}


def _kind(form: Schema) -> str:
    kind = form.get("type")
    if isinstance(kind, list):
        kind = kind[0] if kind else ""
    if isinstance(kind, str) and kind:
        return kind.lower()
    if "properties" in form or "required" in form:
        return "object"
    if "items" in form or "prefixItems" in form:
        return "array"
    return "number" if "minimum" in form or "maximum" in form else "string"


def _bound(form: Schema, key: str, default: int) -> int:
    """A length a schema states, kept within reason. Google writes such numbers as texts."""
    value = form.get(key)
    if isinstance(value, str) and value.isdigit() and len(value) < 10:
        value = int(value)
    return min(value, LENGTH_MAX) if isinstance(value, int) and value >= 0 else default


def _limits(form: Schema, *, default: tuple[float, float]) -> tuple[float, float]:
    """The least and the greatest number a schema allows; a side it leaves open lies near the other."""
    whole = _kind(form) == "integer"
    low, high = _number_of(form, "minimum"), _number_of(form, "maximum")
    above, below = _number_of(form, "exclusiveMinimum"), _number_of(form, "exclusiveMaximum")
    if above is not None:
        low = math.floor(above) + 1 if whole else above + 0.01
    if below is not None:
        high = math.ceil(below) - 1 if whole else below - 0.01
    span = default[1] - default[0]
    if low is None and high is None:
        return default
    if low is None:
        assert high is not None
        return min(high, default[0] if default[0] < high else high - span), high
    return low, max(low, high if high is not None else low + span)


def _number_of(form: Schema, key: str) -> float | None:
    value = form.get(key)
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e15 else None


def _meeting(pattern: str, text: str, least: int, most: int) -> str:
    """A text that meets a pattern, where one of a few does."""
    # A pattern from outside could take for ever on a long text; short ones keep even a bad one cheap.
    if len(pattern) > _PATTERN_MAX:
        return text
    try:
        compiled = re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return text
    tries = (text[:20], *_PATTERN_TRIES)
    return next((t for t in tries if least <= len(t) <= most and compiled.search(t)), text)
