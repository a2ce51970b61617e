"""A consumer in a process of its own: `python redis_consumer.py URL PREFIX FILE TRIES_MAX`, for ever.

It writes what it handles to the file, once each, by way of an inbox; a message of kind `deadly` ends it.
"""

import asyncio
import os
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from fabula.bus import Bounds, Delivery, Inbox
from fabula.bus.redis import RedisBus

TABLE = "CREATE TABLE IF NOT EXISTS said (session TEXT NOT NULL, number INTEGER NOT NULL)"


def prepare(file: Path) -> None:
    """Make the table."""
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute(TABLE)


class Sink:
    """A handler that writes down what it is given, once, in order; made of an open inbox."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    async def __call__(self, delivery: Delivery) -> None:
        message = delivery.message
        number = message.payload["data"]["number"]

        def write(database: sqlite3.Connection) -> None:
            database.execute("INSERT INTO said VALUES (?, ?)", [message.session_id, number])

        await asyncio.to_thread(self._inbox.apply, message, write, consumer="sink")


def said(file: Path) -> dict[str, list[int]]:
    """What was written, by session, in order."""
    found: dict[str, list[int]] = {}
    with closing(sqlite3.connect(file)) as database:
        for session, number in database.execute("SELECT session, number FROM said ORDER BY rowid"):
            found.setdefault(session, []).append(number)
    return found


def count(file: Path) -> int:
    """How many were written."""
    with closing(sqlite3.connect(file)) as database:
        return int(database.execute("SELECT count(*) FROM said").fetchone()[0])


async def consume(url: str, prefix: str, file: Path, tries_max: int) -> None:
    """Handle what comes, for ever."""
    with Inbox.open(file) as inbox:
        sink = Sink(inbox)

        async def handle(delivery: Delivery) -> None:
            if delivery.message.payload["eventType"] == "deadly":
                os.kill(os.getpid(), signal.SIGKILL)
            await sink(delivery)

        async with RedisBus(url, bounds=Bounds(tries_max=tries_max), prefix=prefix, lease_s=1.0) as bus:
            await bus.subscribe("player", handle)
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(consume(sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4])))
