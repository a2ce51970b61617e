"""The publisher: gets each message to the server and knows that it is kept there, or says that it could not.

Many messages are under way at once, each confirmed by itself. When a channel is lost, all that were unconfirmed are
sent again, in the order in which they came, before anything newer on the same road: so a message may arrive twice,
but none is lost and no first arrival overtakes another.

A queue that is full refuses (`reject-publish`), and takes messages again when a fifth of it is free. Since never more
than a tenth of a queue is under way, a message that was refused cannot be overtaken by a later one that was not. Queues
at the same address that have room keep it each time; from the second time on it is marked as a copy.
"""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aio_pika.exceptions import DeliveryError, PublishError

from fabula.bus.ending import end
from fabula.bus.protocol import BusDown, BusFull, NobodyThere
from fabula.bus.rabbitmq.channel import LOST, Channel
from fabula.bus.rabbitmq.link import PAUSE_S, Link
from fabula.bus.rabbitmq.parcel import COPY, Parcel
from fabula.bus.rabbitmq.patience import unconfirmed
from fabula.bus.rabbitmq.road import Road

UNDER_WAY_MAX = 1_000
"""Messages under way on one road; those after them wait for a turn."""
RETURNED_S_MAX = 5.0
"""For so long after a connection came back what finds nobody is tried again: an empty server is furnished by others."""
_RETURNED_PAUSE_S = 0.1
_ROADS_MAX = 4_096
"""Roads that are remembered; then those on which nothing is under way are forgotten."""


