"""JSON as it was written: objects in their order, numbers digit for digit, texts letter for letter.

What is read here can be written again without loss, also what Python's own numbers would change: `1.0`, `1e5`, an
integer of any length.
"""

import codecs
import json
import re
from collections.abc import Iterator
from json.encoder import encode_basestring, encode_basestring_ascii
from typing import Any, NamedTuple, NoReturn

from fabula.errors import UsageError

JSON_SIZE_MAX_BYTES = 8 * 2**20
"""Of one JSON text, unpacked."""
JSON_DEPTH_MAX = 64
"""Lists and objects within one another."""
JSON_VALUES_MAX = 500_000
"""Items of all lists and objects together."""
INTEGER_DIGITS_MAX = 18

# A text without an end is one too: looked for anew from each of its quotes, a long one would take for ever.
_TEXT = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?'
_TOKEN = re.compile(rf"{_TEXT}|[\[{{\]}},]", re.DOTALL)
_WORD = re.compile(rf"{_TEXT}|-?[A-Za-z]+", re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")
_NO_NUMBERS = frozenset(["NaN", "Infinity", "-Infinity"])
_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


class Number(NamedTuple):
    """A number as it is written."""

    literal: str

    @property
    def value(self) -> int | float:
        """As rules count with it; what has no value in Python (`NaN` stays one) is read as a float."""
        is_whole = self.literal.lstrip("-").isdecimal() and len(self.literal) <= INTEGER_DIGITS_MAX
        return int(self.literal) if is_whole else float(self.literal)


# What JSON holds has no narrower type than this: objects, lists, texts, Numbers, booleans and None.
Json = Any
JsonObject = dict[str, Json]


def decoded(data: bytes, *, source: str) -> str:
    """The text of JSON bytes: UTF-8, or UTF-16 and UTF-32 with their mark. Raises UsageError that says which byte is
    wrong and how to convert the file.
    """
    if len(data) > JSON_SIZE_MAX_BYTES:
        raise UsageError(f"{source}: its JSON has more than {JSON_SIZE_MAX_BYTES // 2**20} MiB; no card is so long.")
    encoding = next((name for mark, name in _MARKS.items() if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        wrong = error
    byte, line = data[wrong.start], data.count(b"\n", 0, wrong.start) + 1
    where = f"byte 0x{byte:02X} at position {wrong.start:,} (line {line})"
    if encoding != "utf-8":
        raise UsageError(f"{source}: {where} is no {encoding.upper()} as its first bytes promise.") from wrong
    raise UsageError(
        f"{source}: {where} is not UTF-8; in Latin-1 it would be {bytes([byte]).decode('latin-1')!r}. Save the file as "
        "UTF-8, or convert a copy: iconv -f WINDOWS-1252 -t UTF-8 FILE > COPY"
    ) from wrong


def read_json(text: str, *, source: str) -> Json:
    """The value of a JSON text. Raises UsageError that says where it breaks off or is none."""
    depth, values = _measured(text)
    if depth > JSON_DEPTH_MAX:
        raise UsageError(f"{source}: its JSON is nested deeper than {JSON_DEPTH_MAX} levels; no card needs that.")
    if values > JSON_VALUES_MAX:
        raise UsageError(f"{source}: its JSON has more than {JSON_VALUES_MAX:,} values; no card has so many.")
    try:
        # Line ends inside texts are no good JSON, but cards that people mended by hand have them.
        return json.loads(text, strict=False, parse_int=Number, parse_float=Number, parse_constant=Number)
    except json.JSONDecodeError as error:
        _refuse(text, error, source)
    except RecursionError as error:
        raise UsageError(f"{source}: its JSON is nested too deep.") from error


def has_no_numbers(text: str) -> bool:
    """Whether the text says `NaN` or `Infinity` where JSON has no word for it."""
    return any(found[0] in _NO_NUMBERS for found in _WORD.finditer(text))


def write_json(value: Json, *, indent: int = 0) -> str:
    """The JSON text of a value; indent: blanks for each level, 0 for one line."""
    return "".join(_written(value, indent, "\n" if indent else ""))


def plain(value: Json) -> Any:
    """The value with Python's numbers in place of those as written."""
    match value:
        case Number():
            return value.value
        case list():
            return [plain(item) for item in value]
        case dict():
            return {name: plain(item) for name, item in value.items()}
        case _:
            return value


def same(one: Json, other: Json) -> bool:
    """Whether two values are written alike, the order of their keys included."""
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and bool(one == other)


def _measured(text: str) -> tuple[int, int]:
    """How deep it is nested, and about how many values it has."""
    deepest = depth = values = 0
    for found in _TOKEN.finditer(text):
        mark = found[0]
        if mark in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif mark in "]}":
            depth -= 1
        values += mark in "[{,"
    return deepest, values


def _refuse(text: str, error: json.JSONDecodeError, source: str) -> NoReturn:
    rest = text[error.pos :].strip()
    is_cut = not rest or error.msg.startswith("Unterminated")
    where = f"line {error.lineno}, column {error.colno}"
    if not text.strip():
        raise UsageError(f"{source}: this is empty; a character card in JSON begins with '{{'.") from error
    if is_cut:
        raise UsageError(f"{source}: its JSON breaks off ({where}). The file is cut; get it once more.") from error
    raise UsageError(f"{source}: this is no JSON ({where}: {error.msg}). Mend it there, or save it anew.") from error


def _written(value: Json, indent: int, break_: str) -> Iterator[str]:
    match value:
        case Number():
            yield value.literal
        case str():
            yield _quoted(value)
        case dict() if value:
            inner = break_ and break_ + " " * indent
            begin = "{"
            for name, item in value.items():
                yield f"{begin}{inner}{_quoted(name)}: "
                yield from _written(item, indent, inner)
                begin = "," if inner else ", "
            yield break_ + "}"
        case list() if value:
            inner = break_ and break_ + " " * indent
            begin = "["
            for item in value:
                yield begin + inner
                yield from _written(item, indent, inner)
                begin = "," if inner else ", "
            yield break_ + "]"
        case _:
            # Nothing, a boolean, or an empty list or object; and numbers of our own making.
            yield json.dumps(value)


def _quoted(text: str) -> str:
    """A text in quotes; half characters, which UTF-8 cannot hold, are escaped as they were."""
    return encode_basestring_ascii(text) if _SURROGATE.search(text) else encode_basestring(text)
