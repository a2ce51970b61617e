"""Attention: what of all it perceived since it was last asked an agent takes in; nobody takes in everything."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

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

_PARTIES = ("agent", "to", "whom", "target", "who", "from_whom")
"""Fields that say whom an event is about."""


class _Item(NamedTuple):
    """A piece of news, weighed once for all who perceived it."""

    event: AnyEvent
    salience: int
    about: tuple[str, ...]


def attend(news: Iterable[AnyEvent]) -> dict[str, tuple[AnyEvent, ...]]:
    """For each agent, what it takes in of the news it perceived."""
    perceived: defaultdict[str, list[_Item]] = defaultdict(list)
    for event in news:
        about = tuple(getattr(event, party, "") for party in _PARTIES)
        item = _Item(event, _SALIENCE.get(type(event), 0), about)
        for name in event.seen_by:
            perceived[name].append(item)
    return {name: _most_salient(name, items) for name, items in perceived.items()}


def _most_salient(name: str, items: list[_Item]) -> tuple[AnyEvent, ...]:
    if len(items) <= EVENTS_MAX:
        return tuple([item.event for item in items])
    salience = [-item.salience - (CONCERNED if name in item.about else 0) for item in items]
    ranked = sorted(range(len(items)), key=salience.__getitem__)
    return tuple([items[number].event for number in sorted(ranked[:EVENTS_MAX])])
