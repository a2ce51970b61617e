"""The journal's file: opened for whoever writes or reads it, known for ours, and moved aside when it is damaged."""

import sqlite3
from contextlib import closing
from pathlib import Path

from fabula.bus.alone import alone
from fabula.errors import RunError

BUSY_S = 5.0
"""How long to wait for other processes that write to the same file; then what was to be written is dropped."""
LOG_BYTES_MAX = 16 * 2**20
"""A write-ahead log longer than this is cut back to it."""

_APPLICATION_ID = 1178747254
_SCHEMA = 1
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_UNREADABLE = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY}

_TABLES = f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS hops (
    number INTEGER PRIMARY KEY,
    at REAL NOT NULL,
    what TEXT NOT NULL,
    message TEXT NOT NULL COLLATE NOCASE,
    correlation TEXT NOT NULL COLLATE NOCASE,
    session TEXT NOT NULL,
    sender TEXT NOT NULL,
    receiver TEXT NOT NULL,
    kind TEXT NOT NULL,
    about TEXT NOT NULL,
    grouped TEXT NOT NULL,
    took_ms REAL NOT NULL,
    why TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS hops_by_message ON hops (message);
CREATE INDEX IF NOT EXISTS hops_by_correlation ON hops (correlation);
PRAGMA application_id = {_APPLICATION_ID};
PRAGMA user_version = {_SCHEMA};
COMMIT;
"""


class NotOurs(RunError):
    """The file is of another program, or of a newer version of this one: it is left as it is."""


def open_journal_file(file: Path) -> tuple[sqlite3.Connection, str]:
    """A connection to the journal in that file, which any one thread at a time may use, and a word to tell (empty:
    nothing happened). A file that is damaged or cannot be read is moved aside, and a new one made.

    Raises NotOurs, OSError, sqlite3.Error.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        return connect(file), ""
    except sqlite3.Error as error:
        if not (is_damaged(error) or _code(error) in _UNREADABLE):
            raise
        word = replace_damaged(file, error)
        return connect(file), word


def replace_damaged(file: Path, error: sqlite3.Error) -> str:
    """Move the file aside, unless it is whole; returns what is to be told (empty: another process did it before).

    The copy of an earlier time is replaced, so that there is never more than one. Raises OSError, sqlite3.Error.
    """
    with alone(file):
        if _is_whole(file):
            return ""
        aside = file.with_name(file.name + ".damaged")
        file.replace(aside)
        for end in ("-wal", "-shm"):
            file.with_name(file.name + end).unlink(missing_ok=True)
    return f"{file} could not be read ({error}): it was moved to {aside.name}, and a new one begun"


def connect(file: Path) -> sqlite3.Connection:
    """A connection to the file, with its tables. Raises NotOurs, OSError, sqlite3.Error."""
    connection = _connect(file)
    try:
        if not _is_ready(connection, file):
            with alone(file):
                _make(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def is_damaged(error: sqlite3.Error) -> bool:
    """Whether the bytes of the file are wrong, so that no further try will help."""
    return _code(error) in _DAMAGED


def identity(file: Path) -> tuple[int, int] | None:
    """What tells this file from another of the same name; None if there is none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _connect(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    # A measure that a power cut may shorten by its last lines; the file stays whole.
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(f"PRAGMA journal_size_limit = {LOG_BYTES_MAX}")
    return connection


def _is_ready(connection: sqlite3.Connection, file: Path) -> bool:
    connection.execute("BEGIN")  # All as of one moment: another process may be making the tables just now.
    try:
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    finally:
        connection.execute("ROLLBACK")
    if tables and application != _APPLICATION_ID:
        raise NotOurs(f"{file} is a database of another program: move it away, then messages are noted again")
    if version > _SCHEMA:
        raise NotOurs(f"{file} was written by a newer Fabula: use that, or move the file away")
    return bool(tables)


def _make(connection: sqlite3.Connection) -> None:
    """Make the tables; by one process at a time, since the change to a write-ahead log waits for nobody."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.executescript(_TABLES)


def _is_whole(file: Path) -> bool:
    try:
        with closing(_connect(file)) as connection:
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        if is_damaged(error) or _code(error) in _UNREADABLE:
            return False
        raise
    return bool(found == "ok")


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
