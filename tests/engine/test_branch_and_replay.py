"""Going back: branches share their past, replay and verify find what was changed."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.engine.relay import Relay, by_rules

from fabula.engine import Cast, RulesDiffer, Run, VirtualClock, branch, moments, perform, replay, verify
from fabula.errors import RunError, UsageError
from fabula.store import SqliteStore


def with_store(tmp_path: Path, body: Callable[[SqliteStore], Any]) -> Any:
    async def opened() -> Any:
        async with SqliteStore.open(tmp_path) as store:
            return await body(store)

    return asyncio.run(opened())


async def play(store: SqliteStore, *, run: str = "", environment: Relay | None = None) -> Run:
    environment = environment or Relay()
    opened = await (Run.open(store, run) if run else Run.create(store, environment, seed=7, pack="relay"))
    async with opened as entered, Cast(by_rules) as cast:
        async for _ in perform(entered, environment, cast, VirtualClock()):
            pass
    return entered


def test_a_branch_with_another_action_goes_its_own_way(tmp_path: Path) -> None:
    async def body(store: SqliteStore) -> None:
        parent = await play(store)
        changed = {"ADA": '{"kind": "shine", "lamps": 50}'}
        async with await branch(store, parent.id, Relay(), at=4, changed=changed) as child:
            assert child.step == 5
        child = await play(store, run=child.id)
        ours, theirs = [[r.digest async for r in store.records(run.id)] for run in (child, parent)]
        assert ours[:4] == theirs[:4]
        assert all(a != b for a, b in zip(ours[4:], theirs[4:], strict=True))
        row = await store.run(child.id)
        assert (row.parent, row.parent_step) == (parent.id, 4)
        assert (await replay(store, child.id, Relay())).identical
        assert (await verify(store, child.id)).sound

    with_store(tmp_path, body)


@pytest.mark.parametrize(
    ("at", "changed", "message"),
    [
        (99, {}, "has steps 0 to 9"),
        (-1, {}, "has steps 0 to 9"),
        (4, {"adda": '{"kind": "wait"}'}, "nobody of that name acts in run 'relay-1'. Did you mean 'ada'"),
        (4, {"bo": '{"kind": "wait"}'}, "not asked at step 4 .* near it where it was: 0, 3, 6"),
        (4, {"ada": '{"kind": "shine"}'}, "missing required field `lamps`"),
        (4, {"ada": '{"kind": "sing"}'}, "kinds: shine, wait, whisper"),
        (4, {"ada": "{"}, "the action for 'ada' cannot be read"),
        (4, {"ada": "\udcff"}, "the action for 'ada' cannot be read"),
    ],
)
def test_a_branch_that_cannot_be_is_refused_and_leaves_nothing(
    tmp_path: Path, at: int, changed: dict[str, str], message: str
) -> None:
    async def body(store: SqliteStore) -> None:
        parent = await play(store)
        with pytest.raises(UsageError, match=message):
            await branch(store, parent.id, Relay(), at=at, changed=changed)
        assert len(await store.runs()) == 1

    with_store(tmp_path, body)


def test_rules_that_changed_are_found_at_their_first_step(tmp_path: Path) -> None:
    class Windier(Relay):
        rules = "relay/2"

        def _blow(self, state: Any, strength: int) -> Any:
            return super()._blow(state, strength + (state.step >= 4))

    async def body(store: SqliteStore) -> None:
        async with await Run.create(store, Relay(nights=20), seed=7, pack="relay") as run, Cast(by_rules) as cast:
            async for moment in perform(run, Relay(nights=20), cast, VirtualClock()):
                if moment.step == 17:
                    break
        first = (await replay(store, run.id, Windier(nights=20))).differs_at
        assert first is not None
        assert first >= 4
        with pytest.raises(RulesDiffer, match=f"other events at step {first}"):
            await play(store, run=run.id, environment=Windier(nights=20))
        with pytest.raises(RunError, match=f"at step {first}"):
            _ = [moment async for moment in moments(store, run.id, Windier(nights=20))]
        assert (await verify(store, run.id)).sound

    with_store(tmp_path, body)


def columns(database: sqlite3.Connection) -> list[str]:
    return [name for _, name, *_ in database.execute("PRAGMA table_info(records)") if name != "run"]


def test_one_changed_byte_anywhere_in_a_record_is_found(tmp_path: Path) -> None:
    async def prepare(store: SqliteStore) -> None:
        await play(store)

    with_store(tmp_path, prepare)
    database = sqlite3.connect(tmp_path / "fabula.db", isolation_level=None)
    tried = 0
    for column in columns(database):
        (value,) = database.execute(f"SELECT {column} FROM records WHERE step = 5").fetchone()
        for changed in _one_byte_changed(value):
            database.execute(f"UPDATE records SET {column} = ? WHERE step = 5", (changed,))

            async def check(store: SqliteStore, column: str = column) -> None:
                verified = await verify(store, "relay-1")
                assert not verified.sound, f"a change in {column} was not found"
                assert any("5" in fault.record for fault in verified.faults), verified.faults

            with_store(tmp_path, check)
            database.execute(
                f"UPDATE records SET {column} = ? WHERE run = 'relay-1' AND step = ?",
                (value, changed if column == "step" else 5),
            )
            tried += 1
    database.close()
    assert tried >= 12


def _one_byte_changed(value: Any) -> list[Any]:
    if isinstance(value, int):
        return [value + 100]
    data = value.encode() if isinstance(value, str) else value
    flipped = [data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :] for at in (0, len(data) // 2, len(data) - 1)]
    return [bytes(item).decode() for item in flipped] if isinstance(value, str) else flipped


def test_a_damaged_snapshot_is_named_and_done_without(tmp_path: Path) -> None:
    async def leave(store: SqliteStore) -> str:
        async with (
            await Run.create(store, Relay(), seed=7, pack="relay", snapshot_every=2) as run,
            Cast(by_rules) as cast,
        ):
            async for moment in perform(run, Relay(), cast, VirtualClock()):
                if moment.step == 4:
                    break
        return (await play(store)).digest

    straight = with_store(tmp_path, leave)
    with sqlite3.connect(tmp_path / "fabula.db") as database:
        assert database.execute("UPDATE snapshots SET state = x'7b7d'").rowcount > 0

    async def resume(store: SqliteStore) -> None:
        assert {fault.record for fault in (await verify(store, "relay-1")).faults} == {"snapshot 2", "snapshot 4"}
        assert (await play(store, run="relay-1")).digest == straight

    with_store(tmp_path, resume)


def test_looking_back_gives_each_step_with_its_state(tmp_path: Path) -> None:
    async def body(store: SqliteStore) -> None:
        run = await play(store)
        steps = [(moment.step, moment.state.step) async for moment in moments(store, run.id, Relay(), stop=4)]
        assert steps == [(0, 1), (1, 2), (2, 3), (3, 4)]

    with_store(tmp_path, body)
