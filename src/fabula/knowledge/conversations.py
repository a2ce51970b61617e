"""Conversations: everything that was said, to be found by its words. One SQLite file, which can be deleted any time."""

# ruff: noqa: S608 - what is put into statements as text are names of columns and conditions, from this module

import re
import sqlite3
from collections.abc import Collection, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from fabula.knowledge.excerpt import excerpt
from fabula.knowledge.found import Found, Indexed, Piece, Spoken
from fabula.knowledge.index_file import IndexFile
from fabula.knowledge.query import Query, fold, read_query

FILE_NAME = "conversations.db"

MOST = 10_000
"""Finds that one search gives at most; of more, the best."""

_RUN = Indexed.__struct_fields__
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]+")


class Conversations:
    """The index. Get one with `open`; leave it with `close` or `with`. Several processes may use one file.

    Every method raises IndexBroken if the file turns out to be damaged, and RunError if it cannot be used just now.
    """

    def __init__(self, file: IndexFile) -> None:
        self._file = file

    @classmethod
    def open(cls, file: Path) -> Self:
        """The index in that file, which is made if need be, and made anew if it is damaged or of another version; then
        `note` says so. Raises RunError if nothing can be kept there.
        """
        return cls(IndexFile.open(file))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def note(self) -> str:
        """What a person should know of the file: that it was made anew; empty: nothing."""
        return self._file.note

    def close(self) -> None:
        """Let go of the file. Safe to call twice."""
        self._file.close()

    def rebuild(self) -> None:
        """Put an empty index in the place of one that is broken, unless another process has done so already."""
        self._file.rebuild()

    def runs(self) -> dict[str, Indexed]:
        """The runs in it, by name."""
        rows = self._file.read(f"SELECT {', '.join(_RUN)} FROM runs ORDER BY run")
        return {row[0]: Indexed(**dict(zip(_RUN, row, strict=True))) for row in rows}

    def add(self, run: Indexed, said: Iterable[Spoken], *, start: int) -> None:
        """Take in what was said in a run from step `start` to before `run.steps`, in the place of what stood there."""
        rows = [
            (run.run, one.step, one.number, one.speaker, fold(one.speaker), _CONTROL.sub(" ", one.words))
            for one in said
        ]

        def write(db: sqlite3.Connection) -> None:
            _drop(db, run.run, start)
            ((last,),) = db.execute("SELECT coalesce(max(id), 0) FROM said")
            db.executemany(
                "INSERT INTO said (run, step, number, speaker, folded, words) VALUES (?, ?, ?, ?, ?, ?)", rows
            )
            db.execute("INSERT INTO spoken (rowid, words) SELECT id, folded(words) FROM said WHERE id > ?", (last,))
            db.execute(
                f"INSERT OR REPLACE INTO runs ({', '.join(_RUN)}) VALUES ({', '.join('?' * len(_RUN))})",
                msgspec.structs.astuple(run),
            )

        self._file.write(write)

    def forget(self, runs: Collection[str]) -> None:
        """Drop runs that are no more."""

        def write(db: sqlite3.Connection) -> None:
            for run in runs:
                _drop(db, run, 0)
                db.execute("DELETE FROM runs WHERE run = ?", (run,))

        self._file.write(write)

    def speakers(self) -> list[str]:
        """Everybody who said anything, sorted."""
        return [name for (name,) in self._file.read("SELECT DISTINCT speaker FROM said ORDER BY folded, speaker")]

    def size(self) -> int:
        """How many things said are in it."""
        ((count,),) = self._file.read("SELECT count(*) FROM said")
        return int(count)

    def search(
        self, words: str = "", *, speaker: str = "", since: str = "", until: str = "", run: str = "", most: int = 20
    ) -> list[Found]:
        """What was said in such words, the best first; without words, the latest first.

        words: see fabula.knowledge.query.read_query. speaker: the whole name, or its first words, without case and
        accents. since, until: only runs that went on at some time between these two (UTC, ISO 8601). run: only what
        belongs to that run; of a branch also the past that it shares. most: at most MOST. Raises UsageError.
        """
        query = read_query(words)
        conditions: list[tuple[str, tuple[Any, ...]]] = []
        if query.match:
            conditions.append(("spoken MATCH ?", (query.match,)))
        if query.excludes:
            conditions.append(("said.id NOT IN (SELECT rowid FROM spoken WHERE spoken MATCH ?)", (query.excludes,)))
        if named := fold(speaker):
            conditions.append(("substr(folded || ' ', 1, ?) = ?", (len(named) + 1, f"{named} ")))
        if since:
            conditions.append(("changed >= ?", (since,)))
        if until:
            conditions.append(("began <= ?", (until,)))
        if run:
            conditions.append(self._line_of(run))
        return self._found(conditions, query, most=min(most, MOST))

    def _found(self, conditions: list[tuple[str, tuple[Any, ...]]], query: Query, *, most: int) -> list[Found]:
        ranked = bool(query.match)
        joined = "JOIN spoken ON spoken.rowid = said.id" if ranked else ""
        order = ("rank, " if ranked else "") + "changed DESC, runs.run DESC, step DESC, said.id DESC"
        where = " AND ".join(condition for condition, _ in conditions) or "TRUE"
        rows = self._file.read(
            "SELECT runs.run, environment, topic, began, changed, step, number, speaker, said.words "
            f"FROM said JOIN runs USING (run) {joined} WHERE {where} ORDER BY {order} LIMIT ?",
            (*(value for _, values in conditions for value in values), most),
        )
        return [_as_found(row, query) for row in rows]

    def _line_of(self, run: str) -> tuple[str, tuple[Any, ...]]:
        """The condition for what belongs to a run: its own steps, and those of its ancestors before it left them."""
        runs = self.runs()
        stretches: list[tuple[str, int]] = [(run, 2**62)]
        before = 2**62
        while (known := runs.pop(run, None)) is not None and known.parent:
            run, before = known.parent, min(before, known.parent_step)
            stretches.append((run, before))
        either = " OR ".join("(said.run = ? AND step < ?)" for _ in stretches)
        return f"({either})", tuple(value for stretch in stretches for value in stretch)


def _drop(db: sqlite3.Connection, run: str, start: int) -> None:
    """Forget what was said in a run from a step on."""
    # The index of words keeps no words: it has to be told what stood there.
    db.execute(
        "INSERT INTO spoken (spoken, rowid, words) "
        "SELECT 'delete', id, folded(words) FROM said WHERE run = ? AND step >= ?",
        (run, start),
    )
    db.execute("DELETE FROM said WHERE run = ? AND step >= ?", (run, start))


def _as_found(row: tuple[Any, ...], query: Query) -> Found:
    words = row[-1]
    around = excerpt(words, query.terms) if query.match else (Piece(words, is_hit=False),)
    return Found(**dict(zip(Found.__struct_fields__[:-1], row, strict=True)), excerpt=around)
