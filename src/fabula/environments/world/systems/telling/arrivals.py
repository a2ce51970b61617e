"""Arrivals: where people are, and when they have come somewhere to stay."""

import numpy as np

from fabula.environments.world.components import NOBODY
from fabula.environments.world.events import Arrived
from fabula.environments.world.systems.telling.scene import perceivers, place_name
from fabula.environments.world.tick import Tick

STAY_TICKS = 3
"""Who is at a place for so long has come there; who leaves sooner was passing through."""


def follow(tick: Tick) -> None:
    """Keep `person.place`, and tell of those who came to a place they had not just been at."""
    lives, people = tick.lives, tick.state.living()
    rows = lives.row_of[np.array([person.life for person in people], dtype=np.int64)]
    places = tick.ground.place_at[lives.y[rows].astype(np.int64) * tick.ground.width + lives.x[rows]]
    for person, row, at in zip(people, rows.tolist(), places.tolist(), strict=True):
        doing = person.doing
        if "arrived" not in doing:
            person.place = doing["arrived"] = at
            doing["since"] = tick.now
            continue
        if at != person.place:
            person.place, doing["since"] = at, tick.now
        if at not in (NOBODY, doing["arrived"]) and tick.now - doing["since"] >= STAY_TICKS:
            doing["arrived"] = at
            tick.tell(Arrived(agent=person.name, place=place_name(tick, at), seen_by=perceivers(tick, row)))
