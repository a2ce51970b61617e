"""Between programs by Redis Streams: RedisBus, and beside it redis.asyncio, reading with a consumer group."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, closing
from typing import Any

import redis
import redis.asyncio
from benchmarks.bus_ours import ADDRESS, Ours
from benchmarks.bus_plain import Envelope, envelopes, handler, written
from benchmarks.measuring import Absent
from benchmarks.peers.bus_load import AT_ONCE, Told, Way

from fabula.bus import Message
from fabula.bus.redis import RedisBus

URL = "redis://127.0.0.1:6379/0"
GROUP, CONSUMER = "main", "one"
BLOCK_MS = 1_000


class Redis:
    """See Side."""

    label = "Redis"
    raw_label = "redis.asyncio, pipelined"
    mark = 0.85

    def server(self) -> str:
        """Which server it is, and what it keeps. Raises Absent."""
        with closing(redis.Redis.from_url(URL)) as client:
            try:
                about: Any = client.info("server")
                kept: Any = client.config_get("append*")
            except redis.RedisError as why:
                raise Absent(f"no Redis answers at {URL}: {why}") from why
        return f"Redis {about['redis_version']}, appendonly {kept['appendonly']}, appendfsync {kept['appendfsync']}"

    def peer(self, name: str) -> Sequence[str]:
        """FastStream's broker, and the stream it is to use."""
        return ("redis", URL, f"{name}:faststream")

    def clean(self, name: str) -> None:
        """Remove all keys that begin so."""
        with closing(redis.Redis.from_url(URL)) as client:
            for key in client.scan_iter(f"{name}*", count=1000):
                client.delete(key)

    @asynccontextmanager
    async def ours(self, messages: Sequence[Message], name: str) -> AsyncIterator[Way]:
        """RedisBus; it makes batches of what is published at the same time."""
        async with RedisBus(URL, prefix=name) as bus:
            await bus.declare(ADDRESS)
            yield Ours(bus, messages, width=AT_ONCE)

    @asynccontextmanager
    async def raw(self, messages: Sequence[Message], name: str) -> AsyncIterator[Way]:
        """One stream; what was handled stays in it, as it does unless somebody deletes it."""
        client: Any = redis.asyncio.Redis.from_url(URL)
        async with client:
            stream = f"{name}:raw"
            await client.xgroup_create(stream, GROUP, id="0", mkstream=True)
            yield _Stream(client, stream, envelopes(messages))
            await client.delete(stream)


class _Stream:
    def __init__(self, client: Any, stream: str, envelopes: Sequence[Envelope]) -> None:
        self._client = client
        self._stream = stream
        self._envelopes = envelopes

    async def send(self, numbers: Iterable[int]) -> None:
        waiting = list(numbers)
        for first in range(0, len(waiting), AT_ONCE):
            pipeline = self._client.pipeline(transaction=False)
            for number in waiting[first : first + AT_ONCE]:
                pipeline.xadd(self._stream, {"m": written(self._envelopes[number])})
            await pipeline.execute()

    async def send_one(self, number: int) -> None:
        await self._client.xadd(self._stream, {"m": written(self._envelopes[number])})

    @asynccontextmanager
    async def handling(self, told: Told) -> AsyncIterator[None]:
        # Not cancelled, since in Python 3.11 a command that has just been begun does not always take notice of it.
        leaving = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._read(told, leaving))
            yield
            leaving.set()

    async def _read(self, told: Told, leaving: asyncio.Event) -> None:
        read = handler(told)
        while not leaving.is_set():
            found = await self._client.xreadgroup(GROUP, CONSUMER, {self._stream: ">"}, count=AT_ONCE, block=BLOCK_MS)
            for _, entries in found:
                for _, fields in entries:
                    await read(fields[b"m"])
                await self._client.xack(self._stream, GROUP, *(number for number, _ in entries))
