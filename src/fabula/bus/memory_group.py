"""A group of a MemoryBus: what waits at one address for one group, and who handles it."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable

from fabula.bus.envelope import Message, Priority
from fabula.bus.lanes import Lanes
from fabula.bus.protocol import Delivery

Kept = tuple[Delivery, bytes]
"""A delivery, and the message as it came."""

_PLACES = {Priority.HIGH: 0, Priority.NORMAL: 1, Priority.LOW: 2}


class Group:
    """It holds at most `queue_max` messages, those being handled among them; whoever adds one asks `full` before.

    What comes goes straight to the lanes of whoever is active, as far as they have room; the rest waits here.
    """

    def __init__(self, address: str, name: str, *, queue_max: int) -> None:
        self.address = address
        self.name = name
        self._queue_max = queue_max
        self._held = 0
        self._waiting: tuple[deque[Kept], deque[Kept], deque[Kept]] = (deque(), deque(), deque())
        self._seats: list[Seat] = []
        self._active: list[Seat] = []
        self._publishers: deque[asyncio.Future[None]] = deque()
        self._handing_out = False

    @property
    def full(self) -> bool:
        """Whether nothing more may be added."""
        return self._held >= self._queue_max

    def add(self, delivery: Delivery, body: bytes) -> None:
        """Hold one message more."""
        self._held += 1
        if any(self._waiting) or not self._give(delivery, body):
            self._waiting[_PLACES[delivery.message.priority]].append((delivery, body))

    def settled(self) -> None:
        """One message less: it was handled, or is a dead letter."""
        self._held -= 1
        if self._publishers:
            self.let_one_in()
        if any(self._waiting) and not self._handing_out:
            # Later, since the lanes it was in know of it only when this returns.
            self._handing_out = True
            asyncio.get_running_loop().call_soon(self._hand_out)

    async def room(self) -> None:
        """Wait until there may be room; whoever then finds room and does not use it calls `let_one_in`."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._publishers.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.let_one_in()
            raise

    def let_one_in(self) -> None:
        """Tell the first of those who wait for room."""
        while self._publishers and not self.full:
            turn = self._publishers.popleft()
            if not turn.done():
                turn.set_result(None)
                return

    def dismiss(self) -> None:
        """Tell all who wait for room: the bus is closed."""
        while self._publishers:
            turn = self._publishers.popleft()
            if not turn.done():
                turn.set_result(None)

    def seat(self, seat: "Seat") -> None:
        """One more subscription, last in the row."""
        self._seats.append(seat)
        self._arrange()

    def leave(self, seat: "Seat") -> None:
        """That subscription is to be given nothing more; it is still in the row, and nobody takes its turn yet."""
        if seat in self._active:
            self._active.remove(seat)

    def left(self, seat: "Seat", rest: Iterable[Kept]) -> None:
        """It is gone, and gives back what it did not handle, in order; whoever is next takes over."""
        self._seats.remove(seat)
        for delivery, body in reversed(list(rest)):
            self._waiting[_PLACES[delivery.message.priority]].appendleft((delivery, body))
        self._arrange()

    def _arrange(self) -> None:
        """The first in the row is active; if it shares, so are all others that share."""
        if not self._seats:
            self._active = []
            return
        first = self._seats[0]
        row = [seat for seat in self._seats if seat.shared] if first.shared else [first]
        self._active = [seat for seat in row if not seat.leaving]
        self._hand_out()

    def _hand_out(self) -> None:
        self._handing_out = False
        for waiting in self._waiting:
            while waiting and self._give(*waiting[0]):
                waiting.popleft()

    def _give(self, delivery: Delivery, body: bytes) -> bool:
        """Put it into the lanes of whoever has the most room."""
        active = self._active
        if not active:
            return False
        seat = active[0] if len(active) == 1 else max(active, key=_room_of)
        return seat.lanes.put_nowait(delivery, body)


class Seat:
    """A subscription to a group: the carrier of its lanes."""

    def __init__(
        self,
        group: Group,
        *,
        shared: bool,
        reply: Callable[[Delivery, Message], None],
        bury: Callable[[Group, bytes, str, int], None],
        gone: Callable[["Seat"], None],
    ) -> None:
        """reply, bury: send a response, keep a dead letter. gone: told when this is closed."""
        self.shared = shared
        self.leaving = False
        self.lanes: Lanes
        self._group = group
        self._reply = reply
        self._bury = bury
        self._gone = gone
        self._end: asyncio.Task[None] | None = None

    def sit(self, lanes: Lanes) -> None:
        """Begin to work, with those lanes."""
        self.lanes = lanes
        self._group.seat(self)

    async def done(self, token: bytes, delivery: Delivery) -> None:
        """As Carrier says."""
        self._group.settled()

    async def reply(self, delivery: Delivery, response: Message) -> None:
        """As Carrier says."""
        self._reply(delivery, response)

    async def dead(self, token: bytes, delivery: Delivery, cause: str, tries: int) -> None:
        """As Carrier says."""
        self._bury(self._group, token, cause, tries)
        self._group.settled()

    async def close(self) -> None:
        """As Subscription says; from its own handler it returns at once, and the handler is finished all the same."""
        end = self.begin_to_leave()
        if not self.lanes.handles_in(asyncio.current_task()):
            await asyncio.shield(end)

    def begin_to_leave(self) -> asyncio.Task[None]:
        """Be given nothing more and begin nothing more. Returns what ends once everything is finished."""
        if self._end is None:
            self.leaving = True
            self._group.leave(self)
            self.lanes.stop()
            self._end = asyncio.create_task(self._leave())
        return self._end

    async def _leave(self) -> None:
        rest = await self.lanes.leave()
        self._group.left(self, rest)
        self._gone(self)


def _room_of(seat: Seat) -> int:
    return seat.lanes.room
