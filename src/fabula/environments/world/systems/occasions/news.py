"""News: what of all that a person perceives is worth their mind's attention. Trifles are let go."""

from fabula.environments.world import events as happened
from fabula.environments.world.events import AnyEvent
from fabula.environments.world.state import Person

CLOSE_BOND = 30
"""Of those for whom one feels as much, trifles are news too."""

_NEVER: tuple[type[AnyEvent], ...] = (
    happened.WorldOpened,
    happened.HourStruck,
    happened.Tallied,
    happened.StateDigested,
    happened.SystemFailed,
    happened.WorldEnded,
    happened.FellAsleep,
    happened.Woke,
)
_TRIFLES: tuple[type[AnyEvent], ...] = (
    happened.Arrived,
    happened.Ate,
    happened.Worked,
    happened.Bought,
    happened.Sold,
    happened.PickedUp,
    happened.Dropped,
)
"""Of others news only where they are close; of oneself none."""
_OWN: tuple[type[AnyEvent], ...] = (
    happened.Came,
    happened.PlanMade,
    happened.Stole,
    happened.Said,
    happened.Gave,
    happened.Accused,
    happened.Amended,
    happened.MadeUp,
    happened.Fled,
    happened.Yielded,
    happened.Used,
    happened.UsedAbility,
)
"""What is none where one did it oneself."""


def is_news(event: AnyEvent, person: Person) -> bool:
    """Whether an event that a person perceived is news to them."""
    if isinstance(event, _NEVER):
        return False
    agent = getattr(event, "agent", "")
    if isinstance(event, _TRIFLES):
        return agent != person.name and abs(person.bonds.get(agent, 0)) >= CLOSE_BOND
    if isinstance(event, happened.Came):
        return agent != person.name and event.later
    return not (agent == person.name and isinstance(event, _OWN))
