"""What the tables mean: every statement about runs, as plain functions of a connection.

Functions that write are called within a transaction, which their errors undo; functions that read leave none open.
"""

# ruff: noqa: S608 - what is put into statements as text are names of columns, from this module

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple, TypeVar

import msgspec

from fabula.errors import RunError, UsageError, did_you_mean
from fabula.store.failure import in_words
from fabula.store.holder import Holder
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
)

SNAPSHOTS_MAX = 8
"""Snapshots kept of each run. At this bound the one that leaves the smallest gap goes, see `superfluous`."""

CHUNK_ROWS_MAX = 256
"""Records read at a time."""

CHUNK_BYTES_MAX = 4 * 2**20
"""Bytes of records read at a time, but for the last of them."""

STEP_MAX = 2**63 - 1

T = TypeVar("T", bound=msgspec.Struct)

_RUN = ", ".join(RunRow.__struct_fields__)
_RECORD = ", ".join(RecordRow.__struct_fields__)
_INSERT_RUN = f"INSERT INTO runs ({_RUN}) VALUES ({', '.join('?' * len(RunRow.__struct_fields__))})"
_INSERT_RECORD = f"INSERT INTO records (run, {_RECORD}) VALUES (?, {', '.join('?' * len(RecordRow.__struct_fields__))})"


class Stretch(NamedTuple):
    """The steps start <= step < stop of a line of runs that are recorded in `run`."""

    run: str
    start: int
    stop: int


# --- runs ---


def create_run(db: sqlite3.Connection, row: RunRow, setup: bytes, *, now: float) -> RunRow:
    """See Store.create_run."""
    if not row.id or not row.id.isprintable():
        raise UsageError(f"{row.id!r} cannot be the name of a run: give it a few letters that can be printed")
    if row.setup_digest != sha256(setup).hexdigest():
        raise Conflict(f"run {row.id!r}: its setup_digest is not the SHA-256 of its setup; nothing was kept")
    if row.parent is not None:
        reached = run(db, row.parent).steps
        if not 0 <= row.parent_step <= reached:
            raise UsageError(
                f"run {row.parent!r} cannot be branched at step {row.parent_step}: give a step from 0 to {reached}"
            )
    kept = msgspec.structs.replace(
        row,
        id=_free_id(db, row.id),
        steps=row.parent_step,
        ending=None,
        created_at=row.created_at or iso(int(now)),
        changed_at=iso(int(now)),
    )
    db.execute("INSERT OR IGNORE INTO setups VALUES (?, ?)", (row.setup_digest, setup))
    db.execute(_INSERT_RUN, msgspec.structs.astuple(kept))
    return kept


def run(db: sqlite3.Connection, run: str) -> RunRow:
    """See Store.run."""
    row = fetch_run(db, _RUN, run)
    return checked(RunRow, row, f"run {run!r}")


def runs(db: sqlite3.Connection) -> list[RunRow]:
    """See Store.runs."""
    rows = db.execute(f"SELECT {_RUN} FROM runs ORDER BY number").fetchall()
    return [checked(RunRow, row, f"run {row[0]!r}") for row in rows]


def setup(db: sqlite3.Connection, run: str) -> bytes:
    """See Store.setup."""
    (digest,) = fetch_run(db, "setup_digest", run)
    row = db.execute("SELECT setup FROM setups WHERE digest = ?", (digest,)).fetchone()
    if row is None or not isinstance(row[0], bytes):
        raise RunError(f"run {run!r}: its setup is missing or damaged; restore the home from a backup")
    return row[0]


# --- the right to write ---


def acquire(db: sqlite3.Connection, run: str, holder: Holder, *, ttl_s: float, now: float) -> Lease:
    """See Store.acquire."""
    was_held_by, fence, until = fetch_run(db, "holder, fence, lease_until", run)
    if was_held_by is not None and now < until and (by := _living(was_held_by)):
        raise RunIsOpen(
            f"run {run!r} is being played by {by}. Wait until it is done, or end that process: then the run is free at "
            f"once on the same machine, elsewhere at {iso(int(until))}."
        )
    held_now = msgspec.json.encode(_Held(holder=holder, since=iso(int(now)))).decode()
    db.execute(
        "UPDATE runs SET holder = ?, fence = ?, lease_s = ?, lease_until = ? WHERE id = ?",
        (held_now, fence + 1, ttl_s, now + ttl_s, run),
    )
    return Lease(run=run, fence=fence + 1, until=now + ttl_s)


def renew(db: sqlite3.Connection, lease: Lease, *, ttl_s: float, now: float) -> Lease:
    """See Store.renew."""
    _standing(db, lease)
    db.execute("UPDATE runs SET lease_s = ?, lease_until = ? WHERE id = ?", (ttl_s, now + ttl_s, lease.run))
    return msgspec.structs.replace(lease, until=now + ttl_s)


