"""Within one program: MemoryBus, and beside it an asyncio.Queue."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager

from benchmarks.bus_ours import ADDRESS, Ours
from benchmarks.bus_plain import Envelope, envelopes, handler, written
from benchmarks.peers.bus_load import Told, Way

from fabula.bus import Bounds, MemoryBus, Message


class InProcess:
    """See Side."""

    label = "in-process"
    raw_label = "asyncio.Queue and json"
    mark = 0.5

    def server(self) -> str:
        """There is none."""
        return ""

    def peer(self, name: str) -> Sequence[str]:
        """FastStream has no broker within a program but one for tests."""
        return ()

    def clean(self, name: str) -> None:
        """Nothing is left."""

    @asynccontextmanager
    async def ours(self, messages: Sequence[Message], name: str) -> AsyncIterator[Way]:
        """MemoryBus; one publisher, since publishing waits for nobody there."""
        async with MemoryBus() as bus:
            await bus.declare(ADDRESS)
            yield Ours(bus, messages, width=1)

    @asynccontextmanager
    async def raw(self, messages: Sequence[Message], name: str) -> AsyncIterator[Way]:
        """A queue with the same bound; one who puts and one who gets."""
        yield _Queue(envelopes(messages))


class _Queue:
    def __init__(self, envelopes: Sequence[Envelope]) -> None:
        self._envelopes = envelopes
        self._queue: asyncio.Queue[str] = asyncio.Queue(Bounds().queue_max)

    async def send(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            await self.send_one(number)

    async def send_one(self, number: int) -> None:
        await self._queue.put(written(self._envelopes[number]))

    @asynccontextmanager
    async def handling(self, told: Told) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as tasks:
            getting = tasks.create_task(self._get(told))
            yield
            await self._queue.join()
            getting.cancel()

    async def _get(self, told: Told) -> None:
        read, queue = handler(told), self._queue
        while True:
            await read(await queue.get())
            queue.task_done()
