"""Sentences: a text taken apart into them, and put together again, so that a rule can take one out."""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

_ENDS = ".!?…:;\"'”’)"
_END = re.compile(r"(?<=[.!?…])(?:[\"'”’)\]]*)\s+|\n+")


def sentences(text: str) -> list[str]:
    """The sentences of a text, each with what ends it and the space behind it; joined they are the text."""
    pieces, start = [], 0
    for end in _END.finditer(text):
        pieces.append(text[start : end.end()])
        start = end.end()
    return [piece for piece in (*pieces, text[start:]) if piece]


def without(text: str, unwanted: Callable[[str], bool]) -> str:
    """The text without the sentences that are not wanted. Two lines go together where only both are not wanted, and the
    first of them has no end of its own.
    """
    pieces = _over_lines(sentences(text))
    dropped = {at for at, piece in enumerate(pieces) if unwanted(piece)}
    for at, (one, other) in enumerate(pairwise(pieces)):
        if not {at, at + 1} & dropped and _is_open(one) and unwanted(one + other):
            dropped |= {at, at + 1}
    return "".join(piece for at, piece in enumerate(pieces) if at not in dropped).strip()


def _over_lines(pieces: Sequence[str]) -> list[str]:
    """Sentences, those in one that go on with a small letter in the next line."""
    joined: list[str] = []
    for piece in pieces:
        if joined and _is_open(joined[-1]) and piece[:1].islower():
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined


def _is_open(piece: str) -> bool:
    """Whether the line ends and the sentence does not."""
    return piece.endswith("\n") and not piece.endswith("\n\n") and piece.rstrip()[-1:] not in _ENDS


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