def release(db: sqlite3.Connection, lease: Lease) -> None:
    """See Store.release."""
    db.execute("UPDATE runs SET holder = NULL WHERE id = ? AND fence = ?", (lease.run, lease.fence))


def held(db: sqlite3.Connection, run: str, *, now: float) -> Held:
    """See Store.held."""
    held_by, until, ending = fetch_run(db, "holder, lease_until, ending", run)
    if ending is not None:
        return Held.ENDED
    return Held.PLAYED if held_by is not None and now < until and _living(held_by) else Held.LEFT


# --- what the holder writes ---


def append(
    db: sqlite3.Connection,
    lease: Lease,
    records: Sequence[RecordRow],
    *,
    snapshot: SnapshotRow | None,
    ending: bytes | None,
    now: float,
) -> None:
    """See Store.append."""
    steps, ended = _standing(db, lease)
    fresh = _not_yet_kept(db, lease.run, steps, records)
    if ended is not None and (fresh or ending not in (None, ended)):
        raise Conflict(
            f"run {lease.run!r} has ended after {steps} steps: nothing can be added to it, only branched from it"
        )
    for record in fresh:
        db.execute(_INSERT_RECORD, (lease.run, *msgspec.structs.astuple(record)))
    digest, seal = (fresh[-1].digest, fresh[-1].seal) if fresh else (None, None)
    db.execute(
        "UPDATE runs SET steps = ?, digest = coalesce(?, digest), seal = coalesce(?, seal), "
        "ending = coalesce(?, ending), changed_at = ?, lease_until = ? + lease_s WHERE id = ?",
        (steps + len(fresh), digest, seal, ending, iso(int(now)), now, lease.run),
    )
    if snapshot is not None:
        _keep_snapshot(db, lease.run, snapshot)


def keep_answer(db: sqlite3.Connection, lease: Lease, answer: AnswerRow, *, now: float) -> None:
    """See Store.keep_answer."""
    _standing(db, lease)
    kept = db.execute(
        "SELECT action, note FROM answers WHERE run = ? AND asked = ? AND agent = ?",
        (lease.run, answer.asked, answer.agent),
    ).fetchone()
    if kept is None:
        db.execute(
            "INSERT INTO answers (run, asked, agent, action, note) VALUES (?, ?, ?, ?, ?)",
            (lease.run, answer.asked, answer.agent, answer.action, answer.note),
        )
        db.execute("UPDATE runs SET lease_until = ? + lease_s WHERE id = ?", (now, lease.run))
    elif kept != (answer.action, answer.note):
        raise Conflict(
            f"run {lease.run!r}, step {answer.asked}: another answer of {answer.agent!r} is kept already, and it stands"
        )


def keep_reply(db: sqlite3.Connection, reply: ReplyRow) -> bytes:
    """See Store.keep_reply."""
    db.execute(
        "INSERT INTO replies (run, agent, step, number, digest, reply) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT DO NOTHING",
        msgspec.structs.astuple(reply),
    )
    kept = reply_to(db, reply.run, reply.agent, reply.step, reply.number, reply.digest)
    assert kept is not None
    return kept


def post_command(db: sqlite3.Connection, run: str, command: bytes) -> int:
    """See Store.post_command."""
    highest = "SELECT coalesce(max(number), 0) FROM commands WHERE run = ?"
    number = 1 + max(db.execute(highest, (name,)).fetchone()[0] for name in _ancestry(db, run))
    db.execute("INSERT INTO commands (run, number, command) VALUES (?, ?, ?)", (run, number, command))
    return int(number)


# --- what anyone reads ---


def commands(db: sqlite3.Connection, run: str, *, after: int) -> list[CommandRow]:
    """See Store.commands."""
    fetch_run(db, "number", run)
    rows = db.execute(
        "SELECT number, command FROM commands WHERE run = ? AND number > ? ORDER BY number", (run, after)
    ).fetchall()
    return [checked(CommandRow, row, f"run {run!r}, command {row[0]}") for row in rows]


def answers(db: sqlite3.Connection, run: str, *, since: int) -> list[AnswerRow]:
    """See Store.answers. Where both a run and its ancestor have an answer to one question, the run's own stands."""
    found: dict[tuple[int, str], AnswerRow] = {}
    for stretch in line(db, run):
        rows = db.execute(
            "SELECT agent, asked, action, note FROM answers WHERE run = ? AND asked >= ? AND asked < ?",
            (stretch.run, since, stretch.stop),
        ).fetchall()
        for row in rows:
            answer = checked(AnswerRow, row, f"run {stretch.run!r}, step {row[1]}, answer of {row[0]!r}")
            found.setdefault((answer.asked, answer.agent), answer)
    return [found[key] for key in sorted(found)]


