"""What a model may answer in a world: an option, one deed, or a plan of several."""

from typing import Any, get_args

import pytest

from fabula.agents.minds.answers import read_action, shape_of
from fabula.agents.minds.typed import examples, typed_action
from fabula.agents.prompts.language import deed_in_words
from fabula.engine.values import Action, AgentId, Observation
from fabula.environments.world.actions import (
    PLAN_DEEDS_MAX,
    Accuse,
    Buy,
    CarryOn,
    Deed,
    Flee,
    Give,
    Go,
    Plan,
    Say,
    Sleep,
    Steal,
    WorldAction,
)
from fabula.llm.replies import read_reply

ASKED = Observation(
    agent=AgentId("Ada"), step=0, due=3, perceives=None, accepts=WorldAction, reflex=CarryOn(), options=()
)
A_PLAN = Plan(deeds=(Go(to="the Market"), Buy(what="bread")))


def read(reply: str) -> Action | None:
    return read_action(read_reply(reply), ASKED).action


@pytest.mark.parametrize(
    "reply",
    [
        '{"action": "plan", "deeds": [{"action": "go", "target": "the Market"}, {"action": "buy", "what": "bread"}]}',
        '{"kind": "plan", "deeds": [{"kind": "go", "to": "the Market"}, {"kind": "buy", "what": "bread"}]}',
        '{"plan": ["go to the Market", {"buy": "bread"}]}',
        '{"action": "plan", "steps": [{"go": "the Market"}, {"action": "purchase", "item": "bread", "count": 1}]}',
    ],
)
def test_a_plan_is_understood_however_it_is_written(reply: str) -> None:
    assert read(reply) == A_PLAN


@pytest.mark.parametrize(
    ("reply", "action"),
    [
        ('{"action": "steal", "what": "bread", "from": "Tom"}', Steal(what="bread", from_="Tom")),
        ('{"action": "flee", "from": "Tom"}', Flee(from_="Tom")),
        ('{"action": "give", "to": "Tom", "what": "bread"}', Give(to="Tom", what="bread")),
        ('{"action": "talk", "target": "Tom", "text": "Good day."}', Say(to="Tom", text="Good day.")),
        ('{"action": "continue"}', CarryOn()),
    ],
)
def test_a_deed_is_understood_by_its_fields(reply: str, action: Action) -> None:
    assert read(reply) == action


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        ('{"action": "plan", "deeds": []}', "The action `plan` needs `deeds`."),
        ('{"action": "plan"}', "The action `plan` needs `deeds`."),
        ('{"action": "plan", "deeds": [{"action": "levitate"}]}', "The first of the deeds is none of the actions"),
        ('{"action": "steal", "what": "bread"}', "The action `steal` needs `from`."),
    ],
)
def test_what_is_missing_is_told(reply: str, why: str) -> None:
    assert read_action(read_reply(reply), ASKED).why.startswith(why)


def test_a_plan_goes_as_far_as_it_is_understood_and_no_longer_than_plans_may_be() -> None:
    assert read('{"action": "plan", "deeds": ["go to the Crow", "levitate", "go home"]}') == Plan(
        deeds=(Go(to="the Crow"),)
    )
    long = read('{"action": "plan", "deeds": [' + ", ".join(['{"action": "rest"}'] * 40) + "]}")
    assert isinstance(long, Plan)
    assert len(long.deeds) == PLAN_DEEDS_MAX


def test_the_form_that_is_asked_for_has_room_for_a_plan_and_is_flat_and_closed() -> None:
    schema: dict[str, Any] = shape_of(ASKED).schema
    deeds = schema["properties"]["deeds"]
    assert {"action", "target", "what", "to", "from", "text"} == set(deeds["items"]["properties"])
    assert "plan" not in deeds["items"]["properties"]["action"]["enum"]
    for part in (schema, deeds["items"]):
        assert part["additionalProperties"] is False
        assert part["required"] == list(part["properties"])


@pytest.mark.parametrize(
    ("line", "action"),
    [
        ("go to the Market", Go(to="the Market")),
        ("say Tom about the well: Good day.", Say(to="Tom", about="the well", text="Good day.")),
        ("steal bread from Tom", Steal(what="bread", from_="Tom")),
        ("buy bread at the Market", Buy(what="bread", at="the Market")),
        ("give bread to Tom", Give(to="Tom", what="bread")),
        ("accuse Tom of theft: It was you!", Accuse(whom="Tom", of="theft", text="It was you!")),
        ("sleep", Sleep()),
        ("continue", CarryOn()),
    ],
)
def test_a_person_types_what_they_do(line: str, action: Action) -> None:
    assert typed_action(line, ASKED, ("Tom", "the Market", "bread")) == action


def test_every_deed_but_a_plan_has_an_example_that_can_be_typed() -> None:
    told = examples(ASKED)
    assert len(told) == len(get_args(Deed)) + 1
    assert all(isinstance(typed_action(line.replace(": what you say", ""), ASKED), Action) for line in told)


def test_a_plan_is_listed_deed_by_deed() -> None:
    assert deed_in_words(A_PLAN) == "plan (deeds: go (to: the Market), then buy (what: bread, amount: 1))"
    assert deed_in_words(Steal(what="bread", from_="Tom")) == "steal (what: bread, from: Tom, amount: 1)"
