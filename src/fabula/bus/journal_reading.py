"""Reading a journal: a whole conversation, the last steps, the figures of each agent."""

import math
import sqlite3
from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter

from fabula.bus.figures import AgentFigures
from fabula.bus.journal import Hop, What
from fabula.errors import UsageError

MESSAGES_MAX = 2_000
"""Messages of one conversation that are told; of a longer one those nearest to the one that was asked for."""
HOPS_MAX = 10_000
"""Hops of one conversation that are told; of more, the first."""
NAMED_MAX = 8
"""Ids that are listed where a beginning fits several."""

# `UNION` leaves out what was told already, so this ends; it goes outward from the first id, nearest first.
_CONVERSATION = """
WITH RECURSIVE told (id) AS (
    VALUES (?)
    UNION SELECT hops.correlation FROM told JOIN hops ON hops.message = told.id WHERE hops.correlation <> ''
    UNION SELECT hops.message FROM told JOIN hops ON hops.correlation = told.id WHERE hops.message <> ''
    LIMIT ?
)
SELECT at, what, message, correlation, session, sender, receiver, kind, about, grouped, took_ms, why
FROM hops WHERE message IN told OR (message = '' AND correlation IN told) ORDER BY at, number LIMIT ?
"""
_LAST = """
SELECT at, what, message, correlation, session, sender, receiver, kind, about, grouped, took_ms, why
FROM hops ORDER BY number DESC LIMIT ?
"""
_INSERT = """
INSERT INTO hops (at, what, message, correlation, session, sender, receiver, kind, about, grouped, took_ms, why)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_CALLED = """
SELECT message FROM hops WHERE message >= :first AND message < :end
UNION SELECT correlation FROM hops WHERE correlation >= :first AND correlation < :end
LIMIT :most
"""
_COUNTED = """
SELECT receiver, sum(what = 'handled'), sum(what = 'failed'), sum(what = 'dead')
FROM hops WHERE what IN ('handled', 'failed', 'dead') GROUP BY receiver ORDER BY receiver
"""
_TIMES = "SELECT receiver, took_ms FROM hops WHERE what = 'handled' ORDER BY receiver, took_ms"


def insert(connection: sqlite3.Connection, rows: Sequence[tuple[object, ...]], *, most: int) -> None:
    """Add hops, and let the oldest beyond `most` go; all or nothing."""
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(_INSERT, rows)
        connection.execute("DELETE FROM hops WHERE number <= (SELECT max(number) FROM hops) - ?", [most])


def conversation(connection: sqlite3.Connection, given: str) -> list[Hop]:
    """All hops of the conversation that a message belongs to, in order of time. given: the id of one of its messages or
    correlations, or how only one begins. Raises UsageError.
    """
    bounds = [_called(connection, given), MESSAGES_MAX, HOPS_MAX]
    return [_hop(row) for row in connection.execute(_CONVERSATION, bounds)]


def last(connection: sqlite3.Connection, most: int) -> list[Hop]:
    """The last hops, in order."""
    rows = connection.execute(_LAST, [most]).fetchall()
    return [_hop(row) for row in reversed(rows)]


def figures(connection: sqlite3.Connection) -> dict[str, AgentFigures]:
    """The figures of each agent that was sent anything, by name; exact, as far as the journal goes back."""
    rows = groupby(connection.execute(_TIMES), key=itemgetter(0))
    times = {agent: [took_ms for _, took_ms in group] for agent, group in rows}
    return {
        agent: _figures(times.get(agent, []), *counts) for agent, *counts in connection.execute(_COUNTED).fetchall()
    }


def _figures(times: list[float], processed: int, errors: int, dead: int) -> AgentFigures:
    """times: in order."""
    return AgentFigures(
        processed=processed,
        errors=errors,
        dead=dead,
        mean_ms=sum(times) / len(times) if times else 0.0,
        p99_ms=times[math.ceil(0.99 * len(times)) - 1] if times else 0.0,
    )


def _called(connection: sqlite3.Connection, given: str) -> str:
    """The only id that begins so, or is so."""
    begins = given.strip()
    if not begins:
        raise UsageError("which conversation? Give the id of one of its messages, or how it begins")
    if not _is_writable(begins):
        raise _unknown(begins)
    bounds = {"first": begins, "end": begins + chr(0x10FFFF), "most": NAMED_MAX + 1}
    ids: list[str] = [name for (name,) in connection.execute(_CALLED, bounds)]
    if len(ids) == 1 or any(name.casefold() == begins.casefold() for name in ids):
        return ids[0] if len(ids) == 1 else begins
    if not ids:
        raise _unknown(begins)
    more = " and more" if len(ids) > NAMED_MAX else ""
    raise UsageError(f"several ids begin with {begins!r}: {', '.join(ids[:NAMED_MAX])}{more}. Give more of one.")


def _unknown(begins: str) -> UsageError:
    return UsageError(
        f"the journal knows no message {begins!r:.200}: it may be older than what is kept. "
        "`fabula bus journal` shows the last ones."
    )


def _is_writable(text: str) -> bool:
    """Whether a file can hold that text, which may come from a command line that is no UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _hop(row: tuple[float, str, str, str, str, str, str, str, str, str, float, str]) -> Hop:
    at, what, message, correlation, session, sender, to, kind, about, group, took_ms, why = row
    return Hop(
        at=at,
        what=What(what),
        message=message,
        correlation=correlation,
        session=session,
        sender=sender,
        to=to,
        kind=kind,
        about=about,
        group=group,
        took_ms=took_ms,
        why=why,
    )
