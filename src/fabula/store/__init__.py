"""Keeping runs: what was decided and what happened, durable before anybody acts on it.

A store keeps runs, their records (one a step), the answers of minds as they arrive, the commands given to a run, and
snapshots, a cache of at most eight states a run; beside them what models replied, made of texts and cost, the limits of
that, and what persons are asked. It knows rows and bytes, never an environment or a mind. What bytes
mean and whether the digests over them hold is the engine's to say, so a store hands out what is there, mending nothing.

- `Store` is the protocol, with its rows (`RunRow`, `RecordRow`, ...), its `Lease` and its errors. Three parts of it
  stand alone: `Accounts` (calls to models, what they cost, walls), `Mailbox` (questions to persons) and `Vectors` (of
  texts).
- `SqliteStore` keeps everything in one file, `fabula.db` in a home folder: one writing thread with group commit, a
  write-ahead log, every acknowledged write synced. Several processes may use one home at the same time.

One writer per run: by a lease with a fencing token that is checked in the transaction of every write. After a failed
write a handle is dead (`StoreBroken`); it is never tried again, since nobody knows what a failed sync has left behind.

Each store passes the contract suite in tests/store/contract.py. May import: settings, observability, errors.
"""

from fabula.store.accounts import Account, AccountRow, Accounts, CallRow, Limits, Refused, Scope, Settled
from fabula.store.mailbox import Mailbox, NoOpenQuestion, QuestionRow
from fabula.store.protocol import (
    AnswerRow,
    CommandRow,
    Conflict,
    Fenced,
    Held,
    Lease,
    NoSuchRun,
    RecordRow,
    ReplyRow,
    RunIsOpen,
    RunRow,
    SnapshotRow,
    Store,
    StoreBroken,
)
from fabula.store.sqlite import SqliteStore
from fabula.store.vectors import Vectors

__all__ = [
    "Account",
    "AccountRow",
    "Accounts",
    "AnswerRow",
    "CallRow",
    "CommandRow",
    "Conflict",
    "Fenced",
    "Held",
    "Lease",
    "Limits",
    "Mailbox",
    "NoOpenQuestion",
    "NoSuchRun",
    "QuestionRow",
    "RecordRow",
    "Refused",
    "ReplyRow",
    "RunIsOpen",
    "RunRow",
    "Scope",
    "Settled",
    "SnapshotRow",
    "SqliteStore",
    "Store",
    "StoreBroken",
    "Vectors",
]
