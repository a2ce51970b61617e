"""A shift: the time for which one subscription holds its lease, reads, and hands over what it reads."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from fabula.bus.envelope import BadMessage, Message, decode, encode
from fabula.bus.figures import Figures
from fabula.bus.journal import Journal
from fabula.bus.lanes import Lanes
from fabula.bus.protocol import Bounds, BusDown, Delivery, Handler
from fabula.bus.redis.acknowledging import Acknowledgements, Entry
from fabula.bus.redis.handed import Handed, LeaseOver, entry_of
from fabula.bus.redis.keys import Keys, Queue
from fabula.bus.redis.reading import Reader, Taken
from fabula.bus.redis.scripts import GIVE_UP
from fabula.bus.redis.server import TROUBLE, Pauses, Server, is_no_group

BLOCK_MS, BLOCK_SHARED_MS = 1_000, 250
"""How long one question for something new waits. Those who share look more often whether another is gone."""
LOOK_S, LOOK_SHARED_S = 5.0, 0.5
"""So often it is looked whether somebody left something behind."""
FEW, GATHER_S = 128, 0.002
"""While there is more to read than room for it, `GATHER_S` is waited once for room for so many."""
SEND_S_MAX = 30.0
"""A response or a dead letter that cannot be sent for so long is given up, and its message handled again."""
NOTE_S_MAX = 1.0
"""For so long an attempt waits to be noted; then it is made all the same."""
LEAVE_S_MAX = 5.0
"""For so long leaving waits for the server to hear of it; else others notice when the lease expires."""

Respond = Callable[[Delivery, Message, float], Awaitable[None]]
"""Sends a response to `delivery.reply_to`, for so many seconds."""


class Shift:
    """One shift; the carrier of its lanes. `work`, which is cancelled, then `end`.

    Nothing is begun once the lease may be somebody else's by this process's own clock, which goes on while a process is
    frozen: that is looked at when the time comes, after each attempt and before each. Then `over` is done.

    What is read is pending with this consumer until it is acknowledged. An entry that others left behind, or that was
    read and never arrived, is claimed. How many attempts at it were begun is noted beside it, so that one that ends its
    process again and again is told from those that were only at hand; and from its third attempt on (its last, if that
    is earlier) such an entry is handled alone, so that it takes no others with it.
    """

    def __init__(  # noqa: PLR0913 - what a subscription is made of
        self,
        handler: Handler,
        *,
        server: Server,
        keys: Keys,
        queue: Queue,
        reader: Reader,
        acknowledged: Acknowledgements,
        respond: Respond,
        shared: bool,
        bounds: Bounds,
        figures: Figures,
        journal: Journal | None,
    ) -> None:
        """bounds: at_hand_max is what is read ahead."""
        self._handler = handler
        self._server = server
        self._keys = keys
        self._queue = queue
        self._reader = reader
        self._acknowledged = acknowledged
        self._respond = respond
        self._dead_max = bounds.dead_max
        self._note_from = 1 if bounds.tries_max == 1 else 2
        self._alone_from = min(3, bounds.tries_max)
        self._few = min(FEW, bounds.at_hand_max // 2)
        self._block_ms = BLOCK_SHARED_MS if shared else BLOCK_MS
        self._look_s = LOOK_SHARED_S if shared else LOOK_S
        self._figures = figures
        self._at_hand: set[Entry] = set()
        self._coming: deque[Taken] = deque()
        """Read, and not yet in the lanes."""
        self._settled = asyncio.Event()
        self._declared = True
        self._sure = False
        """Nothing may be pending with us that is not at hand."""
        self._unbegun: set[Entry] = set()
        """Handed out when the lease was over: they were not begun, whatever is said of them."""
        self._loop = asyncio.get_running_loop()
        self.over: asyncio.Future[None] = self._loop.create_future()
        """Done once the lease may be somebody else's."""
        self._alarm = self._loop.call_at(reader.held_until, self._ring)
        self.lanes = Lanes(
            self._attempt,
            self,
            bounds=bounds,
            figures=figures,
            journal=journal,
            agent=queue.address,
            group=queue.group,
        )

    # --- reading ---

    async def work(self) -> None:
        """Read and hand over until the lease is lost."""
        pauses, look_at, more = Pauses(), 0.0, False
        while True:
            try:
                if not self._declared:
                    await self._reader.declare()
                    self._declared = True
                if not self._sure or self._loop.time() >= look_at:
                    ours = await self._look(mine=not self._sure)
                    look_at = self._loop.time() + self._look_s
                else:
                    ours = True
                room = await self._room(gather=more)
                found = await self._reader.fetch(room) if ours else None
                if found is None:
                    self._sure = False
                    if not await self._reader.hold():
                        return
                    continue
                more = len(found) == room
                await self._take(found or await self._wait(room))
                pauses.begin_again()
            except TROUBLE as trouble:
                self._sure = False
                self._coming.clear()
                self._declared = not is_no_group(trouble)
                if self._declared:
                    self._server.away(trouble)
                    await pauses.wait()

    async def _look(self, *, mine: bool) -> bool:
        """Take what others left behind; mine: and what is pending with us and never arrived. False: the lease is not
        ours.
        """
        self._sure = True
        # As it is now: what is acknowledged while the answer is on its way is in it all the same.
        known = self._at_hand | self._acknowledged.entries
        found = await self._reader.claim(mine=mine)
        if found is None:
            return False
        await self._take([taken for taken in found if taken.entry not in known])
        return True

    async def _wait(self, room: int) -> Sequence[Taken]:
        found = await self._reader.wait(room, block_ms=self._block_ms)
        if self._reader.holds:
            return found
        # Whoever holds the lease now may not have seen these; they are claimed by whoever holds it next.
        self._sure = False
        return ()

    async def _room(self, *, gather: bool) -> int:
        """Wait for room. gather: a little longer, for room for a few."""
        while not self.lanes.room:
            self._settled.clear()
            await self._settled.wait()
        if gather and self.lanes.room < self._few:
            await asyncio.sleep(GATHER_S)
        return self.lanes.room

    async def _take(self, found: Sequence[Taken]) -> None:
        self._coming.extend(found)
        while self._coming and self._is_ours():
            taken = self._coming[0]
            entry = taken.entry
            if entry not in self._at_hand and entry not in self._acknowledged.entries:
                try:
                    message = decode(taken.body)
                except BadMessage as wrong:
                    await self._bury(entry, taken.body, str(wrong), taken.attempts + 1)
                else:
                    await self._put(taken, message)
            self._coming.popleft()

    async def _put(self, taken: Taken, message: Message) -> None:
        delivery = Handed(
            message=message,
            group=self._queue.group,
            tries=taken.attempts + 1,
            reply_to=taken.reply_to,
            entry=taken.entry,
        )
        alone = taken.attempts > 0 and delivery.tries >= self._alone_from
        if alone:
            await self._quiet()
        if not self.lanes.put_nowait(delivery, taken.entry):
            await self.lanes.put(delivery, taken.entry)
        self._at_hand.add(taken.entry)
        if alone:
            await self._quiet()

    async def _quiet(self) -> None:
        """Wait until nothing is being handled, and the server knows what was, so that none of it can be blamed."""
        await self.lanes.drain()
        await self._acknowledged.flush(wait_s=LEAVE_S_MAX)

    # --- handling: the carrier of the lanes ---

    async def _attempt(self, delivery: Delivery) -> Mapping[str, Any] | None:
        if delivery.tries >= self._note_from and self._is_ours():
            try:
                async with asyncio.timeout(NOTE_S_MAX):
                    await self._reader.begin(entry_of(delivery), delivery.tries)
            except TROUBLE as trouble:
                self._server.away(trouble)
        if not self._is_ours():
            self._unbegun.add(entry_of(delivery))
            raise LeaseOver("the lease was over before this was begun: whoever holds it now handles it")
        try:
            return await self._handler(delivery)
        finally:
            self._is_ours()  # Else the next of this lane would be begun before the alarm has rung.

    def _is_ours(self) -> bool:
        """Whether the lease is certainly still ours; if it is not, nothing more is begun."""
        if self._reader.holds:
            return True
        self.lanes.stop()
        if not self.over.done():
            self.over.set_result(None)
        return False

    def _ring(self) -> None:
        if self._is_ours():
            self._alarm = self._loop.call_at(self._reader.held_until, self._ring)

    async def done(self, token: Entry, delivery: Delivery) -> None:
        """As Carrier says."""
        if self._acknowledged.full:
            await self._acknowledged.room()
        self._acknowledged.add(token)
        self._at_hand.discard(token)
        self._settled.set()

    async def reply(self, delivery: Delivery, response: Message) -> None:
        """As Carrier says."""
        entry = entry_of(delivery)
        self._refuse_unbegun(entry)
        try:
            await self._respond(delivery, response, SEND_S_MAX)
        except BusDown:
            self._forget(entry)
            raise

    async def dead(self, token: Entry, delivery: Delivery, cause: str, tries: int) -> None:
        """As Carrier says."""
        self._refuse_unbegun(token)
        try:
            await self._bury(token, encode(delivery.message), cause, tries)
        except BaseException:
            self._forget(token)
            raise
        self._at_hand.discard(token)
        self._settled.set()

    def _refuse_unbegun(self, entry: Entry) -> None:
        """Raises LeaseOver for what was not begun: it did not fail, so nobody is told so."""
        if entry in self._unbegun:
            raise LeaseOver("the lease was over before this was begun: it is not given up")

    async def _bury(self, entry: Entry, body: bytes, cause: str, tries: int) -> None:
        stream, number = entry
        where = (self._queue.address, self._queue.group)
        args = [self._dead_max, stream, number, *where, cause, tries, body]
        dropped = await self._server.surely(
            lambda: self._server.run(GIVE_UP, [self._keys.dead], args), wait_s=SEND_S_MAX
        )
        self._figures.letters_dropped += dropped

    def _forget(self, entry: Entry) -> None:
        """It is pending and no longer at hand; it has to be read again."""
        self._at_hand.discard(entry)
        self._sure = False
        self._settled.set()

    # --- the end ---

    async def end(self) -> None:
        """Finish what is being handled, and leave the rest to others, together with the lease."""
        left = await self.lanes.leave()
        self._alarm.cancel()
        known = [(token, delivery.tries - (2 if token in self._unbegun else 1)) for delivery, token in left]
        known += [(taken.entry, taken.attempts) for taken in self._coming if taken.entry not in self._at_hand]
        await self._acknowledged.flush(wait_s=LEAVE_S_MAX)
        try:
            async with asyncio.timeout(LEAVE_S_MAX):
                await self._reader.leave(known)
        except TROUBLE as trouble:
            self._server.away(trouble)
