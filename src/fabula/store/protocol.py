"""The Store protocol: what every store keeps, promises and raises.

A store knows rows and bytes, never an environment or a mind. Whatever is written is acknowledged only when it is
durable: a call that returned has survived a power cut, a call that raised has changed nothing. Only after StoreBroken,
as after a cancelled call, it is open whether it was kept; the same append again settles it.
"""

from collections.abc import AsyncIterator, Sequence
from enum import Enum, auto
from typing import Protocol

import msgspec

from fabula.errors import RunError, UsageError
from fabula.store.accounts import Accounts
from fabula.store.mailbox import Mailbox
from fabula.store.vectors import Vectors


class NoSuchRun(UsageError):
    """There is no run of that name here."""


class Conflict(RunError):
    """Something else is kept in that place: the append was not the next one, or the same id came with other bytes."""


class Fenced(RunError):
    """Another process has taken the run over since; nothing of this call was kept."""


class RunIsOpen(RunError):
    """Another living process is playing the run; the message says which and since when."""


class StoreBroken(RunError):
    """A write or fsync failed: this handle is dead. Reopen the store and verify; what was acknowledged is there."""


class RunRow(msgspec.Struct, frozen=True, kw_only=True):
    """One run. A branch names its `parent` and owns only the records from `parent_step` on."""

    id: str
    environment: str
    rules: str
    """Version of the rules that made it."""
    pack: str
    """Name of the pack, for people."""
    seed: int
    setup_digest: str
    """SHA-256 (hex) of the setup; the setup itself is kept once for all runs that share it."""
    parent: str | None = None
    parent_step: int = 0
    steps: int = 0
    """How many steps are recorded, the shared past included: the number of the next step."""
    digest: str = ""
    """Digest of the last record, or of the genesis while there is none (hex)."""
    seal: str = ""
    ending: bytes | None = None
    """Canonical JSON, or None while the run can go on."""
    created_at: str = ""
    """UTC, ISO 8601; for people, outside every digest."""
    changed_at: str = ""


class RecordRow(msgspec.Struct, frozen=True, kw_only=True):
    """One step of one run."""

    step: int
    inputs: bytes
    """Canonical JSON array."""
    events: bytes
    """Canonical JSON array."""
    digest: str
    """Chained over the digest before, the step, the inputs and the events: what happened (hex)."""
    notes: bytes
    """Canonical JSON array: who decided, latencies, costs; outside the digest."""
    seal: str
    """Chained over the seal before, the digest and the notes: what was written (hex)."""
    schema: int = 1


