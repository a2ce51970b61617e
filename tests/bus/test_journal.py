"""The journal: it notes without waiting, keeps what it may, tells whole conversations, and survives its own file."""

import os
import random
import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.bus.journals import a_hop, an_id

from fabula.bus import journal_reading, sqlite_journal
from fabula.bus.journal import Hop, What
from fabula.bus.journal_file import connect
from fabula.bus.sqlite_journal import SqliteJournal
from fabula.errors import RunError, UsageError

ROOT = Path(__file__).parents[2]
JOURNALS = Path(__file__).with_name("journals.py")


def a_child(what: str, file: Path, *rest: str) -> "subprocess.Popen[str]":
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(JOURNALS), what, str(file), *rest]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def messages(hops: Sequence[Hop]) -> list[str]:
    return [hop.message for hop in hops]


def test_what_was_noted_is_read_as_it_was_also_by_the_next(tmp_path: Path) -> None:
    hops = [a_hop(at=1.5, took_ms=2.5, why="because", what=what, follows=an_id()) for what in What]
    with SqliteJournal.open(tmp_path / "bus.db", most=100) as journal:
        for hop in hops:
            journal.note(hop)
        assert list(journal.recent()) == hops
        assert list(journal.recent(most=2)) == hops[-2:]
    journal.close()
    with SqliteJournal.open(tmp_path / "bus.db", most=100) as journal:
        assert list(journal.recent()) == hops
        assert journal.words == ()


def test_the_oldest_go_when_there_are_more_than_may_be(tmp_path: Path) -> None:
    with SqliteJournal.open(tmp_path / "bus.db", most=10) as journal:
        for number in range(35):
            journal.note(a_hop(at=float(number)))
            if number % 4 == 0:
                journal.settle()
        assert [hop.at for hop in journal.recent()] == [float(number) for number in range(25, 35)]
        assert journal.dropped == 0


def test_a_journal_that_is_told_too_much_drops_and_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_journal, "WAITING_MAX", 5)
    monkeypatch.setattr(sqlite_journal, "SHARE_S", 60.0)
    with SqliteJournal.open(tmp_path / "bus.db", most=100) as journal:
        for number in range(20):
            journal.note(a_hop(at=float(number)))
        kept = len(journal.recent())
        assert journal.dropped == 20 - kept
        assert kept >= 5
    journal.note(a_hop())
    assert journal.dropped == 21 - kept


def test_a_conversation_is_told_whole_from_any_of_its_messages(tmp_path: Path) -> None:
    """A response carries its request's id, and a request that follows from another message carries that one's."""
    first, second, third, other = (an_id(begin) for begin in ("aa1", "aa2", "bb1", "bb2"))
    answer, late = an_id("cc1"), an_id("cc2")
    told = [
        a_hop(first, at=1.0),
        a_hop(first, at=2.0, what=What.HANDLED),
        a_hop(second, at=3.0, follows=first),
        a_hop(answer, at=4.0, follows=second, what=What.REPLIED),
        a_hop(third, at=5.0, follows=answer),
        a_hop(late, at=6.0, follows=first, what=What.DEAD),
    ]
    aside = [a_hop(other, at=3.5), a_hop(an_id(), at=3.6, follows=other)]
    shuffled = [*told, *aside]
    random.Random(5).shuffle(shuffled)
    with SqliteJournal.open(tmp_path / "bus.db", most=100) as journal:
        for hop in shuffled:
            journal.note(hop)
        for given in (first, second, answer, third, late, third.upper(), "aa2", "BB1", f" {answer[:5]} "):
            assert list(journal.trace(given)) == told, given
        assert list(journal.trace("bb2")) == aside


def test_a_conversation_is_found_by_a_correlation_whose_message_is_forgotten(tmp_path: Path) -> None:
    forgotten = an_id("f00")
    kept = [a_hop(follows=forgotten, at=1.0), a_hop(follows=forgotten, at=2.0)]
    with SqliteJournal.open(tmp_path / "bus.db", most=100) as journal:
        for hop in kept:
            journal.note(hop)
        assert list(journal.trace("f00")) == kept


