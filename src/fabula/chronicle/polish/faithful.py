"""Faithfulness: whether new words may stand in the place of a paragraph, judged by code.

What the words mean code cannot say. It holds on to what it can see - names and their order, numbers, wounds and deaths,
denials, speech, who tells it, how much of it is new - and wherever in doubt the original stands.
"""

from collections.abc import Callable

from fabula.chronicle.polish import claims, naming, signs
from fabula.chronicle.polish.naming import World, world_of

__all__ = ["World", "fault", "world_of"]

_CHECKS: tuple[Callable[[str, str], str], ...] = (
    signs.length,
    signs.unfinished,
    signs.foreign_signs,
    signs.addresses,
    signs.another_writing,
    claims.numbers,
    claims.speech,
    claims.violence,
    claims.denials,
    claims.persons,
    claims.another_text,
)


def fault(original: str, new: str, world: World) -> str:
    """Why the new text cannot stand in the original's place, in a few words that quote neither; empty if it can.

    Both are on one line. Takes time in proportion to their length.
    """
    for check in _CHECKS:
        if why := check(original, new):
            return why
    return naming.names(original, new, world)
