"""Discretion: keeps what a model was told of its part out of what it says.

A text it read may have ordered it to say its instructions aloud, or to write them down as a reason or a thought. Who it
is and how it is to answer is between it and us: words that repeat a piece of that are not taken, whatever signs, spaces
or capitals they are written with. What it perceives and remembers a character may tell, and quote too; whole stretches
of the question put to it are no speech.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from fabula.agents.minds.answers import ActionRead
from fabula.engine.values import Option

LETTERS_MIN = 48
"""Letters and digits in a row that repeat what lasts, the system message: eight words or more."""
STRETCH_LETTERS_MIN = 120
"""Those that are more than a quotation of what is asked now, the rest: twenty words or more."""

_MARKS = ("<<<", ">>>")
"""Stand around blocks of a prompt, and in no foreign text in it."""
_OWN = frozenset({"reason", "thoughts"})
"""Fields that nobody else hears of."""

_SIGNS = re.compile(r"[\W_]+")


class Told(NamedTuple):
    """What a model was told."""

    system: str
    asked: str = ""
    """All but the system message."""


def discreet(read: ActionRead, told: Told, options: Sequence[Option] = ()) -> ActionRead:
    """What a reply was understood to do, without any words that repeat what was told.

    What an action can do without is left out; one that cannot do without it is no action. What an option says, as a
    long name, is nothing that was given away.
    """
    if read.action is None:
        return read
    changed = {}
    for field in msgspec.structs.fields(read.action):
        value = getattr(read.action, field.name)
        kept = _kept(value, told._replace(asked="") if field.name in _OWN else told)
        if kept == value or any(getattr(option.action, field.name, None) == value for option in options):
            continue
        if field.required:
            return ActionRead(why="The reply repeats what it was told of its part instead of deciding.")
        changed[field.name] = kept
    return msgspec.structs.replace(read, action=msgspec.structs.replace(read.action, **changed)) if changed else read


def repeats(words: str, told: Told) -> bool:
    """Whether the words hold a mark of a block, or as many letters in a row that were told as are too many."""
    if any(mark in words for mark in _MARKS):
        return True
    if len(words) < LETTERS_MIN:
        return False
    letters = _letters(words)
    return _lasting(told.system).shares(letters) or (
        len(letters) >= STRETCH_LETTERS_MIN and _Letters(told.asked, STRETCH_LETTERS_MIN).shares(letters)
    )


class _Letters:
    """The letters of a text, in which stretches of `least` letters of others are found quickly.

    Such a stretch holds one of the blocks, half as long, that stand end to end here; only where another has one too is
    it looked at closely.
    """

    def __init__(self, text: str, least: int) -> None:
        self._letters = _letters(text)
        self._least = least
        self._half = least // 2
        self._blocks = {self._letters[at : at + self._half] for at in range(0, len(self._letters), self._half)}

    def shares(self, letters: str) -> bool:
        """Whether so many letters in a row stand in both."""
        found = (at for at in range(len(letters) - self._half + 1) if letters[at : at + self._half] in self._blocks)
        return any(self._shares_around(letters, at) for at in found)

    def _shares_around(self, letters: str, at: int) -> bool:
        starts = range(max(0, at - self._half), min(at, len(letters) - self._least) + 1)
        return any(letters[start : start + self._least] in self._letters for start in starts)


def _kept(value: Any, told: Told) -> Any:
    """What of a field's value repeats nothing."""
    match value:
        case str():
            return "" if repeats(value, told) else value
        case tuple():
            return tuple(item for item in value if not (isinstance(item, str) and repeats(item, told)))
        case dict():
            return {
                name: item
                for name, item in value.items()
                if not any(isinstance(text, str) and repeats(text, told) for text in (name, item))
            }
        case _:
            return value


@lru_cache(maxsize=256)
def _lasting(text: str) -> _Letters:
    # An agent is told the same all through a run.
    return _Letters(text, LETTERS_MIN)


def _letters(text: str) -> str:
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return _SIGNS.sub("", plain.casefold())
