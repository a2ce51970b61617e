"""A story says what everyone wants, what is running, and what brought the end about."""

import pytest

from fabula.chronicle import STYLES, account_from_events, tell
from fabula.chronicle.story import Story
from fabula.engine.values import AgentId, Event
from fabula.environments.campaign import events as ev
from fabula.environments.campaign.setting import Style

_MIRA, _TOM = AgentId("Mira"), AgentId("Tom")
_BOTH = (_MIRA, _TOM)
_RUN: tuple[Event, ...] = (
    ev.CampaignOpened(title="A Vote", question="Who will have the lamps?", turns=1, text="It was raining."),
    ev.ClockStarted(
        clock="the vote", description="Beans in a bowl.", filled=2, segments=4, good_for=("the Guild",), seen_by=_BOTH
    ),
    ev.Joined(agent="Mira", place="the Quay", pronouns="she/her", seen_by=_BOTH),
    ev.Aimed(agent="Mira", aim="to hear the beans fall", about="the vote", seen_by=(_MIRA,)),
    ev.Joined(agent="Tom", place="the Quay", pronouns="he/him", seen_by=_BOTH),
    ev.TurnBegan(turn=1, tension=10, seen_by=_BOTH),
    ev.Persuaded(agent="Mira", whom="Tom", place="the Quay", roll=15, against=11, outcome="success", seen_by=_BOTH),
    ev.ClockMoved(clock="the vote", by=2, filled=4, segments=4, because="Mira", seen_by=_BOTH),
    ev.CampaignEnded(outcome="won", name="The count", text="The lamps were lit.", because=("the vote",), seen_by=_BOTH),
)


def told(style: Style) -> Story:
    return tell(account_from_events(_RUN), style=style)


@pytest.mark.parametrize("style", STYLES)
def test_the_cast_says_what_each_wants(style: Style) -> None:
    mira = told(style).cast.entries[0]
    assert any("to hear the beans fall" in s.text and 3 in s.events for s in mira.sentences)


@pytest.mark.parametrize("style", STYLES)
def test_a_clock_is_introduced_in_words_with_who_wants_it(style: Style) -> None:
    first = [s for s in told(style).sentences() if "Beans in a bowl" in s.text]
    assert len(first) == 1
    assert "the Guild" in first[0].text
    assert 1 in first[0].events


@pytest.mark.parametrize("style", STYLES)
def test_the_ending_names_the_act_that_decided_it(style: Style) -> None:
    end = [s for block in told(style).chapters[-1].blocks for s in getattr(block, "sentences", ())]
    causes = [s for s in end if 7 in s.events]
    assert any("Mira" in s.text and "vote" in s.text for s in causes)