def reply_to(db: sqlite3.Connection, run: str, agent: str, step: int, number: int, digest: str) -> bytes | None:
    """See Store.reply_to."""
    row = db.execute(
        "SELECT run, agent, step, number, digest, reply FROM replies "
        "WHERE run = ? AND agent = ? AND step = ? AND number = ? AND digest = ?",
        (run, agent, step, number, digest),
    ).fetchone()
    return None if row is None else checked(ReplyRow, row, f"run {run!r}, step {step}, reply to {agent!r}").reply


def line(db: sqlite3.Connection, run: str) -> list[Stretch]:
    """Where the records of a run are: its own stretch of steps first, then its parent's, and so on back to step 0.

    A stretch is empty (start >= stop) where the line left an ancestor before that one's own first record.
    """
    stretches: list[Stretch] = []
    stop = STEP_MAX
    for name, start in _ancestry(db, run).items():
        stretches.append(Stretch(name, start, stop))
        stop = min(start, stop)
    return stretches


def records(db: sqlite3.Connection, run: str, *, start: int, stop: int) -> list[RecordRow]:
    """The first of a run's own records with start <= step < stop: a chunk of them, none if there are none."""
    chunk: list[RecordRow] = []
    size_bytes = 0
    cursor = db.cursor()
    try:
        cursor.execute(
            f"SELECT {_RECORD} FROM records WHERE run = ? AND step >= ? AND step < ? ORDER BY step LIMIT ?",
            (run, start, stop, CHUNK_ROWS_MAX),
        )
        for row in cursor:
            record = checked(RecordRow, row, f"run {run!r}, step {row[0]}")
            chunk.append(record)
            size_bytes += len(record.inputs) + len(record.events) + len(record.notes)
            if size_bytes >= CHUNK_BYTES_MAX:
                break
    except sqlite3.DatabaseError as error:
        at = chunk[-1].step + 1 if chunk else start
        raise RunError(f"run {run!r}, step {at}: the record cannot be read: {in_words(error)}") from error
    finally:
        cursor.close()  # A read left open would keep the log from being copied back.
    return chunk


def snapshots(db: sqlite3.Connection, run: str, *, at_most: int) -> list[int]:
    """See Store.snapshots."""
    found: set[int] = set()
    for stretch in line(db, run):
        rows = db.execute(
            "SELECT step FROM snapshots WHERE run = ? AND step <= ?", (stretch.run, min(stretch.stop, at_most))
        )
        found.update(step for (step,) in rows)
    return sorted(found, reverse=True)


def snapshot(db: sqlite3.Connection, run: str, step: int) -> SnapshotRow | None:
    """See Store.snapshot."""
    for stretch in line(db, run):
        if stretch.start <= step <= stretch.stop:
            row = db.execute(
                'SELECT step, state, pending, digest, "check" FROM snapshots WHERE run = ? AND step = ?',
                (stretch.run, step),
            ).fetchone()
            if row is not None:
                return checked(SnapshotRow, row, f"run {stretch.run!r}, snapshot before step {step}")
    return None


# --- parts ---


class _Held(msgspec.Struct, frozen=True, kw_only=True):
    holder: Holder
    since: str


def _living(held: str) -> str:
    """Who holds a lease and since when, in words; "" if it is certain that the holder is gone."""
    try:
        held_now = msgspec.json.decode(held, type=_Held)
    except msgspec.DecodeError:
        return "somebody whom this version of Fabula does not understand"
    holder = held_now.holder
    return f"process {holder.pid} on {holder.host} since {held_now.since}" if holder.lives() else ""


def fetch_run(db: sqlite3.Connection, columns: str, run: str) -> Any:
    """Columns of the row of a run. Raises NoSuchRun, naming the nearest."""
    try:
        row = db.execute(f"SELECT {columns} FROM runs WHERE id = ?", (run,)).fetchone()
    except UnicodeEncodeError:  # A name from a command line may be no text at all.
        row = None
    if row is None:
        raise _no_such_run(db, run)
    return row


def _no_such_run(db: sqlite3.Connection, run: str) -> NoSuchRun:
    known = [name for (name,) in db.execute("SELECT id FROM runs")]
    hint = did_you_mean(run, known) if known else " There are no runs here yet."
    return NoSuchRun(f"no run {run!r}.{hint or ' `fabula runs` lists those there are.'}")


