"""Between programs by RabbitMQ: RabbitBus, and beside it aio-pika with publisher confirms and a quorum queue."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue
from aio_pika.exceptions import AMQPError
from benchmarks.bus_ours import ADDRESS, Ours
from benchmarks.bus_plain import Envelope, envelopes, handler, written
from benchmarks.measuring import Absent
from benchmarks.peers.bus_load import AT_ONCE, Told, Way, at_a_time

from fabula.bus import DEFAULT_GROUP, Message
from fabula.bus.rabbitmq import RabbitBus
from fabula.bus.rabbitmq.names import Names

URL = "amqp://guest:guest@127.0.0.1:5672/"
WHERE = "127.0.0.1:5672"
CONNECT_S_MAX = 10.0


class RabbitMQ:
    """See Side."""

    label = "RabbitMQ"
    raw_label = "aio-pika, with confirms"
    mark = 0.9

    def server(self) -> str:
        """Which server it is. Raises Absent."""

        async def version() -> str:
            connection = await aio_pika.connect(URL, timeout=CONNECT_S_MAX)
            async with connection:
                assert connection.transport is not None, "it is connected"
                properties = getattr(connection.transport.connection, "server_properties", None) or {}
                return f"RabbitMQ {properties.get('version', '')}".strip()

        try:
            return asyncio.run(version())
        except (AMQPError, OSError, TimeoutError) as why:
            raise Absent(f"no RabbitMQ answers at {WHERE}: {why}") from why

    def clean(self, name: str) -> None:
        """Remove all that was declared under that name."""
        names = Names.under(name)
        group = names.group(ADDRESS, DEFAULT_GROUP)
        of_group = (*group.waiting, group.again, group.lease)
        queues = (names.known, names.dead, names.desk, *of_group, _raw(name), _peers(name))

        async def remove() -> None:
            connection = await aio_pika.connect(URL, timeout=CONNECT_S_MAX)
            async with connection, connection.channel() as channel:
                for queue in queues:
                    await channel.queue_delete(queue)
                for exchange in (names.exchange, names.known):
                    await channel.exchange_delete(exchange)

        asyncio.run(remove())

    def peer(self, name: str) -> Sequence[str]:
        """FastStream's broker, and the queue it is to use."""
        return ("rabbit", URL, _peers(name))

    @asynccontextmanager
    async def ours(self, messages: Sequence[Message], name: str) -> AsyncIterator[Way]:
        """RabbitBus."""
        async with RabbitBus(URL, prefix=name) as bus:
            await bus.declare(ADDRESS)
            yield Ours(bus, messages, width=AT_ONCE)

    @asynccontextmanager
    async def raw(self, messages: Sequence[Message], name: str) -> AsyncIterator[Way]:
        """A channel for sending and one for taking, on one connection."""
        connection = await aio_pika.connect(URL, timeout=CONNECT_S_MAX)
        async with connection:
            sending, taking = await connection.channel(), await connection.channel()
            await taking.set_qos(prefetch_count=AT_ONCE)
            queue = await taking.declare_queue(_raw(name), durable=True, arguments={"x-queue-type": "quorum"})
            yield _Quorum(sending, queue, envelopes(messages))
            await queue.delete(if_unused=False, if_empty=False)


def _peers(name: str) -> str:
    return f"{name}.faststream"


def _raw(name: str) -> str:
    return f"{name}.raw"


class _Quorum:
    def __init__(self, sending: AbstractChannel, queue: AbstractQueue, envelopes: Sequence[Envelope]) -> None:
        self._exchange = sending.default_exchange
        self._queue = queue
        self._envelopes = envelopes

    async def send(self, numbers: Iterable[int]) -> None:
        await at_a_time(self.send_one, numbers, width=AT_ONCE)

    async def send_one(self, number: int) -> None:
        message = aio_pika.Message(
            written(self._envelopes[number]).encode(),
            content_type="application/json",
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        )
        await self._exchange.publish(message, routing_key=self._queue.name)

    @asynccontextmanager
    async def handling(self, told: Told) -> AsyncIterator[None]:
        read = handler(told)

        async def take(message: AbstractIncomingMessage) -> None:
            await read(message.body)
            await message.ack()

        consumer = await self._queue.consume(take)
        try:
            yield
        finally:
            await self._queue.cancel(consumer)
