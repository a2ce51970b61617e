"""Hearing: what the listeners of one bus are told, over one connection that is subscribed to the channels of all."""

import asyncio
from typing import Any

from fabula.bus.ending import end
from fabula.bus.envelope import BadMessage, decode
from fabula.bus.figures import Figures
from fabula.bus.listening import Listener
from fabula.bus.protocol import BusDown
from fabula.bus.redis.keys import Keys
from fabula.bus.redis.server import ANSWER_S_MAX, TROUBLE, Pauses, Server

_LOOK_S = 0.5
"""So often it is looked whether a channel is of no use any more."""
_IDLE_S_MAX = ANSWER_S_MAX / 2
"""After so long without a word the server is asked whether it is there."""


class Hearing:
    """The listeners of one bus; ends with `close`. What is published while the server is away from it is not heard."""

    def __init__(self, server: Server, keys: Keys, *, figures: Figures) -> None:
        self._server = server
        self._keys = keys
        self._figures = figures
        self._listeners: dict[str, list[Listener]] = {}
        """By channel."""
        self._subscribed: dict[str, asyncio.Future[None]] = {}
        """By channel: done once the server has said so."""
        self._connection: Any = None
        self._some = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def listeners(self) -> list[Listener]:
        """All of them."""
        return [listener for row in self._listeners.values() for listener in row]

    async def add(self, address: str, listener: Listener, *, wait_s: float) -> None:
        """From when this returns that listener hears. Raises BusDown; whatever is raised, it does not."""
        channel = self._keys.heard(address)
        self._listeners.setdefault(channel, []).append(listener)
        try:
            async with asyncio.timeout(wait_s):
                await self._want(channel)
        except TimeoutError:
            await listener.close()
            raise self._server.down(wait_s) from None
        except BaseException:
            await listener.close()
            raise

    def remove(self, address: str, listener: Listener) -> None:
        """It hears nothing more. Again is no error."""
        channel = self._keys.heard(address)
        row = self._listeners.get(channel, [])
        if listener in row:
            row.remove(listener)
        if not row:
            self._listeners.pop(channel, None)

    async def close(self) -> None:
        """Hear nothing more."""
        if self._task is not None:
            await end(self._task)
        for ready in self._subscribed.values():
            _give_up(ready)

    async def _want(self, channel: str) -> None:
        """Wait until the server has said that we hear that channel."""
        ready = self._subscribed.get(channel)
        if ready is None:
            ready = self._subscribed[channel] = asyncio.get_running_loop().create_future()
            if self._task is None:
                self._task = asyncio.create_task(self._work())
            self._some.set()
            await self._subscribe(channel)
        await asyncio.shield(ready)

    async def _subscribe(self, channel: str) -> None:
        if self._connection is None:
            return  # A new connection asks for everything that is wanted.
        try:
            await self._connection.subscribe(channel)
        except TROUBLE as trouble:
            self._server.away(trouble)

    async def _work(self) -> None:
        pauses = Pauses()
        while True:
            if not self._subscribed:
                self._some.clear()
                await self._some.wait()
            try:
                await self._hear()
                pauses.begin_again()
            except Exception as trouble:  # noqa: BLE001 - whatever the library raises, it is heard again
                self._server.away(trouble)
                await pauses.wait()

    async def _hear(self) -> None:
        """Over one connection, until nothing is wanted any more or it breaks."""
        loop = asyncio.get_running_loop()
        connection = self._server.client.pubsub()
        try:
            await connection.subscribe(*(wanted := list(self._subscribed)))
            self._connection = connection
            for channel in self._subscribed.keys() - set(wanted):
                await connection.subscribe(channel)
            heard_at = loop.time()
            while self._subscribed:
                said = await connection.get_message(timeout=_LOOK_S)
                if said is not None:
                    heard_at = loop.time()
                    self._tell(said)
                elif loop.time() > heard_at + 2 * _IDLE_S_MAX:
                    raise TimeoutError("the server fell silent")
                elif loop.time() > heard_at + _IDLE_S_MAX:
                    await connection.ping()
                await self._drop_unwanted(connection)
        finally:
            self._connection = None
            await connection.aclose()

    def _tell(self, said: dict[str, Any]) -> None:
        if said["type"] not in ("message", "subscribe"):
            return
        channel = said["channel"].decode()
        if said["type"] == "subscribe":
            ready = self._subscribed.get(channel)
            if ready is not None and not ready.done():
                ready.set_result(None)
            return
        for listener in self._listeners.get(channel, ()):
            try:
                listener.hear(decode(said["data"]))
            except BadMessage:
                self._figures.unheard += 1

    async def _drop_unwanted(self, connection: Any) -> None:
        for channel in [channel for channel in self._subscribed if channel not in self._listeners]:
            _give_up(self._subscribed.pop(channel))
            await connection.unsubscribe(channel)


def _give_up(ready: asyncio.Future[None]) -> None:
    """Nobody will hear by this; whoever still waits for it is told so."""
    if not ready.done():
        ready.set_exception(BusDown("the bus was closed before this could listen"))
        ready.exception()  # Where nobody waits any more that is no fault.
