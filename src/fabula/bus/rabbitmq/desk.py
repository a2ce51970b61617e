"""The desk: where one client at a time looks through the dead letters; the others wait.

The whole queue is handed out for a look, since it can be read from its oldest end only, and given back in its order.
What a look holds when its program dies goes back to its place.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager

from fabula.bus.protocol import BusDown
from fabula.bus.rabbitmq.channel import LOST, Channel, Incoming, ignore
from fabula.bus.rabbitmq.letter import id_of, is_unheard_notice
from fabula.bus.rabbitmq.link import PAUSE_S, Link
from fabula.bus.rabbitmq.names import Names

QUIET_S = 1.0
"""A look is over when for so long nothing came of what should."""


class Desk:
    """Waits up to `wait_s` for its turn, then raises BusDown."""

    def __init__(self, link: Link, names: Names, *, wait_s: float) -> None:
        self._link = link
        self._names = names
        self._wait_s = wait_s

    @asynccontextmanager
    async def look(
        self, *, most: int, letters: Collection[str] = ()
    ) -> AsyncIterator[tuple[Channel, Sequence[Incoming]]]:
        """The last `most` of them, or of those with these ids, oldest first; all others wait until this is left."""
        try:
            async with asyncio.timeout(self._wait_s):
                await self._link.reached()
                channel, found = await self._open(most, letters)
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

    async def _open(self, most: int, letters: Collection[str]) -> tuple[Channel, Sequence[Incoming]]:
        while True:
            channel = await self._link.channel()
            try:
                desk = self._names.desk
                while (await channel.look_at(desk)).consumer_count:  # noqa: ASYNC110 - it tells nobody
                    await asyncio.sleep(PAUSE_S)
                await channel.consume(desk, ignore, exclusive=True)
                return channel, await self._read(channel, most, letters)
            except LOST as error:
                self._link.note(error)  # Perhaps somebody else was quicker.
                await channel.shut()
                await asyncio.sleep(PAUSE_S)
            except BaseException:
                await channel.shut()
                raise

    async def _read(self, channel: Channel, most: int, letters: Collection[str]) -> Sequence[Incoming]:
        """What was looked for, with all of them handed out."""
        count = (await channel.look_at(self._names.dead)).message_count
        found: deque[Incoming] = deque(maxlen=most)
        came = asyncio.Event()
        seen = 0

        async def take(incoming: Incoming) -> None:
            nonlocal seen
            seen += 1
            if is_unheard_notice(incoming):
                await channel.ack(incoming.delivery.delivery_tag)
            elif not letters or id_of(incoming) in letters:
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
