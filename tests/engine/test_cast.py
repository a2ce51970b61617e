"""The cast: what a stand-in is told of the failure it stands in for, and what it may answer."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from tests.engine.relay import Coast, Keeper, Relay, Shine, Wait, Whisper

from fabula.engine import AgentId, Cast, Mind, Moment, Observation, Run, VirtualClock, perform, replay
from fabula.engine.fakes import FailingMind
from fabula.engine.values import Acted, Action, Decided
from fabula.store import SqliteStore


class Narrow(Relay):
    """A relay whose keepers are offered no whisper, though the environment knows it."""

    def observe(self, state: Coast) -> list[Observation]:
        return [msgspec.structs.replace(asked, accepts=Shine | Wait) for asked in super().observe(state)]


class Tells:
    """Whispers why it was asked; asked for itself it shines."""

    label = "tells"
    repeatable = True

    def __init__(self) -> None:
        self.failures: list[Exception] = []

    async def decide(self, observation: Observation) -> Action:
        return await Keeper().decide(observation)

    async def stand_in(self, observation: Observation, failure: Exception) -> Decided:
        self.failures.append(failure)
        return Decided(action=Whisper(to="bo", text=str(failure)), by="nobody")


class Helpless(Tells):
    """Cannot answer for anybody."""

    async def stand_in(self, observation: Observation, failure: Exception) -> Decided:
        raise RuntimeError("no stand-in either")


def played(home: Path, seats: Mapping[str, tuple[Mind, Mind]]) -> tuple[list[Moment], bool]:
    """The moments of a relay with these minds and stand-ins, and whether it replays."""

    async def body() -> tuple[list[Moment], bool]:
        cast = Cast(lambda who, state: seats.get(who, (Keeper(), Keeper())))
        relay = Narrow(nights=4)
        async with SqliteStore.open(home) as store:
            async with await Run.create(store, relay, seed=7, pack="relay") as run, cast as entered:
                moments = [moment async for moment in perform(run, relay, entered, VirtualClock())]
            replayed = await replay(store, run.id, relay)
            return moments, replayed.identical and replayed.digest == run.digest

    return asyncio.run(body())


def acted(moments: list[Moment], agent: str) -> list[tuple[Any, str, str]]:
    """What an agent did, by whom that was decided, and why by them."""
    notes = {(moment.step, note.agent): note for moment in moments for note in moment.notes}
    return [
        (given.action, notes[moment.step, AgentId(agent)].by, notes[moment.step, AgentId(agent)].why)
        for moment in moments
        for given in moment.inputs
        if isinstance(given, Acted) and given.agent == agent
    ]


def test_a_stand_in_is_told_why_and_may_answer_with_any_action_of_the_environment(tmp_path: Path) -> None:
    failure, tells = RuntimeError("the lamp is empty"), Tells()
    moments, identical = played(tmp_path, {"ada": (FailingMind(failure), tells)})
    whisper = Whisper(to="bo", text="the lamp is empty")
    assert acted(moments, "ada") == [(whisper, "nobody", "failing failed: RuntimeError: the lamp is empty")] * 4
    assert tells.failures == [failure] * 4
    assert identical


def test_a_stand_in_whose_own_mind_sits_there_is_asked_as_any_mind_is(tmp_path: Path) -> None:
    tells = Tells()
    moments, _ = played(tmp_path, {"ada": (tells, tells)})
    assert {by for _, by, _ in acted(moments, "ada")} == {"tells"}
    assert tells.failures == []


def test_where_the_stand_in_fails_too_the_reflex_acts(tmp_path: Path) -> None:
    moments, identical = played(tmp_path, {"ada": (FailingMind(), Helpless())})
    assert {(type(action), by) for action, by, _ in acted(moments, "ada")} == {(Wait, "reflex")}
    assert identical
