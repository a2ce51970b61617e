"""Names as people write them: without regard to case or a leading article, by a beginning or a word of them; and
text made fit for a log.
"""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

TEXT_MAX = 2_000
"""Characters of free text that are kept; the rest is cut off, and an ellipsis says so."""
NAME_MAX = 120

_ARTICLES = ("the ", "a ", "an ")
_DIRECTION_MARKS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNFIT = frozenset(("Cc", "Cs", "Co", "Cn"))


def clean(text: str, *, most: int = TEXT_MAX) -> str:
    """The text in one line, free of control characters, lone surrogates and direction marks, at most `most`
    characters long.
    """
    # A margin beyond `most`, so that a hostile megabyte is not walked through to be thrown away.
    head = text[: most * 2]
    if not head.isprintable():
        head = "".join(" " if char.isspace() else char for char in head if _fit(char))
    line = " ".join(head.split())
    return line if len(line) <= most and len(text) <= most * 2 else line[: most - 1].rstrip() + "…"


def _fit(char: str) -> bool:
    return char.isspace() or not (char in _DIRECTION_MARKS or unicodedata.category(char) in _UNFIT)


@lru_cache(maxsize=4096)
def key(name: str) -> str:
    """What two ways to write a name have in common."""
    folded = " ".join(name.casefold().split())
    for article in _ARTICLES:
        if folded.startswith(article):
            return folded[len(article) :]
    return folded


def find(text: str, names: Sequence[str]) -> str | None:
    """The one of the names that is meant: written out, by its beginning, or by words in it; None if none or several
    could be.
    """
    if text in names:
        return text
    wanted = key(text[:NAME_MAX])
    if not wanted:
        return None
    same = [name for name in names if key(name) == wanted]
    begun = same or [name for name in names if key(name).startswith(wanted)]
    held = begun or [name for name in names if set(wanted.split()) <= set(key(name).split())]
    return held[0] if len(held) == 1 else None


def mentioned(text: str, names: Sequence[str]) -> str:
    """The name that a text speaks of, or "": one written out whole is preferred to a single word of one, an earlier
    to a later.
    """
    folded = f" {_words(text)} "
    whole = [(folded.find(f" {_words(key(name))} "), name) for name in names]
    found = [(where, name) for where, name in whole if where >= 0]
    if not found:
        parts = [(folded.find(f" {word} "), name) for name in names for word in _telling_words(name)]
        found = [(where, name) for where, name in parts if where >= 0]
    return min(found)[1] if found else ""


def _words(text: str) -> str:
    return " ".join("".join(char if char.isalnum() else " " for char in text[:TEXT_MAX].casefold()).split())


def _telling_words(name: str) -> list[str]:
    return [word for word in _words(key(name)).split() if len(word) > 3]
