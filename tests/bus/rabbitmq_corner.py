"""A corner of the RabbitMQ server on this machine for one test, with nothing left of it afterwards."""

import asyncio
import functools
import os
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import aio_pika
import pytest
from tests.bus.samples import quick_bounds

from fabula.bus import Journal
from fabula.bus.rabbitmq import RabbitBus
from fabula.bus.rabbitmq.names import GroupQueues, Names

SERVER = "amqp://guest:guest@127.0.0.1:5672/"


class Corner:
    """A prefix of one test, and what was declared under it."""

    def __init__(self) -> None:
        self.names = Names.under(f"test-{uuid.uuid4().hex[:12]}")
        self.groups = set[GroupQueues]()

    @asynccontextmanager
    async def bus(
        self, *, url: str = "", journal: Journal | None = None, wait_s: float = 30.0, **bounds: Any
    ) -> AsyncIterator[RabbitBus]:
        """A client. url: through which it reaches the server, if not straight."""
        url = url or SERVER
        made = RabbitBus(url, bounds=quick_bounds(**bounds), journal=journal, prefix=self.names.prefix, wait_s=wait_s)
        try:
            async with made as bus:
                yield bus
        finally:
            self.groups.update(made._topology._groups)

    async def clear(self) -> None:
        """Delete it all."""
        names = self.names
        queues = [names.known, names.dead, names.desk]
        for group in self.groups:
            queues += [*group.waiting, group.again, group.lease]
        async with await aio_pika.connect(SERVER) as connection, connection.channel() as channel:
            for queue in queues:
                await channel.queue_delete(queue)
            for exchange in (names.exchange, names.known):
                await channel.exchange_delete(exchange)


@contextmanager
def a_corner_of_rabbitmq() -> Iterator[Corner]:
    """One of its own for a test, which is skipped where no server listens."""
    if not _reachable():
        if os.environ.get("CI"):
            pytest.fail("no RabbitMQ at 127.0.0.1:5672")
        pytest.skip("no RabbitMQ at 127.0.0.1:5672")
    corner = Corner()
    yield corner
    asyncio.run(corner.clear())


@functools.cache
def _reachable() -> bool:
    async def reach() -> bool:
        try:
            async with asyncio.timeout(5), await aio_pika.connect(SERVER):
                return True
        except (OSError, *aio_pika.exceptions.CONNECTION_EXCEPTIONS):
            return False

    return asyncio.run(reach())
