"""The dead letters of a bus on Redis: a stream, in which a letter's id is its entry's."""

import asyncio
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from fabula.bus.envelope import BadMessage, Message, decode, encode
from fabula.bus.protocol import NOBODY_WAITS, Bounds, BusFull, DeadLetter, NobodyThere, NoSuchLetter
from fabula.bus.redis.keys import Keys, entry_order, lane_of
from fabula.bus.redis.scripts import LETTERS, REDRIVE
from fabula.bus.redis.server import Server

_ID = re.compile(r"([0-9]{1,20})-([0-9]{1,20})")
_ID_PART_MAX = 2**64 - 1
_TRIES = re.compile(rb"[0-9]{1,6}")
_AT_MS_MAX = 253_402_300_799_999
"""The end of the year 9999: later no time is written."""
FOREIGN = "another program put this here: it is no dead letter of a bus, and can only be dropped"
"""The cause where nothing else is said."""
_BEGIN = datetime.fromtimestamp(0, UTC)
_ROOM_PAUSE_S = 0.05
IDS_MAX = 200
"""Letters of which the ids are told at once: the server has them all at hand for that."""


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

    async def ids(self, most: int) -> Sequence[str]:
        """Those of the latest, latest first; what they hold is not sent."""
        found: list[str] = []
        start: bytes = b"+"
        while start and len(found) < most:
            keys, args = [self._keys.dead], [start, min(IDS_MAX, most - len(found))]
            page = await self._server.surely(partial(self._server.run, LETTERS, keys, args), wait_s=self._wait_s)
            found += [entry.decode() for entry in page]
            start = b"(" + page[-1] if page else b""
        return found

    async def find(self, letter: str) -> DeadLetter:
        """One of them. Raises NoSuchLetter."""
        _check_id(letter)
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
        _check_id(letter)
        client, attempts = self._server.client, 0

        async def attempt() -> int:
            nonlocal attempts
            attempts += 1
            return int(await client.xdel(self._keys.dead, letter))

        if not await self._server.surely(attempt, wait_s=self._wait_s) and attempts == 1:
            raise _no_such(letter)


def _letter(entry: bytes, fields: dict[bytes, bytes]) -> DeadLetter:
    """What lies there; anybody may have put it there, in any form."""
    body, group = fields.get(b"body"), _text(fields, b"group")
    if body is None:
        body = b" ".join(part for field in fields.items() for part in field)
    noted = fields.get(b"tries", b"")
    tries = int(noted) if _TRIES.fullmatch(noted) else 0
    try:
        message = decode(body)
    except BadMessage:
        message = None
    if message is not None and group:
        message = message.tried_again(tries)
    at_ms = min(entry_order(entry)[0], _AT_MS_MAX)
    return DeadLetter(
        id=entry.decode(),
        address=_text(fields, b"address"),
        group=group,
        cause=_text(fields, b"cause") or FOREIGN,
        tries=tries,
        at=(_BEGIN + timedelta(milliseconds=at_ms)).isoformat().replace("+00:00", "Z"),
        body=body,
        message=message,
    )


def _text(fields: dict[bytes, bytes], name: bytes) -> str:
    return fields.get(name, b"").decode(errors="replace")


def _check_id(letter: str) -> None:
    """Raises NoSuchLetter for what no entry of a stream could be called."""
    parts = _ID.fullmatch(letter)
    if parts is None or max(map(int, parts.groups())) > _ID_PART_MAX:
        raise _no_such(letter)


def _no_such(letter: str) -> NoSuchLetter:
    return NoSuchLetter(f"there is no dead letter {letter!r:.80}: `fabula bus dead list` names those there are")
