"""A store in one SQLite file, `fabula.db` in a home folder: the doors of fabula.store.tables, and what keeps them safe.

One thread writes (fabula.store.commit), one reads, and no event loop waits. Several processes may use one home.
"""

import sqlite3
import time
import weakref
from collections.abc import AsyncIterator, Callable, Collection, Hashable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from msgspec.structs import replace

from fabula.errors import RunError, UsageError
from fabula.store import account_tables, mailbox_tables, tables, vector_tables
from fabula.store.accounts import NO_LIMITS, Account, AccountRow, CallRow, Limits, Refused, Scope, Settled
from fabula.store.commit import GroupCommit
from fabula.store.database import FILE_NAME, open_database
from fabula.store.failure import in_words, remedy
from fabula.store.holder import Holder
from fabula.store.mailbox import QuestionRow
from fabula.store.protocol import AnswerRow, CommandRow, Held, Lease, RecordRow, ReplyRow, RunRow, SnapshotRow
from fabula.store.turn import Turn
from fabula.store.worker import Job, Outcome, Worker

TURN_S_MAX = 30.0
"""How long a write waits while other processes write; then it fails with nothing kept."""

LOOK_EVERY_S = 0.05
"""How soon a command, a question or an answer that another process left is seen."""

LOOKED_MAX = 1024
"""How many places that were empty are remembered; beyond it all are looked at anew."""

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
        self._looked_s: dict[Hashable, float] = {}
        """What was not there yet -> when it was looked for (monotonic seconds)."""
        self._left = False
        """Whether calls were settled that may not be written yet."""
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

    async def held(self, run: str) -> Held:
        """See Store.held."""
        return await self._read(lambda db: tables.held(db, run, now=self._now()))

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

    async def keep_reply(self, reply: ReplyRow) -> bytes:
        """See Store.keep_reply."""
        return await self._write(lambda db: tables.keep_reply(db, reply))

    async def reply_to(self, run: str, agent: str, step: int, number: int, digest: str) -> bytes | None:
        """See Store.reply_to."""
        return await self._read(lambda db: tables.reply_to(db, run, agent, step, number, digest))

    async def post_command(self, run: str, command: bytes) -> int:
        """See Store.post_command."""
        number = await self._write(lambda db: tables.post_command(db, run, command))
        self._looked_s.clear()
        return number

    async def commands(self, run: str, *, after: int) -> Sequence[CommandRow]:
        """See Store.commands. It is asked before every step."""
        return await self._look(("commands", run, after), lambda db: tables.commands(db, run, after=after)) or []

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

    async def reserve(self, call: CallRow, *, day: Limits = NO_LIMITS) -> int | Refused:
        """See Accounts.reserve."""
        return await self._write(lambda db: account_tables.reserve(db, call, day=day, now=self._now()))

    async def reserve_again(self, call: int, *, day: Limits = NO_LIMITS) -> Refused | None:
        """See Accounts.reserve_again."""
        return await self._write(lambda db: account_tables.reserve_again(db, call, day=day))

    def settle(self, call: int, settled: Settled) -> None:
        """See Accounts.settle. There are never more of them than calls that were reserved."""
        self._left = self._writer.leave(lambda db: account_tables.settle(db, call, settled)) or self._left

    async def set_limits(self, account: Account, limits: Limits) -> None:
        """See Accounts.set_limits."""
        await self._write(lambda db: account_tables.set_limits(db, self._dated(account), limits))

    async def account(self, account: Account) -> AccountRow:
        """See Accounts.account."""
        await self._all_settled()
        return await self._read(lambda db: account_tables.account(db, self._dated(account)))

    async def accounts(self, run: str) -> Sequence[AccountRow]:
        """See Accounts.accounts."""
        await self._all_settled()
        return await self._read(lambda db: account_tables.accounts(db, run))

    async def calls(self, run: str) -> Sequence[CallRow]:
        """See Accounts.calls."""
        await self._all_settled()
        return await self._read(lambda db: account_tables.calls(db, run))

    async def put_question(self, run: str, agent: str, asked: int, *, who: str, question: bytes) -> None:
        """See Mailbox.put_question."""
        await self._write(lambda db: mailbox_tables.put_question(db, run, agent, asked, who=who, question=question))
        self._looked_s.clear()

    async def questions(self, run: str, *, agent: str | None = None) -> Sequence[QuestionRow]:
        """See Mailbox.questions."""
        key = ("questions", run, agent)
        return await self._look(key, lambda db: mailbox_tables.questions(db, run, agent=agent)) or []

    async def answer_question(self, run: str, agent: str, asked: int, answer: bytes) -> None:
        """See Mailbox.answer_question."""
        await self._write(lambda db: mailbox_tables.answer_question(db, run, agent, asked, answer))
        self._looked_s.clear()

    async def question_answer(self, run: str, agent: str, asked: int) -> bytes | None:
        """See Mailbox.question_answer."""
        key = ("answer", run, agent, asked)
        return await self._look(key, lambda db: mailbox_tables.question_answer(db, run, agent, asked))

    async def withdraw_question(self, run: str, agent: str, asked: int) -> None:
        """See Mailbox.withdraw_question."""
        await self._write(lambda db: mailbox_tables.withdraw_question(db, run, agent, asked))

    async def put_vectors(self, model: str, vectors: Mapping[str, bytes]) -> Mapping[str, bytes]:
        """See Vectors.put_vectors."""
        return await self._write(lambda db: vector_tables.put_vectors(db, model, vectors))

    async def vectors(self, model: str, digests: Collection[str]) -> Mapping[str, bytes]:
        """See Vectors.vectors."""
        return await self._read(lambda db: vector_tables.fetch_vectors(db, model, digests))

    def _dated(self, account: Account) -> Account:
        is_today = account.scope is Scope.DAY and not account.key
        return replace(account, key=account_tables.today(self._now())) if is_today else account

    async def _all_settled(self) -> None:
        """Wait until what was left to be written is there to be read."""
        if self._left:
            self._left = False
            await self._write(lambda _: None)

    async def _look(self, key: Hashable, job: Job[T]) -> T | None:
        """What the job finds; None, without a look, where nothing was found less than LOOK_EVERY_S ago."""
        self._commits.check()
        if time.monotonic() - self._looked_s.get(key, -1.0) < LOOK_EVERY_S:
            return None
        # The time is taken before the look: what comes while it lasts is not overlooked for longer.
        looked_s = time.monotonic()
        found = await self._read(job)
        if not found:
            if len(self._looked_s) >= LOOKED_MAX:
                self._looked_s.clear()
            self._looked_s[key] = looked_s
        return found

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
