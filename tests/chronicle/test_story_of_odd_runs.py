"""Runs that are hardly runs still give a story that says so: empty, stopped midway, everyone fallen, idle."""

from typing import Any

import pytest
from tests.chronicle.runs import a_run

from fabula.chronicle import STYLES, account_from_events, tell, to_html, to_markdown
from fabula.chronicle.names import ordinal
from fabula.chronicle.story import Story
from fabula.engine.values import AgentId, Event
from fabula.environments.campaign import events as ev
from fabula.environments.campaign.setting import Style

OPENED = ev.CampaignOpened(title="A Small Thing", question="Will it hold?", turns=3, text="It was raining. It had.")


def told(events: list[Event], style: Style) -> tuple[Story, str]:
    story = tell(account_from_events(events), style=style)
    assert to_html(story).startswith("<!DOCTYPE html>")
    page = to_markdown(story)
    assert "{" not in page
    assert "  " not in page.replace("\n", "")
    return story, page


def turns(*numbers: int) -> list[Event]:
    return [ev.TurnBegan(turn=number, tension=10, act="setup") for number in numbers]


def joined(*names: str) -> list[Event]:
    return [ev.Joined(agent=name, place="the Quay") for name in names]


@pytest.mark.parametrize("style", STYLES)
def test_nothing_at_all(style: Style) -> None:
    story, page = told([], style)
    assert story.title == "An Untitled Campaign"
    assert [chapter.number for chapter in story.chapters] == [0]
    assert "nothing" in page.casefold() or "no record" in page or "no entries" in page.casefold()


@pytest.mark.parametrize("style", STYLES)
def test_only_an_opening(style: Style) -> None:
    _, page = told([OPENED, *joined("Mira")], style)
    assert "It was raining" in page
    assert "Mira" in page


@pytest.mark.parametrize("style", STYLES)
def test_one_turn(style: Style) -> None:
    moved = ev.Moved(agent="Mira", origin="the Quay", to="the Stair", seen_by=(AgentId("Mira"),))
    story, page = told([OPENED, *joined("Mira", "Tom"), *turns(1), moved], style)
    assert [chapter.number for chapter in story.chapters] == [1, 0]
    assert "the Stair" in page


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("cut", [60, 120, 180])
def test_a_run_that_was_stopped_midway_says_that_it_broke_off(style: Style, cut: int) -> None:
    events = a_run(3)[:cut]
    _, page = told(events, style)
    last = max(event.turn for event in events if isinstance(event, ev.TurnBegan))
    end = page[page.index("## The End") :]
    words = ("breaks off", "stops", "Log ends", "ceased", "as far as the log goes", "stopped writing", "broke off")
    assert any(word in end for word in words), end[:300]
    assert ordinal(last) in end or f"turn {last}" in end


@pytest.mark.parametrize("style", STYLES)
def test_a_run_stopped_by_its_keeper(style: Style) -> None:
    ended = ev.CampaignEnded(outcome="stopped", name="Stopped", text="")
    _, page = told([OPENED, *joined("Mira"), *turns(1, 2), ended], style)
    assert "Stopped" in page


@pytest.mark.parametrize("style", STYLES)
def test_everyone_fallen(style: Style) -> None:
    names = ("Mira", "Tom")
    falls: list[Event] = [ev.Fell(who=name, place="the Quay", by="the fire", dead=name == "Tom") for name in names]
    _, page = told([OPENED, *joined(*names), *turns(1), *falls, *turns(2, 3)], style)
    for name in names:
        assert name in page[page.index("## The End") :]


@pytest.mark.parametrize("style", STYLES)
def test_nobody_does_anything(style: Style) -> None:
    waits: list[Event] = []
    for number in range(1, 7):
        waits += turns(number)
        waits += [ev.Waited(agent=name, place="the Quay") for name in ("Mira", "Tom")]
    told([OPENED, *joined("Mira", "Tom"), *waits], style)


@pytest.mark.parametrize("style", STYLES)
def test_turns_in_which_nothing_happens(style: Style) -> None:
    story, _ = told([OPENED, *joined("Mira"), *turns(*range(1, 15))], style)
    assert all(chapter.title for chapter in story.chapters)


@pytest.mark.parametrize("style", STYLES)
def test_events_before_the_first_turn_and_people_nobody_introduced(style: Style) -> None:
    strange: list[Event] = [
        ev.Attacked(agent="Stranger", target="Nobody", place="the Quay", harm=1, roll=9, against=3, outcome="success"),
        ev.Wounded(who="Nobody", place="the Quay", by="Stranger", harm=1, left=0),
        ev.BondChanged(agent="Stranger", toward="Nobody", by=-5, now=-5, because="attacked"),
        *turns(1),
        ev.Gave(agent="Stranger", object="a shoe", to="Nobody", place="the Quay"),
        ev.Left(agent="Stranger", place="the Quay"),
    ]
    told(strange, style)


@pytest.mark.parametrize("style", STYLES)
def test_every_kind_of_event_at_its_barest(style: Style) -> None:
    check: Any = {"roll": 10, "against": 10, "outcome": "success"}
    mira: Any = {"agent": "Mira"}
    at: Any = {"place": "the Quay"}
    bare: list[Event] = [
        ev.Moved(**mira, origin="a", to="b"),
        ev.Searched(**mira, **at, **check),
        ev.Learned(**mira, secret="s", text="t", source="seen", sure=1),
        ev.Spoke(**mira, to="Tom", **at),
        ev.Persuaded(**mira, whom="Tom", **at, **check),
        ev.Threatened(**mira, whom="Tom", **at, **check),
        ev.Aided(**mira, whom="Tom", **at, **check),
        ev.Aided(**mira, whom="Mira", **at, **check),
        ev.Attacked(**mira, target="Tom", **at, **check),
        ev.Attacked(**mira, target="the fire", **at, **check),
        ev.Attacked(agent="the fire", target="Tom", **at, **check),
        ev.Wounded(who="Tom", **at, by="", harm=1, left=1),
        ev.Wounded(who="the fire", **at, by="Mira", harm=1, left=1),
        ev.Beaten(threat="the fire", **at, by="Mira"),
        ev.Defended(**mira, what="", **at, **check),
        ev.Defended(**mira, what="Tom", **at, **check),
        ev.Took(**mira, object="o", **at, **check),
        ev.Took(**mira, object="o", from_whom="Tom", **at, **check),
        ev.Gave(**mira, object="o", to="Tom", **at),
        ev.Used(**mira, object="o", **at),
        ev.Rested(**mira, **at, recovered=0),
        ev.Waited(**mira, **at),
        ev.Attempted(**mira, **at, text="t", read_as="", **check),
        ev.Refused(**mira, tried="x", why="y"),
        ev.Noticed(**mira, whom="Tom", **at, doing="sneak"),
        ev.ClockMoved(clock="c", by=1, filled=1, segments=4, because=""),
        ev.ThreatArrived(threat="the fire", **at),
        ev.ThreatMoved(threat="the fire", origin="a", to="b"),
        ev.WayChanged(between=("a", "b"), open=True, because=""),
        ev.Appeared(object="o", **at, because=""),
        ev.Complicated(complication="k", text="t"),
        ev.StanceChanged(faction="f", toward="g", by=1, now=1, because=""),
        ev.Noted(text="a line"),
        ev.Left(**mira, **at),
    ]
    for event in bare:
        told([OPENED, *joined("Mira", "Tom"), *turns(1), event], style)
    told([OPENED, *joined("Mira", "Tom"), *turns(1), *bare, *turns(2), *bare], style)
