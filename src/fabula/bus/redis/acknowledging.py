"""Acknowledging: entries that are done with leave their streams, many at a time."""

import asyncio
from collections.abc import Set as AbstractSet

from fabula.bus.ending import end
from fabula.bus.redis.scripts import ACKNOWLEDGE
from fabula.bus.redis.server import Pauses, Server

AT_ONCE_MAX = 1_000
"""Entries of one stream that are acknowledged together."""
GATHER_S = 0.001
"""The first to be done with waits so long for others."""
WAITING_MAX = 10_000
"""As many may wait to be acknowledged; then nothing more is handled until some are."""

Entry = tuple[str, bytes]
"""Stream and id."""


class Acknowledgements:
    """Those of one subscription. Nobody waits for one: what was done and not acknowledged in time is only done again,
    as is what a killed process did last. Made on a running event loop; ends with `close`.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        self._waiting: dict[str, list[bytes]] = {}
        self._held: set[Entry] = set()
        self._some = asyncio.Event()
        self._less = asyncio.Event()
        self._task = asyncio.create_task(self._work())

    def add(self, entry: Entry) -> None:
        """This one is done with."""
        self._held.add(entry)
        stream, number = entry
        waiting = self._waiting.get(stream)
        if waiting is None:
            self._waiting[stream] = [number]
            self._some.set()
        else:
            waiting.append(number)

    @property
    def entries(self) -> AbstractSet[Entry]:
        """What is done with, and the server may not know; changes with time."""
        return self._held

    @property
    def full(self) -> bool:
        """Whether as many wait as may."""
        return len(self._held) >= WAITING_MAX

    async def room(self) -> None:
        """Wait until there is room."""
        while self.full:
            self._less.clear()
            await self._less.wait()

    async def flush(self, *, wait_s: float) -> bool:
        """Wait until all are acknowledged, for so long. Returns whether they are."""
        try:
            async with asyncio.timeout(wait_s):
                while self._held:
                    self._less.clear()
                    await self._less.wait()
        except TimeoutError:
            return False
        return True

    async def close(self) -> None:
        """Acknowledge nothing more."""
        await end(self._task)

    async def _work(self) -> None:
        while True:
            self._some.clear()
            if not self._waiting:
                await self._some.wait()
                await asyncio.sleep(GATHER_S)
            taken, self._waiting = self._waiting, {}
            for stream, numbers in taken.items():
                for first in range(0, len(numbers), AT_ONCE_MAX):
                    await self._tell(stream, numbers[first : first + AT_ONCE_MAX])
            self._less.set()

    async def _tell(self, stream: str, numbers: list[bytes]) -> None:
        pauses = Pauses()
        while True:
            try:
                await self._server.run(ACKNOWLEDGE, [], [stream, len(numbers), *numbers])
            except Exception as trouble:  # noqa: BLE001 - whatever the library raises, they stay to be told
                self._server.away(trouble)
                await pauses.wait()
            else:
                self._held.difference_update([(stream, number) for number in numbers])
                return
