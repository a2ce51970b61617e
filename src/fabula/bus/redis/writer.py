"""The writer: one task that sends what everybody publishes, in batches and in order.

What is published while a batch is under way makes up the next one. A batch that got no answer is sent again, the same
under the same number, before anything newer, so that the server takes it once and nothing overtakes it.
"""

import asyncio
import math
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from fabula.bus.ending import end
from fabula.bus.figures import Figures
from fabula.bus.protocol import NOBODY_WAITS, Bounds, BusDown, BusFull
from fabula.bus.redis.groups import KnownGroups
from fabula.bus.redis.held import HeldBack
from fabula.bus.redis.keys import Keys
from fabula.bus.redis.outgoing import BATCH_BYTES_MAX, BATCH_MAX, FULL, HEARD, KEPT, NOBODY, Outgoing
from fabula.bus.redis.scripts import PUBLISH
from fabula.bus.redis.server import Pauses, Server

UNREAD_MAX = 10_000
"""Responses that may wait for one asker; further ones are dead letters."""
REPLIES_KEPT_MS = 600_000
GRACE_S = 1.0
"""Beyond its deadline a message that is under way to a server that answers is waited for so long."""
UNHEARD_S_MAX = 2.0
"""An event to an address whose groups have vanished is kept so long for them to come back; then nobody hears it."""


