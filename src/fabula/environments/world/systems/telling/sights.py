"""Sights: whom people see, and whom they see for the first time this day."""

from itertools import compress, repeat

import numpy as np

from fabula.engine.values import AgentId
from fabula.environments.world.events import Met
from fabula.environments.world.sightlines import Company, all_in_sight, company
from fabula.environments.world.state import Person
from fabula.environments.world.systems.telling.scene import place_name
from fabula.environments.world.tick import Tick

LOOK_EVERY = 4
"""Ticks."""
MATTERS_BOND = 30
"""Whoever somebody likes or dislikes as much matters to them."""


def look(tick: Tick) -> None:
    """Note whom everyone who is awake sees, and tell of those who matter to them and were not seen before today."""
    all_ = company(tick.state, tick.ground)
    seen = all_in_sight(tick.ground, all_, tick.setting.sight)
    names = [person.name for person in all_.people]
    for viewer in np.flatnonzero(all_.awake & seen.any(axis=1)).tolist():
        _see(tick, all_, viewer, list(compress(names, seen[viewer].tolist())))


def matters(person: Person, other: str) -> bool:
    """Whether somebody is dear or loathed to a person, or there is bad blood or a wrong between them."""
    return (
        abs(person.bonds.get(other, 0)) >= MATTERS_BOND
        or any(quarrel.whom == other for quarrel in person.quarrels)
        or any(other in (wrong.by, wrong.to) and not wrong.settled for wrong in person.wrongs)
    )


def _see(tick: Tick, all_: Company, viewer: int, others: list[AgentId]) -> None:
    person, midnight = all_.people[viewer], tick.now - tick.second // tick.setting.tick_s
    before = list(map(person.seen.get, others))
    person.seen.update(zip(others, repeat(tick.now)))
    if None not in before and min(before) >= midnight:  # type: ignore[type-var, operator]
        return
    for other, last in zip(others, before, strict=True):
        if last is not None and last >= midnight:
            continue
        if matters(person, other) or (last is None and _is_stranger(tick, all_, viewer, other)):
            place = place_name(tick, int(all_.place[viewer]))
            tick.tell(Met(agent=person.name, whom=other, place=place, seen_by=(person.name,)))


def _is_stranger(tick: Tick, all_: Company, viewer: int, other: AgentId) -> bool:
    """Whether somebody who was never seen before is not of the own faction, or came only later: those who live
    together from the start know one another.
    """
    if other in all_.people[viewer].bonds:
        return False
    lives, one = tick.lives, int(all_.rows[viewer])
    two = next(int(row) for person, row in zip(all_.people, all_.rows, strict=True) if person.name == other)
    return lives.seat[two] >= len(tick.setting.people) or bool(lives.faction[one] != lives.faction[two])
