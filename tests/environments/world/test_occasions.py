"""Occasions: who has cause to think, and what news they have; nobody knows what they did not perceive."""

import pytest
from tests.environments.world.worlds import Trial, a_person, a_setting

from fabula.engine.values import AgentId, Event
from fabula.environments.world import events as happened
from fabula.environments.world import minding
from fabula.environments.world.events import AnyEvent
from fabula.environments.world.saving import as_bytes
from fabula.environments.world.state import NEWS_MAX, Person
from fabula.environments.world.systems import occasions

ADA, TOM, EVE = AgentId("Ada"), AgentId("Tom"), AgentId("Eve")


def a_village(**more: int) -> Trial:
    """Ada, Tom and Eve, who are up already; Ada likes Eve, shares a house with her, and works at Long Field."""
    people = (
        a_person("Ada", bonds={"Eve": 60}),
        a_person("Tom", home="Kiln House", work="the Market"),
        a_person("Eve"),
    )
    trial = Trial(a_setting(*people, begins_h=more.get("begins_h", 6), tick_s=more.get("tick_s", 10)))
    for person in trial.state.people:
        person.doing["up"] = 1
    trial.state.opened = True
    return trial


def someone(trial: Trial, name: str) -> Person:
    person = trial.state.person(name)
    assert person is not None
    return person


def after(trial: Trial, *events: AnyEvent) -> Trial:
    """The village after a tick in which that happened."""
    tick = trial.tick()
    tick.events += events
    occasions.run(tick)
    trial.state.tick += 1
    return trial


def seen(*names: AgentId) -> tuple[AgentId, ...]:
    return tuple(sorted(names))


THEFT = happened.Stole(
    agent="Tom", from_whom="the Market", what="bread", amount=3, worth=12, owner="Ada", seen_by=seen(ADA, TOM)
)


def test_only_who_perceived_it_has_the_news() -> None:
    trial = after(a_village(), THEFT)
    assert someone(trial, "Ada").news == [THEFT]
    assert someone(trial, "Tom").news == []
    assert someone(trial, "Eve").news == []


def test_the_latest_news_are_kept() -> None:
    trial = a_village()
    for amount in range(NEWS_MAX + 5):
        after(trial, happened.Gave(agent="Tom", to="Ada", what="bread", amount=amount + 1, seen_by=seen(ADA, TOM)))
    news = someone(trial, "Ada").news
    assert len(news) == NEWS_MAX
    assert isinstance(news[-1], happened.Gave)
    assert news[-1].amount == NEWS_MAX + 5
    assert len(someone(trial, "Ada").occasions) <= 8


def test_trifles_are_no_news_unless_they_are_of_somebody_close() -> None:
    around = seen(ADA, TOM, EVE)
    trifles = [happened.Arrived(agent=name, place="the Crow", seen_by=around) for name in around]
    trial = after(a_village(), *trifles, happened.HourStruck(day=1, hour=7, seen_by=around))
    assert [event.agent for event in someone(trial, "Ada").news if isinstance(event, happened.Arrived)] == ["Eve"]
    assert someone(trial, "Tom").news == []
    assert not someone(trial, "Ada").occasions


BLOW = happened.Attacked(agent="Tom", target="Ada", harm=60, first=True, seen_by=seen(ADA, TOM))


