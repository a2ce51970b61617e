"""Runs that others follow: the bell on the bus, and what a run is doing, for whoever shares the sessions."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.app.model_runs import settings
from tests.bus.prefixed import SERVER, a_corner_of_redis

from fabula.app import Stage, Wanted, environment_of_pack, play
from fabula.app.doorbell import bell_bus, follow
from fabula.app.presence import Doing, playing_now
from fabula.engine import Action, Moment, Observation
from fabula.settings import Settings
from fabula.store import SqliteStore

NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture
def server() -> Iterator[str]:
    with a_corner_of_redis() as prefix:
        yield f"{SERVER}?prefix={prefix}"


class WaitingMind:
    """Decides once it is let."""

    label = "waiting"
    repeatable = False

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.let = asyncio.Event()

    async def decide(self, observation: Observation) -> Action:
        self.asked.set()
        await self.let.wait()
        return observation.reflex


def a_stage(store: SqliteStore, chosen: Settings, moments: list[Moment], mind: WaitingMind | None = None) -> Stage:
    return Stage(
        store=store,
        settings=chosen,
        out=lambda run: chosen.home / "tales" / run,
        watch=moments.append,
        wanted=Wanted(by_name={"Emeric": "mind:waiting"} if mind else {}),
        minds={"waiting": mind} if mind else {},
        environ={},
    )


def test_whoever_follows_a_run_sees_every_step_and_the_end(tmp_path: Path, server: str) -> None:
    async def body() -> None:
        chosen, mind, moments = settings(tmp_path, bus__url=server), WaitingMind(), list[Moment]()
        environment, _ = environment_of_pack("ashfall", turns=1)
        async with SqliteStore.open(tmp_path) as store, bell_bus(chosen.bus) as bus:
            playing = asyncio.create_task(play(a_stage(store, chosen, moments, mind), environment, seed=7))
            await asyncio.wait_for(mind.asked.wait(), 30)
            seen: list[Moment] = []
            began = asyncio.Event()

            async def watch() -> None:
                async for moment in follow(store, "ashfall-1", environment, bus=bus):
                    seen.append(moment)
                    began.set()

            watching = asyncio.create_task(watch())
            await asyncio.wait_for(began.wait(), 30)
            assert not watching.done(), "the run goes on"
            mind.let.set()
            await playing
            await asyncio.wait_for(watching, 30)
        assert [moment.digest for moment in seen] == [moment.digest for moment in moments]

    asyncio.run(body())


def test_a_run_is_followed_from_midway_without_any_bus(tmp_path: Path) -> None:
    async def body() -> None:
        chosen, moments = settings(tmp_path), list[Moment]()
        environment, _ = environment_of_pack("ashfall", turns=2)
        async with SqliteStore.open(tmp_path) as store:
            await play(a_stage(store, chosen, moments), environment, seed=7)
            seen = [moment async for moment in follow(store, "ashfall-1", environment, start=3)]
        assert [moment.step for moment in seen] == [moment.step for moment in moments[3:]]

    asyncio.run(body())


def test_a_bus_that_is_away_keeps_no_run_from_its_end(tmp_path: Path) -> None:
    async def body() -> None:
        chosen, moments = settings(tmp_path, bus__url=NOWHERE, sessions__url=NOWHERE), list[Moment]()
        environment, _ = environment_of_pack("ashfall", turns=1)
        async with SqliteStore.open(tmp_path) as store:
            played = await play(a_stage(store, chosen, moments), environment, seed=7)
        assert played.ending is not None

    asyncio.run(body())


def test_others_see_whose_answer_a_run_waits_for_until_it_is_left(tmp_path: Path, server: str) -> None:
    async def body() -> None:
        chosen, mind = settings(tmp_path, sessions__url=server), WaitingMind()
        environment, _ = environment_of_pack("ashfall", turns=1)
        async with SqliteStore.open(tmp_path) as store:
            playing = asyncio.create_task(play(a_stage(store, chosen, [], mind), environment, seed=7))
            async with asyncio.timeout(30):
                while True:
                    now = (await playing_now(chosen.sessions, await store.runs())).get("ashfall-1")
                    if now is not None and now.doing is not Doing.IDLE:
                        break
                    await asyncio.sleep(0.05)
            assert (now.doing, now.agents) == (Doing.GENERATING, ("Emeric Lunt",))
            assert "Emeric Lunt thinks" in str(now)
            mind.let.set()
            await playing
            assert await playing_now(chosen.sessions, await store.runs()) == {}

    asyncio.run(body())
