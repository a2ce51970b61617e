"""Sentences: a text taken apart into them, and put together again, so that a rule can take one out."""

import re
from collections.abc import Callable

_END = re.compile(r"(?<=[.!?…])(?:[\"'”’)\]]*)\s+|\n+")


def sentences(text: str) -> list[str]:
    """The sentences of a text, each with what ends it and the space behind it; joined they are the text."""
    pieces, start = [], 0
    for end in _END.finditer(text):
        pieces.append(text[start : end.end()])
        start = end.end()
    return [piece for piece in (*pieces, text[start:]) if piece]


def without(text: str, unwanted: Callable[[str], bool]) -> str:
    """The text without the sentences that are not wanted."""
    return "".join(piece for piece in sentences(text) if not unwanted(piece)).strip()


def cut(text: str, letters_max: int) -> str:
    """As many whole sentences, from the first on, as have room; of a first that is too long, as many words."""
    kept = ""
    for piece in sentences(text):
        if len(kept) + len(piece.rstrip()) > letters_max:
            break
        kept += piece
    if kept:
        return kept.rstrip()
    return text[: letters_max - 1].rsplit(maxsplit=1)[0].rstrip(" ,;:") + "…"


def first_sentence(text: str) -> str:
    """The first one; empty of an empty text."""
    return next(iter(sentences(text)), "").strip()
