"""The dead letters of a bus on RabbitMQ: a queue that is looked through, and given back in its order.

Only one client looks at a time; the others wait. The whole queue is handed out for a look, since it can be read from
its oldest end only. What a look holds when its program dies goes back to its place.
"""

import asyncio
import contextlib
import hashlib
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from fabula.bus.envelope import BadMessage, Message, checked, decode
from fabula.bus.figures import Figures
from fabula.bus.protocol import NOBODY_WAITS, Bounds, BusDown, DeadLetter, NobodyThere, NoSuchLetter
from fabula.bus.rabbitmq.channel import LOST, Channel, Incoming, ignore
from fabula.bus.rabbitmq.link import PAUSE_S, Link
from fabula.bus.rabbitmq.names import PRIORITIES, Names
from fabula.bus.rabbitmq.patience import in_time
from fabula.bus.rabbitmq.publisher import Parcel, Publisher

QUIET_S = 1.0
"""A look is over when for so long nothing came of what should."""
COUNTED_S = 5.0
"""For so long it is believed how much room there was."""

_KILLED = "whoever handled it died of it, or was lost, each time (delivery limit reached)"


class Letters:
    """Keeps them and looks through them; waits up to `wait_s` for the server, then raises BusDown."""

    def __init__(
        self,
        link: Link,
        publisher: Publisher,
        names: Names,
        *,
        bounds: Bounds,
        figures: Figures,
        wait_s: float,
        now: Callable[[], float],
    ) -> None:
        """now: seconds since 1970."""
        self._link = link
        self._publisher = publisher
        self._names = names
        self._bounds = bounds
        self._figures = figures
        self._wait_s = wait_s
        self._now = now
        self._room = 0
        self._counted_at = float("-inf")

    async def bury(self, *, address: str, group: str, cause: str, tries: int, body: bytes) -> None:
        """Keep one more."""
        async with in_time(self._link, self._wait_s):
            dropped = await self._dropped_by_one_more()
        headers = _headers_of(address=address, group=group, cause=cause, tries=tries, now=self._now())
        parcel = Parcel(exchange="", key=self._names.dead, body=body, about="the dead letters", headers=headers)
        await self._publisher.send(parcel, wait_s=self._wait_s)
        self._figures.letters_dropped += dropped

    async def redrive(self, letter: str, *, sending: Callable[[Message, str], None]) -> None:
        """As Bus says. sending: told of the message and its group before it is on its way."""
        async with self._held(letter) as (found, taken):
            message = decode(found.body).afresh()
            if not found.group:
                raise NobodyThere(f"dead letter {letter!r}: {NOBODY_WAITS}; it can only be dropped")
            queues = self._names.group(found.address, found.group)
            parcel = Parcel(
                exchange="",
                key=queues.waiting[PRIORITIES.index(message.priority)],
                body=checked(message),
                about=f"{found.address!r}, group {found.group!r}",
                width=1,
            )
            sending(message, found.group)
            await self._publisher.send(parcel, wait_s=self._wait_s)
            taken.set()

    async def latest(self, most: int) -> Sequence[DeadLetter]:
        """The latest first."""
        if most < 1:
            return []
        async with self._look(most=most) as (_, found):
            return [self._letter(incoming) for incoming in reversed(found)]

    async def find(self, letter: str) -> DeadLetter:
        """One of them. Raises NoSuchLetter."""
        async with self._held(letter) as (found, _):
            return found

    async def drop(self, letter: str) -> None:
        """Throw one away. Raises NoSuchLetter."""
        async with self._held(letter) as (_, taken):
            taken.set()

    @asynccontextmanager
    async def _held(self, letter: str) -> AsyncIterator[tuple[DeadLetter, asyncio.Event]]:
        """One of them, and an event to be set if it is to be taken away. Raises NoSuchLetter."""
        async with self._look(most=1, letter=letter) as (channel, found):
            if not found:
                raise NoSuchLetter(
                    f"there is no dead letter {letter!r:.80}: `fabula bus dead list` names those there are"
                )
            taken = asyncio.Event()
            yield self._letter(found[0]), taken
            if not taken.is_set():
                return
            try:
                await channel.ack(found[0].delivery.delivery_tag)
            except LOST as error:
                raise BusDown(f"RabbitMQ at {self._link.where} went away: {letter!r} may still be there") from error

    async def _dropped_by_one_more(self) -> int:
        """How many letters one more pushes out: 0 or 1, as far as can be seen from here."""
        now = asyncio.get_running_loop().time()
        if self._room < 1 or now - self._counted_at > COUNTED_S:
            channel = await self._link.channel()
            try:
                count = (await channel.look_at(self._names.dead)).message_count
            finally:
                await channel.shut()
            self._room = self._bounds.dead_max - count
            self._counted_at = now
        self._room -= 1
        return int(self._room < 0)

    @asynccontextmanager
    async def _look(self, *, most: int, letter: str = "") -> AsyncIterator[tuple[Channel, Sequence[Incoming]]]:
        """The last `most` of them, or the one of that id, oldest first; all others wait until this is left."""
        try:
            async with asyncio.timeout(self._wait_s):
                await self._link.reached()
                channel, found = await self._open(most, letter)
        except TimeoutError:
            why = f" ({self._link.trouble})" if self._link.trouble else ""
            text = f"the dead letters at {self._link.where} could not be read for {self._wait_s:g} s{why}"
            raise BusDown(text) from None
        try:
            yield channel, found
        finally:
            try:
                await channel.give_back_all()
                # Answered only when they are back, so that whoever looks next sees them all.
                await channel.look_at(self._names.dead)
            except LOST as error:
                self._link.note(error)  # They go back with the channel.
            await channel.shut()

    async def _open(self, most: int, letter: str) -> tuple[Channel, Sequence[Incoming]]:
        while True:
            channel = await self._link.channel()
            try:
                desk = self._names.desk
                while (await channel.look_at(desk)).consumer_count:  # noqa: ASYNC110 - it tells nobody
                    await asyncio.sleep(PAUSE_S)
                await channel.consume(desk, ignore, exclusive=True)
                return channel, await self._read(channel, most, letter)
            except LOST as error:
                self._link.note(error)  # Perhaps somebody else was quicker.
                await channel.shut()
                await asyncio.sleep(PAUSE_S)
            except BaseException:
                await channel.shut()
                raise

    async def _read(self, channel: Channel, most: int, letter: str) -> Sequence[Incoming]:
        """What was looked for, with all of them handed out."""
        count = (await channel.look_at(self._names.dead)).message_count
        found: deque[Incoming] = deque(maxlen=most)
        came = asyncio.Event()
        seen = 0

        async def take(incoming: Incoming) -> None:
            nonlocal seen
            seen += 1
            if not letter or _id(incoming) == letter:
                found.append(incoming)
            came.set()

        if not count:
            return []
        tag = "fabula-look"
        await channel.consume(self._names.dead, take, tag=tag)
        with contextlib.suppress(TimeoutError):
            while seen < count:
                came.clear()
                async with asyncio.timeout(QUIET_S):
                    await came.wait()
        await channel.cancel(tag)
        return list(found)

    def _letter(self, incoming: Incoming) -> DeadLetter:
        properties = incoming.header.properties
        headers: dict[str, Any] = properties.headers or {}
        deaths = headers.get("x-death") or [{}]
        queue = _text(deaths[0].get("queue"))
        address, group = self._names.whose(queue) if queue else ("", "")
        tries = headers.get("fabula-tries", 1)
        group = _text(headers.get("fabula-group", group))
        message, when = _message(incoming.body), deaths[0].get("time")
        if queue:
            tries = max(tries, self._bounds.tries_max)
        if message is not None and group:
            message = message.tried_again(tries)
        return DeadLetter(
            id=_id(incoming),
            address=_text(headers.get("fabula-address", message.to_agent if message is not None else address)),
            group=group,
            cause=_text(headers.get("fabula-cause", _KILLED if queue else "")),
            tries=tries,
            at=_text(headers.get("fabula-at", _iso(when) if isinstance(when, datetime) else "")),
            body=incoming.body,
            message=message,
        )


def _headers_of(*, address: str, group: str, cause: str, tries: int, now: float) -> dict[str, Any]:
    """The headers of a dead letter. now: seconds since 1970."""
    return {
        "fabula-address": address,
        "fabula-group": group,
        # What cannot be written is written down; an error's text may hold anything.
        "fabula-cause": cause.encode("utf-8", "backslashreplace").decode(),
        "fabula-tries": tries,
        "fabula-at": _iso(datetime.fromtimestamp(now, UTC)),
    }


def _id(incoming: Incoming) -> str:
    """By the sending it came from and the queue it died in, since one sending may die in several groups."""
    properties = incoming.header.properties
    deaths = (properties.headers or {}).get("x-death") or [{}]
    sending = properties.message_id or hashlib.sha256(incoming.body).hexdigest()
    return hashlib.sha256(f"{sending} {deaths[0].get('queue', '')}".encode()).hexdigest()[:12]


def _message(body: bytes) -> Message | None:
    try:
        return decode(body)
    except BadMessage:
        return None


def _iso(when: datetime) -> str:
    return when.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value or "")
