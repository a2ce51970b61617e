"""The draft: what a model is writing, shown while it is written, before anybody has judged it."""

import re
from collections.abc import Callable

import msgspec

from fabula.chronicle.letters import INVISIBLE

CHARACTERS_MAX = 20_000
"""Of one answer that are looked at."""
BETWEEN = "\n\n"
"""What parts two paragraphs of a draft."""

_HIDDEN = re.compile(f"[{INVISIBLE}]")
_ESCAPES = {"n": " ", "t": " ", "r": " ", "b": "", "f": ""}
_HEX_DIGITS = 4


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far polishing has come."""

    asked: int
    """Questions in all."""
    answered: int
    draft: str = ""
    """Of the first question that is not answered yet; harmless to show, paragraphs parted by `BETWEEN`."""


class Draft:
    """The texts of a JSON list as they come in, without the signs around them. A Listener of a Gateway."""

    def __init__(self, changed: Callable[[], None]) -> None:
        """changed: called after each piece."""
        self._changed = changed
        self._read = 0
        """Characters looked at."""
        self._begin()

    @property
    def told(self) -> str:
        """What can be read so far."""
        return "".join(self._told)

    def text(self, delta: str) -> None:
        """As Listener says."""
        for character in delta[: CHARACTERS_MAX - self._read]:
            self._take(character)
        self._read = min(CHARACTERS_MAX, self._read + len(delta))
        self._changed()

    def again(self) -> None:
        """As Listener says."""
        self._begin()
        self._changed()

    def _begin(self) -> None:
        self._told: list[str] = []
        self._read = 0
        self._lists = 0
        self._in_text = False
        self._escape: str | None = None
        """What followed a backslash so far."""
        self._half = ""
        """The first half of a character that JSON writes in two."""

    def _take(self, character: str) -> None:
        if self._escape is not None:
            self._unescape(character)
        elif not self._in_text:
            self._lists += (character == "[") - (character == "]")
            self._in_text = character == '"'
            if self._in_text and self._lists > 0 and self._told:
                self._told.append(BETWEEN)
        elif character == "\\":
            self._escape = ""
        elif character == '"':
            self._in_text = False
        else:
            self._say(character)

    def _unescape(self, character: str) -> None:
        assert self._escape is not None
        self._escape += character
        if self._escape[0] != "u":
            self._say(_ESCAPES.get(self._escape, self._escape))
        elif len(self._escape) <= _HEX_DIGITS:
            return
        else:
            self._say(_character(self._escape[1:]))
        self._escape = None

    def _say(self, character: str) -> None:
        """Add it, if it stands in a list and can be seen."""
        if "\ud800" <= character <= "\udbff":
            self._half = character
            return
        whole = (self._half + character).encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
        self._half = ""
        if self._lists > 0:
            self._told.append(_HIDDEN.sub("", whole))


def _character(digits: str) -> str:
    try:
        return chr(int(digits, 16))
    except ValueError:
        return ""
