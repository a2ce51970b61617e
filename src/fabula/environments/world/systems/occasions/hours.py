"""Hours: what makes it worth thinking though nothing happened - a new day, and long idleness."""

from fabula.environments.world.state import Person
from fabula.environments.world.systems.occasions.account import add_occasion
from fabula.environments.world.tick import Tick

MORNING_H, EVENING_H = 4, 20
"""From when to when a day is new to who was not up yet."""
IDLE_PONDERINGS = 18
"""Who has not been asked for so many times `ponder_ticks`, and nothing happened to them, is asked how to go on."""


def note_hours(tick: Tick, person: Person) -> None:
    """Add what the time brings a person who is awake."""
    doing = person.doing
    if MORNING_H <= tick.hour < EVENING_H and doing.get("up") != tick.day:
        doing["up"] = tick.day
        add_occasion(person, "a new day")
    last = max(person.answered, doing.setdefault("stirred", tick.now))
    if person.occasions or person.plan:
        doing["stirred"] = tick.now
    elif tick.now - last >= IDLE_PONDERINGS * tick.setting.ponder_ticks:
        doing["stirred"] = tick.now
        add_occasion(person, "nothing much has happened for a while")
