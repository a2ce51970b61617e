"""Messages through FastStream, for the interpreter that has it: `bus.py redis|rabbit URL NAME FILE MESSAGES STEADY HZ`.

FILE holds an envelope a line; NAME is of the stream or queue. It prints a line of JSON: what `bus_load` measures. It
imports nothing of Fabula: it runs in an environment of its own.
"""

# ruff: noqa: PLC0415 - each broker is imported only by the part that speaks to it

import asyncio
import json
import logging
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bus_load import AT_ONCE, Told, at_a_time, carried

GROUP, CONSUMER = "main", "one"


class Stream:
    """The broker for Redis, with a stream and a consumer group; it takes a pipeline to send many at a time, and
    acknowledges each message by itself.
    """

    def __init__(self, url: str, name: str, envelopes: list[dict[str, Any]]) -> None:
        from faststream.redis import RedisBroker, StreamSub

        self._broker = RedisBroker(url, logger=None)
        self._stream = StreamSub(name, group=GROUP, consumer=CONSUMER, max_records=AT_ONCE)
        self._name = name
        self._envelopes = envelopes

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        self._client = await self._broker.connect()
        await self._client.xgroup_create(self._name, GROUP, id="0", mkstream=True)
        yield
        await self._client.delete(self._name)
        await self._broker.stop()

    async def send(self, numbers: Iterable[int]) -> None:
        waiting = list(numbers)
        for first in range(0, len(waiting), AT_ONCE):
            pipeline = self._client.pipeline(transaction=False)
            for number in waiting[first : first + AT_ONCE]:
                await self._broker.publish(self._envelopes[number], stream=self._name, pipeline=pipeline)
            await pipeline.execute()

    async def send_one(self, number: int) -> None:
        await self._broker.publish(self._envelopes[number], stream=self._name)

    @asynccontextmanager
    async def handling(self, told: Told) -> AsyncIterator[None]:
        subscriber = self._broker.subscriber(stream=self._stream)
        subscriber(_handler(told))
        await subscriber.start()
        try:
            yield
        finally:
            await subscriber.stop()


class Queue:
    """The broker for RabbitMQ, with a quorum queue and publisher confirms."""

    def __init__(self, url: str, name: str, envelopes: list[dict[str, Any]]) -> None:
        from faststream.rabbit import Channel, QueueType, RabbitBroker, RabbitQueue

        self._broker = RabbitBroker(url, logger=None, default_channel=Channel(prefetch_count=AT_ONCE))
        self._queue = RabbitQueue(name, queue_type=QueueType.QUORUM, durable=True)
        self._envelopes = envelopes

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        await self._broker.connect()
        queue = await self._broker.declare_queue(self._queue)
        yield
        await queue.delete(if_unused=False, if_empty=False)
        await self._broker.stop()

    async def send(self, numbers: Iterable[int]) -> None:
        await at_a_time(self.send_one, numbers, width=AT_ONCE)

    async def send_one(self, number: int) -> None:
        await self._broker.publish(self._envelopes[number], queue=self._queue, persist=True)

    @asynccontextmanager
    async def handling(self, told: Told) -> AsyncIterator[None]:
        subscriber = self._broker.subscriber(queue=self._queue)
        subscriber(_handler(told))
        await subscriber.start()
        try:
            yield
        finally:
            await subscriber.stop()


def _handler(told: Told) -> Callable[[dict[str, Any]], Any]:
    async def handle(message: dict[str, Any]) -> None:
        told(message["payload"]["data"]["number"])

    return handle


WAYS = {"redis": Stream, "rabbit": Queue}


async def _measured(way: Stream | Queue, *, messages: int, steady: int, rate_hz: float) -> str:
    async with way.opened():
        return json.dumps(await carried(way, messages=messages, steady=steady, rate_hz=rate_hz))


if __name__ == "__main__":
    broker, url, name, file, messages, steady, rate_hz = sys.argv[1:]
    logging.disable(logging.CRITICAL)
    way = WAYS[broker](url, name, [json.loads(line) for line in Path(file).read_bytes().splitlines()])
    print(asyncio.run(_measured(way, messages=int(messages), steady=int(steady), rate_hz=float(rate_hz))))