def test_what_is_no_message_joins_no_conversations(tmp_path: Path) -> None:
    """Bytes that were none have no ids; they do not follow from each other."""
    one, nobody = a_hop(at=1.0), replace(a_hop(), message="", correlation="")
    odd = replace(nobody, message=an_id("0dd"))
    with SqliteJournal.open(tmp_path / "bus.db", most=100) as journal:
        for hop in (one, nobody, odd):
            journal.note(hop)
        assert messages(journal.trace("0dd")) == [odd.message]
        assert messages(journal.trace(one.message)) == [one.message]


def test_a_beginning_that_several_ids_share_is_refused_with_some_of_them(tmp_path: Path) -> None:
    ids = sorted(an_id("abc") for _ in range(12))
    with SqliteJournal.open(tmp_path / "bus.db", most=100) as journal:
        for number in ids:
            journal.note(a_hop(number))
        with pytest.raises(UsageError, match="several ids begin with 'abc'") as told:
            journal.trace("abc")
        assert sum(number in str(told.value) for number in ids) == 8
        assert "and more" in str(told.value)
        with pytest.raises(UsageError, match=r"the journal knows no message '\\udcff'"):
            journal.trace("\udcff")
        with pytest.raises(UsageError, match="the journal knows no message 'zz%'"):
            journal.trace("zz%")
        with pytest.raises(UsageError, match="which conversation"):
            journal.trace("  ")


def test_of_a_conversation_without_end_what_is_nearest_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_reading, "MESSAGES_MAX", 21)
    ids = [an_id() for _ in range(200)]
    with SqliteJournal.open(tmp_path / "bus.db", most=1_000) as journal:
        for number, message in enumerate(ids):
            journal.note(a_hop(message, at=float(number), follows=ids[number - 1] if number else ""))
        assert messages(journal.trace(ids[100])) == ids[90:111]


def test_figures_are_of_each_agent_and_exact(tmp_path: Path) -> None:
    with SqliteJournal.open(tmp_path / "bus.db", most=1_000) as journal:
        for number in range(1, 201):
            journal.note(a_hop(to="ann", what=What.HANDLED, took_ms=float(number)))
        for what in (What.FAILED, What.FAILED, What.DEAD, What.PUBLISHED, What.HEARD):
            journal.note(a_hop(to="bob", what=what, took_ms=9.0))
        journal.note(a_hop(to="eve", what=What.PUBLISHED))
        figures = journal.figures()
    assert list(figures) == ["ann", "bob"]
    assert (figures["ann"].processed, figures["ann"].mean_ms, figures["ann"].p99_ms) == (200, 100.5, 198.0)
    assert (figures["bob"].processed, figures["bob"].errors, figures["bob"].dead) == (0, 2, 1)
    assert (figures["bob"].mean_ms, figures["bob"].p99_ms) == (0.0, 0.0)


def test_figures_of_many_agents_are_had_in_one_go(tmp_path: Path) -> None:
    """However many agents there are, the journal is gone through as often as for one."""
    with closing(connect(tmp_path / "bus.db")) as connection:
        steps: list[str] = []
        for agents in (2, 40):
            row = (1.0, "handled", "m", "c", "s", "dm")
            rows = [(*row, f"agent {number}", "request", "look", "main", 1.5, "") for number in range(agents)]
            journal_reading.insert(connection, rows, most=1_000)
            connection.set_trace_callback(steps.append)
            figures = journal_reading.figures(connection)
            connection.set_trace_callback(None)
        assert len(figures) == 40
        assert {each.mean_ms for each in figures.values()} == {1.5}
        assert [each.processed for each in figures.values()].count(2) == 2
        assert len(steps) == 2 * len(set(steps))


def test_texts_that_no_file_can_hold_are_kept_as_far_as_they_can(tmp_path: Path) -> None:
    with SqliteJournal.open(tmp_path / "bus.db", most=10) as journal:
        journal.note(a_hop(why="\ud800 lone \x00" + "x" * 100_000))
        (hop,) = journal.recent()
        assert hop.why.startswith("? lone \x00xxx")
        assert len(hop.why) == sqlite_journal.LETTERS_MAX
        assert journal.words == ()


