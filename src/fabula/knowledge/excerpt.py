"""Excerpts: the words around what was looked for, as they were said."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from fabula.knowledge.folding import Token, tokens
from fabula.knowledge.found import Piece

EXCERPT_LETTERS = 160
"""Of an excerpt, about; each word counts one more than it has."""

LEAD_LETTERS = 40
"""Of them, those before the first hit."""

HITS_MAX = 1_000
"""Where the best excerpt of a long text may begin: so many hits are tried."""


class Term(NamedTuple):
    """A word or phrase that is looked for, folded."""

    words: tuple[str, ...]
    begins: bool
    """The last word may go on."""


class _Hit(NamedTuple):
    term: int
    first: int
    """Number of its first token."""
    after: int


def excerpt(said: str, terms: Sequence[Term]) -> tuple[Piece, ...]:
    """The part of a text that has most of what was looked for, the finds marked and an ellipsis where it was cut."""
    read = tokens(said)
    hits = sorted(_hits(read, terms), key=lambda hit: (hit.first, hit.after))
    first, after = _window(read, hits)
    begin = read[first].start if first else 0
    end = max(read[after - 1].end, begin) if after < len(read) else len(said)
    spans = [(read[hit.first].start, read[hit.after - 1].end) for hit in hits if first <= hit.first < after]
    return tuple(_pieces(said, begin, end, spans))


def _hits(read: Sequence[Token], terms: Sequence[Term]) -> Iterator[_Hit]:
    words = [token.text for token in read]
    for number, (wanted, begins) in enumerate(terms):
        *whole, last = wanted
        for at, word in enumerate(words):
            if word == last or (begins and word.startswith(last)):
                first = at - len(whole)
                if first >= 0 and words[first:at] == whole:
                    yield _Hit(number, first, at + 1)


def _window(read: Sequence[Token], hits: Sequence[_Hit]) -> tuple[int, int]:
    """The first token of the excerpt and the one after it: most terms, then most hits, then the earliest."""
    before = [0, *accumulate(len(token.text) + 1 for token in read)]  # How many letters stand before each token.
    if before[-1] <= EXCERPT_LETTERS:
        return 0, len(read)
    firsts = [hit.first for hit in hits]
    begin, best = 0, (0, 0)
    for at in dict.fromkeys(firsts[:HITS_MAX]):
        after = _reach(before, at, EXCERPT_LETTERS - LEAD_LETTERS)
        inside = hits[bisect_left(firsts, at) : bisect_left(firsts, after)]
        if (worth := (len({hit.term for hit in inside}), len(inside))) > best:
            begin, best = at, worth
    first = bisect_left(before, before[begin] - LEAD_LETTERS)
    return first, _reach(before, first, EXCERPT_LETTERS, least=begin + 1)


def _reach(before: Sequence[int], first: int, letters: int, *, least: int = 0) -> int:
    """The token after the last of as many as have so many letters."""
    return max(bisect_right(before, before[first] + letters) - 1, first + 1, least)


def _pieces(said: str, begin: int, end: int, spans: Sequence[tuple[int, int]]) -> Iterator[Piece]:
    """The stretch of the text in pieces; hits that overlap or touch are one."""
    lead = "…" if begin else ""
    for start, stop in _joined(spans):
        if before := lead + said[begin:start]:
            yield Piece(before, is_hit=False)
        yield Piece(said[start:stop], is_hit=True)
        begin, lead = stop, ""
    if after := lead + said[begin : max(begin, end)] + ("…" if max(begin, end) < len(said) else ""):
        yield Piece(after, is_hit=False)


def _joined(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, stop in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((start, stop))
    return joined
