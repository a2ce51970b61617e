"""Records appended to the store, by one writer and by many at once, each of whom waits until its record is durable.

The records are those of a campaign of the pack `harbour`; the many writers are so many runs in one process, as when one
machine plays for several people. Beside it, on the same disk, with the same pragmas (write-ahead log, every commit
synced) and the same columns: the barest loop over Python's sqlite3, a transaction for every record; the naive way to
serve many writers, a thread and a transaction for every append; and what sharing transactions could reach at best, the
bare loop with as many records to a transaction as there are writers.
"""

import asyncio
import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from hashlib import sha256
from itertools import cycle, islice
from pathlib import Path

from benchmarks.measuring import Beside, Figure, Sample, Scale, in_turns
from benchmarks.plays import pack_campaign, recorded
from msgspec.structs import astuple, replace

from fabula.store import Lease, RecordRow, RunRow, SqliteStore

LEASE_S = 600.0

_SETUP = b"{}"
_TABLE = """
    CREATE TABLE records (
        run TEXT NOT NULL, step INTEGER NOT NULL, inputs BLOB NOT NULL, events BLOB NOT NULL, digest TEXT NOT NULL,
        notes BLOB NOT NULL, seal TEXT NOT NULL, schema INTEGER NOT NULL, PRIMARY KEY (run, step)
    ) STRICT
"""
_INSERT = "INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?)"


def measure(scale: Scale, folder: Path) -> Iterator[Figure]:
    """See Benchmark.measure."""
    records = asyncio.run(_records(_new(folder), scale))
    one, many, loop, naive, shared = in_turns(
        scale.plays,
        lambda: asyncio.run(_through_the_store(_new(folder), records, writers=1)),
        lambda: asyncio.run(_through_the_store(_new(folder), records, writers=scale.writers)),
        lambda: _in_a_loop(_new(folder), records, writers=1, together=1),
        lambda: asyncio.run(_by_threads(_new(folder), records, writers=scale.writers)),
        lambda: _in_a_loop(_new(folder), records, writers=scale.writers, together=scale.writers),
    )
    size_kb = sum(len(row.inputs) + len(row.events) + len(row.notes) for row in records) / len(records) / 1000
    bare = Beside(what="bare sqlite3, a transaction a record", sample=Sample.of(loop))
    yield Figure(
        what="appends of 1 writer",
        unit="/s",
        sample=Sample.of(one),
        beside=(bare,),
        note=f"records of {size_kb:.1f} kB",
    )
    yield Figure(
        what=f"appends of {scale.writers} writers",
        unit="/s",
        sample=Sample.of(many),
        beside=(
            bare,
            Beside(what="a thread and a transaction an append", sample=Sample.of(naive)),
            Beside(what=f"bare sqlite3, {scale.writers} records a transaction", sample=Sample.of(shared)),
        ),
    )


async def _records(home: Path, scale: Scale) -> list[RecordRow]:
    """What one writer appends: the records of a real run, over again if there are too few."""
    async with SqliteStore.open(home) as store:
        async for _ in recorded(store, pack_campaign("harbour", turns=scale.campaign_turns), name="run"):
            pass
        rows = [row async for row in store.records("run")]
    return [replace(row, step=step) for step, row in enumerate(islice(cycle(rows), scale.appends))]


async def _through_the_store(home: Path, records: Sequence[RecordRow], *, writers: int) -> float:
    """Records a second of writers who each append to a run of their own."""
    async with SqliteStore.open(home) as store:
        leases = [await _new_run(store) for _ in range(writers)]

        async def write(lease: Lease) -> None:
            for record in records:
                await store.append(lease, [record])

        began_s = time.perf_counter()
        await asyncio.gather(*map(write, leases))
        return writers * len(records) / (time.perf_counter() - began_s)


async def _new_run(store: SqliteStore) -> Lease:
    row = RunRow(
        id="run-*",
        environment="campaign",
        rules="campaign/1",
        pack="run",
        seed=0,
        setup_digest=sha256(_SETUP).hexdigest(),
    )
    return await store.acquire((await store.create_run(row, _SETUP)).id, ttl_s=LEASE_S)


def _in_a_loop(home: Path, records: Sequence[RecordRow], *, writers: int, together: int) -> float:
    """Records a second of a loop that commits so many together; the writers' records follow each other in turns."""
    with closing(_database(home)) as database:
        rows = [(f"run-{writer}", *astuple(record)) for record in records for writer in range(writers)]
        began_s = time.perf_counter()
        for first in range(0, len(rows), together):
            database.execute("BEGIN IMMEDIATE")
            for row in rows[first : first + together]:
                database.execute(_INSERT, row)
            database.execute("COMMIT")
        return len(rows) / (time.perf_counter() - began_s)


async def _by_threads(home: Path, records: Sequence[RecordRow], *, writers: int) -> float:
    """Records a second of writers who each send every append to a thread, one after the other."""
    with closing(_database(home)) as database:
        alone = threading.Lock()

        def append(row: tuple[object, ...]) -> None:
            with alone:
                database.execute("BEGIN IMMEDIATE")
                database.execute(_INSERT, row)
                database.execute("COMMIT")

        async def write(run: str) -> None:
            for record in records:
                await asyncio.to_thread(append, (run, *astuple(record)))

        began_s = time.perf_counter()
        await asyncio.gather(*(write(f"run-{writer}") for writer in range(writers)))
        return writers * len(records) / (time.perf_counter() - began_s)


def _new(folder: Path) -> Path:
    """A home of its own for each measurement, so that none finds the log or the tables of another."""
    return Path(tempfile.mkdtemp(dir=folder))


def _database(home: Path) -> sqlite3.Connection:
    database = sqlite3.connect(home / "bare.db", isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "fullfsync = ON", "checkpoint_fullfsync = ON"):
        database.execute(f"PRAGMA {pragma}")
    database.execute(_TABLE)
    return database
