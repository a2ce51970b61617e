"""Responses: what those who ask through one bus wait for, and the queue in which the answers come.

The queue survives the connection and the server, and a response leaves it only once whoever asks has it: so one that
was confirmed reaches an asker who was away for a moment. Of an asker who never comes back the queue goes by itself, and
what is in it lies among the dead letters before that.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

from fabula.bus.asking import Asking, Send
from fabula.bus.ending import end
from fabula.bus.envelope import BadMessage, Message, decode
from fabula.bus.figures import Figures
from fabula.bus.protocol import NOBODY_WAITS, BusDown, BusFull, NobodyThere
from fabula.bus.rabbitmq.channel import LOST, Channel, Incoming
from fabula.bus.rabbitmq.link import PAUSE_S, Link

AWAY_S_MAX = 300
"""For so long an asker may be away; then the responses that wait for it are dead letters."""
GONE_S = 1_800
"""After so long without its asker the queue goes. An answer given in the last AWAY_S_MAX of that time goes with it."""
LEAVE_S_MAX = 5.0
"""For so long closing waits for what has just come; then the server is left to it."""
_TAG = "fabula-answers"


class Replies:
    """The responses to what is asked through one bus. The queue is there from the first request on; ends with `close`:
    an answer that comes after that finds nobody.
    """

    def __init__(
        self,
        link: Link,
        queue: str,
        *,
        dead: str,
        queue_max: int,
        figures: Figures,
        bury: Callable[..., Awaitable[None]],
    ) -> None:
        """dead: the queue of the dead letters. queue_max: responses that wait in the queue; then whoever answers waits.
        bury: keeps a dead letter.
        """
        self.queue = queue
        self._link = link
        self._arguments = {
            "x-max-length": queue_max,
            "x-overflow": "reject-publish",
            "x-message-ttl": AWAY_S_MAX * 1_000,
            "x-expires": GONE_S * 1_000,
            "x-dead-letter-exchange": "",
            "x-dead-letter-routing-key": dead,
        }
        self._figures = figures
        self._bury = bury
        self._asking = Asking()
        self._ready = asyncio.Event()
        self._closed = False
        self._channel: Channel | None = None
        self._channels = 0
        self._task: asyncio.Task[None] | None = None
        self._burials: set[asyncio.Task[None]] = set()

    async def ask(self, request: Message, send: Send, *, deadline_s: float | None) -> tuple[Message, float]:
        """As Asking says; `send` waits until this is `ready`."""
        if self._task is None:
            self._task = asyncio.create_task(self._work())
        return await self._asking.ask(request, send, deadline_s=deadline_s)

    async def ready(self) -> None:
        """Wait until there is somewhere to answer to. Raises BusDown if this is closed meanwhile."""
        await self._ready.wait()
        if self._closed:
            raise BusDown("this bus is closed")

    async def close(self) -> None:
        """Nobody waits any more; who does is told so."""
        self._closed = True
        self._asking.close()
        self._ready.set()
        if self._channel is not None:
            with contextlib.suppress(*LOST):
                async with asyncio.timeout(LEAVE_S_MAX):
                    await self._leave(self._channel)
        if self._task is not None:
            await end(self._task)
        if self._burials:
            await asyncio.wait(self._burials)

    async def _leave(self, channel: Channel) -> None:
        """Leave no queue behind, unless something came at the last moment, which is a dead letter soon."""
        await channel.cancel(_TAG)
        if self._burials:
            await asyncio.wait(self._burials)
        await channel.delete_queue(self.queue, if_empty=True)

    async def _work(self) -> None:
        while True:
            channel = await self._link.channel()
            try:
                await channel.declare_queue(self.queue, self._arguments)
                self._channels += 1
                # The server may take a connection for alive that is lost: whoever came last is given what comes.
                first = {"x-priority": self._channels}
                await channel.consume(self.queue, self._taker(channel), tag=_TAG, arguments=first)
                self._channel = channel
                self._ready.set()
                await channel.gone()
            except LOST as error:
                self._link.note(error)
                await asyncio.sleep(PAUSE_S)
            finally:
                self._channel = None
                self._ready.clear()
                await channel.shut()

    def _taker(self, channel: Channel) -> Callable[[Incoming], Awaitable[None]]:
        async def take(incoming: Incoming) -> None:
            tag = incoming.delivery.delivery_tag
            try:
                response = decode(incoming.body)
            except BadMessage as wrong:
                self._give_up(channel, tag, "", str(wrong), incoming.body)
                return
            if self._asking.take(response):
                await _settle(channel, tag)
            else:
                self._give_up(channel, tag, response.to_agent, NOBODY_WAITS, incoming.body)

        return take

    def _give_up(self, channel: Channel, tag: int, address: str, cause: str, body: bytes) -> None:
        async def bury() -> None:
            try:
                await self._bury(address=address, group="", cause=cause, tries=1, body=body)
            except (BusDown, BusFull, NobodyThere) as error:
                self._figures.carrier_failed(error)
            else:
                await _settle(channel, tag)

        task: asyncio.Task[Any] = asyncio.create_task(bury())
        self._burials.add(task)
        task.add_done_callback(self._burials.discard)


async def _settle(channel: Channel, tag: int) -> None:
    """Acknowledge it; on a channel that is lost it comes again, and is known then."""
    with contextlib.suppress(*LOST):
        await channel.ack(tag)
