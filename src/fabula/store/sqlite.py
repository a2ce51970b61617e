"""A store in one SQLite file, `fabula.db` in a home folder: the doors of fabula.store.tables, and what keeps them safe.

One thread writes (fabula.store.commit), one reads, and no event loop waits. Several processes may use one home.
"""

import sqlite3
import time
import weakref
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from fabula.errors import RunError, UsageError
from fabula.store import tables
from fabula.store.commit import GroupCommit
from fabula.store.database import FILE_NAME, open_database
from fabula.store.failure import in_words, remedy
from fabula.store.holder import Holder
from fabula.store.protocol import AnswerRow, CommandRow, Lease, RecordRow, RunRow, SnapshotRow
from fabula.store.turn import Turn
from fabula.store.worker import Job, Outcome, Worker

TURN_S_MAX = 30.0
"""How long a write waits while other processes write; then it fails with nothing kept."""

COMMANDS_EVERY_S = 0.05
"""How soon a command that another process left is seen."""

T = TypeVar("T")


class SqliteStore:
    """Keeps runs in `fabula.db`. Get one with `open`; leave it with `close` or `async with`.

    Writes that wait together are committed together, so many runs played at once cost little more than one. A write
    that is cancelled may be kept all the same; one whose turn does not come for half a minute, since other processes
    write, raises RunError with nothing kept. A store that is forgotten rather than closed finishes what it was given
    as long as the process lives, and never keeps it from ending.
    """

    def __init__(self, writer: GroupCommit, reader: "_Reading", holder: Holder, now: Callable[[], float]) -> None:
        self._commits = writer
        self._holder = holder
        self._now = now
        self._reader = Worker(reader, name=f"the reader of {reader.path}")
        self._writer = Worker(writer, name=f"the writer of {reader.path}")
        self._quiet: dict[str, tuple[int, float]] = {}
        """Run -> above which number no command was found, and when (monotonic seconds)."""
        self._forget = weakref.finalize(self, _forgotten, holder, self._reader, self._writer)
        self._forget.atexit = False  # The threads end with the process.

    @classmethod
    def open(cls, home: Path, *, now: Callable[[], float] = time.time) -> "SqliteStore":
        """Open the store in a home folder, which is made if need be. now: the wall clock, seconds since 1970.

        Raises UsageError if nothing can be kept there, or what is there is no database of ours or a newer version's.
        """
        path = home / FILE_NAME
        try:
            home.mkdir(parents=True, exist_ok=True)
            turn = Turn(path.with_name(path.name + ".lock"), wait_s_max=TURN_S_MAX)
        except OSError as error:
            raise UsageError(
                f"{home}: nothing can be kept in this folder: {error.strerror}. Make it a writable folder, or choose "
                "another home with FABULA_HOME."
            ) from error
        try:
            writer, reader = open_database(path, turn)
        except BaseException:
            turn.close()
            raise
        holder = Holder.new()
        return cls(GroupCommit(path, writer, turn, when_broken=holder.end), _Reading(path, reader), holder, now)

    async def __aenter__(self) -> "SqliteStore":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """See Store.close."""
        await self._reader.close()
        await self._writer.close()  # Last, so that its connection is the one that copies the log back.
        self._holder.end()
        self._forget.detach()

    async def create_run(self, row: RunRow, setup: bytes) -> RunRow:
        """See Store.create_run."""
        return await self._write(lambda db: tables.create_run(db, row, setup, now=self._now()))

    async def run(self, run: str) -> RunRow:
        """See Store.run."""
        return await self._read(lambda db: tables.run(db, run))

    async def runs(self) -> Sequence[RunRow]:
        """See Store.runs."""
        return await self._read(tables.runs)

    async def setup(self, run: str) -> bytes:
        """See Store.setup."""
        return await self._read(lambda db: tables.setup(db, run))

    async def acquire(self, run: str, *, ttl_s: float) -> Lease:
        """See Store.acquire."""
        return await self._write(lambda db: tables.acquire(db, run, self._holder, ttl_s=ttl_s, now=self._now()))

    async def renew(self, lease: Lease, *, ttl_s: float) -> Lease:
        """See Store.renew."""
        return await self._write(lambda db: tables.renew(db, lease, ttl_s=ttl_s, now=self._now()))

    async def release(self, lease: Lease) -> None:
        """See Store.release."""
        await self._write(lambda db: tables.release(db, lease))

    async def append(
        self,
        lease: Lease,
        records: Sequence[RecordRow],
        *,
        snapshot: SnapshotRow | None = None,
        ending: bytes | None = None,
    ) -> None:
        """See Store.append."""
        await self._write(
            lambda db: tables.append(db, lease, records, snapshot=snapshot, ending=ending, now=self._now())
        )

    async def keep_answer(self, lease: Lease, answer: AnswerRow) -> None:
        """See Store.keep_answer."""
        await self._write(lambda db: tables.keep_answer(db, lease, answer, now=self._now()))

    async def answers(self, run: str, *, since: int = 0) -> Sequence[AnswerRow]:
        """See Store.answers."""
        return await self._read(lambda db: tables.answers(db, run, since=since))

    async def post_command(self, run: str, command: bytes) -> int:
        """See Store.post_command."""
        number = await self._write(lambda db: tables.post_command(db, run, command))
        self._quiet.clear()
        return number

    async def commands(self, run: str, *, after: int) -> Sequence[CommandRow]:
        """See Store.commands. It is asked before every step, so what was quiet is believed for COMMANDS_EVERY_S."""
        quiet_after, looked_s = self._quiet.get(run, (-1, 0.0))
        if quiet_after == after and time.monotonic() - looked_s < COMMANDS_EVERY_S:
            return []
        # The time is taken before the look: a command that comes while it lasts is not overlooked for longer.
        looked_s = time.monotonic()
        found = await self._read(lambda db: tables.commands(db, run, after=after))
        if not found:
            self._quiet[run] = (after, looked_s)
        return found

    async def records(self, run: str, *, start: int = 0, stop: int | None = None) -> AsyncIterator[RecordRow]:
        """See Store.records. Read a chunk at a time; nothing is held open in between."""
        end = tables.STEP_MAX if stop is None else stop
        for stretch in reversed(await self._read(lambda db: tables.line(db, run))):
            step, last = max(start, stretch.start), min(end, stretch.stop)
            while step < last and (chunk := await self._read(_chunk(stretch.run, step, last))):
                for record in chunk:
                    yield record
                step = chunk[-1].step + 1

    async def snapshots(self, run: str, *, at_most: int) -> Sequence[int]:
        """See Store.snapshots."""
        return await self._read(lambda db: tables.snapshots(db, run, at_most=at_most))

    async def snapshot(self, run: str, step: int) -> SnapshotRow | None:
        """See Store.snapshot."""
        return await self._read(lambda db: tables.snapshot(db, run, step))

    async def _read(self, job: Job[T]) -> T:
        self._commits.check()
        return await self._reader.do(job)

    async def _write(self, job: Job[T]) -> T:
        return await self._writer.do(job)


class _Reading:
    """The reading thread's craft: each job on its own."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection

    def serve(self, jobs: Sequence[Job[Any]]) -> Sequence[Outcome]:
        return [self._outcome(job) for job in jobs]

    def tidy(self) -> None:
        """Nothing is left over."""

    def close(self) -> None:
        self._connection.close()

    def _outcome(self, job: Job[Any]) -> Outcome:
        try:
            return Outcome(value=job(self._connection))
        except sqlite3.Error as error:
            return Outcome(error=RunError(f"{self.path} cannot be read: {in_words(error)}. {remedy(error)}."))
        except Exception as error:  # noqa: BLE001 - handed to whoever asked
            return Outcome(error=error)


def _chunk(run: str, start: int, stop: int) -> Job[list[RecordRow]]:
    return lambda db: tables.records(db, run, start=start, stop=stop)


def _forgotten(holder: Holder, reader: Worker, writer: Worker) -> None:
    holder.end()
    reader.stop()
    writer.stop()
