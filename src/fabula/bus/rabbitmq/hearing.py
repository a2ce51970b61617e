"""Hearing: a listener at an address, with a queue of its own that goes with it.

What comes is taken at once, without acknowledgement, and waits with the listener, which counts what it loses. Only
what comes faster than this program reads its connection waits in the queue, which drops its oldest unseen.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from fabula.bus.ending import end
from fabula.bus.envelope import BadMessage, decode
from fabula.bus.figures import Figures
from fabula.bus.listening import Listener
from fabula.bus.protocol import BusDown, Delivery, Handler
from fabula.bus.rabbitmq.channel import LOST, Incoming
from fabula.bus.rabbitmq.link import PAUSE_S, Link
from fabula.bus.rabbitmq.names import PRIORITIES, Names
from fabula.bus.rabbitmq.parcel import COPY

HEARD_MAX = 512
"""Messages of which it is remembered that they were heard, since a copy may come of each."""


class Hearing:
    """A listener at work. Made on a running event loop; ends with `close`."""

    def __init__(
        self,
        link: Link,
        names: Names,
        address: str,
        handler: Handler,
        *,
        listener: Callable[[Handler], Listener],
        behind_max: int,
        figures: Figures,
    ) -> None:
        """listener: makes what hands on what is heard."""
        self._link = link
        self._names = names
        self._address = address
        self._handler = handler
        self._listener = listener(self._hand_on)
        self._behind_max = behind_max
        self._figures = figures
        self._handles_in: asyncio.Task[Any] | None = None
        self._heard: deque[str] = deque(maxlen=HEARD_MAX)
        self._ready = asyncio.Event()
        self._closed = False
        self._task = asyncio.create_task(self._work())

    async def ready(self) -> None:
        """Wait until it hears what is published from now on. Raises BusDown if it was closed before."""
        await self._ready.wait()
        if self._closed:
            raise BusDown("this bus is closed")

    def handles_in(self, task: asyncio.Task[Any] | None) -> bool:
        """Whether it is in that task that its handler is at work."""
        return task is not None and task is self._handles_in

    async def close(self) -> None:
        """As Subscription says."""
        self._closed = True
        self._ready.set()
        await end(self._task)
        await self._listener.close()

    async def _work(self) -> None:
        names = self._names
        while True:
            channel = await self._link.channel()
            try:
                await channel.declare_exchange(names.exchange)
                arguments = {"x-max-length": self._behind_max, "x-overflow": "drop-head"}
                queue = (await channel.declare_queue("", arguments, exclusive=True)).queue
                for priority in PRIORITIES:
                    await channel.bind(queue, names.exchange, names.key(self._address, priority))
                await channel.consume(queue, self._take, acks=False)
                self._ready.set()
                await channel.gone()
            except LOST as error:
                self._link.note(error)
                await asyncio.sleep(PAUSE_S)
            finally:
                self._ready.clear()
                await channel.shut()

    async def _take(self, incoming: Incoming) -> None:
        properties = incoming.header.properties
        if properties.headers and COPY in properties.headers and properties.message_id in self._heard:
            return
        self._heard.append(properties.message_id or "")
        try:
            self._listener.hear(decode(incoming.body))
        except BadMessage as wrong:
            self._figures.listener_failed(wrong)

    async def _hand_on(self, delivery: Delivery) -> Mapping[str, Any] | None:
        self._handles_in = asyncio.current_task()
        try:
            return await self._handler(delivery)
        finally:
            self._handles_in = None