def test_several_processes_note_to_one_file(tmp_path: Path) -> None:
    children = [a_child("note_many", tmp_path / "bus.db", "300") for _ in range(3)]
    for child in children:
        _, error = child.communicate(timeout=60)
        assert child.returncode == 0, error
    with SqliteJournal.open(tmp_path / "bus.db", most=100_000) as journal:
        assert len({hop.message for hop in journal.recent(most=2_000)}) == 900


def test_a_process_that_is_killed_leaves_a_whole_file(tmp_path: Path) -> None:
    child = a_child("note_for_ever", tmp_path / "bus.db")
    assert child.stdout is not None
    written = sum(int(child.stdout.readline()) for _ in range(5))
    child.kill()
    child.communicate()
    with SqliteJournal.open(tmp_path / "bus.db", most=100_000) as journal:
        assert len(journal.recent(most=10_000)) >= written
        assert journal.words == ()
    assert not (tmp_path / "bus.db.damaged").exists()


def test_threads_note_at_once(tmp_path: Path) -> None:
    with SqliteJournal.open(tmp_path / "bus.db", most=10_000) as journal:

        def note_some() -> None:
            for _ in range(200):
                journal.note(a_hop())

        threads = [threading.Thread(target=note_some) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(journal.recent(most=1_000)) == 800


@pytest.mark.parametrize("what", ["garbage", "folder"])
def test_a_file_that_is_no_journal_is_moved_aside_with_a_word(tmp_path: Path, what: str) -> None:
    file = tmp_path / "bus.db"
    if what == "folder":
        file.mkdir()
    else:
        file.write_bytes(b"not a database at all " * 500)
    with SqliteJournal.open(file, most=10) as journal:
        journal.note(a_hop())
        assert len(journal.recent()) == 1
        (word,) = journal.words
    assert re.search(r"bus\.db could not be read .* it was moved to bus\.db\.damaged", word)
    aside = tmp_path / "bus.db.damaged"
    assert aside.is_dir() if what == "folder" else aside.read_bytes().startswith(b"not a database")


def test_a_file_that_is_damaged_inside_is_moved_aside_when_that_is_found(tmp_path: Path) -> None:
    file = tmp_path / "bus.db"
    with SqliteJournal.open(file, most=10_000) as journal:
        for _ in range(2_000):
            journal.note(a_hop())
    with closing(sqlite3.connect(file)) as whole:
        whole.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(file.read_bytes())
    data[4096:] = random.Random(7).randbytes(len(data) - 4096)
    file.write_bytes(data)
    with SqliteJournal.open(file, most=10_000) as journal:
        journal.note(a_hop())
        journal.settle()
        journal.note(a_hop())
        journal.settle()
        assert len(journal.recent()) == 1
        assert journal.dropped == 1
        assert "moved to bus.db.damaged" in " ".join(journal.words)


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "bus.db"
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    with SqliteJournal.open(file, most=10) as journal:
        journal.note(a_hop())
        journal.settle()
        assert journal.dropped == 1
        assert "another program" in journal.words[0]
        with pytest.raises(RunError, match="another program"):
            journal.recent()
    with closing(sqlite3.connect(file)) as other:
        assert other.execute("SELECT name FROM sqlite_schema").fetchall() == [("recipes",)]


def test_a_journal_that_cannot_be_made_is_no_reason_to_stop(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with SqliteJournal.open(tmp_path / "file" / "bus.db", most=10) as journal:
        journal.note(a_hop())
        journal.settle()
        assert journal.dropped == 1
        assert "messages are not noted" in journal.words[0]
        with pytest.raises(RunError, match="cannot be read"):
            journal.recent()


def test_a_file_that_is_deleted_meanwhile_is_made_anew(tmp_path: Path) -> None:
    file = tmp_path / "bus.db"
    with SqliteJournal.open(file, most=10) as journal:
        journal.note(a_hop())
        journal.settle()
        for left in tmp_path.glob("bus.db*"):
            left.unlink()
        journal.note(a_hop())
        assert len(journal.recent()) == 1
