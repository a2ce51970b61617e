"""A service agent is held to the rules of its domain where it leads, proposes and objects, as where it speaks."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from tests.environments.dialogue.tables import Table, a_setting, lively, with_speaker

from fabula.engine.values import Action, Observation
from fabula.environments.dialogue import DialogueSetting, Ends
from fabula.environments.dialogue.actions import Call, Close, Consent, Leading, Propose, Say, Speaking
from fabula.environments.dialogue.events import Called, Consented, HandedOver, Held, Proposed, Said
from fabula.environments.dialogue.service.form import Personality, Rule, Service
from fabula.environments.dialogue.setting import Decision, Policy

THREE = ("Ada", "Ben", "Cara")
CLERK = Service(
    name="clerk",
    domain="the sluice office",
    personality=Personality(),
    rules=(
        Rule(name="courts", act="hand_over", matches=("lawyer",), text="I will fetch somebody.", why="a court decides"),
        Rule(name="prices", act="refuse", when="says", matches=("crowns",), text="I tell no prices."),
        Rule(name="promises", act="strike", when="says", matches=("guaranteed",), text="I promise nothing."),
        Rule(name="fees", act="add", when="says", matches=("fee",), text="Fees may change."),
    ),
)


def led(**fields: object) -> DialogueSetting:
    setting = a_setting(*THREE, policy=Policy.MODERATOR, moderator="Ada", **fields)
    return with_speaker(setting, "Ada", service=CLERK)


def deciding(**fields: object) -> DialogueSetting:
    known = {"policy": Policy.ROUND_ROBIN, "decision": Decision.CONSENSUS, "rounds": 1, "ends": Ends(turns=3)}
    return with_speaker(a_setting(*THREE, **known | fields), "Ada", service=CLERK)


def ada(asks: object, answer: Action) -> Callable[[Observation], Action]:
    """Answers so what is asked so; all else as anybody."""
    return lambda observation: answer if observation.accepts == asks else lively(observation)


@pytest.mark.parametrize("answer", [Call(speaker="Ben", text="Ask a lawyer."), Close(text="A lawyer will tell.")])
def test_who_leads_hands_over(answer: Action) -> None:
    table = Table(led(), {"Ada": ada(Leading, answer)}).play()
    assert (table.how, table.why) == ("handed_over", "Ada handed over to a person: a court decides")
    assert [event.text for event in table.of(Said)] == ["I will fetch somebody."]
    assert len(table.of(HandedOver)) == 1
    assert table.of(Called) == []


def test_who_leads_hands_over_what_it_is_told() -> None:
    minds = {"Ada": ada(Leading, Call(speaker="Ben", text="And you?")), "Ben": ada(Speaking, Say(text="A lawyer!"))}
    table = Table(led(), minds).play()
    assert (table.how, len(table.of(Called))) == ("handed_over", 1)


def test_among_service_agents_alone_the_talk_goes_on() -> None:
    setting = led(ends=Ends(turns=6))
    setting = with_speaker(with_speaker(setting, "Ben", service=CLERK), "Cara", service=CLERK)
    table = Table(setting, {"Ada": ada(Leading, Call(speaker="Ben", text="Ask a lawyer."))}).play()
    assert table.how == "turns"
    assert {event.speaker for event in table.of(Called)} == {"Ben"}


def test_a_proposal_hands_over() -> None:
    table = Table(deciding(), {"Ada": ada(Propose, Propose(text="Let a lawyer see to it."))}).play()
    assert table.how == "handed_over"
    assert table.of(Proposed) == []
    assert table.of(Said)[-1].text == "I will fetch somebody."


@pytest.mark.parametrize("text", ["We pay nine crowns.", "It is guaranteed."])
def test_what_rules_put_in_the_place_of_a_proposal_is_none(text: str) -> None:
    table = Table(deciding(), {"Ada": ada(Propose, Propose(text=text))}).play()
    assert {event.speaker for event in table.of(Proposed)} == {"Ben", "Cara"}
    assert table.of(Held)[0].instead_of == text


def test_what_is_left_of_a_proposal_is_put() -> None:
    text = "We dig it out. It is guaranteed. There is a fee."
    table = Table(deciding(), {"Ada": ada(Propose, Propose(text=text))}).play()
    assert table.of(Proposed)[0].text == "We dig it out. There is a fee. Fees may change."


@pytest.mark.parametrize(
    ("objection", "told"),
    [("too wet", "too wet"), ("It is wet. It is guaranteed.", "It is wet."), ("nine crowns", ""), ("guaranteed", "")],
)
def test_an_objection_is_held_to_the_rules(objection: str, told: str) -> None:
    table = Table(deciding(), {"Ada": ada(Consent, Consent(objects_to=(2,), objection=objection))}).play()
    (consented,) = [event for event in table.of(Consented) if event.speaker == "Ada"]
    assert (consented.objects_to, consented.objection) == ((2,), told)


def test_an_objection_hands_over() -> None:
    answer = Consent(objects_to=(2,), objection="That is for a lawyer.")
    table = Table(replace(deciding(), first="Ben"), {"Ada": ada(Consent, answer)}).play()
    assert table.how == "handed_over"
    assert table.of(Consented) == []
