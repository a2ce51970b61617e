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
    return _shares(letters, _lasting(told.system), LETTERS_MIN) or (
        len(letters) >= STRETCH_LETTERS_MIN and _shares(letters, _letters(told.asked), STRETCH_LETTERS_MIN)
    )


def _shares(letters: str, others: str, least: int) -> bool:
    return any(letters[at : at + least] in others for at in range(len(letters) - least + 1))


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
def _lasting(text: str) -> str:
    # An agent is told the same all through a run.
    return _letters(text)


def _letters(text: str) -> str:
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return _SIGNS.sub("", plain.casefold())
