"""Segments: the turns of a run gathered into chapters, divided where tension, place or conflict shifts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

import msgspec

from fabula.chronicle.account import Account, Turn
from fabula.chronicle.beats import Beat

TURNS_A_CHAPTER = 2.6
CHAPTERS_MAX = 14
_TURNPOINTS = frozenset({"kill", "fell", "beaten", "full"})
_NEWCOMERS = frozenset({"arrive", "trouble", "left"})
_UNEVEN = 0.4
"""What a chapter costs for each turn, squared, that it is longer or shorter than the others would be."""


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """The turns of one chapter."""

    turns: tuple[Turn, ...]
    tension_before: int
    """At the end of the turn before it; at the end of its first, if it is the first."""
    measured_before: int
    """Number of the event that says so."""

    @property
    def begins(self) -> int:
        """Number of its first event."""
        return self.turns[0].begins

    @property
    def ends(self) -> int:
        """Number after its last event."""
        return self.turns[-1].ends

    @property
    def beats(self) -> tuple[Beat, ...]:
        """Its beats, in order."""
        return tuple(beat for turn in self.turns for beat in turn.beats)

    @property
    def opens(self) -> tuple[int, ...]:
        """The events that its turns begin with."""
        return tuple(turn.begins for turn in self.turns)

    @property
    def tension(self) -> int:
        """At its end."""
        return self.turns[-1].tension


def divide(account: Account, weights: Mapping[int, float]) -> list[Segment]:
    """The turns in chapters: as many as fit their number, with the breaks where most changes from one turn to the
    next.
    """
    turns = account.turns
    if not turns:
        return []
    chapters = max(1, min(CHAPTERS_MAX, round(len(turns) / TURNS_A_CHAPTER)))
    shifts = [_shift(one, next_one, weights) for one, next_one in pairwise(turns)]
    cuts = _best_cuts(shifts, len(turns), chapters)
    bounds = [0, *cuts, len(turns)]
    segments = []
    for start, end in pairwise(bounds):
        before = turns[max(start - 1, 0)]
        segments.append(Segment(turns=turns[start:end], tension_before=before.tension, measured_before=before.measured))
    return segments


def focus(beats: Sequence[Beat], weights: Mapping[int, float]) -> str:
    """The place where most of what matters happens; empty if nothing has a place."""
    places: Counter[str] = Counter()
    for beat in beats:
        if beat.place:
            places[beat.place] += round(100 * weights[beat.head])
    return max(places, key=lambda place: (places[place], place)) if places else ""


def _shift(turn: Turn, following: Turn, weights: Mapping[int, float]) -> float:
    """How much changes between two turns."""
    shift = min(2.0, abs(following.tension - turn.tension) / 10)
    shift += 2.0 * (turn.act != following.act)
    shift += 1.0 * (focus(turn.beats, weights) != focus(following.beats, weights))
    shift += 1.5 * any(beat.key.rpartition(".")[2] in _TURNPOINTS for beat in turn.beats)
    shift += 1.0 * any(beat.family in _NEWCOMERS for beat in following.beats)
    return shift


def _best_cuts(shifts: Sequence[float], turns: int, chapters: int) -> list[int]:
    """Where to cut, so that the shifts at the cuts are large and the chapters about even (dynamic programming)."""
    even = turns / chapters
    longest = max(2, round(2 * even))
    best: list[dict[int, tuple[float, list[int]]]] = [{0: (0.0, [])}]
    for chapter in range(1, chapters + 1):
        row: dict[int, tuple[float, list[int]]] = {}
        for end in range(chapter, turns + 1):
            for start, (score, cuts) in best[-1].items():
                length = end - start
                if not 0 < length <= longest:
                    continue
                total = score - _UNEVEN * (length - even) ** 2 + (shifts[end - 1] if end < turns else 0.0)
                if end not in row or total > row[end][0]:
                    row[end] = (total, [*cuts, end])
        best.append(row)
    return best[-1][turns][1][:-1]
