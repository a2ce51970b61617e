"""Builders of small made-up days in a world."""

from collections.abc import Sequence

from fabula.engine.values import AgentId, Event
from fabula.environments.world import events as ev

EVERYONE = ("Ada Brook", "Ben Reed", "Cora Lane")


def a_day(*happened: Event, people: Sequence[str] = EVERYONE, begins_h: int = 6) -> list[Event]:
    """A world of a few people, in which that happened on the first day."""
    opened = ev.WorldOpened(
        title="Elmford", about="", people=len(people), lives=len(people), tick_s=10, begins_h=begins_h
    )
    came = [ev.Came(agent=name, place="Elm House", home="Elm House", role="Baker") for name in people]
    return [opened, *came, ev.DayBegan(day=1), *happened]


def hour(at: int, *, day: int = 1) -> Event:
    return ev.HourStruck(day=day, hour=at)


def a_theft(thief: str = "Ben Reed", victim: str = "Ada Brook", *, seen_by: Sequence[str] = ()) -> Event:
    return ev.Stole(
        agent=thief,
        place="the Bakery",
        from_whom="the Bakery",
        owner=victim,
        what="bread",
        amount=3,
        worth=12,
        seen_by=tuple(map(AgentId, sorted({thief, *seen_by}))),
    )


def a_theft_and_its_end() -> list[Event]:
    """Taken in the morning, missed at noon, charged and made good in the afternoon."""
    what = "taking 3 bread from the Bakery"
    return a_day(
        hour(8),
        a_theft(),
        hour(12),
        ev.Missed(agent="Ada Brook", place="the Bakery", what="bread", amount=3, suspect="Ben Reed"),
        hour(14),
        ev.Accused(agent="Ada Brook", whom="Ben Reed", of=what, text="Where is my bread?", owned_up=True),
        hour(15),
        ev.Amended(agent="Ben Reed", whom="Ada Brook", for_what=what, amount=12, text="Here is what I owe."),
    )


def a_lively_day() -> list[Event]:
    """A little of everything."""
    return [
        *a_theft_and_its_end(),
        hour(16),
        ev.Quarrelled(agent="Ada Brook", whom="Cora Lane", about="the well", bond=-40, place="the Square"),
        ev.Said(agent="Ada Brook", to="Cora Lane", text="Never again!", tone="angry"),
        ev.Said(agent="Cora Lane", to="Ben Reed", text="Have you heard?", news="Ada Brook quarrelled with Cora Lane"),
        ev.MadeUp(agent="Cora Lane", whom="Ada Brook", bond=5, about="the well", how="Let it be."),
        ev.Worked(agent="Ada Brook", place="the Bakery", made="bread", amount=4, wage=8),
        ev.Bought(agent="Cora Lane", what="bread", amount=2, price=8, seller="the Bakery"),
        ev.PriceMoved(place="the Bakery", what="bread", before=4, now=6, why="scarce"),
        ev.RanOut(place="the Bakery", what="bread"),
        ev.WentHungry(agent="Ben Reed"),
        ev.PlanMade(agent="Ben Reed", what="sell 2 wool to the Market", why="the purse is light; greed asks it"),
        ev.PlanBroken(agent="Ben Reed", what="sell 2 wool to the Market", why="it is closed"),
        hour(20),
        ev.Came(agent="Dan Stone", place="the Inn", role="Pedlar", later=True),
        ev.Attacked(agent="Dan Stone", target="Ben Reed", harm=50, first=True),
        ev.Died(agent="Ben Reed", cause="blows", by="Dan Stone", place="the Square"),
        ev.Tallied(faction="the Vale", lives=90, born=2, starved=5, slain=3),
    ]


def many_days(count: int) -> list[Event]:
    """The same lively day over and over."""
    head, day = a_day(), a_lively_day()[len(a_day()) :]
    events = list(head)
    for number in range(1, count + 1):
        events.append(ev.DayBegan(day=number))
        events += [hour(event.hour, day=number) if isinstance(event, ev.HourStruck) else event for event in day]
    return events
