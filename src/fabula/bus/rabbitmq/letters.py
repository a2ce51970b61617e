"""The dead letters of a bus on RabbitMQ: kept, looked through, sent again, thrown away."""

import asyncio
from collections.abc import Callable, Mapping, Sequence

from fabula.bus.envelope import BadMessage, Message, checked, decode
from fabula.bus.figures import Figures
from fabula.bus.protocol import NOBODY_WAITS, Bounds, BusDown, BusFull, DeadLetter, NobodyThere, NoSuchLetter
from fabula.bus.rabbitmq.channel import LOST, Channel
from fabula.bus.rabbitmq.desk import Desk
from fabula.bus.rabbitmq.letter import headers_of, id_of, letter_of
from fabula.bus.rabbitmq.link import Link
from fabula.bus.rabbitmq.names import PRIORITIES, Names
from fabula.bus.rabbitmq.parcel import Parcel
from fabula.bus.rabbitmq.patience import in_time
from fabula.bus.rabbitmq.publisher import Publisher
from fabula.errors import FabulaError

COUNTED_S = 5.0
"""For so long it is believed how much room there was."""
AT_ONCE_MAX = 100
"""Letters that are sent again at once."""
ROOM_S_MAX = 2.0
"""For so long a group is waited for to have room, before the desk is left to others for a while."""
PAUSE_S = 1.0
"""For so long it is left to them."""


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
        self._desk = Desk(link, names, wait_s=wait_s)
        self._room = 0
        self._counted_at = float("-inf")

    async def bury(self, *, address: str, group: str, cause: str, tries: int, body: bytes) -> None:
        """Keep one more."""
        dropped = await in_time(self._link, self._wait_s, self._dropped_by_one_more)
        headers = headers_of(address=address, group=group, cause=cause, tries=tries, now=self._now())
        parcel = Parcel(exchange="", key=self._names.dead, body=body, about="the dead letters", headers=headers)
        await self._publisher.send(parcel, wait_s=self._wait_s)
        self._figures.letters_dropped += dropped

    async def latest(self, most: int) -> Sequence[DeadLetter]:
        """The latest first."""
        if most < 1:
            return []
        async with self._desk.look(most=most) as (_, found):
            return [letter_of(incoming, self._names, self._bounds) for incoming in reversed(found)]

    async def find(self, letter: str) -> DeadLetter:
        """One of them. Raises NoSuchLetter."""
        async with self._desk.look(most=1, letters=(letter,)) as (_, found):
            if not found:
                raise _none(letter)
            return letter_of(found[0], self._names, self._bounds)

    async def drop(self, letters: Sequence[str]) -> Mapping[str, FabulaError]:
        """Throw them away, in one look; returns why that failed, for each with which it did."""
        failed: dict[str, FabulaError] = {letter: _none(letter) for letter in letters}
        async with self._desk.look(most=self._bounds.dead_max, letters=frozenset(letters)) as (channel, found):
            for incoming in found:
                letter = id_of(incoming)
                failed.pop(letter, None)
                if (gone := await self._take_away(channel, incoming.delivery.delivery_tag, letter)) is not None:
                    failed[letter] = gone
        return failed

    async def redrive(
        self, letters: Sequence[str], *, sending: Callable[[Message, str], None]
    ) -> Mapping[str, FabulaError]:
        """Send them again, the oldest first; returns why that failed, for each with which it did. One look serves for
        all, and for those whose groups have no room there are more, until none had any for `wait_s`. sending: told of
        each message and its group before it is on its way.
        """
        loop = asyncio.get_running_loop()
        failed: dict[str, FabulaError] = {}
        left, told = frozenset(letters), set[str]()

        def tell(letter: str, message: Message, group: str) -> None:
            if letter not in told:
                told.add(letter)
                sending(message, group)

        until = loop.time() + self._wait_s
        while True:
            late = await self._redrive_now(left, failed, tell)
            if len(late) < len(left):
                until = loop.time() + self._wait_s
            left = frozenset(late)
            if not left or loop.time() + PAUSE_S > until:
                return failed | late
            await asyncio.sleep(PAUSE_S)

    async def _redrive_now(
        self, letters: frozenset[str], failed: dict[str, FabulaError], tell: Callable[[str, Message, str], None]
    ) -> dict[str, FabulaError]:
        """Send again those that can be sent now; returns the others, and puts those that never can among `failed`."""
        late: dict[str, FabulaError] = {}
        full: dict[str, FabulaError] = {}
        async with self._desk.look(most=self._bounds.dead_max, letters=letters) as (channel, found):
            known = {id_of(incoming): letter_of(incoming, self._names, self._bounds) for incoming in found}
            tags = {id_of(incoming): incoming.delivery.delivery_tag for incoming in found}
            failed |= {letter: _none(letter) for letter in letters if letter not in known}
            ready = list(known.values())
            for begin in range(0, len(ready), AT_ONCE_MAX):
                part = ready[begin : begin + AT_ONCE_MAX]
                results = await asyncio.gather(*(self._send(letter, full, tell) for letter in part))
                for letter, (unsent, may_later) in zip(part, results, strict=True):
                    why = unsent or await self._take_away(channel, tags[letter.id], letter.id)
                    if why is not None:
                        (late if may_later else failed)[letter.id] = why
        return late

    async def _send(
        self, found: DeadLetter, full: dict[str, FabulaError], tell: Callable[[str, Message, str], None]
    ) -> tuple[FabulaError | None, bool]:
        """Send one again; returns why that could not be, and whether it can be later. full: queues to which nothing can
        be sent now, and why.
        """
        try:
            message = decode(found.body).afresh()
            if not found.group:
                raise NobodyThere(f"dead letter {found.id!r}: {NOBODY_WAITS}; it can only be dropped")
            parcel = self._parcel(found, message)
        except (BadMessage, NobodyThere) as never:
            return never, False
        if parcel.key in full:
            return full[parcel.key], True
        tell(found.id, message, found.group)
        try:
            await self._publisher.send(parcel, wait_s=min(ROOM_S_MAX, self._wait_s))
        except (BusFull, BusDown) as not_now:
            full[parcel.key] = not_now
            return not_now, True
        except NobodyThere as never:
            return never, False
        return None, False

    def _parcel(self, found: DeadLetter, message: Message) -> Parcel:
        queues = self._names.group(found.address, found.group)
        return Parcel(
            exchange="",
            key=queues.waiting[PRIORITIES.index(message.priority)],
            body=checked(message),
            about=f"{found.address!r}, group {found.group!r}",
            width=max(1, min(self._bounds.queue_max // 10, AT_ONCE_MAX)),
        )

    async def _take_away(self, channel: Channel, tag: int, letter: str) -> BusDown | None:
        """Take one from the queue; returns why that may have failed."""
        try:
            await channel.ack(tag)
        except LOST:
            return BusDown(f"RabbitMQ at {self._link.where} went away: {letter!r} may still be there")
        return None

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


def _none(letter: str) -> NoSuchLetter:
    return NoSuchLetter(f"there is no dead letter {letter!r:.80}: `fabula bus dead list` names those there are")
