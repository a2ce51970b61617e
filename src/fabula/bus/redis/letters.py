"""The dead letters of a bus on Redis: a stream, in which a letter's id is its entry's."""

import asyncio
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from fabula.bus.envelope import BadMessage, Message, decode, encode
from fabula.bus.protocol import NOBODY_WAITS, Bounds, BusFull, DeadLetter, NobodyThere, NoSuchLetter
from fabula.bus.redis.keys import Keys, entry_order, lane_of
from fabula.bus.redis.scripts import REDRIVE
from fabula.bus.redis.server import Server

_ID = re.compile(r"\d{1,20}-\d{1,20}")
_ROOM_PAUSE_S = 0.05


class Letters:
    """Reads, sends again and throws away; all of it waits up to `wait_s` for the server, then raises BusDown."""

    def __init__(self, server: Server, keys: Keys, *, bounds: Bounds, wait_s: float) -> None:
        self._server = server
        self._keys = keys
        self._bounds = bounds
        self._wait_s = wait_s

    async def latest(self, most: int) -> Sequence[DeadLetter]:
        """The latest first."""
        if most < 1:
            return []
        client, wait_s = self._server.client, self._wait_s
        found = await self._server.surely(lambda: client.xrevrange(self._keys.dead, count=most), wait_s=wait_s)
        return [_letter(entry, fields) for entry, fields in found]

    async def find(self, letter: str) -> DeadLetter:
        """One of them. Raises NoSuchLetter."""
        if not _ID.fullmatch(letter):
            raise _no_such(letter)
        client = self._server.client
        found = await self._server.surely(
            lambda: client.xrange(self._keys.dead, min=letter, max=letter), wait_s=self._wait_s
        )
        if not found:
            raise _no_such(letter)
        return _letter(*found[0])

    async def redrive(self, letter: str, *, sending: Callable[[Message, str], None]) -> None:
        """Send one to its group again. sending: told the message and its group just before, since it may be handled
        before we know that it was sent. Raises NoSuchLetter, BadMessage, BusFull, and NobodyThere for a response, which
        has no group.
        """
        found = await self.find(letter)
        message = decode(found.body)
        if not found.group:
            raise NobodyThere(f"dead letter {letter!r}: {NOBODY_WAITS}; it can only be dropped")
        message = message.afresh()
        queue = self._keys.queue(found.address, found.group)
        lane = lane_of(message.priority, queue).removeprefix(queue.key)
        keys = [self._keys.dead, self._keys.groups(found.address)]
        args = [letter, found.group, queue.key, lane, encode(message), self._bounds.queue_max]
        attempts = 0
        sending(message, found.group)

        async def attempt() -> bytes:
            nonlocal attempts
            attempts += 1
            while (fate := bytes(await self._server.run(REDRIVE, keys, args))) == b"full":
                await asyncio.sleep(_ROOM_PAUSE_S)
                if loop.time() >= until:
                    break
            return fate

        loop = asyncio.get_running_loop()
        until = loop.time() + self._wait_s
        fate = await self._server.surely(attempt, wait_s=self._wait_s + _ROOM_PAUSE_S * 4)
        if fate == b"full":
            text = f"{found.address!r}, group {found.group!r}: as many messages wait there as may"
            raise BusFull(f"{text}, and did for {self._wait_s:g} s; dead letter {letter!r} stays where it is")
        # If an attempt before this one got no answer, that was the one that sent it.
        if fate == b"gone" and attempts == 1:
            raise _no_such(letter)

    async def drop(self, letter: str) -> None:
        """Throw one away. Raises NoSuchLetter."""
        if not _ID.fullmatch(letter):
            raise _no_such(letter)
        client, attempts = self._server.client, 0

        async def attempt() -> int:
            nonlocal attempts
            attempts += 1
            return int(await client.xdel(self._keys.dead, letter))

        if not await self._server.surely(attempt, wait_s=self._wait_s) and attempts == 1:
            raise _no_such(letter)


def _letter(entry: bytes, fields: dict[bytes, bytes]) -> DeadLetter:
    body, tries, group = fields.get(b"body", b""), int(fields.get(b"tries", b"0")), _text(fields, b"group")
    try:
        message = decode(body)
    except BadMessage:
        message = None
    if message is not None and group:
        message = message.tried_again(tries)
    return DeadLetter(
        id=entry.decode(),
        address=_text(fields, b"address"),
        group=group,
        cause=_text(fields, b"cause"),
        tries=tries,
        at=datetime.fromtimestamp(entry_order(entry)[0] / 1e3, UTC).isoformat().replace("+00:00", "Z"),
        body=body,
        message=message,
    )


def _text(fields: dict[bytes, bytes], name: bytes) -> str:
    return fields.get(name, b"").decode(errors="replace")


def _no_such(letter: str) -> NoSuchLetter:
    return NoSuchLetter(f"there is no dead letter {letter!r:.80}: `fabula bus dead list` names those there are")