class Publisher:
    """Sends parcels, on a channel of its own that is opened with the first. Ends with `close`."""

    def __init__(self, link: Link, *, who: str, known: str, prepare: Callable[[], Awaitable[None]]) -> None:
        """who: by which messages of this client are told from those of others. known: the exchange that tells whether
        a group was declared. prepare: declares what must be there, before anything is sent on a new channel.
        """
        self._link = link
        self._who = who
        self._known = known
        self._prepare = prepare
        self._channel: Channel | None = None
        self._lost = asyncio.Event()
        self._epoch = 0
        self._back_at = 0.0
        self._roads: dict[tuple[str, str], Road] = {}
        self._numbers = itertools.count(1)
        self._keeper: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._under_way: set[asyncio.Task[Any]] = set()
        """Whoever waits for a channel to take or confirm a message."""
        self._stuck: set[asyncio.Task[Any]] = set()
        """Those of them that are told to wait no longer."""
        self._closed = False

    def begin(self) -> None:
        """Look for the server, so that it is there when something is sent."""
        if self._keeper is None:
            self._keeper = asyncio.create_task(self._keep())

    async def send(self, parcel: Parcel, *, wait_s: float) -> None:
        """Returns once the server has it for good. Raises NobodyThere, BusFull, BusDown, and NotLetIn at once."""
        if self._closed:
            raise BusDown("this bus is closed")
        self.begin()
        number = next(self._numbers)
        road: Road | None = None
        try:
            async with asyncio.timeout(wait_s):
                await self._link.reached()
                road = self._road(parcel)
                await self._until_there(parcel, road, number)
        except TimeoutError:
            if road is not None and road.refused:
                raise BusFull(f"{parcel.about}: as many messages wait there as may, and did for {wait_s:g} s") from None
            raise unconfirmed(self._link, parcel.about, wait_s, connected=self._channel is not None) from None

    async def close(self) -> None:
        """Send nothing more; whoever still waits is told so. Safe to call twice."""
        self._closed = True
        if self._keeper is not None:
            await end(self._keeper)
        for road in self._roads.values():
            while (first := road.next) is not None:
                first[1].set_exception(BusDown("this bus is closed"))
        while self._tasks:
            await asyncio.wait(self._tasks)

    # --- one parcel ---

    async def _until_there(self, parcel: Parcel, road: Road, number: int) -> None:
        turn: asyncio.Future[None] | None = None
        if road.granted or road.next is not None or not self._may_go(road, parcel.asks):
            turn = road.queue_up(number, parcel.asks)
        else:
            road.flying += 1
        headers = parcel.headers
        while True:
            if turn is not None:
                await self._wait(road, turn)
            try:
                if parcel.asks and not road.known:
                    raise NobodyThere(f"nobody is at {parcel.about}: no group was ever declared there")
                if await self._attempt(parcel, road, number=f"{self._who}-{number}", headers=headers):
                    return
                headers = {**(parcel.headers or {}), COPY: True}
                if self._closed:
                    raise BusDown("this bus is closed")
                turn = road.queue_up(number, parcel.asks)  # Before its place is free, or a later one would take it.
            finally:
                road.flying -= 1
                if road.next is not None:
                    self._go_on(road)

    async def _wait(self, road: Road, turn: "asyncio.Future[None]") -> None:
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                road.granted -= 1
                road.flying -= 1
            self._go_on(road)
            raise
        road.granted -= 1
        if not road.granted and road.next is not None:
            self._go_on(road)  # Those who came meanwhile; they are told only after this one went.

    async def _attempt(self, parcel: Parcel, road: Road, *, number: str, headers: Mapping[str, Any] | None) -> bool:
        """Send it once; whether it is there, or nobody is and that is all right."""
        channel = self._channel
        if channel is None:
            return False
        task = asyncio.current_task()
        assert task is not None, "it is awaited somewhere"
        self._under_way.add(task)
        try:
            await channel.publish(
                parcel.body,
                exchange=parcel.exchange,
                key=parcel.key,
                number=number,
                headers=headers,
                reply_to=parcel.reply_to,
            )
        except PublishError:
            return self._returned(parcel, road)
        except DeliveryError:
            self._pause(road, road.refuse())
            return False
        except asyncio.CancelledError:
            if task not in self._stuck:
                raise
            self._stuck.remove(task)
            if task.uncancel():
                raise
            return False
        except LOST:
            self._lose(channel)
            return False
        finally:
            self._under_way.discard(task)
        road.accepted()
        return True

    def _returned(self, parcel: Parcel, road: Road) -> bool:
        """Nobody was there."""
        road.known = None
        road.window = 1
        if self._just_back and (parcel.must_arrive or road.heard):
            self._pause(road, _RETURNED_PAUSE_S)
            return False
        road.heard = False
        if parcel.must_arrive:
            raise NobodyThere(f"nobody is at {parcel.about}")
        return True

    # --- turns ---

    def _road(self, parcel: Parcel) -> Road:
        name = (parcel.exchange, parcel.key)
        road = self._roads.get(name)
        if road is None:
            if len(self._roads) >= _ROADS_MAX:
                self._roads = {name: road for name, road in self._roads.items() if not road.idle}
            road = self._roads[name] = Road(max(1, min(parcel.width, UNDER_WAY_MAX)))
        elif road.known is False and road.next is None:
            road.known = None  # Somebody may have come since.
        return road

    def _may_go(self, road: Road, asks: str) -> bool:
        if self._channel is None or road.paused or road.flying >= road.window:
            return False
        if road.epoch != self._epoch:
            if road.flying:
                return False  # Of those before, some do not know yet that they were lost; they go first.
            road.epoch = self._epoch
            road.known = None
            road.window = 1  # What a server that is not all there yet refuses is not to be overtaken.
        if asks and road.known is None:
            if not road.asking:
                road.asking = True
                self._spawn(self._ask(road, asks))
            return False
        return True

    def _go_on(self, road: Road) -> None:
        """Give the next turns."""
        while (first := road.next) is not None and self._may_go(road, first[2]):
            road.flying += 1
            road.granted += 1
            first[1].set_result(None)

    def _pause(self, road: Road, pause_s: float) -> None:
        if pause_s and not road.paused:
            road.paused = True
            asyncio.get_running_loop().call_later(pause_s, self._resume, road)

    def _resume(self, road: Road) -> None:
        road.paused = False
        self._go_on(road)

    async def _ask(self, road: Road, place: str) -> None:
        """Find out whether a group was ever declared there."""
        known: bool | None = None
        while known is None and (channel := self._channel) is not None:
            try:
                number = f"{self._who}-{next(self._numbers)}"
                await channel.publish(b"", exchange=self._known, key=place, number=number, kept=False)
                known = True
            except PublishError:
                if self._just_back:
                    await asyncio.sleep(_RETURNED_PAUSE_S)
                else:
                    known = False
            except LOST:
                self._lose(channel)
        road.known = known
        road.asking = False
        self._go_on(road)

    # --- the channel ---

    @property
    def _just_back(self) -> bool:
        return self._epoch > 1 and asyncio.get_running_loop().time() - self._back_at < RETURNED_S_MAX

    async def _keep(self) -> None:
        while True:
            channel = await self._link.channel(confirms=True)
            try:
                await self._prepare()
                self._epoch += 1
                self._back_at = asyncio.get_running_loop().time()
                self._channel = channel
                self._lost.clear()
                for road in self._roads.values():
                    self._go_on(road)
                await self._until_lost(channel)
                await self._let_go(channel)
            except LOST as error:
                self._link.note(error)
                await asyncio.sleep(PAUSE_S)
            finally:
                self._lose(channel)

    async def _until_lost(self, channel: Channel) -> None:
        """Wait until it is closed, or given up since something on it was lost: a close that fails tells nobody."""
        ends = [asyncio.create_task(channel.gone()), asyncio.create_task(self._lost.wait())]
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await end(*ends)

    async def _let_go(self, channel: Channel) -> None:
        """Free whoever waits on a channel that is closed: the library lets some wait for ever to write to it."""
        self._lose(channel)
        await asyncio.sleep(PAUSE_S)
        for task in self._under_way - self._stuck:
            self._stuck.add(task)
            task.cancel()
        while self._stuck:  # noqa: ASYNC110 - they come at once
            await asyncio.sleep(0)

    def _lose(self, channel: Channel) -> None:
        if self._channel is channel:
            self._channel = None
            self._lost.set()
        if not channel.is_closed:
            self._spawn(channel.shut())

    def _spawn(self, work: Any) -> None:
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
