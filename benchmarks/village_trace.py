"""The village trace: a recorded day of three agents, and a crowd whose every agent lives one of their days, shifted."""

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.measuring import Absent
from msgspec import Struct

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "smallville"
"""The data is not part of the repository; it lies beside it where it is used."""

PEOPLE = 3
"""Whose days were recorded."""

Place = tuple[int, int]


class Doing(Struct, frozen=True):
    """A step at which what an agent does, or says, becomes something else."""

    step: int
    what: str


class Day(Struct, frozen=True):
    """The recorded day of one agent, from the step at which the first of all wakes."""

    places: tuple[Place, ...]
    """At each step, in tiles."""
    doings: tuple[Doing, ...]


class Life(Struct, frozen=True):
    """One agent of the crowd: a day that begins somewhere within it and goes round."""

    day: Day
    shift: int
    """Steps of the day that are over when the run begins."""
    steps: int
    """Of the run, which ends before the day comes round to where it began."""

    def places(self) -> list[Place]:
        """At each step of the run."""
        length = len(self.day.places)
        return [self.day.places[(self.shift + step) % length] for step in range(self.steps)]

    def doings(self) -> dict[int, str]:
        """Step of the run -> what the agent turns to."""
        length = len(self.day.places)
        shifted = {(doing.step - self.shift) % length: doing.what for doing in self.day.doings}
        return {step: what for step, what in sorted(shifted.items()) if step < self.steps}


def crowd(agents: int, *, steps: int | None = None) -> list[Life]:
    """So many agents, each with one of the days in turn, shifted evenly over its length. steps: of the run (None: the
    whole day). Raises Absent where there is no data.
    """
    days = _days()
    length = len(days[0].places)
    return [
        Life(day=days[number % len(days)], shift=number * length // agents, steps=min(steps or length, length))
        for number in range(agents)
    ]


@cache
def _days() -> list[Day]:
    path = FOLDER / "trace_3agents.movement.json.gz"
    if not path.is_file():
        raise Absent("the village trace (../shared/data/smallville) is not here")
    changes: dict[str, dict[str, dict[str, Any]]] = json.loads(gzip.decompress(path.read_bytes()))
    steps = [changes.get(str(step), {}) for step in range(max(map(int, changes)) + 1)]
    days = [_day(person, steps) for person in sorted(steps[0])]
    woke = min(day.doings[0].step for day in days)
    return [
        Day(
            places=day.places[woke:],
            doings=tuple(Doing(step=doing.step - woke, what=doing.what) for doing in day.doings),
        )
        for day in days
    ]


def _day(person: str, steps: list[dict[str, dict[str, Any]]]) -> Day:
    """The day from midnight on. The file tells only what changes."""
    places: list[Place] = []
    doings: list[Doing] = []
    now: dict[str, Any] = {}
    for step, changed in enumerate(steps):
        before, now = now, changed.get(person, now)
        x, y = now["movement"]
        places.append((x, y))
        if before and (before["description"], before["chat"]) != (now["description"], now["chat"]):
            said = " ".join(line for _, line in now["chat"] or ())
            doings.append(Doing(step=step, what=f"{now['description']} {said}".strip()))
    return Day(places=tuple(places), doings=tuple(doings))
