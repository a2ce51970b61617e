"""RemoteMind: a mind behind the bus is asked as a person is, and whatever goes wrong there leaves it to rules."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.agents.test_model_mind import Jump, an_observation

from fabula.agents.minds.human import Offer, Question
from fabula.agents.minds.remote import Decides, RemoteMind, address_of, serve_mind
from fabula.bus import Bounds, Bus, Delivery, Inbox, MemoryBus, Message, Unanswerable
from fabula.engine import Action, Observation, canonical
from fabula.errors import RunError

SESSION = "6f1c3f0a-0000-4000-8000-000000000000"
HASTY = Bounds(backoff_s=0.001, backoff_s_max=0.002)


class Plainly:
    """Puts a question into a sentence."""

    def question(self, observation: Observation) -> Question:
        offers = tuple(
            Offer(words=f"offer {number}", why="it is there", action=msgspec.Raw(canonical(option.action)))
            for number, option in enumerate(observation.options)
        )
        lines = ("You are at the well.", "", "What now?")
        return Question(agent=observation.agent, step=observation.step, lines=lines, brief=(), offers=offers)


def a_mind(
    bus: Bus, name: str = "oracle", *, run: str = "tale-1", birth: str = "", reply_s_max: float = 5
) -> RemoteMind:
    return RemoteMind(name, bus, Plainly(), run=run, birth=birth, reply_s_max=reply_s_max)


def on_a_bus(body: Callable[[MemoryBus], Awaitable[Any]]) -> Any:
    async def opened() -> Any:
        async with MemoryBus(bounds=HASTY) as bus:
            return await body(bus)

    return asyncio.run(opened())


class Asked:
    """Answers with the first offer, and remembers what it was asked."""

    def __init__(self) -> None:
        self.questions: list[Mapping[str, Any]] = []

    async def __call__(self, question: Mapping[str, Any]) -> Mapping[str, Any]:
        self.questions.append(question)
        action: Mapping[str, Any] = question["offers"][0]["action"]
        return action


def test_the_other_end_is_told_what_a_person_would_be_and_its_action_is_taken() -> None:
    asked = Asked()

    async def body(bus: MemoryBus) -> Action:
        await serve_mind(bus, "oracle", asked)
        return await a_mind(bus).decide(an_observation())

    assert on_a_bus(body) == Jump(to="the well", reason="it is near")
    (question,) = asked.questions
    assert question["run"] == "tale-1"
    assert (question["agent"], question["step"]) == ("Ada", 7)
    assert question["question"] == ["You are at the well.", "", "What now?"]
    assert question["offers"][0]["words"] == "offer 0"
    assert question["schema"] == msgspec.json.decode(msgspec.json.encode(an_observation().schema()))
    assert msgspec.json.decode(msgspec.json.encode(question)) == question


def test_the_mind_is_named_for_the_record_and_its_answers_are_kept() -> None:
    mind = a_mind(MemoryBus(), "oracle")
    assert (mind.label, mind.repeatable) == ("bus:oracle", False)


def failing(with_: BaseException | Any) -> Decides:
    async def decide(_: Mapping[str, Any]) -> Any:
        if isinstance(with_, BaseException):
            raise with_
        return with_

    return decide


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Unanswerable("I am not here for that"), "'oracle' has no answer: I am not here for that"),
        ({"kind": "fly"}, "no action that was asked for"),
        ({}, "no action that was asked for"),
        ("jump", "has no answer: the answer is no action but str"),
        (None, "has no answer: the answer is no action but NoneType"),
        ({"kind": object()}, "has no answer: the answer cannot be written as JSON"),
        ({"kind": "jump", "to": 7}, "no action that was asked for"),
        (ValueError("it broke"), "has no answer: ValueError: it broke"),
        (IndexError(), "has no answer: IndexError"),
    ],
)
def test_what_is_no_answer_is_an_error_that_says_so(answer: Any, why: str) -> None:
    async def body(bus: MemoryBus) -> None:
        await serve_mind(bus, "oracle", failing(answer))
        await a_mind(bus).decide(an_observation())

    with pytest.raises(RunError, match=why):
        on_a_bus(body)


def test_the_author_of_a_program_is_told_what_it_raised_in_one_line_and_it_is_asked_once() -> None:
    asked = Asked()
    lines: list[str] = []

    async def decide(question: Mapping[str, Any]) -> Mapping[str, Any]:
        await asked(question)
        raise ValueError("the bones\nare \x1b[31mred")

    async def body(bus: MemoryBus) -> None:
        await serve_mind(bus, "oracle", decide, told=lines.append)
        with pytest.raises(RunError, match="ValueError: the bones"):
            await a_mind(bus).decide(an_observation())

    on_a_bus(body)
    assert lines == ["mind:oracle, asked for Ada at step 7 of tale-1: ValueError: the bones are [31mred"]
    assert len(asked.questions) == 1


def test_where_nothing_else_is_said_the_author_is_told_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    async def body(bus: MemoryBus) -> None:
        await serve_mind(bus, "oracle", failing("jump"))
        with pytest.raises(RunError):
            await a_mind(bus).decide(an_observation())

    on_a_bus(body)
    line = "mind:oracle, asked for Ada at step 7 of tale-1: the answer is no action but str\n"
    assert capsys.readouterr().err == line


def test_a_program_that_takes_too_long_is_asked_again_and_its_author_is_told() -> None:
    asked = Asked()
    lines: list[str] = []

    async def decide(question: Mapping[str, Any]) -> Mapping[str, Any]:
        action = await asked(question)
        if len(asked.questions) == 1:
            await asyncio.sleep(60)
        return action

    async def body() -> Action:
        async with MemoryBus(bounds=msgspec.structs.replace(HASTY, handle_s_max=0.05)) as bus:
            await serve_mind(bus, "oracle", decide, told=lines.append)
            return await a_mind(bus).decide(an_observation())

    assert asyncio.run(body()) == Jump(to="the well", reason="it is near")
    (line,) = lines
    assert "cancelled before it had an answer" in line


def test_a_question_that_became_a_dead_letter_is_told_with_its_cause() -> None:
    async def body(bus: MemoryBus) -> None:
        async def handle(delivery: Delivery) -> Mapping[str, Any]:
            raise OSError("the crystal ball is full")

        await bus.subscribe(address_of("oracle"), handle)
        await a_mind(bus).decide(an_observation())

    with pytest.raises(RunError, match=r"'oracle' has no answer: OSError: the crystal ball is full, .*dead letters"):
        on_a_bus(body)


@pytest.mark.parametrize(
    ("data", "why"),
    [({}, "without an action"), ({"deed": {}}, "without an action: deed"), ({"action": 7}, "no action")],
)
def test_a_foreign_program_that_answers_nonsense_is_told_of(data: dict[str, Any], why: str) -> None:
    async def body(bus: MemoryBus) -> None:
        async def handle(delivery: Delivery) -> Mapping[str, Any]:
            return data

        await bus.subscribe(address_of("oracle"), handle)
        await a_mind(bus).decide(an_observation())

    with pytest.raises(RunError, match=why):
        on_a_bus(body)


def test_a_name_that_nobody_answers_for_is_told_so() -> None:
    async def body(bus: MemoryBus) -> None:
        await a_mind(bus).decide(an_observation())

    with pytest.raises(RunError, match="nobody has ever answered for 'oracle'"):
        on_a_bus(body)


def test_a_bus_that_is_closed_is_an_error_of_the_run() -> None:
    async def body(bus: MemoryBus) -> None:
        await serve_mind(bus, "oracle", Asked())
        await bus.close()
        await a_mind(bus).decide(an_observation())

    with pytest.raises(RunError, match="closed"):
        on_a_bus(body)


def test_a_question_too_large_for_any_bus_is_an_error_of_the_run() -> None:
    class Wordy(Plainly):
        def question(self, observation: Observation) -> Question:
            return msgspec.structs.replace(super().question(observation), lines=("x" * 2_000_000,))

    async def body(bus: MemoryBus) -> None:
        await serve_mind(bus, "oracle", Asked())
        await RemoteMind("oracle", bus, Wordy(), run="tale-1").decide(an_observation())

    with pytest.raises(RunError, match="'oracle' could not be asked"):
        on_a_bus(body)


def test_a_run_that_asks_again_after_a_crash_is_answered_without_asking_the_mind_again(tmp_path: Path) -> None:
    asked = Asked()

    async def body(bus: MemoryBus) -> list[Action]:
        with Inbox.open(tmp_path / "oracle.db") as inbox:
            await serve_mind(bus, "oracle", asked, inbox)
            first, again = a_mind(bus), a_mind(bus)
            return [await mind.decide(an_observation()) for mind in (first, first, again)]

    assert on_a_bus(body) == [Jump(to="the well", reason="it is near")] * 3
    assert len(asked.questions) == 1
    on_a_bus(body)
    assert len(asked.questions) == 1, "also by the next who answers for the name"


def test_another_question_is_another_message(tmp_path: Path) -> None:
    """Another step, another agent, another run, or a run of the same name that was begun elsewhere."""
    asked = Asked()
    observation = an_observation()

    async def body(bus: MemoryBus) -> None:
        with Inbox.open(tmp_path / "oracle.db") as inbox:
            await serve_mind(bus, "oracle", asked, inbox)
            await a_mind(bus).decide(observation)
            await a_mind(bus).decide(msgspec.structs.replace(observation, step=8, due=8))
            await a_mind(bus).decide(msgspec.structs.replace(observation, agent="Bob"))
            await a_mind(bus, run="tale-2").decide(observation)
            await a_mind(bus, birth="1970-01-01T00:00:00Z").decide(observation)

    on_a_bus(body)
    assert len(asked.questions) == 5


def test_agents_of_one_run_are_answered_at_the_same_time() -> None:
    async def body(bus: MemoryBus) -> None:
        together = asyncio.Barrier(3)

        async def decide(question: Mapping[str, Any]) -> Mapping[str, Any]:
            await together.wait()
            return await Asked()(question)

        await serve_mind(bus, "oracle", decide)
        names = ("Ada", "Bob", "Eve")
        asked = [msgspec.structs.replace(an_observation(), agent=name) for name in names]
        await asyncio.gather(*(a_mind(bus).decide(observation) for observation in asked))

    on_a_bus(body)


def test_a_question_that_comes_too_late_is_refused_before_anybody_is_paid() -> None:
    asked = Asked()

    async def body(bus: MemoryBus) -> None:
        await serve_mind(bus, "oracle", asked, now=lambda: datetime.now(UTC) + timedelta(seconds=60))
        await a_mind(bus).decide(an_observation())

    with pytest.raises(RunError, match=r"asked 60 s ago.*the clocks of the two machines differ"):
        on_a_bus(body)
    assert asked.questions == []


def test_what_is_not_asked_of_a_mind_is_refused() -> None:
    async def body(bus: MemoryBus) -> Message:
        await serve_mind(bus, "oracle", Asked())
        return await bus.request(Message.request("dance", sender="dm", to="mind:oracle", session=SESSION))

    response = on_a_bus(body)
    assert response.payload["success"] is False
    assert "asked to 'decide', and nothing else" in response.payload["data"]["error"]
