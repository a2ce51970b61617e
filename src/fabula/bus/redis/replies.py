"""Responses: what those who ask through one bus wait for, and the stream in which the answers come."""

import asyncio
import time

from fabula.bus.asking import Asking, Send
from fabula.bus.ending import end
from fabula.bus.envelope import BadMessage, Message, decode
from fabula.bus.figures import Figures
from fabula.bus.protocol import NOBODY_WAITS
from fabula.bus.redis.keys import Keys
from fabula.bus.redis.scripts import ACKNOWLEDGE, BURY, HOLD
from fabula.bus.redis.server import PAUSE_S_MAX, TROUBLE, Server

READ_MAX = 128
"""Responses that are read at once."""
ALIVE_MS, ALIVE_MS_MAX = 15_000, 86_400_000
"""After a process died responses are still sent to it until the last of its requests is over, but at least, and at
most, for so long.
"""
BLOCK_MS = 2_000


class Replies:
    """The responses to what is asked through one bus, a stream read from the first request on; ends with `close`."""

    def __init__(self, server: Server, keys: Keys, *, who: str, dead_max: int, figures: Figures) -> None:
        """who: where responses are sent to."""
        self._server = server
        self._keys = keys
        self._who = who
        self._dead_max = dead_max
        self._figures = figures
        self._asking = Asking()
        self._last = b"0"
        self._open = 0
        self._until = 0.0
        """When the last of those who wait now gives up."""
        self._tasks: list[asyncio.Task[None]] = []

    def alive_ms(self) -> int:
        """For how long from now responses are to be sent here: as long as anybody may wait, if this process is frozen
        or cut off meanwhile.
        """
        left_ms = (self._until - time.monotonic()) * 1e3 if self._open else 0.0
        return int(min(max(left_ms, ALIVE_MS), ALIVE_MS_MAX))

    async def ask(self, request: Message, send: Send, *, deadline_s: float | None) -> tuple[Message, float]:
        """As Asking says."""
        if not self._tasks:
            self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._live())]
        wait_s = request.metadata.timeout / 1e3 if deadline_s is None else deadline_s
        self._until = max(self._until if self._open else 0.0, time.monotonic() + wait_s)
        self._open += 1
        try:
            return await self._asking.ask(request, send, deadline_s=deadline_s)
        finally:
            self._open -= 1

    async def close(self, *, wait_s: float) -> None:
        """Whoever waits is told that nothing will come; what has come and was not read lies among the dead letters."""
        self._asking.close()
        if not self._tasks:
            return
        await end(*self._tasks)
        try:
            async with asyncio.timeout(wait_s):
                await self._server.client.delete(self._keys.alive(self._who))
                while await self._take(await self._new(0)):
                    pass
                await self._server.client.delete(self._keys.replies(self._who))
        except TROUBLE as trouble:
            self._figures.carrier_failed(trouble)  # What is left there expires.

    async def _live(self) -> None:
        """Let everybody see that whoever asks here is there."""
        while True:
            try:
                await self._server.run(HOLD, [self._keys.alive(self._who)], [self._who, self.alive_ms()])
            except Exception as trouble:  # noqa: BLE001 - whatever the library raises, it is said again
                self._server.away(trouble)
            await asyncio.sleep(ALIVE_MS / 3e3)

    async def _read(self) -> None:
        while True:
            try:
                await self._take(await self._new(BLOCK_MS))
            except Exception as trouble:  # noqa: BLE001 - whatever the library raises, it is read again
                self._server.away(trouble)
                # What was read and never arrived is still there; what comes twice is known.
                self._last = b"0"
                await asyncio.sleep(PAUSE_S_MAX / 4)

    async def _new(self, block_ms: int) -> list[tuple[bytes, bytes]]:
        """What came since the last time: ids and bodies. block_ms: how long to wait for some; 0: not at all."""
        key = self._keys.replies(self._who)
        waiting = ("BLOCK", block_ms) if block_ms else ()
        found = await self._server.client.execute_command(
            "XREAD", "COUNT", READ_MAX, *waiting, "STREAMS", key, self._last
        )
        return [(entry, fields.get(b"m", b"")) for _, entries in found or () for entry, fields in entries]

    async def _take(self, responses: list[tuple[bytes, bytes]]) -> bool:
        """Give each to whoever waits for it. Returns whether there was any."""
        if not responses:
            return False
        for entry, body in responses:
            await self._answer(body)
            self._last = entry
        ids = [entry for entry, _ in responses]
        await self._server.run(ACKNOWLEDGE, [], [self._keys.replies(self._who), len(ids), *ids])
        return True

    async def _answer(self, body: bytes) -> None:
        try:
            response = decode(body)
        except BadMessage as wrong:
            await self._bury("", str(wrong), body)
            return
        if not self._asking.take(response):
            await self._bury(response.to_agent, NOBODY_WAITS, body)

    async def _bury(self, address: str, cause: str, body: bytes) -> None:
        self._figures.letters_dropped += await self._server.run(
            BURY, [self._keys.dead], [self._dead_max, address, "", cause, 1, body]
        )
