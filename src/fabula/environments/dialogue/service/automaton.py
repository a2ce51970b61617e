"""The automaton: several patterns found in one walk over the words of a text.

Every place in a pattern is a bit, and a state is the set of places that may be reached: so a text is read once, each
word costs about the same whatever it says, and nothing is ever tried anew (Glushkov 1961; McNaughton and Yamada 1960).
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from fabula.environments.dialogue.service.folding import Words, is_number
from fabula.environments.dialogue.service.grammar import Either, Gap, Pattern, Piece, Word

GAP_WORDS_MAX = 6
"""Words that `...` may stand for."""
_KEPT_MAX = 4_096
"""Words and states of which is kept what follows; what is kept more is forgotten, and found again."""


class _Part(NamedTuple):
    """A part of a pattern: the places with which it may begin and end."""

    first: int
    last: int
    missing: bool
    """It may be missing."""


_NOTHING = _Part(0, 0, missing=True)


class Automaton:
    """What finds any of its patterns."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self._follow: list[int] = []
        """Place -> those that may come next."""
        self._words: dict[str, int] = {}
        """Word -> the places where it may stand; so for beginnings of words."""
        self._beginnings: dict[str, int] = {}
        self._numbers = 0
        self._any = 0
        self._starts = self._ends = 0
        self._whole_starts = self._whole_ends = 0
        """Of patterns that are the whole of what is said."""
        for pattern in patterns:
            part = self._sequence(pattern.pieces)
            if pattern.whole:
                self._whole_starts |= part.first
                self._whole_ends |= part.last
            else:
                self._starts |= part.first
                self._ends |= part.last
        self._lengths = sorted({len(beginning) for beginning in self._beginnings})
        self._places_of: dict[str, int] = {}
        self._after_of: dict[int, int] = {}

    def finds(self, words: Words) -> bool:
        """Whether one of the patterns stands in the words."""
        reached, starts, ends = 0, self._starts | self._whole_starts, self._ends
        places_of = self._places_of
        for word in words:
            places = places_of.get(word)
            if places is None:
                places = self._places(word)
            reached = (self._after(reached) | starts) & places if reached else starts & places
            if reached & ends:
                return True
            starts = self._starts
        return bool(reached & self._whole_ends)

    def spans(self, words: Words) -> Iterator[tuple[int, int]]:
        """Where they stand: of each word with which one begins, the shortest; end exclusive."""
        count = len(words)
        for start, word in enumerate(words):
            reached = (self._starts if start else self._starts | self._whole_starts) & self._places(word)
            end = start + 1
            while reached:
                if reached & self._ends or (end == count and reached & self._whole_ends):
                    yield start, end
                    break
                reached = self._after(reached) & self._places(words[end]) if end < count else 0
                end += 1

    def _places(self, word: str) -> int:
        """The places where a word may stand."""
        places = self._places_of.get(word)
        if places is None:
            places = self._any | self._words.get(word, 0)
            for length in self._lengths:
                places |= self._beginnings.get(word[:length], 0)
            if self._numbers and is_number(word):
                places |= self._numbers
            if len(self._places_of) >= _KEPT_MAX:
                self._places_of.clear()
            self._places_of[word] = places
        return places

    def _after(self, reached: int) -> int:
        """The places that may come after those."""
        after = self._after_of.get(reached)
        if after is None:
            after, left = 0, reached
            while left:
                lowest = left & -left
                after |= self._follow[lowest.bit_length() - 1]
                left ^= lowest
            if len(self._after_of) >= _KEPT_MAX:
                self._after_of.clear()
            self._after_of[reached] = after
        return after

    def _sequence(self, pieces: Sequence[Piece]) -> _Part:
        so_far = _NOTHING
        for piece in pieces:
            so_far = self._joined(so_far, self._piece(piece))
        return so_far

    def _joined(self, one: _Part, other: _Part) -> _Part:
        left = one.last
        while left:
            lowest = left & -left
            self._follow[lowest.bit_length() - 1] |= other.first
            left ^= lowest
        return _Part(
            first=one.first | (other.first if one.missing else 0),
            last=other.last | (one.last if other.missing else 0),
            missing=one.missing and other.missing,
        )

    def _piece(self, piece: Piece) -> _Part:
        match piece:
            case Word():
                return self._either([(piece,)])
            case Gap():
                return self._gap()
            case Either(ways=ways, optional=optional):
                part = self._either(ways)
                return part._replace(missing=part.missing or optional)

    def _gap(self) -> _Part:
        places = [self._place() for _ in range(GAP_WORDS_MAX)]
        for place in places:
            self._any |= place
        for place, following in pairwise(places):
            self._follow[place.bit_length() - 1] |= following
        return _Part(first=places[0], last=sum(places), missing=True)

    def _either(self, ways: Sequence[Sequence[Piece]]) -> _Part:
        """All single words among the ways share one place."""
        first = last = shared = 0
        missing = False
        for way in ways:
            match way:
                case (Word() as word,):
                    shared = shared or self._place()
                    self._note(word, shared)
                case _:
                    part = self._sequence(way)
                    first, last, missing = first | part.first, last | part.last, missing or part.missing
        return _Part(first | shared, last | shared, missing)

    def _note(self, word: Word, place: int) -> None:
        if word.letters == "#":
            self._numbers |= place
        elif word.begins:
            self._beginnings[word.letters] = self._beginnings.get(word.letters, 0) | place
        else:
            self._words[word.letters] = self._words.get(word.letters, 0) | place

    def _place(self) -> int:
        self._follow.append(0)
        return 1 << (len(self._follow) - 1)
