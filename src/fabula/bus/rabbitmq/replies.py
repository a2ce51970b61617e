"""Responses: what those who ask through one bus wait for, and the queue in which the answers come."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from fabula.bus.asking import Asking, Send
from fabula.bus.ending import end
from fabula.bus.envelope import BadMessage, Message, decode
from fabula.bus.figures import Figures
from fabula.bus.protocol import NOBODY_WAITS, BusDown, BusFull, NobodyThere
from fabula.bus.rabbitmq.channel import LOST, Incoming
from fabula.bus.rabbitmq.link import PAUSE_S, Link


class Replies:
    """The responses to what is asked through one bus. The queue is there from the first request on; ends with `close`,
    and the queue with the connection: an answer that comes after that finds nobody.
    """

    def __init__(
        self,
        link: Link,
        queue: str,
        *,
        queue_max: int,
        figures: Figures,
        bury: Callable[..., Awaitable[None]],
    ) -> None:
        """queue_max: responses that wait in the queue; then whoever answers waits. bury: keeps a dead letter."""
        self.queue = queue
        self._link = link
        self._queue_max = queue_max
        self._figures = figures
        self._bury = bury
        self._asking = Asking()
        self._ready = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._burials: set[asyncio.Task[None]] = set()

    async def ask(self, request: Message, send: Send, *, deadline_s: float | None) -> tuple[Message, float]:
        """As Asking says; `send` waits until this is `ready`."""
        if self._task is None:
            self._task = asyncio.create_task(self._work())
        return await self._asking.ask(request, send, deadline_s=deadline_s)

    async def ready(self) -> None:
        """Wait until there is somewhere to answer to."""
        await self._ready.wait()

    async def close(self) -> None:
        """Nobody waits any more; who does is told so."""
        self._asking.close()
        if self._task is not None:
            await end(self._task)
        if self._burials:
            await asyncio.wait(self._burials)

    async def _work(self) -> None:
        while True:
            channel = await self._link.channel()
            try:
                arguments = {"x-max-length": self._queue_max, "x-overflow": "reject-publish"}
                await channel.declare_queue(self.queue, arguments, exclusive=True)
                await channel.consume(self.queue, self._take, acks=False)
                self._ready.set()
                await channel.gone()
            except LOST as error:
                self._link.note(error)  # Perhaps the server still takes the connection before for alive.
                await asyncio.sleep(PAUSE_S)
            finally:
                self._ready.clear()
                await channel.shut()

    async def _take(self, incoming: Incoming) -> None:
        try:
            response = decode(incoming.body)
        except BadMessage as wrong:
            self._give_up("", str(wrong), incoming.body)
            return
        if not self._asking.take(response):
            self._give_up(response.to_agent, NOBODY_WAITS, incoming.body)

    def _give_up(self, address: str, cause: str, body: bytes) -> None:
        async def bury() -> None:
            try:
                await self._bury(address=address, group="", cause=cause, tries=1, body=body)
            except (BusDown, BusFull, NobodyThere) as error:
                self._figures.carrier_failed(error)

        task: asyncio.Task[Any] = asyncio.create_task(bury())
        self._burials.add(task)
        task.add_done_callback(self._burials.discard)