class AnswerRow(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of a mind that is not repeatable, kept the moment it arrived."""

    agent: str
    asked: int
    action: bytes
    note: bytes


class ReplyRow(msgspec.Struct, frozen=True, kw_only=True):
    """What a model replied to one question, kept the moment it arrived, so that none is paid for twice."""

    run: str
    agent: str
    step: int
    number: int
    """0: the question itself; 1, 2: asked again."""
    digest: str
    """SHA-256 (hex) of the request: another prompt is another question."""
    reply: bytes


class SnapshotRow(msgspec.Struct, frozen=True, kw_only=True):
    """The state before step `step`. A cache: may vanish at any time."""

    step: int
    state: bytes
    pending: bytes
    """The loop's own part, canonical JSON: open questions, seats taken, the last command heard."""
    digest: str
    """Digest of the record before it, so that a snapshot of another past is never used."""
    check: str
    """SHA-256 (hex) of state and pending."""


class CommandRow(msgspec.Struct, frozen=True, kw_only=True):
    """A command given to a run, in the order received; `number` counts up from 1, in a branch from above its ancestors'
    numbers, since those it shares stand in the records."""

    number: int
    command: bytes


class Lease(msgspec.Struct, frozen=True, kw_only=True):
    """The right to write to one run, until `until` (seconds since 1970) unless renewed by an append or `renew`."""

    run: str
    fence: int
    """The fencing token: grows by one each time the run is taken."""
    until: float


class Held(Enum):
    """Who has a run just now."""

    PLAYED = auto()
    LEFT = auto()
    """Nobody: it was left, or its process is gone, or has not been heard of for as long as a lease lasts."""
    ENDED = auto()


class Store(Accounts, Mailbox, Vectors, Protocol):
    """Keeps runs, what models reply, make and cost, and what persons are asked. One writer per run, by lease and
    fencing token; readers at any time."""

    async def create_run(self, row: RunRow, setup: bytes) -> RunRow:
        """Keep a new run. `row.id` ending in `-*` (`ashfall-*`) is given the next free number (`ashfall-4`); any other
        id must be free, or Conflict. Returns the row as kept (id, created_at, changed_at filled in)."""
        ...

    async def run(self, run: str) -> RunRow:
        """The row of a run. Raises NoSuchRun, naming the nearest."""
        ...

    async def runs(self) -> Sequence[RunRow]:
        """All runs, oldest first."""
        ...

    async def setup(self, run: str) -> bytes:
        """The setup a run was created with. Raises NoSuchRun."""
        ...

    async def acquire(self, run: str, *, ttl_s: float) -> Lease:
        """Take the right to write. Raises RunIsOpen while a living holder's lease lasts (a holder on this machine whose
        process has died does not count), NoSuchRun."""
        ...

    async def renew(self, lease: Lease, *, ttl_s: float) -> Lease:
        """Lengthen a lease. Raises Fenced."""
        ...

    async def release(self, lease: Lease) -> None:
        """Give the right to write back; nothing if it was lost already."""
        ...

    async def held(self, run: str) -> Held:
        """Whether somebody plays the run, as its lease tells: what `acquire` would say, with nothing taken. Raises
        NoSuchRun."""
        ...

    async def append(
        self,
        lease: Lease,
        records: Sequence[RecordRow],
        *,
        snapshot: SnapshotRow | None = None,
        ending: bytes | None = None,
    ) -> None:
        """Keep records (consecutive, the first one the run's next step), with a snapshot and the ending if given: one
        transaction. The same records with the same bytes again are a success. Raises Conflict, Fenced, StoreBroken."""
        ...

    async def keep_answer(self, lease: Lease, answer: AnswerRow) -> None:
        """Keep an answer. The same again is a success, another one for the same question a Conflict. Raises Fenced."""
        ...

    async def answers(self, run: str, *, since: int = 0) -> Sequence[AnswerRow]:
        """The answers to questions asked at step `since` or later, ordered by (asked, agent); for a branch also those
        of its ancestors that were asked before it left them; its own stands where both have one."""
        ...

    async def keep_reply(self, reply: ReplyRow) -> bytes:
        """Keep what a model replied, whoever plays the run. Returns the reply that stands: this one, or the one kept
        for the same question before."""
        ...

    async def reply_to(self, run: str, agent: str, step: int, number: int, digest: str) -> bytes | None:
        """The reply kept for a question of this very run; None: there is none."""
        ...

    async def post_command(self, run: str, command: bytes) -> int:
        """Leave a command for a run, whoever plays it; returns its number. Raises NoSuchRun."""
        ...

    async def commands(self, run: str, *, after: int) -> Sequence[CommandRow]:
        """The commands with a number above `after`, in order (a branch begins with none of its parent's). One that
        another process left may be seen a moment (50 ms) later."""
        ...

    def records(self, run: str, *, start: int = 0, stop: int | None = None) -> AsyncIterator[RecordRow]:
        """The records of steps start <= step < stop in order, a branch's shared past read from its ancestors."""
        ...

    async def snapshots(self, run: str, *, at_most: int) -> Sequence[int]:
        """Steps of the snapshots kept at or before step `at_most`, latest first, ancestors' included."""
        ...

    async def snapshot(self, run: str, step: int) -> SnapshotRow | None:
        """The snapshot before that step, if it is still kept."""
        ...

    async def close(self) -> None:
        """Finish what was accepted, then close. Safe to call twice."""
        ...
