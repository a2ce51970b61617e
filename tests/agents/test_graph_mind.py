"""GraphMind: any async code is a mind, given plain data, read like a model."""

import asyncio
from typing import Any

import msgspec
import pytest
from tests.agents.test_model_mind import Jump, Wait, an_observation

from fabula.agents.minds.graph import GraphMind, plain
from fabula.errors import RunError, UsageError


def decided(answer: Any) -> Any:
    async def think(observation: dict[str, Any]) -> Any:
        return answer(observation) if callable(answer) else answer

    return asyncio.run(GraphMind(think).decide(an_observation()))


@pytest.mark.parametrize(
    "answer",
    [
        Jump(to="the well"),
        {"choice": 1},
        {"kind": "jump", "to": "the well"},
        '{"action": "jump", "to": "the well"}',
        lambda observation: observation["options"][0],
        lambda observation: {**observation, "action": {"choice": 1}},
    ],
)
def test_an_action_plain_data_and_words_are_all_answers(answer: Any) -> None:
    action = decided(answer)
    assert isinstance(action, Jump)
    assert action.to == "the well"


def test_a_compiled_graph_is_asked_by_ainvoke() -> None:
    class Graph:
        async def ainvoke(self, state: dict[str, Any]) -> dict[str, Any]:
            return {**state, "action": {"kind": "wait", "reason": f"{state['agent']} at {state['step']}"}}

    mind = GraphMind(Graph(), label="graph:mine")
    action = asyncio.run(mind.decide(an_observation()))
    assert isinstance(action, Wait)
    assert action.reason == "Ada at 7"
    assert (mind.label, mind.repeatable) == ("graph:mine", False)


@pytest.mark.parametrize("answer", [None, {}, [], 7, "Good morning to you all, my friends.", {"kind": "fly"}, object()])
def test_what_is_no_answer_is_an_error_that_says_so(answer: Any) -> None:
    with pytest.raises(RunError, match="its answer cannot be used: "):
        decided(answer)


def test_what_cannot_be_asked_is_refused_at_once() -> None:
    with pytest.raises(UsageError, match="'ainvoke', and int is neither"):
        GraphMind(7)  # type: ignore[arg-type]  # That is the point.


def test_the_observation_is_plain_data() -> None:
    data = plain(an_observation())
    assert msgspec.json.decode(msgspec.json.encode(data)) == data
    assert data["options"][0] == {"kind": "jump", "to": "the well", "reason": "it is near"}
    assert set(data) == {"agent", "step", "perceives", "options", "schema"}
