"""The file of an index: opened safely, written by one process at a time, and made anew where it is damaged."""

import sqlite3
import unicodedata
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, TypeVar

from fabula.errors import RunError
from fabula.knowledge.folding import folded
from fabula.store.failure import in_words, primary_code, remedy
from fabula.store.turn import Turn

BUSY_S = 10.0
"""How long one process waits while another writes; then the call fails, with nothing changed."""

FORM = 2
"""Of the tables, of how words are folded, and of which are taken in (fabula.app.finding). Count up with any of them."""

VERSION = FORM * 1_000 + int(unicodedata.unidata_version.partition(".")[0])
"""Of the file, and of the letters that are known; a file of another version is made anew."""

_SCHEMA = """
CREATE TABLE runs (
    run TEXT PRIMARY KEY, environment TEXT, topic TEXT, began TEXT, changed TEXT, parent TEXT, parent_step INTEGER,
    steps INTEGER, digest TEXT
) WITHOUT ROWID;
CREATE TABLE said (
    id INTEGER PRIMARY KEY, run TEXT, step INTEGER, number INTEGER, speaker TEXT, folded TEXT, words TEXT
);
CREATE INDEX said_by_run ON said (run, step);
CREATE INDEX said_by_speaker ON said (folded, speaker);
-- Only where each word stands is kept of the folded words: those as they were said are in the table above.
CREATE VIRTUAL TABLE spoken USING fts5 (words, content = '', tokenize = 'ascii', prefix = '2 3');
"""

T = TypeVar("T")

_BROKEN = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}
"""Result codes of a file that is damaged, or not built as it should be: the statements themselves are sound."""


class IndexBroken(RunError):
    """The file is damaged. `rebuild` makes an empty one in its place."""


class IndexFile:
    """The tables of fabula.knowledge.conversations in one file."""

    def __init__(self, path: Path, turn: Turn) -> None:
        self._path = path
        self._turn = turn
        self._db: sqlite3.Connection | None = None
        self._is_closed = False
        self.note = ""
        """That it was made anew, in a sentence; empty: it was not."""

    @classmethod
    def open(cls, path: Path) -> "IndexFile":
        """See Conversations.open."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            turn = Turn(path.with_name(path.name + ".lock"), wait_s_max=BUSY_S)
        except OSError as failure:
            raise RunError(f"{path} cannot be made: {failure.strerror or failure}") from failure
        file = cls(path, turn)
        try:
            file._open()
        except BaseException:
            file.close()
            raise
        return file

    def close(self) -> None:
        """Let go of the file. Safe to call twice."""
        if not self._is_closed:
            self._is_closed = True
            self._disconnect()
            self._turn.close()

    def read(self, statement: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """The rows that a statement gives. Raises IndexBroken, RunError."""
        return self._do(lambda db: db.execute(statement, values).fetchall())

    def write(self, job: Callable[[sqlite3.Connection], None]) -> None:
        """Do the job in one transaction. Raises IndexBroken, RunError; then nothing of it was done."""

        def in_transaction(db: sqlite3.Connection) -> None:
            db.execute("BEGIN IMMEDIATE")
            try:
                job(db)
                db.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):  # Some failures have ended it already.
                    db.execute("ROLLBACK")
                raise

        with self._turn:
            self._do(in_transaction)

    def rebuild(self) -> None:
        """See Conversations.rebuild."""
        with self._turn:
            self._disconnect()
            if not self._is_sound():
                self._make_anew()
            self._connect()

    def _open(self) -> None:
        # Whoever finds all in order waits for nobody.
        if self._version() != VERSION:
            with self._turn:
                if (version := self._version()) == 0:
                    self._make()
                elif version != VERSION:
                    self._make_anew()
        self._connect()

    def _version(self) -> int:
        """Of the tables in the file; 0: there are none yet; -1: it is no index that can be read."""
        try:
            with closing(sqlite3.connect(self._path, timeout=BUSY_S)) as db:
                (version,) = db.execute("PRAGMA user_version").fetchone()
                (tables,) = db.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        except sqlite3.Error as error:
            if primary_code(error) in _BROKEN:
                return -1
            raise _unusable(self._path, error) from error
        return int(version) if version or not tables else -1

    def _is_sound(self) -> bool:
        if self._version() != VERSION:
            return False
        try:
            with closing(sqlite3.connect(self._path, timeout=BUSY_S)) as db:
                (found,) = db.execute("PRAGMA quick_check(1)").fetchone()
                db.execute("INSERT INTO spoken (spoken, rank) VALUES ('integrity-check', 1)")
                db.execute("SELECT 1 FROM runs, said LIMIT 1")
        except sqlite3.Error:
            return False
        return bool(found == "ok")

    def _make_anew(self) -> None:
        self.note = f"{self._path.name} was damaged or of another version, and has been made anew."
        try:
            for name in (self._path.name, f"{self._path.name}-journal"):
                self._path.with_name(name).unlink(missing_ok=True)
        except OSError as failure:
            raise RunError(
                f"{self._path} is damaged and cannot be removed: {failure.strerror or failure}. Delete it; it is made "
                "anew."
            ) from failure
        self._make()

    def _make(self) -> None:
        try:
            with closing(sqlite3.connect(self._path, timeout=BUSY_S, isolation_level=None)) as db:
                db.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;")
        except sqlite3.Error as error:
            raise _unusable(self._path, error) from error

    def _connect(self) -> None:
        # Used by one thread after the other, never by two at a time.
        try:
            self._db = sqlite3.connect(self._path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
            self._db.create_function("folded", 1, folded, deterministic=True)
        except sqlite3.Error as error:
            raise _unusable(self._path, error) from error

    def _disconnect(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None

    def _do(self, job: Callable[[sqlite3.Connection], T]) -> T:
        assert self._db is not None, "the index was closed"
        try:
            return job(self._db)
        except sqlite3.DatabaseError as error:
            if primary_code(error) is None:
                raise
            if primary_code(error) in _BROKEN:
                raise IndexBroken(f"{self._path} is damaged: {in_words(error)}. Delete it; it is made anew.") from error
            raise _unusable(self._path, error) from error


def _unusable(path: Path, error: sqlite3.Error) -> RunError:
    return RunError(f"{path} cannot be used: {in_words(error)}. {remedy(error)}, then try again.")