@pytest.mark.parametrize(
    ("event", "clause", "urgent"),
    [
        (BLOW, "struck by Tom", True),
        (happened.Attacked(agent="Tom", target="Eve", harm=60, seen_by=seen(ADA)), "saw Tom strike Eve", True),
        (THEFT, "Tom took 3 bread of yours from the Market", True),
        (
            happened.Stole(agent="Tom", from_whom="Ada", what="coin", amount=5, worth=5, seen_by=seen(ADA)),
            "Tom took 5 pence from you",
            True,
        ),
        (
            happened.Stole(agent="Tom", from_whom="the Market", what="bread", amount=2, worth=8, seen_by=seen(ADA)),
            "saw Tom take 2 bread from the Market",
            False,
        ),
        (happened.Accused(agent="Tom", whom="Ada", of="theft", seen_by=seen(ADA)), "Tom accused you of theft", True),
        (
            happened.Said(agent="Tom", to="Ada", text="Well?", tone="asking", seen_by=seen(ADA)),
            "Tom spoke to you",
            False,
        ),
        (
            happened.Gave(agent="Tom", to="Ada", what="bread", amount=1, seen_by=seen(ADA)),
            "Tom gave you 1 bread",
            False,
        ),
        (happened.Amended(agent="Tom", whom="Ada", for_what="x", seen_by=seen(ADA)), "Tom made amends to you", False),
        (happened.MadeUp(agent="Tom", whom="Ada", bond=0, seen_by=seen(ADA)), "Tom made up with you", False),
        (happened.Met(agent="Ada", whom="Tom", seen_by=seen(ADA)), "met Tom for the first time today", False),
        (happened.Died(agent="Tom", cause="hunger", seen_by=seen(ADA)), "saw Tom die", False),
        (happened.PlanDone(agent="Ada", what="buy bread", seen_by=seen(ADA)), "the plan is done: buy bread", False),
        (
            happened.PlanBroken(agent="Ada", what="buy bread", why="it is sold out", seen_by=seen(ADA)),
            "the plan is broken: buy bread, since it is sold out",
            False,
        ),
        (
            happened.Refused(agent="Ada", tried="fly", why="no wings", seen_by=seen(ADA)),
            "could not fly: no wings",
            False,
        ),
        (happened.WentHungry(agent="Ada", seen_by=seen(ADA)), "hungry with nothing to eat", False),
        (happened.WentHungry(agent="Eve", seen_by=seen(ADA)), "saw Eve go hungry", False),
        (
            happened.PriceMoved(place="Long Field", what="bread", before=4, now=6, why="scarce", seen_by=seen(ADA)),
            "the price of bread at Long Field rose to 6 pence",
            False,
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Event) else None,
)
def test_what_gives_cause_to_think(event: AnyEvent, clause: str, urgent: bool) -> None:
    ada = someone(after(a_village(), event), "Ada")
    assert (ada.occasions, ada.urgent) == ([clause], urgent)


@pytest.mark.parametrize(
    "event",
    [
        happened.Said(agent="Tom", to="Eve", text="Good day.", seen_by=seen(ADA, EVE)),
        happened.WentHungry(agent="Tom", seen_by=seen(ADA, TOM)),
        happened.PriceMoved(place="the Market", what="bread", before=4, now=6, why="scarce", seen_by=seen(ADA)),
        happened.PlanDone(agent="Tom", what="buy bread", seen_by=seen(TOM)),
        happened.Stole(agent="Ada", from_whom="the Market", what="bread", amount=2, worth=8, seen_by=seen(ADA)),
        happened.Attacked(agent="Ada", target="Tom", harm=60, seen_by=seen(ADA)),
        happened.Met(agent="Ada", whom="Eve", seen_by=seen(ADA)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_gives_none(event: AnyEvent) -> None:
    assert not someone(after(a_village(), event), "Ada").occasions


def test_small_talk_gives_no_cause_to_think_and_the_same_person_only_once_an_hour() -> None:
    trial = after(a_village(), happened.Said(agent="Tom", to="Ada", text="Good day.", seen_by=seen(ADA)))
    assert not someone(trial, "Ada").occasions
    asks = happened.Said(agent="Tom", to="Ada", text="Well?", tone="asking", seen_by=seen(ADA))
    for tick, thinks in ((10, True), (300, False), (400, True)):
        someone(trial, "Ada").occasions, trial.state.tick = [], tick
        assert ("Tom spoke to you" in someone(after(trial, asks), "Ada").occasions) == thinks


def test_who_would_steal_notices_that_nobody_is_looking() -> None:
    trial = a_village()
    trial.put("Ada", 12, 7)
    for sleeper in ("Tom", "Eve"):
        trial.state.lives.asleep[trial.row(sleeper)] = 1
    trial.state.tick = 6
    assert not someone(after(trial), "Ada").occasions
    trial.state.lives.honesty[trial.row("Ada")] = 10
    trial.state.tick = 12
    assert someone(after(trial), "Ada").occasions == ["nobody is looking at the Market"]


def test_a_sleeper_has_no_occasion_but_harm() -> None:
    trial = a_village()
    trial.state.lives.asleep[trial.row("Ada")] = 1
    after(trial, happened.Said(agent="Tom", to="Ada", text="Well?", tone="asking", seen_by=seen(ADA)))
    assert not someone(trial, "Ada").occasions
    after(trial, BLOW)
    assert someone(trial, "Ada").occasions == ["struck by Tom"]


def test_who_falls_asleep_before_they_are_asked_sleeps_over_it() -> None:
    trial = a_village()
    after(trial, happened.Said(agent="Tom", to="Ada", text="Well?", tone="asking", seen_by=seen(ADA)))
    trial.state.lives.asleep[trial.row("Ada")] = 1
    after(trial)
    assert not someone(trial, "Ada").occasions
    assert not trial.world.observe(trial.state)


def test_a_new_day_is_worth_a_thought_once_and_only_when_awake() -> None:
    trial = a_village()
    ada = someone(trial, "Ada")
    del ada.doing["up"]
    trial.state.lives.asleep[trial.row("Ada")] = 1
    after(trial)
    assert not ada.occasions
    trial.state.lives.asleep[trial.row("Ada")] = 0
    after(trial)
    assert ada.occasions == ["a new day"]
    ada.occasions = []
    after(trial)
    assert not ada.occasions


def test_nights_bring_no_new_day() -> None:
    trial = a_village(begins_h=22)
    del someone(trial, "Ada").doing["up"]
    assert not someone(after(trial), "Ada").occasions


def test_long_idleness_is_worth_a_thought() -> None:
    trial = a_village()
    for _ in range(18 * trial.world.setting.ponder_ticks):
        after(trial)
    assert not someone(trial, "Ada").occasions
    after(trial)
    assert someone(trial, "Ada").occasions == ["nothing much has happened for a while"]


def test_one_thought_at_a_time() -> None:
    trial = after(a_village(), BLOW)
    (asked,) = trial.world.observe(trial.state)
    assert (asked.agent, asked.step, asked.due) == ("Ada", 1, 4)

    minding.begin_thoughts(trial.tick())
    after(trial, BLOW)

    assert not trial.world.observe(trial.state)
    assert someone(trial, "Ada").occasions == ["struck by Tom"]


def test_what_is_not_urgent_waits_until_one_has_pondered() -> None:
    trial = a_village()
    someone(trial, "Ada").answered = 0
    after(trial, happened.Said(agent="Tom", to="Ada", text="Well?", tone="asking", seen_by=seen(ADA)))
    assert not trial.world.observe(trial.state)
    trial.state.tick = trial.world.setting.ponder_ticks
    assert [one.agent for one in trial.world.observe(trial.state)] == ["Ada"]


def test_harm_does_not_wait() -> None:
    trial = a_village()
    someone(trial, "Ada").answered = 0
    after(trial, BLOW)
    assert [one.agent for one in trial.world.observe(trial.state)] == ["Ada"]


def test_people_are_asked_by_name_and_told_only_what_they_perceived() -> None:
    asks = happened.Said(agent="Ada", to="Eve", text="Well?", tone="asking", seen_by=seen(ADA, EVE))
    trial = after(a_village(), THEFT, asks)
    asked = trial.world.observe(trial.state)
    assert [one.agent for one in asked] == ["Ada", "Eve"]
    assert all(one.agent in event.seen_by for one in asked for event in one.events)


def test_to_observe_changes_nothing() -> None:
    trial = after(a_village(), THEFT)
    before = as_bytes(trial.state)
    assert trial.world.observe(trial.state) == trial.world.observe(trial.state)
    assert as_bytes(trial.state) == before


def test_the_dead_have_no_news() -> None:
    trial = a_village()
    someone(trial, "Ada").life = -1
    after(trial, THEFT)
    assert not someone(trial, "Ada").news
