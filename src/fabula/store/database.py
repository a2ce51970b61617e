"""The database file: opening it safely, knowing it for ours, and bringing its tables up to date."""

import os
import sqlite3
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path

from fabula.errors import RunError, UsageError
from fabula.store.failure import in_words, primary_code, remedy
from fabula.store.turn import Turn

FILE_NAME = "fabula.db"

BUSY_S = 10.0
"""How long to wait for programs that lock the database without taking turns."""

LOG_BYTES_MAX = 16 * 2**20
"""A write-ahead log that one large commit stretched beyond this is cut back to it when it is begun anew."""

_SQLITE_MIN = (3, 37, 0)  # STRICT tables.
_APPLICATION_ID = 1178681941  # As in 001_runs.sql.

_WRONG_PLACE = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY}

# Text that is UTF-8 no more comes out as what it is, not as an error of its own: whoever compares digests finds it.
_lenient_text = partial(str, encoding="utf-8", errors="backslashreplace")


def open_database(path: Path, turn: Turn) -> tuple[sqlite3.Connection, sqlite3.Connection]:
    """Two connections, for writing and for reading, to a database of the present schema, made or migrated if need be.

    Raises UsageError if this can be no database of ours, RunError if the disk fails.
    """
    if sqlite3.sqlite_version_info < _SQLITE_MIN:
        needed = ".".join(map(str, _SQLITE_MIN))
        raise UsageError(f"this Python has SQLite {sqlite3.sqlite_version}, Fabula needs {needed}: use a newer Python")
    with ExitStack() as opened:
        try:
            writer = opened.enter_context(closing(_connect(path)))
            _prepare(writer, path, turn)
            reader = opened.enter_context(closing(_connect(path)))
            reader.execute("PRAGMA query_only = ON")
        except sqlite3.Error as error:
            raise _not_opened(path, error) from error
        opened.pop_all()
    return writer, reader


def migrations() -> list[str]:
    """The numbered scripts of this version in their order; the first brings a new file to schema 1, and so on."""
    folder = Path(__file__).with_name("migrations")
    return [script.read_text(encoding="utf-8") for script in sorted(folder.glob("*.sql"))]


def migrate(connection: sqlite3.Connection, path: Path, scripts: list[str]) -> None:
    """Run the scripts the database has not seen, each in a transaction of its own with its number in `user_version`."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(scripts):
        raise UsageError(
            f"{path} was written by a newer Fabula: it has schema {version}, this one knows none above {len(scripts)}. "
            "Update Fabula, or choose another home with FABULA_HOME."
        )
    for number, script in enumerate(scripts[version:], start=version + 1):
        connection.executescript(f"BEGIN IMMEDIATE; {script}; PRAGMA user_version = {number}; COMMIT;")


def _connect(path: Path) -> sqlite3.Connection:
    # Opened by one thread and then used by another, never by two at a time.
    connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    connection.text_factory = _lenient_text
    connection.execute("PRAGMA wal_autocheckpoint = 0")  # See fabula.store.commit.
    return connection


def _prepare(connection: sqlite3.Connection, path: Path, turn: Turn) -> None:
    _require_ours(connection, path)
    scripts = migrations()
    # Whoever finds all in order does not wait for a turn, so that reading works beside a process that was suspended.
    if not _is_ready(connection, scripts):
        with turn:
            _switch_to_log(connection, path)
            migrate(connection, path, scripts)
    # SQLite itself would say so only at the first write.
    if not os.access(path, os.W_OK):
        raise UsageError(f"{path} is read-only. Make it writable, or choose another home with FABULA_HOME.")
    connection.execute("PRAGMA synchronous = FULL")
    # On macOS a plain fsync leaves data in the drive's cache; elsewhere these two say nothing.
    connection.execute("PRAGMA fullfsync = ON")
    connection.execute("PRAGMA checkpoint_fullfsync = ON")
    connection.execute(f"PRAGMA journal_size_limit = {LOG_BYTES_MAX}")
    connection.execute("PRAGMA foreign_keys = ON")


def _is_ready(connection: sqlite3.Connection, scripts: list[str]) -> bool:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    return bool(version == len(scripts) and mode == "wal")


def _switch_to_log(connection: sqlite3.Connection, path: Path) -> None:
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise UsageError(
            f"{path} lies on a file system where processes cannot share memory (a network share?), so nothing could be "
            "kept safely. Choose another home with FABULA_HOME."
        )


def _require_ours(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("BEGIN")  # Both as of one moment: another process may be making the tables just now.
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    connection.execute("COMMIT")
    if tables and application_id != _APPLICATION_ID:
        raise UsageError(
            f"{path} is a database of another program. Move it away, or choose another home with FABULA_HOME."
        )


def _not_opened(path: Path, error: sqlite3.Error) -> UsageError | RunError:
    if primary_code(error) == sqlite3.SQLITE_NOTADB:
        return UsageError(
            f"{path} is not an SQLite database. Restore it from a backup, move it away, or choose another home with "
            "FABULA_HOME."
        )
    if primary_code(error) in _WRONG_PLACE:
        return UsageError(
            f"{path} cannot be opened for writing: {in_words(error)}. Make it a writable file (the whole path at most "
            "500 bytes long), or choose another home with FABULA_HOME."
        )
    return RunError(f"{path} cannot be opened: {in_words(error)}. {remedy(error)}, then try again.")
