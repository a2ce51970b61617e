"""An inbox: what a message does is done once, however often it comes.

A bus delivers at least once. So whoever must not do a thing twice notes the message's id in the same transaction as
what it does; a message that comes again finds its id, and nothing is done. That transaction is one of SQLite, so what
is done must be written to the same file: the inbox is a table (`fabula_inbox`) beside one's own.

Bounds, and what happens at them:
- of each consumer the last `kept_max` ids are kept; a message that comes again after as many others is taken for new
- a result is at most `RESULT_BYTES_MAX` long; a longer one is refused, and nothing of the effect is kept
- the file's lock is waited for `WAIT_S_MAX` seconds; then nothing is done, and the message can be tried again
"""

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from msgspec import Struct

from fabula.bus.alone import alone
from fabula.bus.envelope import MESSAGE_BYTES_MAX, Message
from fabula.errors import RunError, UsageError

KEPT_MAX = 100_000
RESULT_BYTES_MAX = MESSAGE_BYTES_MAX
WAIT_S_MAX = 10.0

_TABLE = """
CREATE TABLE IF NOT EXISTS fabula_inbox (
    consumer TEXT NOT NULL,
    message TEXT NOT NULL COLLATE NOCASE,
    number INTEGER NOT NULL,
    result BLOB NOT NULL,
    PRIMARY KEY (consumer, message)
) STRICT, WITHOUT ROWID
"""
_INDEX = "CREATE UNIQUE INDEX IF NOT EXISTS fabula_inbox_by_number ON fabula_inbox (consumer, number)"
_FIND = "SELECT result FROM fabula_inbox WHERE consumer = ? AND message = ?"
_TAKE = """
INSERT INTO fabula_inbox (consumer, message, number, result)
SELECT :consumer, :message, coalesce(max(number), 0) + 1, X'' FROM fabula_inbox WHERE consumer = :consumer
"""
_KEEP = "UPDATE fabula_inbox SET result = ? WHERE consumer = ? AND message = ?"
_FORGET = """
DELETE FROM fabula_inbox WHERE consumer = :consumer
AND number <= (SELECT max(number) FROM fabula_inbox WHERE consumer = :consumer) - :kept_max
"""

_FAILURES = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_READONLY,
}
"""What fails under an effect, whatever it writes."""

Effect = Callable[[sqlite3.Connection], bytes | None]
"""Writes what a message does, and returns what is to be known when it comes again, such as the response. It runs inside
a transaction and neither ends nor begins one.
"""


class Applied(Struct, frozen=True, kw_only=True):
    """What became of a message."""

    again: bool
    """It was there before, and nothing was done."""
    result: bytes = b""
    """What the effect returned, now or then."""


class Inbox:
    """De-duplicates for the consumers that write to one database file. Get one with `open`; leave it with `close` or
    `with`. Its calls block for as long as a write to the disk takes, so a coroutine makes them in a thread; several
    threads, and several processes, take turns.
    """

    def __init__(self, connection: sqlite3.Connection, file: Path, *, kept_max: int) -> None:
        self._connection = connection
        self._file = file
        self._kept_max = kept_max
        self._door = threading.Lock()

    @classmethod
    def open(cls, file: Path, *, kept_max: int = KEPT_MAX) -> "Inbox":
        """An inbox in that database, which is made if need be and set to keep a write-ahead log. kept_max: ids that are
        kept of each consumer, at least 1. Raises UsageError if nothing can be kept there.
        """
        assert kept_max >= 1
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(file, timeout=WAIT_S_MAX, isolation_level=None, check_same_thread=False)
            try:
                _prepare(connection, file)
            except BaseException:
                connection.close()
                raise
        except (OSError, sqlite3.Error) as error:
            raise UsageError(
                f"{file}: nothing can be kept in this file: {error}. Without it a message could be done twice: "
                "mend it, or name another."
            ) from error
        return cls(connection, file, kept_max=kept_max)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file. Safe to call twice."""
        with self._door:
            self._connection.close()

    def result(self, message: Message, *, consumer: str) -> bytes | None:
        """What is kept of a message that the consumer has done; None: it has not, as far as `kept_max` goes back."""
        with self._door:
            try:
                row = self._connection.execute(_FIND, [consumer, message.message_id]).fetchone()
            except sqlite3.Error as error:
                raise self._failed(error) from error
        return None if row is None else bytes(row[0])

    def apply(self, message: Message, effect: Effect, *, consumer: str) -> Applied:
        """Do what a message asks, unless the consumer has done it; the effect and the message's id are kept together or
        not at all, whatever dies when.

        consumer: who does it; each does it once. Raises what the effect raises, UsageError for a result that is too
        long, RunError if nothing could be written; then nothing was done.
        """
        with self._door:
            try:
                return self._apply(message.message_id, effect, consumer)
            except sqlite3.Error as error:
                if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _FAILURES:
                    raise
                raise self._failed(error) from error

    def _apply(self, message: str, effect: Effect, consumer: str) -> Applied:
        database = self._connection
        with database:
            database.execute("BEGIN IMMEDIATE")
            row = database.execute(_FIND, [consumer, message]).fetchone()
            if row is not None:
                return Applied(again=True, result=bytes(row[0]))
            # Before the effect, so that one which ends the transaction, as it must not, is not done twice either.
            database.execute(_TAKE, {"consumer": consumer, "message": message})
            result = effect(database) or b""
            if not database.in_transaction:
                raise RunError(f"message {message}: what {consumer} does with it ended the transaction it runs in")
            if len(result) > RESULT_BYTES_MAX:
                raise UsageError(
                    f"message {message}: the result of {consumer} is {len(result):,} bytes long, more than "
                    f"{RESULT_BYTES_MAX:,}: keep it in a table of your own"
                )
            database.execute(_KEEP, [result, consumer, message])
            database.execute(_FORGET, {"consumer": consumer, "kept_max": self._kept_max})
        return Applied(again=False, result=result)

    def _failed(self, error: sqlite3.Error) -> RunError:
        return RunError(f"{self._file}: {error}. Nothing of the message was done; it can be tried again.")


def _prepare(connection: sqlite3.Connection, file: Path) -> None:
    # What is acknowledged to a bus is gone from there, so it must be on the disk here.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA fullfsync = ON")
    # The change to a write-ahead log waits for nobody.
    with alone(file):
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(_TABLE)
        connection.execute(_INDEX)
