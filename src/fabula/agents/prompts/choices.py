"""Choices: the options that a prompt lists, each under the number by which it is answered."""

from collections.abc import Mapping, Sequence

import msgspec

from fabula.agents.prompts.language import deed_in_words
from fabula.engine.values import Option

LISTED_MAX = 12
"""Options in a prompt; the others can still be chosen by their number, or put into words."""
MIDDLING = 0.5
"""The strength of a drive that nothing is said about."""


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One option as a prompt lists it."""

    number: int
    """From 1, its place in the observation."""
    deed: str
    """`talk (to: Edda, about: the lamps)`."""
    reason: str
    """What speaks for it."""


def choices(options: Sequence[Option], drives: Mapping[str, float], *, most: int = LISTED_MAX) -> tuple[Choice, ...]:
    """The options that are worth most to somebody of these drives, in the observation's order.

    drives: drive -> strength, 0.0 to 1.0. Of two that are worth the same the earlier one is listed.
    """
    ranked = sorted(range(len(options)), key=lambda index: -_worth(options[index], drives))
    return tuple(_choice(index, options[index]) for index in sorted(ranked[:most]))


def _worth(option: Option, drives: Mapping[str, float]) -> float:
    return option.worth + sum(appeal * drives.get(drive, MIDDLING) for drive, appeal in option.appeals.items())


def _choice(index: int, option: Option) -> Choice:
    return Choice(number=index + 1, deed=deed_in_words(option.action), reason=option.action.reason)
