"""What the table of questions means: every statement about what persons are asked, as plain functions of a connection.

Functions that write are called within a transaction, which their errors undo; functions that read leave none open.
"""

# ruff: noqa: S608 - what is put into statements as text are names of columns, from this module

import sqlite3

from fabula.store.mailbox import NoOpenQuestion, QuestionRow
from fabula.store.tables import checked, fetch_run

_QUESTION = ", ".join(QuestionRow.__struct_fields__)
_THE_QUESTION = "run = ? AND agent = ? AND asked = ?"


def put_question(db: sqlite3.Connection, run: str, agent: str, asked: int, *, who: str, question: bytes) -> None:
    """See Mailbox.put_question."""
    fetch_run(db, "number", run)
    db.execute(
        f"INSERT INTO questions ({_QUESTION}) VALUES (?, ?, ?, ?, ?, NULL) ON CONFLICT DO UPDATE SET "
        "who = excluded.who, question = excluded.question, answer = NULL "
        "WHERE who <> excluded.who OR question <> excluded.question",
        (run, agent, asked, who, question),
    )


def questions(db: sqlite3.Connection, run: str, *, agent: str | None) -> list[QuestionRow]:
    """See Mailbox.questions."""
    fetch_run(db, "number", run)
    rows = db.execute(
        f"SELECT {_QUESTION} FROM questions WHERE run = ? AND agent = coalesce(?, agent) AND answer IS NULL "
        "ORDER BY asked, agent",
        (run, agent),
    ).fetchall()
    return [checked(QuestionRow, row, f"run {run!r}, step {row[2]}, question to {row[1]!r}") for row in rows]


def answer_question(db: sqlite3.Connection, run: str, agent: str, asked: int, answer: bytes) -> None:
    """See Mailbox.answer_question."""
    fetch_run(db, "number", run)
    try:
        kept = db.execute(f"SELECT answer FROM questions WHERE {_THE_QUESTION}", (run, agent, asked)).fetchone()
    except UnicodeEncodeError:  # A name from a command line may be no text at all.
        kept = None
    if kept is None:
        raise NoOpenQuestion(f"run {run!r}: nobody asks for {agent!r} at step {asked} (or not any more)")
    if kept[0] is not None:
        raise NoOpenQuestion(f"run {run!r}: the question for {agent!r} at step {asked} is answered already")
    db.execute(f"UPDATE questions SET answer = ? WHERE {_THE_QUESTION}", (answer, run, agent, asked))


def question_answer(db: sqlite3.Connection, run: str, agent: str, asked: int) -> bytes | None:
    """See Mailbox.question_answer."""
    row = db.execute(f"SELECT {_QUESTION} FROM questions WHERE {_THE_QUESTION}", (run, agent, asked)).fetchone()
    if row is None:
        return None
    return checked(QuestionRow, row, f"run {run!r}, step {asked}, question to {agent!r}").answer


def withdraw_question(db: sqlite3.Connection, run: str, agent: str, asked: int) -> None:
    """See Mailbox.withdraw_question."""
    db.execute(f"DELETE FROM questions WHERE {_THE_QUESTION}", (run, agent, asked))
