"""Consumers with an inbox, in processes of their own that are killed: `python inboxes.py WHAT FILE …`."""

import sqlite3
import sys
import uuid
from contextlib import closing
from pathlib import Path

from msgspec.structs import replace

from fabula.bus import Inbox, Message
from fabula.bus.inbox import Effect

TABLE = "CREATE TABLE IF NOT EXISTS done (message TEXT NOT NULL, number INTEGER NOT NULL)"


def a_request(number: int) -> Message:
    """The same message for the same number, in any process."""
    message = Message.request("count", {"number": number}, sender="dm", to="counter", session=str(uuid.UUID(int=1)))
    return replace(message, message_id=str(uuid.UUID(int=1_000 + number)))


def counted(number: int) -> bytes:
    """What the effect returns."""
    return b'{"counted": %d}' % number


def write(database: sqlite3.Connection, number: int) -> bytes:
    """The effect: a row each time that it is done."""
    database.execute("INSERT INTO done VALUES (?, ?)", [a_request(number).message_id, number])
    return counted(number)


def writing(number: int) -> Effect:
    """The effect, to be given to an inbox."""
    return lambda database: write(database, number)


def times_done(file: Path) -> dict[int, int]:
    """How often each was done."""
    with closing(sqlite3.connect(file)) as database:
        return dict(database.execute("SELECT number, count(*) FROM done GROUP BY number").fetchall())


def tell(line: object) -> None:
    """A line for the parent, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def work(file: Path, first: str) -> None:
    """Do one after another, from the first on, for ever; tell each before, inside and after its transaction."""
    with Inbox.open(file) as inbox, closing(sqlite3.connect(file)) as database:
        database.execute(TABLE)
        for number in range(int(first), 10**9):
            tell(f"before {number}")

            def effect(database: sqlite3.Connection, number: int = number) -> bytes:
                result = write(database, number)
                tell(f"inside {number}")
                return result

            again = inbox.apply(a_request(number), effect, consumer="counter").again
            tell(f"{'again' if again else 'after'} {number}")


def work_off(file: Path, consumer: str, count: str) -> None:
    """Do so many, whoever else does; tell how many were done here."""
    with Inbox.open(file) as inbox, closing(sqlite3.connect(file)) as database:
        database.execute(TABLE)
        here = 0
        for number in range(int(count)):
            applied = inbox.apply(a_request(number), writing(number), consumer=consumer)
            assert applied.result == counted(number)
            here += not applied.again
    tell(here)


if __name__ == "__main__":
    what, file, *rest = sys.argv[1:]
    globals()[what](Path(file), *rest)
