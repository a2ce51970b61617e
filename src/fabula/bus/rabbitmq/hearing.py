"""Hearing: a listener at an address, with a queue of its own that goes with it.

What comes is taken at once, without acknowledgement, and waits with the listener, which counts what it loses. Only
what comes faster than this program reads its connection waits in the queue, which drops its oldest unseen.
"""

import asyncio

from fabula.bus.ending import end
from fabula.bus.envelope import BadMessage, decode
from fabula.bus.figures import Figures
from fabula.bus.listening import Listener
from fabula.bus.rabbitmq.channel import LOST, Incoming
from fabula.bus.rabbitmq.link import PAUSE_S, Link
from fabula.bus.rabbitmq.names import PRIORITIES, Names


class Hearing:
    """A listener at work. Made on a running event loop; ends with `close`."""

    def __init__(
        self, link: Link, names: Names, address: str, listener: Listener, *, behind_max: int, figures: Figures
    ) -> None:
        self._link = link
        self._names = names
        self._address = address
        self._listener = listener
        self._behind_max = behind_max
        self._figures = figures
        self._ready = asyncio.Event()
        self._task = asyncio.create_task(self._work())

    async def ready(self) -> None:
        """Wait until it hears what is published from now on."""
        await self._ready.wait()

    async def close(self) -> None:
        """As Subscription says."""
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
        try:
            self._listener.hear(decode(incoming.body))
        except BadMessage as wrong:
            self._figures.listener_failed(wrong)