class Writer:
    """Sends for one bus. Made on a running event loop; ends with `close`."""

    def __init__(
        self,
        server: Server,
        keys: Keys,
        *,
        who: str,
        bounds: Bounds,
        figures: Figures,
        alive_ms: Callable[[], int],
    ) -> None:
        """who: names this publisher, the only one of that name. alive_ms: how long whoever asks counts as there."""
        self._server = server
        self._keys = keys
        self._who = who
        self._figures = figures
        self._bounds = bounds
        self._alive_ms = alive_ms
        self._number = 0
        self._queue: deque[Outgoing] = deque()
        self._batch: list[Outgoing] = []
        self._held = HeldBack()
        self._groups = KnownGroups(server, keys)
        self._loop = asyncio.get_running_loop()
        self._some = asyncio.Event()
        self._empty = asyncio.Event()
        self._empty.set()
        self._outstanding = 0
        self._closed = False
        self._timer: asyncio.TimerHandle | None = None
        self._task = asyncio.create_task(self._work())

    def declared(self, address: str, group: str, queue: str) -> None:
        """This bus answers for that group: should the server lose it, it is made anew before anything is sent there."""
        self._groups.declared(address, group, queue)

    async def send(self, kind: str, address: str, body: bytes, *, reply_to: str = "", wait_s: float) -> str:
        """Send a message, and say what became of it: KEPT, NOBODY, or DEAD. kind: as PUBLISH has it.

        Raises BusFull, BusDown. Who gives up waiting does not take the message back.
        """
        if self._closed:
            raise BusDown("this bus is closed")
        settled: asyncio.Future[str] = self._loop.create_future()
        message = Outgoing(kind, address, reply_to, body, wait_s, settled)
        message.until = until = self._loop.time() + wait_s
        self._queue.append(message)
        self._outstanding += 1
        self._some.set()
        if self._timer is None or until < self._timer.when():
            self._ring_at(until)
        try:
            return await settled
        finally:
            self._outstanding -= 1
            if not self._outstanding:
                self._empty.set()

    async def close(self, *, wait_s: float) -> None:
        """Send what there is, for so long; then who still waits is told BusDown."""
        self._closed = True
        try:
            async with asyncio.timeout(wait_s):
                while self._outstanding:
                    self._empty.clear()
                    await self._empty.wait()
        except TimeoutError:
            pass  # Whoever still waits is told just below.
        await end(self._task)
        for message in self._all():
            if not message.settled.done():
                message.settled.set_exception(self._server.down(wait_s))
        if self._timer is not None:
            self._timer.cancel()

    # --- the task ---

    async def _work(self) -> None:
        while True:
            self._batch = batch = self._next_batch()
            if not batch:
                await self._something()
                continue
            fates = await self._deliver(batch)
            if fates is not None:
                self._settle(batch, fates)
                await self._groups.make_anew(message.address for message in batch if message.fate == NOBODY)
            self._batch = []

    async def _something(self) -> None:
        """Wait until there is something to send."""
        self._some.clear()
        next_probe = self._held.next_at
        try:
            async with asyncio.timeout_at(next_probe if next_probe < math.inf else None):
                await self._some.wait()
        except TimeoutError:
            pass  # It is time to try a held address again.

    def _next_batch(self) -> list[Outgoing]:
        batch: list[Outgoing] = []
        length = self._held.begin_batch(batch, self._loop.time()) if self._held else 0
        queue, held, some_held = self._queue, self._held, bool(self._held)
        while queue and len(batch) < BATCH_MAX and length < BATCH_BYTES_MAX:
            message = queue.popleft()
            if message.settled.done():
                continue
            if some_held and message.address in held and not message.answers:
                held.add(message)
                continue
            batch.append(message)
            length += len(message.body)
        return batch

    async def _deliver(self, batch: list[Outgoing]) -> str | None:
        """The fates of a batch. None: everybody gave up before the server answered."""
        self._number += 1
        bounds = (self._bounds.queue_max, self._bounds.dead_max, UNREAD_MAX, self._alive_ms(), REPLIES_KEPT_MS)
        args: list[Any] = [self._keys.prefix, self._number, *bounds, NOBODY_WAITS]
        where, count = None, 0
        for message in batch:
            message.under_way = True
            kind = message.kind + HEARD if message.heard else message.kind
            if (kind, message.address, message.reply_to) != where:
                where = (kind, message.address, message.reply_to)
                args += (*where, 0)
                count = len(args) - 1
            args.append(message.body)
            args[count] += 1
        pauses = Pauses()
        while True:
            try:
                fates, dropped = await self._server.run(PUBLISH, [self._keys.sent(self._who)], args)
            except Exception as trouble:  # noqa: BLE001 - whatever the library raises, the batch is sent again
                self._server.away(trouble)
            else:
                self._figures.letters_dropped += dropped
                return str(fates, "ascii")
            if self._server.refused:
                self._refuse(batch)
            if all(message.settled.done() for message in batch):
                self._let_go(batch)
                return None
            await pauses.wait()

    def _settle(self, batch: list[Outgoing], fates: str) -> None:
        again: dict[str, list[Outgoing]] = {}
        for message, fate in zip(batch, fates, strict=True):
            message.under_way = False
            message.fate = fate
            message.heard = message.heard or (fate == NOBODY and message.kind.isupper())
            if fate == KEPT and not message.answers:
                self._groups.found(message.address)
            elif fate == FULL or (fate == NOBODY and self._may_come_back(message)):
                again.setdefault(message.address, []).append(message)
                continue
            if not message.settled.done():
                message.settled.set_result(fate)
        tried = {message.address for message in batch if not message.answers} if self._held or again else ()
        for address in tried:
            self._held.tried(address, again.get(address, ()), self._loop.time())
        if again:
            self._expire()

    def _refuse(self, batch: list[Outgoing]) -> None:
        """The server does not let us in: nobody need wait for it."""
        for message in batch:
            if not message.settled.done():
                message.settled.set_exception(self._server.down(message.wait_s))

    def _let_go(self, batch: list[Outgoing]) -> None:
        """Of a batch that nobody waits for; what is held behind it is tried next."""
        for address in {message.address for message in batch}:
            self._held.let_go(address)

    def _may_come_back(self, message: Outgoing) -> bool:
        """Whether there were groups, so that the server has lost them, and somebody may be about to make them anew."""
        if self._groups.answers_for(message.address):
            return True
        if message.address not in self._groups or message.settled.done():
            return False
        if message.kind.isupper():
            message.until = min(message.until, self._loop.time() + UNHEARD_S_MAX)
            self._ring_at(message.until)
        return True

    # --- deadlines ---

    def _all(self) -> Iterable[Outgoing]:
        yield from self._batch
        yield from self._held
        yield from self._queue

    def _ring_at(self, when: float) -> None:
        if self._timer is not None:
            if self._timer.when() <= when and not self._timer.cancelled():
                return
            self._timer.cancel()
        self._timer = self._loop.call_at(when, self._ring)

    def _ring(self) -> None:
        self._timer = None
        self._expire()

    def _expire(self) -> None:
        """Tell those whose time is over, and wake again when the next one's is."""
        now, earliest = self._loop.time(), math.inf
        for message in self._all():
            if message.settled.done():
                continue
            held = message.fate in (FULL, NOBODY) and not message.under_way
            if message.until <= now and not held and not message.graced and not self._server.trouble:
                message.graced = True
                message.until = now + GRACE_S
            if message.until <= now or (held and message.graced):
                self._give_up(message, held=held)
            else:
                earliest = min(earliest, message.until)
        if earliest < math.inf:
            self._ring_at(earliest)

    def _give_up(self, message: Outgoing, *, held: bool) -> None:
        if held and message.fate == NOBODY:
            self._groups.forget(message.address)
            message.settled.set_result(NOBODY)
        elif held:
            text = f"{message.address!r}: as many messages wait there as may, and did for {message.wait_s:g} s"
            message.settled.set_exception(BusFull(text))
        else:
            message.settled.set_exception(self._server.down(message.wait_s))
