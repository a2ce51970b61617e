"""Decoding: valid JSON to plain values within bounds of depth, size and number, and foreign values made plain."""

import json
from json.decoder import JSONDecodeError, JSONDecoder
from math import isfinite
from typing import Any

import msgspec

from fabula.llm.replies.reading import DEPTH_MAX, READ_MAX, Fault

DIGITS_MAX = 300
"""Digits of a whole number; a longer one is no number anyone means."""
NODES_MAX = READ_MAX
"""Values in all; no text that is read can hold more."""


class Plain(msgspec.Struct, frozen=True):
    """A value of plain JSON."""

    value: Any
    end: int = 0
    """Where in the text it ends."""
    fault: Fault | None = None
    """WRONG_TYPE: a number that is none became None. TOO_DEEP, TOO_LARGE: there is no value."""


def _whole(digits: str) -> int | float:
    """Not a number, if it is too long: `plain` then tells it from a null."""
    return int(digits) if len(digits) <= DIGITS_MAX else float("nan")


_DECODER = JSONDecoder(strict=False, parse_int=_whole)
"""Accepts control characters in strings; the last of equal keys counts."""


def decode(text: str) -> Plain | None:
    """The value that the whole text is; None if it is not valid JSON."""
    found = decode_at(text, len(text) - len(text.lstrip()))
    return found if found is not None and not text[found.end :].strip() else None


def decode_at(text: str, start: int) -> Plain | None:
    """The value that begins at `start`; None if no valid JSON does."""
    try:
        value, end = _DECODER.raw_decode(text, start)
    except JSONDecodeError:
        return None
    except RecursionError:
        return Plain(None, len(text), Fault.TOO_DEEP)
    found = plain(value)
    return Plain(found.value, end, found.fault)


def decoded_text(text: str) -> str:
    """`text` as a JSON string."""
    return json.dumps(text, ensure_ascii=False)


def plain(value: Any) -> Plain:
    """A copy of a foreign value in which all is plain JSON: numbers finite, texts encodable, keys texts."""
    copy = _Copy()
    try:
        value = copy.of(value, 0)
    except _Beyond as beyond:
        return Plain(None, fault=beyond.fault)
    return Plain(value, fault=Fault.WRONG_TYPE if copy.odd else None)


class _Beyond(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


class _Copy:
    """One copy, and what was found on the way."""

    def __init__(self) -> None:
        self.odd = False
        self.left = NODES_MAX
        self.characters_left = READ_MAX * 2

    def of(self, value: Any, depth: int) -> Any:
        self.left -= 1
        if self.left < 0:
            raise _Beyond(Fault.TOO_LARGE)
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, (dict, list, tuple)):
            if depth >= DEPTH_MAX:
                raise _Beyond(Fault.TOO_DEEP)
            if isinstance(value, dict):
                return {self._key(key): self.of(item, depth + 1) for key, item in value.items()}
            return [self.of(item, depth + 1) for item in value]
        return self._scalar(value)

    def _key(self, key: Any) -> str:
        # A name never holds a line break; one broken over two lines is still that name.
        return self._text(key if isinstance(key, str) else str(self._scalar(key))).strip("\r\n\t")

    def _text(self, text: str) -> str:
        self.characters_left -= len(text)
        if self.characters_left < 0:
            raise _Beyond(Fault.TOO_LARGE)
        return encodable(text)

    def _scalar(self, value: Any) -> Any:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, float) and isfinite(value):
            return float(value)
        if isinstance(value, int) and abs(value) < 10**DIGITS_MAX:
            return int(value)
        self.odd = True
        return None


def encodable(text: str) -> str:
    """The text with surrogate pairs joined and lone surrogates replaced, so that it can be written as UTF-8."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
