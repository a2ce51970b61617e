"""The order in which the systems are worked, and those from outside."""

from collections.abc import Callable, Sequence
from importlib.metadata import entry_points
from typing import TypeAlias

from fabula.environments.world.systems import (
    abilities,
    births,
    calendar,
    combat,
    deaths,
    growth,
    index,
    interruption,
    livelihood,
    movement,
    needs,
    occasions,
    perception,
    plans,
    prices,
    reflex,
    society,
    talk,
    tally,
    telling,
    theft,
)
from fabula.environments.world.tick import Tick
from fabula.errors import UsageError, did_you_mean

GROUP = "fabula.systems"

System: TypeAlias = Callable[[Tick], None]

OURS: tuple[tuple[str, System], ...] = (
    ("calendar", calendar.run),
    ("growth", growth.run),
    ("needs", needs.run),
    ("index", index.run),
    ("perception", perception.run),
    ("reflex", reflex.run),
    ("plans", plans.run),
    ("movement", movement.run),
    ("combat", combat.run),
    ("livelihood", livelihood.run),
    ("theft", theft.run),
    ("prices", prices.run),
    ("abilities", abilities.run),
    ("births", births.run),
    ("deaths", deaths.run),
    ("talk", talk.run),
    ("telling", telling.run),
    ("interruption", interruption.run),
    ("society", society.run),
    ("occasions", occasions.run),
    ("tally", tally.run),
)
"""Name and system, first to last. `telling` tells what people do and suffer; what only reads that comes after."""


def systems_named(names: Sequence[str]) -> tuple[tuple[str, System], ...]:
    """The systems from outside that a setting names. Raises UsageError for one that is not installed."""
    registered = {point.name: point for point in entry_points(group=GROUP)}
    for name in names:
        if name not in registered:
            raise UsageError(f"no system {name!r} is installed.{did_you_mean(name, registered)}")
    return tuple((name, registered[name].load()) for name in names)
