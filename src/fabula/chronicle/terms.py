"""Terms: the small change of facts - numbers, parties, conditions, the words for how sides stand."""

from fabula.chronicle.account import Account
from fabula.chronicle.grammar import Fact, Fill
from fabula.chronicle.names import number

FEELING = 33
"""A bond beyond this, either way, is love or hatred to a storyteller."""

Facts = dict[str, Fill]
"""What templates may say, by the name of the fill."""

_STANCES = (
    (-75, "at daggers drawn"),
    (-40, "hostile"),
    (-10, "cold"),
    (9, "indifferent"),
    (39, "civil"),
    (74, "friendly"),
)


def party(account: Account, name: str, event: int) -> Fill:
    """An agent as somebody who can be called by name, anything else as words."""
    return name if name in account.people else Fact(account.names.full(name), (event,))


def named(account: Account, name: str, *events: int) -> Fact:
    """The name of a place, a thing, a side, a clock or a danger."""
    return Fact(account.names.full(name), events)


def numbers(name: str, value: int, *events: int) -> Facts:
    """A number in words, in digits (`_n`), and as points in digits (`_pts`)."""
    points = f"{value} point" if value == 1 else f"{value} points"
    return {
        name: Fact(number(value) if value else "nothing", events),
        f"{name}_n": Fact(str(value), events),
        f"{name}_pts": Fact(points, events),
    }


def fullness(filled: int, segments: int) -> str:
    """How far a clock has come, as a person would say it, in words that follow `was`."""
    if segments - filled == 1 < filled:
        return "one short of full"
    share = filled / segments if segments else 1.0
    return next(words for most, words in _FULLNESS if share <= most)


_FULLNESS = (
    (0.0, "empty"),
    (0.2, "hardly begun"),
    (0.45, "not yet half full"),
    (0.55, "half full"),
    (0.8, "more than half full"),
    (0.99, "all but full"),
    (float("inf"), "full"),
)


def condition(*events: int) -> Fact:
    """A fact without words of its own: what it rests on."""
    return Fact("", events)


def stance_word(points: int) -> str:
    """How a side stands to another, in a word that follows `was`."""
    return next((word for most, word in _STANCES if points <= most), "devoted")


def signed(points: int) -> str:
    """`+12`, `−40`."""
    return f"{points:+d}".replace("-", "−")
