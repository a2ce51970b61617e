"""Discretion: keeps what a model was told of its part out of what it says.

A text it read may have ordered it to say its instructions aloud, or to write them down as a reason or a thought. Who it
is and how it is to answer is between it and us: words that repeat a long piece of that are not taken, whatever signs,
spaces or capitals they are written with. What a character perceives and remembers it may tell word for word.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec

from fabula.agents.minds.answers import ActionRead
from fabula.engine.values import Option

LETTERS_MIN = 48
"""Letters and digits in a row that are a repetition: eight words or more."""

_SIGNS = re.compile(r"[\W_]+")


def discreet(read: ActionRead, told: str, options: Sequence[Option] = ()) -> ActionRead:
    """What a reply was understood to do, without any words that repeat a piece of `told`.

    What an action can do without is left out; one that cannot do without it is no action. What an option says, as a
    long name, is nothing that was given away.
    """
    if read.action is None:
        return read
    changed = {}
    for field in msgspec.structs.fields(read.action):
        value = getattr(read.action, field.name)
        kept = _without_repetition(value, told)
        if kept == value or any(getattr(option.action, field.name, None) == value for option in options):
            continue
        if field.required:
            return ActionRead(why="The reply repeats what it was told of its part instead of deciding.")
        changed[field.name] = kept
    return msgspec.structs.replace(read, action=msgspec.structs.replace(read.action, **changed)) if changed else read


def repeats(words: str, told: str) -> bool:
    """Whether the words hold LETTERS_MIN letters that stand in a row in `told`."""
    if len(words) < LETTERS_MIN:
        return False
    letters = _letters(words)
    all_told = _told(told)
    return any(letters[at : at + LETTERS_MIN] in all_told for at in range(len(letters) - LETTERS_MIN + 1))


def _without_repetition(value: Any, told: str) -> Any:
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
def _told(text: str) -> str:
    # An agent is told the same all through a run.
    return _letters(text)


def _letters(text: str) -> str:
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return _SIGNS.sub("", plain.casefold())
