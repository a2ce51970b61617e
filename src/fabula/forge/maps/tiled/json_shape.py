"""JSON files of Tiled as plain values. Long lists of tile numbers never become Python objects."""

import codecs
import json
import re
from typing import Any, NoReturn

import numpy as np

from fabula.errors import UsageError
from fabula.forge.maps.tiled.limits import DEPTH_MAX, VALUES_MAX
from fabula.forge.maps.tiled.numbers import numbers

_TILES = re.compile(r'(?<!\\)("data"\s*+:\s*+)\[([0-9,\s-]*+)\]')
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[{\]},]', re.DOTALL)
_MARK = "@tiles:"
_MARKED = re.compile(rf"{_MARK}(\d{{1,7}})")


def read_json(data: bytes, *, source: str) -> Any:
    """The value of a JSON file; a `data` list of numbers is a numpy array (uint32).

    Raises UsageError with the line if it is no JSON, or is larger or deeper than any map.
    """
    lists: list[np.ndarray[Any, np.dtype[np.uint32]]] = []
    text = decoded(data, source)

    def taken(found: re.Match[str]) -> str:
        lists.append(numbers(found[2], f"{source}, 'data' list {len(lists) + 1}"))
        # The lines stay where they are, so that messages about what follows name the right one.
        return f'{found[1]}"{_MARK}{len(lists) - 1}"' + "\n" * found[2].count("\n")

    def given_back(record: dict[str, Any]) -> dict[str, Any]:
        value = record.get("data")
        if isinstance(value, str) and (mark := _MARKED.fullmatch(value)) and int(mark[1]) < len(lists):
            record["data"] = lists[int(mark[1])]
        return record

    text = _TILES.sub(taken, text)
    _check(text, source)
    try:
        return json.loads(text, object_hook=given_back, parse_constant=_refused)
    except json.JSONDecodeError as error:
        where = f"{source}, line {error.lineno}, column {error.colno}"
        raise UsageError(f"{where}: this is not JSON: {error.msg}. Save the file anew with Tiled.") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{source}: this is not JSON of a map: {error}. Save the file anew with Tiled.") from None


def decoded(data: bytes, source: str) -> str:
    """The text of a file: UTF-8, or UTF-16 with its mark. Raises UsageError that names the line of the wrong byte."""
    encoding = "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = f"byte 0x{data[error.start]:02x}"
        name = "UTF-16" if encoding == "utf-16" else "UTF-8"
        raise UsageError(f"{source}, line {line}: {byte} is not {name}. Save the file as UTF-8.") from None


def _check(text: str, source: str) -> None:
    depth = values = 0
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark in "[{":
            depth += 1
            if depth > DEPTH_MAX:
                raise UsageError(f"{source}: its JSON is nested deeper than {DEPTH_MAX} levels; no map needs that.")
        elif mark in "]}":
            depth -= 1
        values += mark in "[{,"
        if values > VALUES_MAX:
            raise UsageError(f"{source}: its JSON has more than {VALUES_MAX:,} values besides tiles. Make it smaller.")


def _refused(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")
