"""The world keeps the contract of every environment."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
from tests.environments.world.worlds import a_person, a_setting

from fabula.engine import (
    Acted,
    AgentId,
    Cast,
    Chance,
    Mind,
    Moment,
    Observation,
    RealClock,
    Run,
    branch,
    contract,
    perform,
    replay,
)
from fabula.engine.fakes import FailingMind, SlowMind
from fabula.environments.world import World
from fabula.environments.world.setting import Herd
from fabula.store import SqliteStore


def a_village(ticks: int = 24) -> World:
    """A village in which people think often, raiders come near, and mornings begin within the run."""
    people = [
        a_person("Ada", weights={"Courage": 0.8, "Greed": 0.2}),
        a_person("Bram", home="Kiln House", work="", weights={"Greed": 0.9, "Honesty": 0.1}, coin=0),
        a_person("Cora", home="Kiln House", weights={"Compassion": 0.9}, bonds={"Bram": -60}),
    ]
    herds = [
        Herd(kind="raider", faction="Raiders", count=3),
        Herd(kind="villager", faction="Town", count=9, home="home", work="farm", coin=10),
        Herd(kind="wolf", faction="Raiders", count=2),
    ]
    return World(a_setting(*people, herds=herds, ticks=ticks, thinking_ticks=4, ponder_ticks=5, begins_h=7))


def test_the_world_keeps_the_contract(tmp_path: Path) -> None:
    async def check() -> None:
        async with SqliteStore.open(tmp_path) as store:
            casting = a_village().casting(Chance(7))
            await contract.check_all(
                contract.Case(environment=a_village, casting=casting, steps_max=60, snapshot_every=7), store
            )

    asyncio.run(check())


def test_what_was_recorded_in_real_time_replays_in_virtual_time(tmp_path: Path) -> None:
    """With minds that are slow, late, fail or never answer; left midway and taken up again, and branched."""

    def minds(agent: AgentId, state: Any) -> tuple[Mind, Mind]:
        rules, _ = a_village(150).casting(Chance(7))(agent, state)
        slow = SlowMind(rules, seconds=_seconds, sleep=asyncio.sleep)
        failing = FailingMind(mind=slow, when=lambda asked: asked.agent == "Cora" and asked.step % 2 == 0)
        return failing, rules

    async def body() -> None:
        async with SqliteStore.open(tmp_path) as store:
            created = await Run.create(store, a_village(150), seed=7, pack="village", snapshot_every=10)
            moments = await _lived(store, created, minds, leave_after=30)
            moments += await _lived(store, await Run.open(store, created.id), minds)
            assert [moment.step for moment in moments] == list(range(moments[-1].step + 1))
            assert (await replay(store, created.id, a_village(150))).identical
            assert (await replay(store, created.id, a_village(150), start=15, stop=40)).identical
            acted = [(moment.step, item) for moment in moments for item in moment.inputs if isinstance(item, Acted)]
            assert any(step > item.asked + 4 for step, item in acted), "nobody was late"
            assert any(note.why for moment in moments for note in moment.notes), "nobody was stood in for"
            async with await branch(store, created.id, a_village(150), at=moments[-1].step) as child:
                assert child.digest == moments[-2].digest

    asyncio.run(body())


def _seconds(asked: Observation) -> float:
    """0.02 to 0.32 s; one mind never answers."""
    return 3600.0 if asked.agent == "Bram" else 0.02 + 0.3 * Chance(0, asked.step).stream("delay", asked.agent).random()


async def _lived(
    store: SqliteStore, opened: Run, minds: contract.Casting, *, leave_after: int = 10_000
) -> list[Moment]:
    moments: list[Moment] = []
    async with opened as run, Cast(minds, reply_s_max=0.35) as cast:
        async for moment in perform(run, a_village(150), cast, RealClock(tick_hz=60)):
            moments.append(msgspec.structs.replace(moment, state=None))
            if moment.step == leave_after:
                break
    return moments
