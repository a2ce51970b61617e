"""The grammar of patterns: from the line that somebody wrote to its pieces."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from fabula.environments.dialogue.service.folding import readings
from fabula.errors import UsageError

PATTERN_WORDS_MAX = 30
"""Pieces of a pattern, an expression in brackets being one."""
PATTERN_LETTERS_MAX = 4_000
DEPTH_MAX = 6
"""Brackets within brackets."""

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*\*?|#|%|€|\$|£")
_TOKEN = re.compile(r"\.\.\.|…|[()|?=]|[^\s()|?]+")
_GAPS = frozenset(("...", "…"))


class Word(Struct, frozen=True):
    """A word, or with `begins` any that begins so; `#` is any number."""

    letters: str
    begins: bool = False


class Gap(Struct, frozen=True):
    """A few words, or none."""


class Either(Struct, frozen=True):
    """One of several ways; `optional`: or none of them."""

    ways: tuple[tuple["Piece", ...], ...]
    optional: bool = False


Piece = Word | Gap | Either


class Pattern(Struct, frozen=True):
    """A pattern, read."""

    pieces: tuple[Piece, ...]
    whole: bool = False
    """It is the whole of what was said."""


class _Token(NamedTuple):
    text: str
    start: int
    end: int


def read_pattern(text: str) -> Pattern:
    """The pieces of a pattern. Raises UsageError with the reason if it is none."""
    return _Reader(text).pattern()


class _Reader:
    """Goes through the tokens of one pattern once."""

    def __init__(self, text: str) -> None:
        self._text = text
        if len(text) > PATTERN_LETTERS_MAX:
            raise self._fault(f"it is longer than {PATTERN_LETTERS_MAX} letters")
        self._tokens = [_Token(found[0], *found.span()) for found in _TOKEN.finditer(text)]
        self._at = 0

    def pattern(self) -> Pattern:
        whole = self._is_next("=")
        self._at += whole
        pieces = self._sequence(depth=0)
        if self._at < len(self._tokens):
            raise self._fault(f"{self._tokens[self._at].text!r} closes no bracket")
        if not 1 <= len(pieces) <= PATTERN_WORDS_MAX:
            raise self._fault(f"1 to {PATTERN_WORDS_MAX} words are needed")
        if all(isinstance(piece, Gap) or _may_be_missing(piece) for piece in pieces):
            raise self._fault("all of it may be missing, so it would be found everywhere")
        return Pattern(tuple(pieces), whole)

    def _sequence(self, *, depth: int) -> list[Piece]:
        """Pieces up to the end, a bracket that closes or, within brackets, the next alternative."""
        pieces: list[Piece] = []
        while self._at < len(self._tokens) and not self._is_next(")") and not (depth and self._is_next("|")):
            pieces.append(self._piece(depth))
        if pieces and (isinstance(pieces[0], Gap) or isinstance(pieces[-1], Gap)):
            raise self._fault("a gap stands between words, not at the end")
        return pieces

    def _piece(self, depth: int) -> Piece:
        if self._tokens[self._at].text in _GAPS:
            self._at += 1
            return Gap()
        ways = list(self._unit(depth))
        while not depth and self._is_next("|"):
            self._joined("|")
            self._at += 1
            if self._at == len(self._tokens):
                raise self._fault("an alternative is missing after '|'")
            ways += self._unit(depth)
        optional = self._is_next("?")
        if optional:
            self._joined("?")
            self._at += 1
        if len(ways) == 1 and len(ways[0]) == 1 and not optional:
            return ways[0][0]
        return Either(tuple(ways), optional)

    def _unit(self, depth: int) -> Iterator[tuple[Piece, ...]]:
        """The alternatives of a bracket, or the one word."""
        token = self._tokens[self._at]
        self._at += 1
        if token.text != "(":
            yield tuple(self._word(token.text))
            return
        if depth == DEPTH_MAX:
            raise self._fault(f"more than {DEPTH_MAX} brackets within each other")
        while True:
            way = self._sequence(depth=depth + 1)
            if not way:
                raise self._fault("an alternative is empty")
            yield tuple(way)
            if not self._is_next("|"):
                break
            self._at += 1
        if not self._is_next(")"):
            raise self._fault("a bracket is not closed")
        self._at += 1

    def _word(self, text: str) -> Iterator[Piece]:
        if not _WORD.fullmatch(text):
            raise self._fault(f"{text!r:.30} is no word; see fabula.environments.dialogue.service")
        if text == "#":
            yield Word("#")
            return
        *first, last = readings(text.removesuffix("*"))[0]
        for each in first:
            yield Word(each)
        yield Word(last, begins=text.endswith("*"))

    def _is_next(self, text: str) -> bool:
        return self._at < len(self._tokens) and self._tokens[self._at].text == text

    def _joined(self, mark: str) -> None:
        """Outside of brackets `a | b c` could mean two things."""
        token = self._tokens[self._at]
        before = self._text[: token.start][-1:].isspace()
        if before or (mark == "|" and self._text[token.end : token.end + 1].isspace()):
            raise self._fault(f"{mark!r} stands at its word, without a blank; several words go into brackets")

    def _fault(self, why: str) -> UsageError:
        return UsageError(f"pattern {self._text!r:.60}: {why}")


def _may_be_missing(piece: Piece) -> bool:
    if isinstance(piece, Either):
        return piece.optional or any(all(map(_may_be_missing, way)) for way in piece.ways)
    return isinstance(piece, Gap)
