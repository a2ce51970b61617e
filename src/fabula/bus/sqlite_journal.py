"""A journal in an SQLite file: noted by one thread that nobody waits for, read by whoever asks.

Several processes may note to one file and read it at the same time. Bounds, and what happens at them:
- `WAITING_MAX` hops wait to be written; beyond it, and while the file cannot be written, hops are dropped and counted
- `most` hops are kept; then the oldest go
- texts longer than `LETTERS_MAX` are cut
- a file that is damaged is moved aside; one that is another program's is left alone, and nothing is noted
"""

import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from fabula.bus import journal_reading
from fabula.bus.figures import AgentFigures
from fabula.bus.journal import Hop
from fabula.bus.journal_file import NotOurs, connect, identity, is_damaged, open_journal_file, replace_damaged
from fabula.errors import RunError

WAITING_MAX = 50_000
GROUP_MAX = 5_000
"""Hops written in one transaction."""
SHARE_S = 0.05
"""How long a hop waits for others to be written with it."""
LETTERS_MAX = 2_000
SETTLE_S_MAX = 10.0
"""How long `settle` and `close` wait for what was noted to be written; the rest is dropped."""
WORDS_MAX = 8
"""Things to tell that are remembered; of more, the first."""

T = TypeVar("T")


class SqliteJournal:
    """Notes hops in a file. Get one with `open`; leave it with `close` or `with`."""

    def __init__(self, file: Path, *, most: int) -> None:
        self.file = file
        self._most = most
        self._door = threading.Lock()
        self._came = threading.Condition(self._door)
        self._went = threading.Condition(self._door)
        self._waiting: list[Hop] = []
        self._noted = self._settled = self._dropped = 0
        self._hurry = False
        self._closed = False
        self._words: list[str] = []
        self._connection: sqlite3.Connection | None = None
        self._identity: tuple[int, int] | None = None
        self._connect()
        self._thread = threading.Thread(target=self._work, name=f"the journal {file}", daemon=True)
        self._thread.start()

    @classmethod
    def open(cls, file: Path, *, most: int) -> "SqliteJournal":
        """Open the journal in a file, which is made if need be. most: hops that are kept, at least 1. Never raises for
        what is in the file or cannot be: `words` says what happened.
        """
        assert most >= 1
        return cls(file, most=most)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def words(self) -> Sequence[str]:
        """What a person should know: that the file was moved aside, or why nothing is noted."""
        with self._door:
            return tuple(self._words)

    @property
    def dropped(self) -> int:
        """Hops that were noted here and are in no file."""
        with self._door:
            return self._dropped

    def note(self, hop: Hop) -> None:
        """Take note; never waits, never raises."""
        with self._door:
            if self._closed or len(self._waiting) >= WAITING_MAX:
                self._dropped += 1
                return
            self._waiting.append(hop)
            self._noted += 1
            if len(self._waiting) == 1:
                self._came.notify()

    def settle(self) -> None:
        """Wait until what was noted before is written or dropped; at most SETTLE_S_MAX seconds. Blocks."""
        with self._door:
            until = self._noted
            self._hurry = True
            self._came.notify()
            self._went.wait_for(lambda: self._settled >= until, SETTLE_S_MAX)

    def close(self) -> None:
        """Write what was noted, and end; at most SETTLE_S_MAX seconds. Blocks. Safe to call twice."""
        with self._door:
            self._closed = self._hurry = True
            self._came.notify()
        self._thread.join(SETTLE_S_MAX)

    def trace(self, given: str) -> Sequence[Hop]:
        """The whole conversation of a message, in order of time: what answers what, and what follows from what. given:
        the id of any of its messages, or as much of it as no other begins with. Blocks.

        Bounds: `journal_reading.MESSAGES_MAX`, `HOPS_MAX`. Raises UsageError if no id, or more than one, begins so, and
        RunError if the file cannot be read.
        """
        return self._read(lambda connection: journal_reading.conversation(connection, given))

    def recent(self, *, most: int = 100) -> Sequence[Hop]:
        """The last hops, in order. Blocks. Raises RunError if the file cannot be read."""
        return self._read(lambda connection: journal_reading.last(connection, most))

    def figures(self) -> Mapping[str, AgentFigures]:
        """What each agent that was sent anything did, by name; exact, as far as the journal goes back. Blocks.

        Raises RunError if the file cannot be read.
        """
        return self._read(journal_reading.figures)

    def _read(self, query: Callable[[sqlite3.Connection], T]) -> T:
        self.settle()
        try:
            connection = connect(self.file)
            try:
                return query(connection)
            finally:
                connection.close()
        except (sqlite3.Error, OSError) as error:
            word = self._mend(error) or f"{self.file}: the journal cannot be read: {error}"
            raise RunError(word) from error

    # What the thread does.

    def _work(self) -> None:
        while group := self._next_group():
            for begin in range(0, len(group), GROUP_MAX):
                self._write(group[begin : begin + GROUP_MAX])
        if self._connection is not None:
            self._connection.close()

    def _next_group(self) -> list[Hop]:
        """What waits to be written; nothing when it is time to end."""
        with self._door:
            self._came.wait_for(lambda: self._waiting or self._closed)
            self._came.wait_for(lambda: self._hurry, SHARE_S)
            self._hurry = self._closed
            group, self._waiting = self._waiting, []
        return group

    def _write(self, hops: Sequence[Hop]) -> None:
        lost = len(hops)
        try:
            if self._connection is None or identity(self.file) != self._identity:
                self._connect()
            if self._connection is not None:
                journal_reading.insert(self._connection, [_row(hop) for hop in hops], most=self._most)
                lost = 0
        except (sqlite3.Error, OSError) as error:
            self._tell(f"{self.file}: messages were not noted: {error}")
            self._tell(self._mend(error))
        with self._door:
            self._dropped += lost
            self._settled += len(hops)
            self._went.notify_all()

    def _connect(self) -> None:
        """Open the file; nothing is noted if that cannot be done."""
        self._disconnect()
        try:
            self._connection, word = open_journal_file(self.file)
        except (NotOurs, sqlite3.Error, OSError) as error:
            word = str(error) if isinstance(error, NotOurs) else f"{self.file}: messages are not noted: {error}"
        self._identity = identity(self.file)
        self._tell(word)

    def _mend(self, error: sqlite3.Error | OSError) -> str:
        """Move the file aside if it is damaged; what is noted next goes into a new one. Returns what is to be told."""
        if not (isinstance(error, sqlite3.Error) and is_damaged(error)):
            return ""
        try:
            return replace_damaged(self.file, error)
        except (sqlite3.Error, OSError) as stuck:
            return f"{self.file} is damaged and cannot be moved aside: {stuck}"

    def _disconnect(self) -> None:
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None

    def _tell(self, word: str) -> None:
        with self._door:
            if word and word not in self._words and len(self._words) < WORDS_MAX:
                self._words.append(word)


def _row(hop: Hop) -> tuple[object, ...]:
    texts = (hop.message, hop.correlation, hop.session, hop.sender, hop.to, hop.kind, hop.about, hop.group)
    return (hop.at, hop.what, *map(_fitting, texts), hop.took_ms, _fitting(hop.why))


def _fitting(text: str) -> str:
    """The text as the file can hold it."""
    return text[:LETTERS_MAX].encode(errors="replace").decode()
