"""What a keeper can do to the time of a run, and how it is measured: advance, pace, save, ranges of a replay."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.engine.relay import Relay, by_rules

from fabula.engine import (
    Advance,
    Cast,
    Commanded,
    Moment,
    Pace,
    Pause,
    RealClock,
    Resume,
    Run,
    Save,
    VirtualClock,
    perform,
    post,
    replay,
    state_at,
)
from fabula.errors import UsageError
from fabula.store import SqliteStore


def with_store(tmp_path: Path, body: Callable[[SqliteStore], Any]) -> None:
    async def opened() -> None:
        async with SqliteStore.open(tmp_path) as store:
            await body(store)

    asyncio.run(opened())


def commands(moment: Moment) -> list[Any]:
    return [item.command for item in moment.inputs if isinstance(item, Commanded)]


def test_a_paused_run_advances_by_as_many_steps_as_it_is_told(tmp_path: Path) -> None:
    async def body(store: SqliteStore) -> None:
        environment = Relay()
        async with await Run.create(store, environment, seed=7, pack="relay") as run, Cast(by_rules) as cast:
            await post(store, run.id, Pause())
            await post(store, run.id, Advance(steps=2))
            steps = perform(run, environment, cast, VirtualClock())
            assert commands(await anext(steps)) == [Pause(), Advance(steps=2)]
            assert (await anext(steps)).step == 1
            third = asyncio.ensure_future(anext(steps))
            await asyncio.sleep(0.12)
            assert not third.done()
            await post(store, run.id, Resume())
            assert commands(await third) == [Resume()]
            assert [moment.step async for moment in steps][-1] == 8
        assert (await replay(store, run.id, environment)).identical

    with_store(tmp_path, body)


def test_a_save_keeps_a_snapshot_at_once(tmp_path: Path) -> None:
    async def body(store: SqliteStore) -> None:
        environment = Relay()
        created = await Run.create(store, environment, seed=7, pack="relay", snapshot_every=1000)
        async with created as run, Cast(by_rules) as cast:
            async for moment in perform(run, environment, cast, VirtualClock()):
                if moment.step == 3:
                    await post(store, run.id, Save())
            assert list(await store.snapshots(run.id, at_most=run.step)) == [5]
        assert (await replay(store, run.id, environment)).identical

    with_store(tmp_path, body)


def test_a_pace_changes_how_fast_a_real_clock_ticks_and_nothing_else(tmp_path: Path) -> None:
    async def body(store: SqliteStore) -> None:
        told, lasted_s = [], []
        for factor in (0.2, 1.0):
            environment = Relay()
            async with await Run.create(store, environment, seed=7, pack="relay") as run, Cast(by_rules) as cast:
                await post(store, run.id, Pace(factor=factor))
                began_s = asyncio.get_running_loop().time()
                told.append([moment.events async for moment in perform(run, environment, cast, RealClock(tick_hz=200))])
                lasted_s.append(asyncio.get_running_loop().time() - began_s)
        assert told[0] == told[1]
        # Eight ticks between nine steps, 25 ms each; how much longer it takes is the machine's affair.
        assert lasted_s[0] >= 8 * 0.025

    with_store(tmp_path, body)


def test_a_part_of_a_run_is_replayed_from_the_last_snapshot_before_it(tmp_path: Path) -> None:
    async def body(store: SqliteStore) -> None:
        environment = Relay()
        created = await Run.create(store, environment, seed=7, pack="relay", snapshot_every=4)
        async with created as run, Cast(by_rules) as cast:
            moments = [moment async for moment in perform(run, environment, cast, VirtualClock())]
        part = await replay(store, run.id, environment, start=5, stop=7)
        assert (part.identical, part.steps, part.digest) == (True, 2, moments[6].digest)
        assert (await replay(store, run.id, environment, start=5)).identical
        with pytest.raises(UsageError, match="has steps 0 to 9"):
            await replay(store, run.id, environment, start=5, stop=99)
        at_six = environment.snapshot(await state_at(store, run.id, environment, step=6))
        async with await Run.create(store, environment, seed=7, pack="relay") as twin, Cast(by_rules) as cast:
            async for moment in perform(twin, environment, cast, VirtualClock()):
                if moment.step == 5:
                    assert environment.snapshot(moment.state) == at_six
                    break

    with_store(tmp_path, body)


def test_what_a_step_took_is_measured_beside_it(tmp_path: Path) -> None:
    async def body(store: SqliteStore) -> None:
        environment = Relay()
        async with await Run.create(store, environment, seed=7, pack="relay") as run, Cast(by_rules) as cast:
            moments = [moment async for moment in perform(run, environment, cast, RealClock(tick_hz=200))]
        assert all(moment.took.step_ms > 0 and moment.took.commit_ms > 0 for moment in moments)
        assert all(moment.took.thinking == 0 for moment in moments)

    with_store(tmp_path, body)
