"""RabbitBus: the bus of many programs on RabbitMQ, with quorum queues and publisher confirms."""

import asyncio
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

from fabula.bus.attempts import Carrier
from fabula.bus.envelope import Message, checked
from fabula.bus.figures import Figures
from fabula.bus.journal import Journal, What, hop_of
from fabula.bus.lanes import Lanes
from fabula.bus.listening import Listener
from fabula.bus.protocol import (
    DEFAULT_GROUP,
    Bounds,
    BusDown,
    DeadLetter,
    Delivery,
    Handler,
)
from fabula.bus.rabbitmq.hearing import Hearing
from fabula.bus.rabbitmq.letters import Letters
from fabula.bus.rabbitmq.link import Link
from fabula.bus.rabbitmq.names import Names
from fabula.bus.rabbitmq.outbox import Outbox
from fabula.bus.rabbitmq.patience import in_time
from fabula.bus.rabbitmq.publisher import Publisher
from fabula.bus.rabbitmq.replies import Replies
from fabula.bus.rabbitmq.subscription import GroupSubscription
from fabula.bus.rabbitmq.topology import Topology
from fabula.errors import FabulaError


class RabbitBus:
    """The bus on a RabbitMQ server, 3.10 or later: all that Bus promises, among all who use the same prefix there.

    What its bounds mean here: `queue_max` counts what waits at each priority by itself, not what is at hand already,
    and a queue may take a tenth more before it says no. Of several groups at one address those that have room have
    a message already when another that is full makes `publish` raise BusFull; the copies they get while it waits are
    passed over by whoever handles or hears what comes there. A queue keeps the bounds with which it was made first. One
    who sends and one who handles have a connection each, so that a server that takes nothing more is still told what
    is done. Use it from one event loop.

    What dies of the server's own hand, since whoever handled it was killed each time, is moved to the dead letters
    without any client: no journal tells of it, no figures count it, and whoever asked waits until their deadline.
    """

    def __init__(
        self,
        url: str,
        *,
        bounds: Bounds = Bounds(),  # noqa: B008 - frozen
        journal: Journal | None = None,
        prefix: str = "fabula",
        wait_s: float = 30.0,
        now: Callable[[], float] = time.time,
    ) -> None:
        """url: `amqp://USER:PASSWORD@HOST:PORT/VHOST`; the server is looked for when the bus is entered, and waited for
        only by calls that need it. wait_s: how long calls other than `publish` and `request` do. now: seconds since
        1970, for the journal and dead letters.
        """
        self._bounds = bounds
        self._journal = journal
        self._names = names = Names.under(prefix)
        self._wait_s = wait_s
        self._now = now
        self._figures = Figures()
        who = uuid.uuid4().hex
        self._sending, self._taking = Link(url), Link(url)
        self._topology = Topology(self._taking, names, bounds, who=who)
        self._publisher = Publisher(self._sending, who=who, known=names.known, prepare=self._topology.prepare)
        self._letters = Letters(
            self._taking, self._publisher, names, bounds=bounds, figures=self._figures, wait_s=wait_s, now=now
        )
        self._replies = Replies(
            self._taking,
            names.reply(who),
            dead=names.dead,
            queue_max=bounds.queue_max,
            figures=self._figures,
            bury=self._letters.bury,
        )
        self._outbox = Outbox(
            self._publisher,
            self._letters,
            names,
            width=max(1, bounds.queue_max // 10),
            wait_s=wait_s,
            now=now,
            sent=self._note,
        )
        self._subscriptions: dict[GroupSubscription, None] = {}
        self._hearings: dict[Hearing, None] = {}
        self._closed = False
        self._end: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._publisher.begin()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.close()

    @property
    def figures(self) -> Figures:
        """As Bus says."""
        return self._figures

    # --- sending ---

    async def declare(self, address: str, *, group: str = DEFAULT_GROUP) -> None:
        """As Bus says."""
        self._refuse_if_closed()
        queues = self._names.group(address, group)
        self._topology.expect(queues)
        await in_time(self._taking, self._wait_s, lambda: self._topology.declare(queues))

    async def publish(self, message: Message, *, wait_s: float = 30.0) -> None:
        """As Bus says."""
        await self._publish(message, wait_s, reply_to="")

    async def request(self, message: Message, *, deadline_s: float | None = None) -> Message:
        """As Bus says. BadMessage also for what is no request, or is being asked already."""
        checked(message)
        self._refuse_if_closed()
        response, took_ms = await self._replies.ask(
            message, lambda wait_s: self._ask(message, wait_s), deadline_s=deadline_s
        )
        self._note(response, What.ANSWERED, self._now(), took_ms=took_ms)
        return response

    async def reply(self, delivery: Delivery, data: Mapping[str, Any] | None = None, *, success: bool = True) -> None:
        """As Bus says."""
        self._refuse_if_closed()
        await self._outbox.answer(delivery, delivery.message.response(data, success=success))

    async def _ask(self, message: Message, wait_s: float) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + wait_s
        await in_time(self._taking, wait_s, self._replies.ready)
        await self._publish(message, max(until - loop.time(), 0.0), reply_to=self._replies.queue)

    async def _publish(self, message: Message, wait_s: float, *, reply_to: str) -> None:
        self._refuse_if_closed()
        await self._outbox.publish(message, wait_s=wait_s, reply_to=reply_to)
        self._figures.published += 1

    # --- getting ---

    async def subscribe(
        self, address: str, handler: Handler, *, group: str = DEFAULT_GROUP, shared: bool = False
    ) -> GroupSubscription:
        """As Bus says."""
        self._refuse_if_closing()
        queues = self._names.group(address, group)
        await self.declare(address, group=group)
        self._refuse_if_closing()
        self._figures.of(address)  # So that they can be asked for from now on, also of one who stands by.

        def lanes(carrier: Carrier) -> Lanes:
            return Lanes(
                handler,
                carrier,
                bounds=self._bounds,
                figures=self._figures,
                journal=self._journal,
                agent=address,
                group=group,
                now=self._now,
            )

        subscription = GroupSubscription(
            self._taking,
            queues,
            shared=shared,
            bounds=self._bounds,
            post=self._outbox,
            figures=self._figures,
            wait_s=self._wait_s,
            declare=lambda: self._topology.declare(queues),
            lanes=lanes,
            closed=lambda subscription: self._subscriptions.pop(subscription, None),
        )
        self._subscriptions[subscription] = None
        return subscription

    async def listen(self, address: str, handler: Handler) -> Hearing:
        """As Bus says."""
        self._refuse_if_closing()
        hearing = Hearing(
            self._taking,
            self._names,
            address,
            handler,
            listener=lambda handler: Listener(
                handler,
                bounds=self._bounds,
                figures=self._figures,
                journal=self._journal,
                now=self._now,
                closed=lambda _: self._hearings.pop(hearing, None),
            ),
            behind_max=self._bounds.behind_max,
            figures=self._figures,
        )
        self._hearings[hearing] = None
        try:
            await in_time(self._taking, self._wait_s, hearing.ready)
        except BaseException:
            await hearing.close()
            raise
        return hearing

    # --- dead letters ---

    async def dead_letters(self, *, most: int = 100) -> Sequence[DeadLetter]:
        """As Bus says."""
        self._refuse_if_closed()
        return await self._letters.latest(most)

    async def dead_letter(self, letter: str) -> DeadLetter:
        """As Bus says."""
        self._refuse_if_closed()
        return await self._letters.find(letter)

    async def redrive(self, letter: str) -> None:
        """As Bus says; BusFull if its group has no room. NobodyThere for a response, which has no group."""
        for why in (await self.redrive_all([letter])).values():
            raise why

    async def redrive_all(self, letters: Sequence[str]) -> Mapping[str, FabulaError]:
        """Redrive many in one look, the oldest first. Returns why it failed, for each with which it did."""
        self._refuse_if_closed()
        return await self._letters.redrive(
            letters, sending=lambda message, group: self._note(message, What.REDRIVEN, self._now(), group=group)
        )

    async def drop(self, letter: str) -> None:
        """As Bus says."""
        for why in (await self.drop_all([letter])).values():
            raise why

    async def drop_all(self, letters: Sequence[str]) -> Mapping[str, FabulaError]:
        """Drop many in one look. Returns why it failed, for each with which it did."""
        self._refuse_if_closed()
        return await self._letters.drop(letters)

    # --- the end ---

    async def close(self) -> None:
        """As Bus says. What handlers still send while they finish is sent; from a handler it returns at once, and the
        rest follows.
        """
        task = asyncio.current_task()
        from_handler = any(one.handles_in(task) for one in self._at_work)
        if self._end is None:
            for subscription in self._subscriptions:
                subscription.begin_to_leave()  # All of them at once, before the first is waited for.
            self._end = asyncio.create_task(self._finish())
        if not from_handler:
            await asyncio.shield(self._end)

    async def _finish(self) -> None:
        await asyncio.gather(*(one.close() for one in self._at_work))
        self._closed = True
        await self._replies.close()
        await self._publisher.close()
        await self._sending.close()
        await self._taking.close()

    @property
    def _at_work(self) -> Sequence[GroupSubscription | Hearing]:
        return [*self._subscriptions, *self._hearings]

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise BusDown("this bus is closed")

    def _refuse_if_closing(self) -> None:
        """Handlers that finish may send, and nothing new is begun."""
        if self._end is not None:
            raise BusDown("this bus is closed, or is being closed")

    def _note(self, message: Message, what: What, at: float, *, group: str = "", took_ms: float = 0.0) -> None:
        if self._journal is not None:
            self._journal.note(hop_of(message, what, at=at, group=group, took_ms=took_ms))
