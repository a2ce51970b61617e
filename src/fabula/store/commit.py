"""Group commit: all that waits becomes one transaction, one fsync, and is acknowledged after it.

The writer of a process also does its checkpoints, and both are done in turn with the writers of other processes. SQLite
before 3.51.3 can lose committed pages when a checkpoint begins on a log that is wholly copied back already, while
another connection commits and starts that log anew (https://sqlite.org/wal.html, "The WAL-Reset Bug"). So no connection
checkpoints of its own accord, and none writes or checkpoints while another one does. The checkpoint at the close of the
last connection is harmless: SQLite holds the whole database for itself during it.
"""

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from fabula.errors import RunError
from fabula.store.database import LOG_BYTES_MAX
from fabula.store.failure import is_the_jobs_own, primary_code, write_failed
from fabula.store.protocol import StoreBroken
from fabula.store.turn import Turn
from fabula.store.worker import Job, Outcome

CHECKPOINT_BYTES = 4 * 2**20
"""Size of the write-ahead log from which on it is copied back: as SQLite's own default, 1,000 pages of 4 KiB."""


class GroupCommit:
    """Commits jobs in groups. One job's error undoes that job alone; a failed write ends it all."""

    def __init__(
        self, path: Path, connection: sqlite3.Connection, turn: Turn, *, when_broken: Callable[[], None]
    ) -> None:
        self._path = path
        self._connection = connection
        self._turn = turn
        self._when_broken = when_broken
        self._log = path.with_name(path.name + "-wal")
        self._checkpoint_at_bytes = CHECKPOINT_BYTES
        self._broken = ""

    def check(self) -> None:
        """Raises StoreBroken once a write has failed. May be called by any thread."""
        if self._broken:
            raise StoreBroken(self._broken)

    def serve(self, jobs: Sequence[Job[Any]]) -> Sequence[Outcome]:
        """Commit the jobs; their outcomes are durable when this returns."""
        if not self._broken:
            try:
                with self._turn:
                    return self._commit(jobs)
            except RunError as not_our_turn:  # Nothing was begun.
                return [Outcome(error=RunError(str(not_our_turn))) for _ in jobs]
            except Exception as error:  # noqa: BLE001 - whatever it was, nobody may be left waiting for an answer
                self._break(error)
        return [Outcome(error=StoreBroken(self._broken)) for _ in jobs]

    def tidy(self) -> None:
        """Copy the log back into the database when it has grown long enough."""
        if self._broken or self._log_bytes() < self._checkpoint_at_bytes:
            return
        try:
            with self._turn:
                _, pages, copied = self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        except RunError:
            return  # It is not our turn; there is time.
        except Exception as error:  # noqa: BLE001 - as above
            self._break(error)
            return
        # A log that was copied whole is begun anew in the same file, which grows again only when the log is as long as
        # it was. One that a reader still needs goes on growing; to ask again at every commit would cost an fsync each.
        grown = self._log_bytes()
        self._checkpoint_at_bytes = 1 + (min(grown, LOG_BYTES_MAX) if pages == copied else grown + CHECKPOINT_BYTES)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
        self._turn.close()

    def _commit(self, jobs: Sequence[Job[Any]]) -> Sequence[Outcome]:
        database = self._connection
        self._begin()
        try:
            outcomes = [_alone(database, jobs[0])] if len(jobs) == 1 else [_apart(database, job) for job in jobs]
            database.execute("ROLLBACK" if all(outcome.error for outcome in outcomes) else "COMMIT")
        except BaseException:
            # Closed before the turn passes on, so that a half-done transaction shuts nobody out.
            self._connection.close()
            raise
        return outcomes

    def _begin(self) -> None:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if primary_code(error) == sqlite3.SQLITE_BUSY:
                raise RunError(
                    f"{self._path}: another program keeps the database locked; nothing of this call was kept. "
                    "Close that program, then try again."
                ) from None
            raise

    def _break(self, error: Exception) -> None:
        self._connection.close()
        self._broken = write_failed(self._path, error)
        self._when_broken()

    def _log_bytes(self) -> int:
        try:
            return self._log.stat().st_size
        except OSError:
            return 0  # None is there, or whoever hides it keeps us from copying it as well.


def _apart(database: sqlite3.Connection, job: Job[Any]) -> Outcome:
    """Do a job such that its error does not undo its neighbours."""
    database.execute("SAVEPOINT job")
    outcome = _alone(database, job)
    if outcome.error:
        database.execute("ROLLBACK TO job")
    database.execute("RELEASE job")
    return outcome


def _alone(database: sqlite3.Connection, job: Job[Any]) -> Outcome:
    try:
        return Outcome(value=job(database))
    except Exception as error:
        if not is_the_jobs_own(error):
            raise
        return Outcome(error=error)
