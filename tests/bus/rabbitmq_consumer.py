"""A program that handles messages until it is killed: `python -m … URL PREFIX FILE [NUMBER…]`.

Each is noted in the database once, however often it comes, with the order in which it was. Of a message with one of
the numbers it dies, after it has noted in another table that it began.
"""

import asyncio
import os
import signal
import sqlite3
import sys
from pathlib import Path

from tests.bus.samples import number_of, quick_bounds

from fabula.bus import Delivery, Inbox
from fabula.bus.rabbitmq import RabbitBus

TABLES = """
CREATE TABLE IF NOT EXISTS done (place INTEGER PRIMARY KEY AUTOINCREMENT, session INTEGER, number INTEGER);
CREATE TABLE IF NOT EXISTS begun (number INTEGER);
"""


async def consume(url: str, prefix: str, file: Path, deadly: frozenset[int]) -> None:
    """Handle what comes to `player`, until killed."""
    with sqlite3.connect(file, timeout=30) as database, Inbox.open(file) as inbox:
        database.executescript(TABLES)

        async def handle(delivery: Delivery) -> None:
            number, session = number_of(delivery.message), delivery.message.payload["data"]["session"]
            if number in deadly:
                with database:
                    database.execute("INSERT INTO begun (number) VALUES (?)", [number])
                os.kill(os.getpid(), signal.SIGKILL)

            def effect(connection: sqlite3.Connection) -> None:
                connection.execute("INSERT INTO done (session, number) VALUES (?, ?)", [session, number])

            await asyncio.to_thread(inbox.apply, delivery.message, effect, consumer="player")

        async with RabbitBus(url, prefix=prefix, bounds=quick_bounds()) as bus:
            await bus.subscribe("player", handle)
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(consume(sys.argv[1], sys.argv[2], Path(sys.argv[3]), frozenset(map(int, sys.argv[4:]))))
