"""Attention: which of the things an agent perceived since it was last asked it is asked about; nobody takes in
everything.
"""

from collections import defaultdict
from collections.abc import Iterable

from fabula.environments.campaign import events as happened
from fabula.environments.campaign.events import AnyEvent

EVENTS_MAX = 12
"""Events an agent takes in a turn: the most salient, in the order in which they happened."""

_SALIENCE: dict[type[AnyEvent], int] = {
    happened.CampaignOpened: 90,
    happened.Complicated: 90,
    happened.Fell: 85,
    happened.Learned: 80,
    happened.ThreatArrived: 75,
    happened.Wounded: 70,
    happened.Noticed: 65,
    happened.Refused: 65,
    happened.Attacked: 60,
    happened.Beaten: 60,
    happened.Threatened: 50,
    happened.Spoke: 50,
    happened.Took: 50,
    happened.Gave: 45,
    happened.Used: 45,
    happened.WayChanged: 45,
    happened.Persuaded: 45,
    happened.Searched: 40,
    happened.ClockMoved: 40,
    happened.ThreatMoved: 40,
    happened.StanceChanged: 35,
    happened.Left: 35,
    happened.Appeared: 35,
    happened.Aided: 30,
    happened.Attempted: 30,
    happened.Defended: 25,
    happened.Joined: 20,
    happened.Moved: 20,
    happened.BondChanged: 15,
    happened.Rested: 5,
}
"""How much each kind of event draws the eye; those not named are hardly noticed."""

CONCERNED = 30
"""What it adds that the event is about the agent itself."""


def attend(news: Iterable[AnyEvent]) -> dict[str, tuple[AnyEvent, ...]]:
    """For each agent, what it takes in of the news it perceived."""
    perceived: defaultdict[str, list[AnyEvent]] = defaultdict(list)
    for event in news:
        for name in event.seen_by:
            perceived[name].append(event)
    return {name: _most_salient(name, events) for name, events in perceived.items()}


def _most_salient(name: str, events: list[AnyEvent]) -> tuple[AnyEvent, ...]:
    if len(events) <= EVENTS_MAX:
        return tuple(events)
    ranked = sorted(range(len(events)), key=lambda number: (-_salience(events[number], name), number))
    return tuple(events[number] for number in sorted(ranked[:EVENTS_MAX]))


def _salience(event: AnyEvent, name: str) -> int:
    about = any(getattr(event, field, None) == name for field in ("agent", "to", "whom", "target", "who", "from_whom"))
    return _SALIENCE.get(type(event), 0) + (CONCERNED if about else 0)
