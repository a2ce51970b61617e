"""What there is on the server: one exchange, the queues of the groups, and the queue of the dead letters.

All of it is declared by whoever needs it, as often as they like; so a server that comes back empty is furnished anew.
A queue that exists keeps the bounds it was made with, whatever is asked for later.

A server writes down the name of a quorum queue when the next one is made or ended, or a second later. If it is killed
before that, it comes back with an empty queue of that name which has no leader and takes nothing, for ever
(rabbitmq-server issues 10070 and 15725). So a group that was not there yet is sealed: one more queue is made and
deleted before anybody is sent there.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

from aio_pika.exceptions import ChannelNotFoundEntity, ChannelPreconditionFailed
from msgspec import Struct

from fabula.bus.protocol import Bounds
from fabula.bus.rabbitmq.channel import Channel
from fabula.bus.rabbitmq.link import Link
from fabula.bus.rabbitmq.names import PRIORITIES, GroupQueues, Names

UNBEGUN_MAX = 1_000
"""A message that was handed out so often and never even begun is a dead letter."""
_SEAL_MS_MAX = 60_000
"""A seal whose maker died before it was deleted goes by itself."""


def counted_max(bounds: Bounds) -> int:
    """How many attempts at a message the server counts in `again`; after one more it gives it up. The first attempt was
    made before it came there, and a count of 0 allows for one.
    """
    return max(bounds.tries_max - 2, 0)


class Queue(Struct, frozen=True, kw_only=True):
    """A queue to be, and what is bound to it."""

    name: str
    arguments: dict[str, Any]
    bound: tuple[tuple[str, str], ...] = ()
    """Exchanges and keys."""


class Topology:
    """Declares things, on channels of its own."""

    def __init__(self, link: Link, names: Names, bounds: Bounds, *, who: str) -> None:
        """who: by which this client is told from others."""
        self._link = link
        self._names = names
        self._bounds = bounds
        self._seal = names.seal(who)
        self._sealing = asyncio.Lock()
        self._groups: dict[GroupQueues, None] = {}

    async def prepare(self) -> None:
        """Declare what every client needs, and all groups that were declared here."""
        await self._declare(list(self._groups))

    def expect(self, group: GroupQueues) -> None:
        """Declare a group whenever the server is reached anew, before anything is sent there."""
        self._groups[group] = None

    async def declare(self, group: GroupQueues) -> None:
        """The same, and now as well."""
        self.expect(group)
        await self._declare([group])

    def _base(self) -> Sequence[Queue]:
        names = self._names
        return (
            # Keeps nothing: being routed to it is the whole message.
            Queue(name=names.known, arguments={"x-max-length": 0}),
            # A classic queue, since it gives back in their places what was only looked at.
            Queue(
                name=names.dead,
                arguments={"x-max-length": self._bounds.dead_max, "x-overflow": "drop-head", "x-queue-mode": "lazy"},
            ),
            Queue(name=names.desk, arguments={}),
        )

    def _of(self, group: GroupQueues) -> Sequence[Queue]:
        names, bounds = self._names, self._bounds
        # One more than that is accepted before the queue says no.
        waiting = {"x-max-length": bounds.queue_max - 1} | self._quorum(UNBEGUN_MAX)
        waits = (
            Queue(name=name, arguments=waiting, bound=((names.exchange, names.key(group.address, priority)),))
            for name, priority in zip(group.waiting, PRIORITIES, strict=True)
        )
        again = self._quorum(counted_max(bounds))
        return (
            *waits,
            Queue(name=group.again, arguments=again),
            Queue(name=group.lease, arguments={}),
        )

    def _quorum(self, deliveries_max: int) -> dict[str, Any]:
        """A queue that survives; what its consumers died of goes to the dead letters, and is kept until it is there."""
        return {
            "x-queue-type": "quorum",
            "x-overflow": "reject-publish",
            "x-delivery-limit": deliveries_max,
            "x-dead-letter-exchange": "",
            "x-dead-letter-routing-key": self._names.dead,
            "x-dead-letter-strategy": "at-least-once",
        }

    async def _declare(self, groups: Sequence[GroupQueues]) -> None:
        names = self._names
        channel = await self._link.channel()
        try:
            for exchange in (names.exchange, names.known):
                await channel.declare_exchange(exchange)
            for queue in self._base():
                channel = await self._declare_one(channel, queue)
            for group in groups:
                channel, is_new = await self._lacks(channel, group.again)
                for queue in self._of(group):
                    channel = await self._declare_one(channel, queue)
                if is_new:
                    await self._seal_on(channel)
                # Last, so that nobody is sent where the queues are not there yet.
                await channel.bind(names.known, names.known, names.place(group.address))
        finally:
            await channel.shut()

    async def _lacks(self, channel: Channel, queue: str) -> tuple[Channel, bool]:
        """Whether that is missing. Returns the channel, or another if that one broke of it."""
        try:
            await channel.look_at(queue)
        except ChannelNotFoundEntity:
            return await self._link.channel(), True
        return channel, False

    async def _declare_one(self, channel: Channel, queue: Queue) -> Channel:
        """As there."""
        try:
            await channel.declare_queue(queue.name, queue.arguments)
        except ChannelPreconditionFailed:
            channel = await self._link.channel()
            await channel.look_at(queue.name)
        for exchange, key in queue.bound:
            await channel.bind(queue.name, exchange, key)
        return channel

    async def _seal_on(self, channel: Channel) -> None:
        """Have the server write down the queue that was made last."""
        async with self._sealing:
            await channel.declare_queue(self._seal, {"x-queue-type": "quorum", "x-expires": _SEAL_MS_MAX})
            await channel.delete_queue(self._seal)
