"""The briefing: what a person in somebody's seat reads, in the second person, and what they may choose."""

import msgspec
import pytest
from tests.environments.world.remembering import Life
from tests.environments.world.worlds import Trial, a_person, a_setting

from fabula.agents.minds.human import Question, Standing
from fabula.engine.values import AgentId
from fabula.environments.world import events as happened
from fabula.environments.world.actions import Accuse, Buy, CarryOn, Go, Plan, Say, Steal, WorldAction
from fabula.environments.world.briefing import OFFERS_MAX, question, told
from fabula.environments.world.events import AnyEvent
from fabula.environments.world.phrasing import in_words
from fabula.environments.world.state import Quarrel, Wrong

ADA = AgentId("Ada")
SEEN_BY = (ADA, AgentId("Tom"))


def a_village() -> Trial:
    trial = Trial(a_setting(a_person("Ada", bonds={"Tom": -40}, goods={"bread": 2}, coin=7), a_person("Tom")))
    trial.step()
    trial.put("Ada", 12, 7)
    trial.put("Tom", 13, 7)
    return trial


def asked(trial: Trial) -> Question:
    return question(Life(trial).asked("Ada"), trial.world.setting)


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (happened.Arrived(agent="Ada", place="the Market"), "You came to the Market."),
        (happened.Ate(agent="Ada", what="bread", place="Elm House"), "You ate bread at Elm House."),
        (
            happened.Worked(agent="Ada", made="grain", amount=3, wage=6, place="Long Field"),
            "You worked at Long Field, and made 3 grain, for 6 pence.",
        ),
        (happened.Gave(agent="Tom", to="Ada", what="bread", amount=1), "Tom gave you bread."),
        (
            happened.Bought(agent="Ada", what="bread", amount=2, price=8, seller="the Market"),
            "You bought 2 bread from the Market for 8 pence.",
        ),
        (
            happened.Accused(agent="Tom", whom="Ada", of="taking 3 bread from Tom", text="Thief, Ada!"),
            "Tom accused you of taking 3 bread from Tom: “Thief, Ada!”",
        ),
        (
            happened.Accused(agent="Ada", whom="Tom", of="taking 3 bread from Ada", owned_up=True),
            "You accused Tom of taking 3 bread from you, and Tom owned up.",
        ),
        (
            happened.Said(agent="Tom", to="Ada", text="Ada, listen.", tone="cold"),
            "Tom spoke to you coldly: “Ada, listen.”",
        ),
        (happened.Died(agent="Ada", cause="blows", by="Tom"), "You were killed by Tom."),
        (happened.Died(agent="Tom", cause="hunger", place="the Market"), "Tom died of hunger at the Market."),
        (
            happened.PlanBroken(agent="Ada", what="go to the Market", why="no way"),
            "You gave up the plan to go to the Market: no way.",
        ),
        (
            happened.PriceMoved(place="the Market", what="bread", before=4, now=6, why="scarce"),
            "The price of bread at the Market rose from 4 to 6 pence: it was scarce.",
        ),
        (happened.Stole(agent="Tom", from_whom="Ada", what="coin", amount=1, worth=1), "Tom stole 1 penny from you."),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else "",
)
def test_what_happens_is_told_in_the_second_person(event: AnyEvent, line: str) -> None:
    assert told([event], "Ada", a_setting(a_person("Ada"))) == [line]


def test_names_that_only_begin_alike_are_left_alone() -> None:
    event = happened.Accused(agent="Tom", whom="Ada", of="burning Ada's barn in Ada Lane, by Adam")
    assert told([event], "Ada", a_setting()) == ["Tom accused you of burning your barn in Ada Lane, by Adam."]


def test_what_goes_without_saying_is_not_told() -> None:
    events = [happened.HourStruck(day=1, hour=9), happened.Tallied(faction="Town", lives=3)]
    assert told(events, "Ada", a_setting()) == []


def test_only_what_the_agent_perceived_is_told() -> None:
    trial = a_village()
    seen = happened.Ate(agent="Tom", what="bread", seen_by=SEEN_BY)
    unseen = happened.Ate(agent="Tom", what="fish", seen_by=SEEN_BY[1:])
    assert trial.world.told([seen, unseen], agent=ADA, state=trial.state) == ["Tom ate bread."]


def test_a_question_says_when_and_where_one_is_who_is_near_and_what_one_carries() -> None:
    text = "\n".join(asked(a_village()).lines)
    assert "Day 1, 6:00, dawn." in text
    assert "You are at the Market." in text
    assert "Tom: Town;" in text
    assert "no friend of yours; 1 step away." in text
    assert "You carry 2 bread and 7 pence." in text
    assert "Your home is Elm House. You work at Long Field." in text
    assert "Prices: " in text


def test_a_question_says_what_weighs_on_one() -> None:
    trial = a_village()
    ada = trial.state.person("Ada")
    assert ada is not None
    ada.quarrels = [Quarrel(whom="Tom", about="the well", since=0)]
    ada.wrongs = [Wrong(by="Tom", to="Ada", what="taking 3 bread from Ada", tick=0, told_by="Eve")]
    ada.heard = ["Tom quarrelled with Eve."]
    text = "\n".join(asked(trial).lines)
    assert "You and Tom have quarrelled over the well." in text
    assert "Tom has yet to answer to you for taking 3 bread from you (Eve told you, just now)." in text
    assert "You know: Tom quarrelled with Eve." in text


def test_what_stays_as_it_is_is_shorter_the_second_time() -> None:
    first = asked(a_village())
    place = next(line for line in first.brief if isinstance(line, Standing))
    assert place.told(place) == "You are at the Market."
    assert not any("Prices" in line for line in first.brief if isinstance(line, str))


def test_every_offer_can_be_answered_as_it_is() -> None:
    asked_ = asked(a_village())
    assert 1 <= len(asked_.offers) <= OFFERS_MAX
    actions = [msgspec.json.decode(offer.action, type=WorldAction) for offer in asked_.offers]
    assert CarryOn in [type(action) for action in actions]
    assert all(offer.words and offer.why for offer in asked_.offers)


def test_offers_read_like_what_one_would_do() -> None:
    assert in_words(CarryOn()) == "Go on as before"
    assert in_words(Go(to="the Market")) == "Go to the Market"
    assert in_words(Accuse(whom="Tom", of="theft")) == "Accuse Tom of theft"
    plan = Plan(deeds=(Go(to="the Market"), Buy(what="bread", amount=2)), goal="feed Eve")
    assert in_words(plan) == "Go to the Market and buy 2 bread, to feed Eve"
    assert in_words(Steal(what="bread", from_="Tom")) == "Steal 1 bread from Tom"
    assert in_words(Say(to="Tom", about="the well")) == "Speak with Tom about the well"


def test_all_that_a_deed_can_be_aimed_at_is_at_hand() -> None:
    assert {"Ada", "Tom", "the Market", "Long Field", "bread", "coin", "home"} <= set(asked(a_village()).at_hand)
