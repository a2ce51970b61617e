"""Moments: what is worth a sentence, where it belongs and how much it matters - before it is put into words."""

from collections.abc import Mapping, Sequence

import msgspec

from fabula.chronicle.annals.history import History


class Who(str):
    """The name of somebody or something that acts: whole at first, shorter afterwards."""

    __slots__ = ()


class Several(tuple[str, ...]):
    """The names of several, told as a list."""

    __slots__ = ()


Slot = str | Several


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence to come."""

    at: int
    """Number of the event at which it is told."""
    group: str
    """The thread it belongs to: moments of one thread make a paragraph."""
    weight: int
    """How much it matters, 0 to 100: where there is no room for all, the lightest are left out."""
    rule: str
    """Of `phrases`."""
    slots: Mapping[str, Slot]
    events: tuple[int, ...] = ()
    """What it rests on besides `at`."""


DAILY = 100
"""Threads are told in the order in which they begin; what is called `daily …` comes after them."""


def at_hour(history: History, at: int) -> str:
    """When something happened, as far as events say: within an hour."""
    hour = history.hour[at]
    return f"between {_clock(hour)} and {_clock(hour + 1)}" if history.span == 1 else f"on day {history.day[at]}"


def before_hour(history: History, at: int) -> str:
    """The hour by which something had happened."""
    return f"by {_clock(history.hour[at] + 1)}" if history.span == 1 else f"by the end of day {history.day[at]}"


def after_hour(history: History, at: int) -> str:
    """The hour after which something happened."""
    return f"after {_clock(history.hour[at])}" if history.span == 1 else f"on day {history.day[at]}"


def times_of_day(history: History, at: int) -> dict[str, Slot]:
    """The slots that say when: `when`, `by`, `after`."""
    return {"when": at_hour(history, at), "by": before_hour(history, at), "after": after_hour(history, at)}


_HOURS = "midnight one two three four five six seven eight nine ten eleven noon".split()


def _clock(hour: int) -> str:
    hour %= 24
    return _HOURS[hour] if hour <= 12 else _HOURS[hour - 12]


def joined(parts: Sequence[str]) -> str:
    """Clauses in a row."""
    return "; ".join(part for part in parts if part)
