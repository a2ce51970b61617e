"""occasions: gives each person the news they perceived, and says when it is worth asking their mind.

`news` knows what is news to somebody, `clauses` what gives them cause to think, and `hours` what the day itself brings:
the morning, and long idleness; `openings` what tempts a thief.
"""

import numpy as np

from fabula.environments.world.state import NEWS_MAX, Person
from fabula.environments.world.systems.occasions.account import add_occasion
from fabula.environments.world.systems.occasions.clauses import Occasion, occasion
from fabula.environments.world.systems.occasions.hours import note_hours
from fabula.environments.world.systems.occasions.news import is_news
from fabula.environments.world.systems.occasions.openings import note_openings
from fabula.environments.world.tick import Tick

__all__ = ["run"]


def run(tick: Tick) -> None:
    """Hand out what happened this tick, each to those who perceived it."""
    living = {person.name: person for person in tick.state.living()}
    for event in tick.events:
        for name in event.seen_by:
            person = living.get(name)
            if person is None:
                continue
            if is_news(event, person):
                person.news = [*person.news, event][-NEWS_MAX:]
            cause = occasion(tick, event, person)
            if cause is not None:
                _note(tick, person, cause)
    rows = tick.lives.row_of[np.array([person.life for person in living.values()], dtype=np.int64)]
    for person, asleep in zip(living.values(), tick.lives.asleep[rows].tolist(), strict=True):
        if not asleep:
            note_hours(tick, person)
            note_openings(tick, person)
        elif not person.urgent:
            # What was not asked before they fell asleep is slept over.
            person.occasions = []


def _note(tick: Tick, person: Person, cause: Occasion) -> None:
    """Keep an occasion; a sleeper has none but harm."""
    if cause.harm or not _is_asleep(tick, person):
        add_occasion(person, cause.clause)
        person.urgent |= cause.urgent


def _is_asleep(tick: Tick, person: Person) -> bool:
    return bool(tick.lives.asleep[tick.lives.row(person.life)])
