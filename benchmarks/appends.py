"""Records appended to the store by one writer and by many at once, each waiting until its record is durable.

The records are those of a campaign of the pack `harbour`; the many writers are so many runs in one process, as when one
machine plays for several people. Beside it, on the same disk with the same pragmas (write-ahead log, every commit
synced) and the same columns: the barest loop over Python's sqlite3, one transaction a record; the naive way to serve
many writers, a thread for every append and a transaction for every record; and what sharing transactions could reach at
best, the bare loop with as many records to a transaction as there are writers.
"""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from hashlib import sha256
from itertools import cycle, islice
from pathlib import Path

from msgspec.structs import astuple, replace

from benchmarks.measuring import Beside, Figure, Sample, Scale
from benchmarks.plays import pack_campaign, recorded
from fabula.store import RecordRow, RunRow, SqliteStore

LEASE_S = 600.0
SETUP = b"{}"

_TABLE = """
CREATE TABLE records (
    run TEXT NOT NULL, step INTEGER NOT NULL, inputs BLOB NOT NULL, events BLOB NOT NULL, digest TEXT NOT NULL,
    notes BLOB NOT NULL, seal TEXT NOT NULL, schema INTEGER NOT NULL, PRIMARY KEY (run, step)
) STRICT
"""
_INSERT = "INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"


def measure(scale: Scale, folder: Path) -> Iterator[Figure]:
    """See Benchmark.measure."""
    records = asyncio.run(_records(folder / "records", scale))
    size_kb = sum(len(row.inputs) + len(row.events) + len(row.notes) for row in records) / len(records) / 1000
    one, many = 1, scale.writers
    ways: dict[str, Callable[[Path], int]] = {
        "one": lambda home: asyncio.run(_store(home, records, writers=one)),
        "many": lambda home: asyncio.run(_store(home, records, writers=many)),
        "bare": lambda home: _bare(home, records, writers=one, together=1),
        "naive": lambda home: asyncio.run(_naive(home, records, writers=many)),
        "shared": lambda home: _bare(home, records, writers=many, together=many),
    }
