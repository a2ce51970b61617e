"""Points: what a speaker was given to say, brought where it answers what was said."""

from collections.abc import Sequence

from fabula.environments.dialogue.rhetoric.advancing import quoted_lead, reason
from fabula.environments.dialogue.rhetoric.composing import Turn
from fabula.environments.dialogue.rhetoric.english import words_in
from fabula.environments.dialogue.rhetoric.grounds import grounds_in
from fabula.environments.dialogue.rhetoric.reading import WEAK, Heard
from fabula.environments.dialogue.rhetoric.telling import inside

STEM_LETTERS = 5
"""Words that begin with so many letters alike are taken for one: `house` and `houses`, not `bore` and `borings`."""
FITS_FROM = 2
"""So many words must a point share with a question to be its answer."""
LOOKED_BACK = 3
"""Turns in which a question that nobody answered is still open."""


def best_point(turn: Turn, text: str) -> tuple[str, int]:
    """The point not yet said that shares most with a text, and how many words; an empty one where none is left."""
    about = _telling(text, words_in(turn.matter.outlook.topic))
    shared = [(point, len(about & _telling(point, ()))) for point in turn.points_left()]
    return max(shared, key=lambda each: each[1], default=("", 0))


def answer_with_point(turn: Turn) -> bool:
    """Answer a question, whoever was asked, to which what it came to say is the answer."""
    matter = turn.matter
    for each in reversed(matter.heard[-LOOKED_BACK:]):
        if each.line.speaker == matter.me:
            return False
        point, shared = best_point(turn, each.question) if each.question else ("", 0)
        if shared >= FITS_FROM:
            return turn.say_given(
                inside(turn, point), lead=turn.opener("answer"), why="answers with what it came to say"
            )
    return False


def react_to_point(turn: Turn, last: Heard) -> bool:
    """Set against somebody's point, word for word, what it has to say itself; False where it has nothing."""
    point, shared = best_point(turn, last.line.text)
    lead = quoted_lead(turn, last, "quote.no")
    if point and (shared or turn.stream.chance(0.5)):
        return turn.say_given(inside(turn, point), lead=lead, why="sets against it what it came to say")
    grounds = [ground for ground in grounds_in(last.line.text) if ground in turn.matter.grounds]
    fresh = next((ground for ground in grounds if ground not in turn.matter.argued), None)
    return reason(turn, ground=fresh, lead=lead)


def _telling(text: str, apart: Sequence[str]) -> frozenset[str]:
    words = [word for word in words_in(text) if word not in WEAK and word not in apart and len(word) > 2]
    return frozenset(word[:STEM_LETTERS] for word in words)
