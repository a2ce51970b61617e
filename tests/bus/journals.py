"""Hops and journals for tests, and what other processes do in them: `python journals.py WHAT FILE …`."""

import sys
import time
import uuid
from pathlib import Path

from fabula.bus.journal import Hop, What
from fabula.bus.sqlite_journal import SqliteJournal


def an_id(begin: str = "") -> str:
    """An id of a message, of which the beginning is as wanted."""
    number = str(uuid.uuid4())
    return begin + number[len(begin) :]


def a_hop(
    message: str = "",
    *,
    at: float = 1_000.0,
    what: What = What.PUBLISHED,
    follows: str = "",
    sender: str = "dm",
    to: str = "player:mira",
    took_ms: float = 0.0,
    why: str = "",
) -> Hop:
    """A hop. message: empty: a new one. follows: its correlation; empty: its own id."""
    number = message or an_id()
    return Hop(
        at=at,
        what=what,
        message=number,
        correlation=follows or number,
        session="6f1c3f0a-0000-4000-8000-000000000000",
        sender=sender,
        to=to,
        kind="request",
        about="decide",
        group="main",
        took_ms=took_ms,
        why=why,
    )


def note_many(file: Path, hops: str) -> None:
    """Note that many, and end as a program ends."""
    with SqliteJournal.open(file, most=100_000) as journal:
        for number in range(int(hops)):
            journal.note(a_hop(at=float(number)))
        assert not journal.words, journal.words


def note_for_ever(file: Path) -> None:
    """Note until killed; a line each time that what was noted is written."""
    journal = SqliteJournal.open(file, most=100_000)
    while True:
        for _ in range(50):
            journal.note(a_hop(at=time.time()))
        journal.settle()
        sys.stdout.write("50\n")
        sys.stdout.flush()


if __name__ == "__main__":
    what, file, *rest = sys.argv[1:]
    globals()[what](Path(file), *rest)
