"""Responses: what those who ask through one bus wait for, and the queue in which the answers come."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

from fabula.bus.ending import end
from fabula.bus.envelope import BadMessage, Message, decode
from fabula.bus.figures import Figures
from fabula.bus.protocol import NOBODY_WAITS, BusDown, BusFull, NoAnswer, NobodyThere, is_death_notice
from fabula.bus.rabbitmq.channel import LOST, Incoming
from fabula.bus.rabbitmq.link import PAUSE_S, Link

ANSWERED_MAX = 4_096
"""Requests of which it is remembered that they were answered, so that an answer that comes twice is told from one that
comes too late.
"""


class Replies:
    """What one bus waits for. The queue is there from the first request on; ends with `close`, and the queue with the
    connection: an answer that comes after that finds nobody.
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
        self._asking: dict[str, asyncio.Future[Message]] = {}
        self._answered: OrderedDict[str, None] = OrderedDict()
        self._ready = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._burials: set[asyncio.Task[None]] = set()

    def expect(self, request: Message) -> "asyncio.Future[Message]":
        """Where its response will be. Raises BadMessage if it is being asked already."""
        number = request.message_id
        if number in self._asking:
            raise BadMessage(f"message {number} is being asked already: a request is asked once")
        if self._task is None:
            self._task = asyncio.create_task(self._work())
        self._answered.pop(number, None)
        answer = self._asking[number] = asyncio.get_running_loop().create_future()
        return answer

    def forget(self, request: Message) -> None:
        """Nobody waits any more."""
        self._asking.pop(request.message_id, None)

    async def ready(self) -> None:
        """Wait until there is somewhere to answer to."""
        await self._ready.wait()

    async def close(self) -> None:
        """Nobody waits any more; who does is told so."""
        for answer in self._asking.values():
            if not answer.done():
                answer.set_exception(NoAnswer("the bus was closed before an answer came"))
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
        answer = self._asking.pop(response.correlation_id, None)
        if answer is not None and not answer.done():
            self._answered[response.correlation_id] = None
            if len(self._answered) > ANSWERED_MAX:
                self._answered.popitem(last=False)
            answer.set_result(response)
        elif response.correlation_id not in self._answered and not is_death_notice(response):
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
