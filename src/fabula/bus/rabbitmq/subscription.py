"""A subscription to a group: shift after shift, for as long as it is not closed.

Of several subscriptions to one group one is active. RabbitMQ cannot say so for one subscription and not for another
(`x-single-active-consumer` belongs to the queue, and quorum queues take no heed of `exclusive`), so each group has a
lease: a classic queue that stays empty, from which only one may consume, since there `exclusive` holds. It is consumed
on the same channel as the group's queues. Whoever stands by looks whether it is free, takes it, and begins once the
group's queues have no consumer any more, by which time what the one before had at hand is back in its place.
"""

import asyncio
import contextlib
import random
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, TypeVar

from fabula.bus.attempts import Carrier
from fabula.bus.ending import end
from fabula.bus.figures import Figures
from fabula.bus.lanes import Lanes
from fabula.bus.protocol import Bounds, BusDown, BusFull, NobodyThere
from fabula.bus.rabbitmq.channel import LOST, Channel, ignore
from fabula.bus.rabbitmq.link import PAUSE_S, PAUSE_S_MAX, Link
from fabula.bus.rabbitmq.names import GroupQueues
from fabula.bus.rabbitmq.post import Post
from fabula.bus.rabbitmq.shift import Shift
from fabula.bus.rabbitmq.token import probe_for

STAND_BY_S = 0.2
"""Between two looks whether the lease is free; varied by half either way."""
ALONE_S_MAX = 5.0
"""For so long the consumers of the one before are waited for to be gone; after that they share the group on purpose."""

PROBE_S_MAX = 5.0
"""For so long a queue is waited for to take a probe; one that still does not is full."""

_AWAY: tuple[type[Exception], ...] = (BusDown, *LOST)

T = TypeVar("T")


class GroupSubscription:
    """A handler at work, or standing by. Made on a running event loop; ends with `close`."""

    def __init__(  # noqa: PLR0913 - it stands in the middle
        self,
        link: Link,
        queues: GroupQueues,
        *,
        shared: bool,
        bounds: Bounds,
        post: Post,
        figures: Figures,
        wait_s: float,
        declare: Callable[[], Awaitable[None]],
        lanes: Callable[[Carrier], Lanes],
        closed: Callable[["GroupSubscription"], None],
    ) -> None:
        """declare: furnishes the server with what is needed here. closed: told once this is."""
        self._link = link
        self._queues = queues
        self._shared = shared
        self._bounds = bounds
        self._post = post
        self._figures = figures
        self._wait_s = wait_s
        self._declare = declare
        self._lanes = lanes
        self._closed = closed
        self._finished: OrderedDict[str, None] = OrderedDict()
        self._leaving = asyncio.Event()
        self._shift: Shift | None = None
        self._lost = False
        """Whether the last shift, or the beginning of one, ended since the server could not be reached."""
        self._task = asyncio.create_task(self._work())

    def begin_to_leave(self) -> None:
        """Begin nothing more; `close` waits for what has begun."""
        self._leaving.set()
        if self._shift is not None:
            self._shift.lanes.stop()

    def handles_in(self, task: asyncio.Task[Any] | None) -> bool:
        """Whether it is in that task that its handler is at work, so that it must not wait for the end of it."""
        return self._shift is not None and self._shift.lanes.handles_in(task)

    async def close(self) -> None:
        """As Subscription says; from its own handler it returns at once, and the handler is finished all the same."""
        self.begin_to_leave()
        if not self.handles_in(asyncio.current_task()):
            await asyncio.wait((self._task,))

    async def _work(self) -> None:
        pause_s = PAUSE_S
        while not self._leaving.is_set():
            try:
                shift = await self._unless_leaving(self._begin())
            except _AWAY as error:
                self._link.note(error)
                self._lost = True
                await self._unless_leaving(asyncio.sleep(pause_s * (0.5 + random.random())))  # noqa: S311 - no secret
                pause_s = min(pause_s * 2, PAUSE_S_MAX)
                continue
            if shift is not None:
                pause_s = PAUSE_S
                await self._unless_leaving(shift.over())
                await shift.end()
                self._shift, self._lost = None, True
        self._closed(self)

    async def _begin(self) -> Shift:
        await self._declare()
        channel = await self._link.channel()
        try:
            if not self._shared:
                await self._take_lease(channel)
                if self._lost:
                    await asyncio.gather(*(self._probe(queue) for queue in self._all))
                await self._alone(channel)
            shift = self._shift = Shift(
                channel,
                self._queues,
                shared=self._shared,
                bounds=self._bounds,
                post=self._post,
                figures=self._figures,
                finished=self._finished,
                wait_s=self._wait_s,
                lanes=self._lanes,
            )
            await shift.begin()
            self._lost = False
        except BaseException:
            self._shift = None
            await channel.shut()
            raise
        return shift

    async def _take_lease(self, channel: Channel) -> None:
        """Wait for the lease. Raises one of LOST, also if somebody else took it a moment ago."""
        lease = self._queues.lease
        while (await channel.look_at(lease)).consumer_count:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(STAND_BY_S * (0.5 + random.random()))  # noqa: S311 - no secret
        await channel.consume(lease, ignore, tag="fabula-lease", exclusive=True)

    async def _probe(self, queue: str) -> None:
        """Have a queue keep a message that means nothing. Of a queue that has no leader yet, since the server has just
        come back, it says that nobody consumes from it; once it has kept something, what it says is true.
        """
        with contextlib.suppress(BusFull, NobodyThere):
            await self._post.send(probe_for(self._queues, queue), wait_s=PROBE_S_MAX)

    async def _alone(self, channel: Channel) -> None:
        """Wait until nobody consumes from the group: then what the last one had at hand lies before anything newer."""
        loop = asyncio.get_running_loop()
        until = loop.time() + ALONE_S_MAX
        for queue in self._all:
            while (await channel.look_at(queue)).consumer_count and loop.time() < until:  # noqa: ASYNC110 - nor does it
                await asyncio.sleep(0.01)

    @property
    def _all(self) -> Sequence[str]:
        return (*self._queues.waiting, self._queues.again)

    async def _unless_leaving(self, work: Coroutine[Any, Any, T]) -> T | None:
        """Do that, but stop at once when this is to be closed: then None."""
        doing = asyncio.create_task(work)
        leaving = asyncio.create_task(self._leaving.wait())
        try:
            await asyncio.wait((doing, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            leaving.cancel()
            if not doing.done():
                await end(doing)
        return None if doing.cancelled() else doing.result()
