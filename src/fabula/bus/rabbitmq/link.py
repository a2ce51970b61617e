"""The link: a connection to RabbitMQ that is made again whenever it is lost."""

import asyncio
import contextlib
import logging
import random
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import aio_pika
from aio_pika.connection import make_url
from aio_pika.exceptions import ProbableAuthenticationError

from fabula.bus.ending import end
from fabula.bus.protocol import BusDown, NotLetIn
from fabula.bus.rabbitmq.bundling import Bundling
from fabula.bus.rabbitmq.channel import LOST, Channel, answered, told
from fabula.errors import UsageError

CONNECT_S_MAX = 10.0
"""For one attempt to connect; then comes the next."""
PAUSE_S = 0.05
PAUSE_S_MAX = 2.0
"""Between two attempts: doubled from the first to the second, and varied by half either way."""
HEARTBEAT_S = 15
"""A server that is silent for three times as long is taken for gone."""

# Whoever sets up logging sees what the libraries say; without that they would write to standard error by themselves.
for _library in ("aio_pika", "aiormq"):
    logging.getLogger(_library).addHandler(logging.NullHandler())


class Link:
    """A connection that is kept up from its first use until `close`."""

    def __init__(self, url: str, *, jitter: Callable[[], float] = random.random) -> None:
        """jitter: 0.0 to 1.0, how much of the variable half of a wait is taken. Raises UsageError for what is no
        address; no server is called yet.
        """
        address = make_url(_checked(url))
        self._url = address if "heartbeat" in address.query else address.update_query(heartbeat=HEARTBEAT_S)
        self._jitter = jitter
        self._secret = self._url.password or ""
        self.where = f"{self._url.host}:{self._url.port or (5671 if self._url.scheme == 'amqps' else 5672)}"
        """Host and port."""
        self.trouble = ""
        """Why there is no connection, as far as it is known; "" while there is one."""
        self._connection: Any = None
        self._lost = asyncio.Event()
        """Set when the connection ended, or does not do what it should."""
        self._up = asyncio.Event()
        self._heard_of = asyncio.Event()
        """Set once the server has let us in or refused us, and when this is closed."""
        self._refused = False
        self._keeper: asyncio.Task[None] | None = None
        self._closed = False
        self._errands: set[asyncio.Task[Any]] = set()
        """Channels that are being opened, and those that are being shut."""

    async def reached(self) -> None:
        """Wait until the server was reached for the first time; whether it is away now does not matter. Raises NotLetIn
        if it refused our name or password when it was last asked, and BusDown if this was closed.
        """
        self._begin()
        await self._heard_of.wait()
        if self._refused:
            raise NotLetIn(
                f"RabbitMQ at {self.where}: the server refused the name or password: mend the bus's address (bus.url)"
            )
        if self._closed:
            raise BusDown("this bus is closed")

    async def channel(self, *, confirms: bool = False) -> Channel:
        """A new channel, as soon as the server can be reached. confirms: it says of each message published whether it
        is kept. Raises BusDown if this was closed.
        """
        while True:
            if self._closed:
                raise BusDown("this bus is closed")
            self._begin()
            await self._up.wait()
            lost = self._lost
            opening = asyncio.create_task(self._open(confirms=confirms))
            self._errands.add(opening)
            opening.add_done_callback(self._errands.discard)
            try:
                # Opened to the end even if nobody waits any more: half open, a channel would break the connection.
                return await asyncio.shield(opening)
            except asyncio.CancelledError:
                task = asyncio.current_task()
                if opening.cancelled() and task is not None and not task.cancelling():
                    continue  # Not this, but the opening was cancelled, since this link is being closed.
                opening.add_done_callback(self._unwanted)
                raise
            except LOST as error:
                self.note(error)
                lost.set()  # A connection that opens no channel is of no use, even if it does not say so.
                await asyncio.sleep(PAUSE_S)

    async def _open(self, *, confirms: bool) -> Channel:
        raw = await answered(self._connection.channel(publisher_confirms=confirms, on_return_raises=True))
        return Channel(raw, errands=self._errands)

    def _unwanted(self, opening: "asyncio.Task[Channel]") -> None:
        """Shut a channel that was opened for nobody."""
        if not opening.cancelled() and opening.exception() is None:
            shutting = asyncio.create_task(opening.result().shut())
            self._errands.add(shutting)
            shutting.add_done_callback(self._errands.discard)

    async def close(self) -> None:
        """Close the connection. Safe to call twice."""
        self._closed = True
        self._up.set()
        self._heard_of.set()
        if self._keeper is not None:
            await end(self._keeper)
        await end(*self._errands)

    def _begin(self) -> None:
        if self._keeper is None and not self._closed:
            self._keeper = asyncio.create_task(self._keep())

    async def _keep(self) -> None:
        pause_s = PAUSE_S
        while True:
            connection = aio_pika.Connection(self._url)
            connection.kwargs["transport_factory"] = Bundling()
            lost = self._lost = asyncio.Event()
            connection.close_callbacks.add(lambda *_, lost=lost: lost.set())
            try:
                await told(connection.connect(timeout=CONNECT_S_MAX))
                assert connection.transport is not None, "it is connected"
                self._connection = connection.transport.connection
                self._refused = False
                self._heard_of.set()
                self._up.set()
                self.trouble = ""
                pause_s = PAUSE_S
                await lost.wait()
                self.trouble = "the connection was lost"
            except ProbableAuthenticationError as error:  # The server has said 403.
                self.note(error)
                self._refused = True
                self._heard_of.set()
            except LOST as error:
                self.note(error)
            finally:
                if not self._closed:
                    self._up.clear()
                await _closed_soon(connection)
            await asyncio.sleep(pause_s * (0.5 + self._jitter()))
            pause_s = min(pause_s * 2, PAUSE_S_MAX)

    def note(self, error: Exception) -> str:
        """Something went wrong on it; returns the trouble as it is told, which never shows the password."""
        text = f"{type(error).__name__}: {error}"
        self.trouble = (text.replace(self._secret, "***") if len(self._secret) > 3 else text)[:300]
        return self.trouble


async def _closed_soon(connection: Any) -> None:
    """Close it; of one that is lost nothing is said, and one that does not end is left to itself."""
    with contextlib.suppress(*LOST):
        await answered(connection.close())


def _checked(url: str) -> str:
    """Raises UsageError, which shows no password."""
    try:
        parts = urlsplit(url)
        wrong = "its port must be a number from 1 to 65535" if parts.port == 0 else ""
        wrong = wrong or ("" if parts.hostname else "it names no host")
        wrong = wrong or ("" if parts.scheme in ("amqp", "amqps") else "it must begin with amqp:// or amqps://")
    except ValueError:
        wrong = "its port must be a number from 1 to 65535"
    if wrong:
        raise UsageError(f"no address of RabbitMQ (amqp://USER:PASSWORD@HOST:PORT/): {wrong}")
    return url
