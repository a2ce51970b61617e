"""The inbox: what a message does is done once, whatever dies when. Real processes, real kills."""

import os
import random
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from tests.bus.inboxes import TABLE, a_request, counted, times_done, write, writing

from fabula.bus import Inbox, inbox
from fabula.errors import RunError, UsageError

ROOT = Path(__file__).parents[2]
INBOXES = Path(__file__).with_name("inboxes.py")


def a_child(what: str, file: Path, *rest: str) -> "subprocess.Popen[str]":
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(INBOXES), what, str(file), *rest]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database with a table for effects."""
    name = tmp_path / "consumer.db"
    with closing(sqlite3.connect(name)) as database:
        database.execute(TABLE)
    return name


def killed_when(file: Path, first: int, word: str) -> int:
    """A consumer begins at `first` and is killed when it says that word; returns the last number it spoke of."""
    with a_child("work", file, str(first)) as child:
        assert child.stdout is not None
        line = ""
        for line in child.stdout:
            if line.startswith(word):
                break
        child.kill()
        rest = child.stdout.read().splitlines()
        assert line.startswith(word), child.communicate()
    whole = [told for told in [line, *rest] if len(told.split()) == 2 and told.split()[1].isdecimal()]
    return int(whole[-1].split()[1])


def test_a_message_that_comes_again_does_nothing_and_gives_what_it_gave(file: Path) -> None:
    with Inbox.open(file) as kept:
        assert kept.result(a_request(1), consumer="counter") is None
        first = kept.apply(a_request(1), writing(1), consumer="counter")
        again = kept.apply(a_request(1).tried_again(), writing(1), consumer="counter")
        assert (first.again, first.result) == (False, counted(1))
        assert (again.again, again.result) == (True, counted(1))
        assert kept.result(a_request(1), consumer="counter") == counted(1)
    with Inbox.open(file) as kept:
        assert kept.apply(a_request(1), writing(1), consumer="counter").again
    assert times_done(file) == {1: 1}


def test_each_consumer_does_it_once(file: Path) -> None:
    with Inbox.open(file) as kept:
        for consumer in ("counter", "auditor", "counter", "auditor"):
            kept.apply(a_request(1), writing(1), consumer=consumer)
    assert times_done(file) == {1: 2}


def test_an_effect_that_fails_leaves_nothing_and_may_be_tried_again(file: Path) -> None:
    def fail(database: sqlite3.Connection) -> bytes:
        write(database, 1)
        raise ValueError("not today")

    def misspell(database: sqlite3.Connection) -> bytes:
        write(database, 1)
        database.execute("INSERT INTO doen VALUES (1)")
        return b""

    with Inbox.open(file) as kept:
        with pytest.raises(ValueError, match="not today"):
            kept.apply(a_request(1), fail, consumer="counter")
        with pytest.raises(sqlite3.OperationalError, match="no such table: doen"):
            kept.apply(a_request(1), misspell, consumer="counter")
        with pytest.raises(UsageError, match="1,048,577 bytes long"):
            kept.apply(a_request(1), lambda _: bytes(inbox.RESULT_BYTES_MAX + 1), consumer="counter")
        assert times_done(file) == {}
        assert not kept.apply(a_request(1), writing(1), consumer="counter").again
    assert times_done(file) == {1: 1}


def test_an_effect_that_ends_the_transaction_is_told_and_still_not_done_twice(file: Path) -> None:
    def commit(database: sqlite3.Connection) -> bytes:
        write(database, 1)
        database.commit()
        return b""

    with Inbox.open(file) as kept:
        with pytest.raises(RunError, match="ended the transaction"):
            kept.apply(a_request(1), commit, consumer="counter")
        assert kept.apply(a_request(1), commit, consumer="counter").again
    assert times_done(file) == {1: 1}


def test_the_last_ids_of_each_consumer_are_kept(file: Path) -> None:
    with Inbox.open(file, kept_max=3) as kept:
        kept.apply(a_request(100), writing(100), consumer="auditor")
        for number in range(5):
            kept.apply(a_request(number), writing(number), consumer="counter")
        seen = [kept.result(a_request(number), consumer="counter") is not None for number in range(5)]
        assert seen == [False, False, True, True, True]
        assert kept.result(a_request(100), consumer="auditor") == counted(100)
        assert not kept.apply(a_request(0), writing(0), consumer="counter").again
        assert kept.result(a_request(2), consumer="counter") is None


def test_threads_take_turns(file: Path) -> None:
    with Inbox.open(file) as kept:

        def work() -> None:
            for number in range(20):
                kept.apply(a_request(number), writing(number), consumer="counter")

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert times_done(file) == dict.fromkeys(range(20), 1)


def test_processes_that_are_given_the_same_do_it_once_between_them(file: Path) -> None:
    children = [a_child("work_off", file, "counter", "60") for _ in range(3)]
    here = []
    for child in children:
        out, error = child.communicate(timeout=60)
        assert child.returncode == 0, error
        here.append(int(out))
    assert sum(here) == 60
    assert times_done(file) == dict.fromkeys(range(60), 1)


@pytest.mark.parametrize("word", ["before 3", "inside 3", "after 3"])
def test_a_kill_around_the_commit_neither_loses_nor_doubles(file: Path, word: str) -> None:
    """After the kill a bus gives again whatever was not acknowledged: here, everything from the message before on."""
    last = killed_when(file, 0, word)
    assert set(times_done(file)) >= set(range(3 if word != "after 3" else 4)), "what was told as done is done"
    with Inbox.open(file) as kept:
        for number in range(1, last + 1):
            applied = kept.apply(a_request(number), writing(number), consumer="counter")
            assert applied.result == counted(number)
    assert times_done(file) == dict.fromkeys(range(last + 1), 1)


def test_kills_at_any_moment_neither_lose_nor_double(file: Path) -> None:
    chance = random.Random(11)
    number = 0
    for _ in range(8):
        word = f"{chance.choice(['before', 'inside', 'after'])} {number + chance.randrange(1, 9)}"
        # Up to three that were done before come again.
        number = killed_when(file, max(0, number - 3), word)
    with Inbox.open(file) as kept:
        kept.apply(a_request(number), writing(number), consumer="counter")
    assert times_done(file) == dict.fromkeys(range(number + 1), 1)


def test_a_file_that_is_locked_for_too_long_is_told_and_nothing_is_done(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "WAIT_S_MAX", 0.05)
    with Inbox.open(file) as kept, closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(RunError, match=r"consumer\.db: database is locked\. Nothing of the message was done"):
            kept.apply(a_request(1), writing(1), consumer="counter")
        other.execute("ROLLBACK")
        assert not kept.apply(a_request(1), writing(1), consumer="counter").again


def test_a_file_in_which_nothing_can_be_kept_is_refused(tmp_path: Path) -> None:
    (tmp_path / "garbage.db").write_bytes(b"no database " * 1000)
    (tmp_path / "folder.db").mkdir()
    for name in ("garbage.db", "folder.db", "garbage.db/inside.db"):
        with pytest.raises(UsageError, match="nothing can be kept in this file"):
            Inbox.open(tmp_path / name)
