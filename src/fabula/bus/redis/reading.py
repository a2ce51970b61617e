"""Reading: what a consumer takes from the three streams of its group, and what others left behind there."""

import asyncio
import struct
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct

from fabula.bus.redis.acknowledging import Entry
from fabula.bus.redis.keys import GROUP, Keys, Queue
from fabula.bus.redis.scripts import CLAIM, DECLARE, FETCH, HOLD, LEAVE
from fabula.bus.redis.server import Server

READ_BYTES_MAX = 4_194_304
"""One reading ends with the entry that makes it longer."""
CLAIM_MAX = 100
"""Entries that are claimed at once."""
BLOCK_ENTRIES_MAX = 8
"""Of each stream, while it is waited for something new: what comes together is fetched right after."""

_COUNTS, _LENGTHS = struct.Struct(">III"), struct.Struct(">II")


class Taken(Struct, frozen=True):
    """An entry as it was read."""

    entry: Entry
    body: bytes
    reply_to: str
    attempts: int
    """That were begun before."""


class Reader:
    """Reads as one consumer of one queue, whose lease it takes, renews and gives up. All of it raises TROUBLE."""

    def __init__(
        self, server: Server, keys: Keys, queue: Queue, *, who: str, shared: bool, lease_ms: int, first_noted: bool
    ) -> None:
        """who: the consumer, the only one of that name. first_noted: first attempts are noted like all others; else one
        is taken to have begun where nothing is noted.
        """
        self._unnoted = 0 if first_noted else 1
        self._server = server
        self._keys = keys
        self._queue = queue
        self._who = who
        self._shared = shared
        self._lease_ms = lease_ms
        # Those who share do not keep each other out: their lease only says that they are there.
        self._lease = keys.alive(who) if shared else keys.lease(queue)
        self._held_until = 0.0

    async def declare(self) -> None:
        """See to it that the group is there."""
        await self._server.run(DECLARE, [self._keys.groups(self._queue.address)], [self._queue.group, self._queue.key])

    async def hold(self) -> bool:
        """Take or renew the lease; False: it is somebody else's."""
        began = asyncio.get_running_loop().time()
        held = bool(await self._server.run(HOLD, [self._lease], [self._who, self._lease_ms]))
        self._held_until = began + self._lease_ms / 1e3 if held else 0.0
        return held

    @property
    def holds(self) -> bool:
        """Whether the lease is certainly still ours."""
        return asyncio.get_running_loop().time() < self._held_until

    @property
    def held_until(self) -> float:
        """Until when, on the event loop's clock; in the past: it may be somebody else's."""
        return self._held_until

    async def fetch(self, most: int) -> Sequence[Taken] | None:
        """What is new, high before normal before low, without waiting. None: the lease is not ours."""
        streams = self._queue.streams
        found = await self._server.run(FETCH, [*streams, self._lease], [self._who, most, READ_BYTES_MAX])
        if found is None:
            return None
        return list(_new(streams, found))

    async def wait(self, most: int, *, block_ms: int) -> Sequence[Taken]:
        """What is new, waited for."""
        streams = self._queue.streams
        each = max(1, min(most // len(streams), BLOCK_ENTRIES_MAX))
        found = await self._server.client.execute_command(
            "XREADGROUP", "GROUP", GROUP, self._who, "COUNT", each, "BLOCK", block_ms, "STREAMS", *streams, *">>>"
        )
        return [
            Taken((stream.decode(), entry), *_told(fields), 0)
            for stream, entries in found or ()
            for entry, fields in entries
        ]

    async def claim(self, *, mine: bool) -> Sequence[Taken] | None:
        """What those who are gone left behind, in order; mine: and what was read as us and may never have arrived.
        None: the lease is not ours.
        """
        found: list[Taken] = []
        for stream in self._queue.streams:
            start: Any = "-"
            while start:
                everybody = not self._shared
                args = [self._who, int(everybody), int(mine), self._keys.prefix, start, CLAIM_MAX]
                told = await self._server.run(CLAIM, [stream, f"{stream}:tries", self._lease], args)
                if told is None:
                    return None
                start, *entries = told
                found += self._left(stream, entries)
        return found

    async def begin(self, entry: Entry, attempt: int) -> None:
        """Note which attempt begins, so that it counts should it end the process."""
        stream, number = entry
        await self._server.client.hset(f"{stream}:tries", number, attempt)

    async def leave(self, known: Sequence[tuple[Entry, int]]) -> None:
        """Give up the lease, and with it whatever was read and not acknowledged. known: attempts that were begun."""
        self._held_until = 0.0
        args: list[Any] = [self._who]
        for (stream, number), attempts in known:
            args += (stream, number, attempts)
        await self._server.run(LEAVE, [self._lease, *self._queue.streams], args)

    def _left(self, stream: str, entries: list[Any]) -> Iterator[Taken]:
        for place in range(0, len(entries), 3):
            number, _, reply_to = entries[place].partition(b" ")
            attempts = int(entries[place + 1] or self._unnoted)
            yield Taken((stream, number), entries[place + 2], reply_to.decode(errors="replace"), attempts)


def _new(streams: Sequence[str], found: bytes) -> Iterator[Taken]:
    place = _COUNTS.size
    for stream, count in zip(streams, _COUNTS.unpack_from(found), strict=True):
        for _ in range(count):
            head, body = _LENGTHS.unpack_from(found, place)
            place += _LENGTHS.size
            number, _, reply_to = found[place : place + head].partition(b" ")
            place += head + body
            yield Taken((stream, number), found[place - body : place], reply_to.decode(errors="replace"), 0)


def _told(fields: dict[bytes, bytes]) -> tuple[bytes, str]:
    body = fields.get(b"m")
    if body is None:
        body = b" ".join(part for field in fields.items() for part in field)
    return body, fields.get(b"r", b"").decode(errors="replace")
