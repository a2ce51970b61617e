"""Several processes in one home: leases, kills, turns, full disks. Real processes, real kills."""

import asyncio
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.store.samples import a_held_run, a_record, a_run_of, records_of, some_records

from fabula.store import Account, Limits, RunIsOpen, Scope, SqliteStore

TALE = Account(scope=Scope.RUN, key="tale")
CHILDREN = Path(__file__).with_name("children.py")
ROOT = CHILDREN.parents[2]


class Child:
    """A process of children.py: what it tells, and a way to say the word."""

    def __init__(self, *command: object) -> None:
        environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)])}
        self.process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def told(self) -> Any:
        """The next line it tells."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line.endswith("\n"):
            raise AssertionError(f"the child ended: {self.process.communicate()[1]}")
        return json.loads(line)

    def say_the_word(self) -> None:
        """Let it go on."""
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def kill(self) -> list[Any]:
        """End it as a power cut would; returns what it had told by then. It stays a zombie until `done`."""
        self.process.send_signal(signal.SIGKILL)
        os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOWAIT)
        assert self.process.stdout is not None
        return [json.loads(line) for line in self.process.stdout.read().splitlines(keepends=True) if line[-1] == "\n"]

    def done(self) -> None:
        """Clear it away."""
        self.process.kill()
        self.process.communicate()


@contextmanager
def a_child(what: str, *rest: object) -> Iterator[Child]:
    child = Child(sys.executable, CHILDREN, what, *rest)
    try:
        yield child
    finally:
        child.done()


@contextmanager
def children(count: int, what: str, *rest: object) -> Iterator[list[Child]]:
    """Some children that wait for the word."""
    born = [Child(sys.executable, CHILDREN, what, *rest) for _ in range(count)]
    try:
        assert [child.told() for child in born] == ["ready"] * count
        yield born
    finally:
        for child in born:
            child.done()


def integrity(home: Path) -> str:
    with closing(sqlite3.connect(home / "fabula.db")) as database:
        (verdict,) = database.execute("PRAGMA integrity_check").fetchone()
    return str(verdict)


async def test_whatever_a_killed_process_acknowledged_is_there_and_its_run_is_free_at_once(tmp_path: Path) -> None:
    async with SqliteStore.open(tmp_path) as store:
        run = await a_run_of(store, 0)
        steps = 0
        for patience in (0, 1, 40):
            with a_child("append_for_ever", tmp_path, run) as child:
                told = [child.told() for _ in range(1 + patience)]
                with pytest.raises(RunIsOpen, match=str(child.process.pid)):
                    await store.acquire(run, ttl_s=30)
                told += child.kill()
                # Dead, though nobody has cleared it away and its lease would last an hour.
                await store.release(await store.acquire(run, ttl_s=30))
            assert told == list(range(steps, steps + len(told)))
            kept = await records_of(store, run)
            assert steps + len(told) <= len(kept) <= steps + len(told) + 1
            assert kept == some_records(0, len(kept))
            steps = len(kept)
    assert integrity(tmp_path) == "ok"


async def test_of_processes_racing_for_a_run_exactly_one_gets_it(tmp_path: Path) -> None:
    async with SqliteStore.open(tmp_path) as store:
        run = await a_run_of(store, 0)
    with children(4, "race_for", tmp_path, run) as racers:
        for racer in racers:
            racer.say_the_word()
        told = [racer.told() for racer in racers]
        [winner] = [racer for racer, result in zip(racers, told, strict=True) if isinstance(result, int)]
        assert sum(str(winner.process.pid) in str(result) for result in told) == 3


def test_processes_may_open_a_fresh_home_at_once(tmp_path: Path) -> None:
    with children(4, "open_at_once", *(tmp_path / f"home-{number}" for number in range(8))) as openers:
        for opener in openers:
            opener.say_the_word()
        for names in zip(*(opener.told() for opener in openers), strict=True):
            assert sorted(names) == ["tale-1", "tale-2", "tale-3", "tale-4"]


async def test_processes_write_side_by_side_and_copy_the_log_back_meanwhile(tmp_path: Path) -> None:
    with children(3, "write_much", tmp_path, 150) as writers:
        for writer in writers:
            writer.say_the_word()
        runs = [writer.told() for writer in writers]
    async with SqliteStore.open(tmp_path) as store:
        for run in runs:
            assert await records_of(store, run) == some_records(0, 150, run)
    assert integrity(tmp_path) == "ok"


async def test_a_wall_holds_for_processes_that_spend_at_once(tmp_path: Path) -> None:
    async with SqliteStore.open(tmp_path) as store:
        await store.set_limits(TALE, Limits(cost_nano_usd_max=1000))
        with children(2, "spend", tmp_path, 150) as spenders:
            for spender in spenders:
                spender.say_the_word()
            allowed = sum(spender.told() for spender in spenders)
        assert allowed == 1000 // 7
        assert (await store.account(TALE)).cost_nano_usd == allowed * 7


async def test_what_a_killed_process_did_not_settle_counts_as_reserved(tmp_path: Path) -> None:
    async with SqliteStore.open(tmp_path) as store:
        with a_child("spend_for_ever", tmp_path) as child:
            told = [child.told() for _ in range(30)]
            told += child.kill()
        calls = await store.calls("tale")
        assert {call.id for call in calls} >= set(told)
        open_ = [call for call in calls if not call.outcome]
        assert 10 <= len(open_) < len(calls)
        cost = 100 * len(open_) + 10 * (len(calls) - len(open_))
        assert (await store.account(TALE)).cost_nano_usd == cost


async def test_a_persons_answer_reaches_the_process_that_asked(tmp_path: Path) -> None:
    async with SqliteStore.open(tmp_path) as store:
        run = await a_run_of(store, 0)
        await store.put_question(run, "mira", 3, who="person:ann", question=b"?")
        assert await store.question_answer(run, "mira", 3) is None
        with a_child("answer_all", tmp_path, run) as child:
            assert child.told() == 1
        await asyncio.sleep(0.05)
        assert await store.question_answer(run, "mira", 3) == b"to ?"


async def test_a_suspended_process_keeps_nobody_from_reading(tmp_path: Path) -> None:
    async with SqliteStore.open(tmp_path) as store:
        run = await a_run_of(store, 0)
    with a_child("append_for_ever", tmp_path, run) as child:
        for _ in range(3):  # Wherever it may be in a commit.
            child.told()
            child.process.send_signal(signal.SIGSTOP)
            async with SqliteStore.open(tmp_path) as store:
                assert await records_of(store, run, stop=1) == [a_record(0)]
            child.process.send_signal(signal.SIGCONT)


def has_no_room_left(said: list[str], home: Path) -> bool:
    return len(set(said)) == 1 and str(home / "fabula.db") in said[0] and "disk" in said[0] and "resume" in said[0]


async def test_where_the_disk_refuses_the_handle_is_dead_and_what_was_acknowledged_is_there(tmp_path: Path) -> None:
    """A limit on the size of files stands in for a full disk."""
    with a_child("fill_up", tmp_path, 400_000) as child:
        told = child.told()
    assert len(told["said"]) == 5
    assert has_no_room_left(told["said"], tmp_path)
    async with SqliteStore.open(tmp_path) as store:
        kept = await records_of(store, "tale")
        assert told["acknowledged"] <= len(kept) <= told["acknowledged"] + 20
        assert kept == some_records(0, len(kept))
        lease = await store.acquire("tale", ttl_s=30)
        await store.append(lease, some_records(told["acknowledged"], told["acknowledged"] + 20))
    assert integrity(tmp_path) == "ok"


def apart(*options: str) -> list[str]:
    """The beginning of a command to run apart from the rest of the system; skips the test where that is not allowed."""
    command = ["unshare", "--user", *options]
    if not shutil.which("unshare") or subprocess.run([*command, "true"], capture_output=True, check=False).returncode:
        pytest.skip(f"this system does not let us {' '.join(command[:4])}")
    return command


def with_a_disk_at(home: Path, options: str) -> list[str]:
    """The beginning of a command that sees a small disk at `home`; the disk goes when the command ends."""
    mount = f'mount -t tmpfs -o {options} tmpfs "$0" && exec "$@"'
    return apart("--map-root-user", "--mount", "sh", "-c", mount, str(home))


@contextmanager
def a_child_apart(command: list[str], what: str, home: Path) -> Iterator[Child]:
    child = Child(*command, sys.executable, CHILDREN, what, home)
    try:
        yield child
    finally:
        child.done()


def test_a_disk_that_is_really_full_loses_nothing_acknowledged(tmp_path: Path) -> None:
    with a_child_apart(with_a_disk_at(tmp_path, "size=1m"), "fill_a_disk", tmp_path) as child:
        told, opening_another, after = child.told(), child.told(), child.told()
    assert len(told["said"]) == 5
    assert has_no_room_left(told["said"], tmp_path)
    assert re.match(r"RunError: .*another.*full.*Free some disk space", opening_another)
    assert told["acknowledged"] <= after["kept"] <= told["acknowledged"] + 20
    assert after["steps"] == after["kept"] + 10


def test_a_home_on_a_read_only_disk_is_refused(tmp_path: Path) -> None:
    with a_child_apart(with_a_disk_at(tmp_path, "ro"), "try_to_open", tmp_path) as child:
        assert re.match(r"UsageError: .*nothing can be kept.*Read-only.*FABULA_HOME", child.told())


def test_a_home_without_permission_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    # Where even root may not do what the owner may not.
    with a_child_apart(apart(), "try_to_open", tmp_path) as child:
        assert re.match(r"UsageError: .*nothing can be kept.*Permission denied.*FABULA_HOME", child.told())


async def test_a_database_without_permission_is_refused(tmp_path: Path) -> None:
    await SqliteStore.open(tmp_path).close()
    (tmp_path / "fabula.db").chmod(0o400)
    with a_child_apart(apart(), "try_to_open", tmp_path) as child:
        assert re.match(r"UsageError: .*fabula.db is read-only.*FABULA_HOME", child.told())


async def test_a_store_that_is_never_closed_keeps_no_process_from_ending(tmp_path: Path) -> None:
    script = """
import asyncio, sys
from pathlib import Path
from fabula.store import SqliteStore
from tests.store.samples import a_held_run, a_record

async def main():
    store = SqliteStore.open(Path(sys.argv[1]))
    lease = await a_held_run(store, "tale")
    await store.append(lease, [a_record(0)])
    return store

store = asyncio.run(main())
print("true", flush=True)
"""
    child = Child(sys.executable, "-W", "error", "-c", script, tmp_path)
    try:
        assert child.told() is True
        assert child.process.wait(timeout=20) == 0
    finally:
        child.done()
    async with SqliteStore.open(tmp_path) as store:
        assert await records_of(store, "tale") == [a_record(0)]
        await store.acquire("tale", ttl_s=30)


async def test_a_lease_is_not_lost_to_a_process_that_only_reads(tmp_path: Path) -> None:
    async with SqliteStore.open(tmp_path) as store:
        lease = await a_held_run(store)
        with children(1, "open_at_once", tmp_path) as [other]:
            other.say_the_word()
            other.told()
        await store.append(lease, [a_record(0)])