def _free_id(db: sqlite3.Connection, wanted: str) -> str:
    stem, star = (wanted[:-1], True) if wanted.endswith("-*") else (wanted, False)
    if not star:
        if db.execute("SELECT 1 FROM runs WHERE id = ?", (wanted,)).fetchone():
            raise Conflict(f"there is a run {wanted!r} already: choose another name")
        return wanted
    # Numbers of more than nine digits are names that somebody chose, not ours.
    (highest,) = db.execute(
        "SELECT coalesce(max(CAST(substr(id, :after) AS INTEGER)), 0) FROM runs "
        "WHERE substr(id, 1, :after - 1) = :stem AND substr(id, :after) NOT GLOB '*[^0-9]*' "
        "AND length(id) BETWEEN :after AND :after + 8",
        {"stem": stem, "after": len(stem) + 1},
    ).fetchone()
    return f"{stem}{highest + 1}"


def _standing(db: sqlite3.Connection, lease: Lease) -> tuple[int, bytes | None]:
    """How many steps the run of a lease has and how it ended. Raises Fenced if the lease is not valid any more."""
    steps, ended, fence, holder = fetch_run(db, "steps, ending, fence, holder", lease.run)
    if fence != lease.fence or holder is None:
        lost = "was given back" if fence == lease.fence else f"was taken over since, with fence {fence}"
        raise Fenced(
            f"run {lease.run!r}: the right to write, fence {lease.fence}, {lost}; nothing of this call was kept. "
            "Open the run anew to go on from what is there."
        )
    return steps, ended


def _not_yet_kept(db: sqlite3.Connection, run: str, steps: int, records: Sequence[RecordRow]) -> Sequence[RecordRow]:
    """The records that follow on what is kept. Raises Conflict if any of the others differs from what is kept."""
    if not records:
        return records
    first = records[0].step
    for step, record in enumerate(records, start=first):
        if record.step != step:
            raise Conflict(f"run {run!r}: step {record.step} was to be kept where step {step} comes; nothing was kept")
    if first > steps:
        raise Conflict(f"run {run!r}: step {first} was to be kept, but its next step is {steps}; nothing was kept")
    again, fresh = records[: steps - first], records[steps - first :]
    for record in again:
        kept = db.execute(f"SELECT {_RECORD} FROM records WHERE run = ? AND step = ?", (run, record.step)).fetchone()
        if kept != msgspec.structs.astuple(record):
            raise Conflict(f"run {run!r}, step {record.step}: another record is kept there already, and it stands")
    return fresh


def _keep_snapshot(db: sqlite3.Connection, run: str, snapshot: SnapshotRow) -> None:
    db.execute(
        'INSERT OR REPLACE INTO snapshots (run, step, state, pending, digest, "check") VALUES (?, ?, ?, ?, ?, ?)',
        (run, *msgspec.structs.astuple(snapshot)),
    )
    (start,) = fetch_run(db, "parent_step", run)
    rows = db.execute("SELECT step FROM snapshots WHERE run = ? ORDER BY step", (run,)).fetchall()
    for step in superfluous([step for (step,) in rows], start=start, keep=SNAPSHOTS_MAX):
        db.execute("DELETE FROM snapshots WHERE run = ? AND step = ?", (run, step))


def superfluous(steps: Sequence[int], *, start: int, keep: int) -> list[int]:
    """Which snapshots to forget so that `keep` remain, the latest among them, spread over the run from step `start` on.

    One after the other, the snapshot goes whose neighbours are nearest to each other, so that the steps to re-run after
    a rewind stay about as few wherever it goes.
    """
    left, gone = [start, *steps], []
    while len(left) - 1 > keep:
        nearest = min(range(1, len(left) - 1), key=lambda i: left[i + 1] - left[i - 1])
        gone.append(left.pop(nearest))
    return gone


def _ancestry(db: sqlite3.Connection, run: str) -> dict[str, int]:
    """A run and its ancestors, nearest first, with the step at which each one's own records begin."""
    ancestry: dict[str, int] = {}
    name: str | None = run
    while name is not None:
        if name in ancestry:
            raise RunError(
                f"run {run!r}: its ancestors go round in a circle at {name!r}; restore the home from a backup"
            )
        parent, ancestry[name] = fetch_run(db, "parent, parent_step", name)
        name = parent
    return ancestry


def checked(kind: type[T], row: tuple[Any, ...], where: str) -> T:
    """A row as a value. Raises RunError if a damaged file gave values of other types."""
    try:
        # Bytes stay bytes: text in their place is damage, not base64.
        return msgspec.convert(dict(zip(kind.__struct_fields__, row, strict=True)), kind, builtin_types=(bytes,))
    except msgspec.ValidationError as error:
        raise RunError(f"{where}: what is kept there is damaged: {error}; restore the home from a backup") from None


@lru_cache(maxsize=8)
def iso(now_s: int) -> str:
    """Seconds since 1970 as UTC, ISO 8601."""
    return datetime.fromtimestamp(now_s, UTC).isoformat().replace("+00:00", "Z")
