"""RabbitBus: the bus of many programs on RabbitMQ, with quorum queues and publisher confirms."""

import asyncio
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Self

from fabula.bus.attempts import Carrier
from fabula.bus.envelope import Message, MessageType, checked
from fabula.bus.figures import Figures
from fabula.bus.journal import Journal, What, hop_of
from fabula.bus.lanes import Lanes
from fabula.bus.listening import Listener
from fabula.bus.protocol import (
    DEFAULT_GROUP,
    NOBODY_WAITS,
    Bounds,
    BusDown,
    DeadLetter,
    Delivery,
    Handler,
    NobodyThere,
    is_death_notice,
)
from fabula.bus.rabbitmq.hearing import Hearing
from fabula.bus.rabbitmq.letters import Letters
from fabula.bus.rabbitmq.link import Link
from fabula.bus.rabbitmq.names import Names
from fabula.bus.rabbitmq.patience import in_time
from fabula.bus.rabbitmq.publisher import Parcel, Publisher
from fabula.bus.rabbitmq.replies import Replies
from fabula.bus.rabbitmq.subscription import GroupSubscription
from fabula.bus.rabbitmq.topology import Topology

KEYS_MAX = 10_000
"""Addresses and priorities of which it is remembered how messages to them are routed."""

_EVENT = MessageType.EVENT


class RabbitBus:
    """The bus on a RabbitMQ server, 3.10 or later: all that Bus promises, among all who use the same prefix there.

    What its bounds mean here: `queue_max` counts what waits at each priority by itself, not what is at hand already,
    and a queue may take a tenth more before it says no. Of several groups at one address those that have room have a
    message already when another that is full makes `publish` raise BusFull. A queue keeps the bounds with which it was
    made first. One who sends and one who handles have a connection each, so that a server that takes nothing more is
    still told what is done. Use it from one event loop.

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
            self._taking, names.reply(who), queue_max=bounds.queue_max, figures=self._figures, bury=self._letters.bury
        )
        self._width = max(1, bounds.queue_max // 10)
        self._key = lru_cache(KEYS_MAX)(names.key)
        self._subscriptions: dict[GroupSubscription, None] = {}
        self._hearings: dict[Hearing, None] = {}
        self._closed = False

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
        async with in_time(self._taking, self._wait_s):
            await self._topology.declare(queues)

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
        await self.answer(delivery, delivery.message.response(data, success=success))

    async def _ask(self, message: Message, wait_s: float) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + wait_s
        async with in_time(self._taking, wait_s):
            await self._replies.ready()
        await self._publish(message, until - loop.time(), reply_to=self._replies.queue)

    async def _publish(self, message: Message, wait_s: float, *, reply_to: str) -> None:
        body = checked(message)
        self._refuse_if_closed()
        address, is_event = message.to_agent, message.message_type is _EVENT
        parcel = Parcel(
            exchange=self._names.exchange,
            key=self._key(address, message.priority),
            body=body,
            about=repr(address),
            reply_to=reply_to,
            asks="" if is_event else self._names.place(address),
            must_arrive=not is_event,
            width=self._width,
        )
        at = self._now()
        await self._publisher.send(parcel, wait_s=wait_s)
        self._figures.published += 1
        self._note(message, What.PUBLISHED, at)

    # --- what a subscription asks of it (post.Post) ---

    async def send(self, parcel: Parcel, *, wait_s: float) -> None:
        """As Publisher says."""
        await self._publisher.send(parcel, wait_s=wait_s)

    async def answer(self, delivery: Delivery, response: Message) -> None:
        """Send a response to whoever asked; if nobody waits for it, it is a dead letter, unless it tells of one."""
        body = checked(response)
        at, address = self._now(), response.to_agent
        try:
            if not delivery.reply_to:
                raise NobodyThere(NOBODY_WAITS)
            parcel = Parcel(exchange="", key=delivery.reply_to, body=body, about=repr(address))
            await self._publisher.send(parcel, wait_s=self._wait_s)
        except NobodyThere:
            if is_death_notice(response):
                return
            await self.bury(address=address, group="", cause=NOBODY_WAITS, tries=1, body=body)
        self._note(response, What.REPLIED, at)

    async def bury(self, *, address: str, group: str, cause: str, tries: int, body: bytes) -> None:
        """Put it among the dead letters."""
        await self._letters.bury(address=address, group=group, cause=cause, tries=tries, body=body)

    # --- getting ---

    async def subscribe(
        self, address: str, handler: Handler, *, group: str = DEFAULT_GROUP, shared: bool = False
    ) -> GroupSubscription:
        """As Bus says."""
        queues = self._names.group(address, group)
        await self.declare(address, group=group)
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
            post=self,
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
        self._refuse_if_closed()

        listener = Listener(
            handler,
            bounds=self._bounds,
            figures=self._figures,
            journal=self._journal,
            now=self._now,
            closed=lambda _: self._hearings.pop(hearing, None),
        )
        hearing = Hearing(
            self._taking,
            self._names,
            address,
            listener,
            behind_max=self._bounds.behind_max,
            figures=self._figures,
        )
        self._hearings[hearing] = None
        try:
            async with in_time(self._taking, self._wait_s):
                await hearing.ready()
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
        self._refuse_if_closed()
        await self._letters.redrive(
            letter, sending=lambda message, group: self._note(message, What.REDRIVEN, self._now(), group=group)
        )

    async def drop(self, letter: str) -> None:
        """As Bus says."""
        self._refuse_if_closed()
        await self._letters.drop(letter)

    # --- the end ---

    async def close(self) -> None:
        """As Bus says. What handlers still send while they finish is sent."""
        subscriptions = list(self._subscriptions)
        for subscription in subscriptions:
            subscription.begin_to_leave()  # All of them, before the first is waited for.
        for subscription in subscriptions:
            await subscription.close()
        for hearing in list(self._hearings):
            await hearing.close()
        self._closed = True
        await self._replies.close()
        await self._publisher.close()
        await self._sending.close()
        await self._taking.close()

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise BusDown("this bus is closed")

    def _note(self, message: Message, what: What, at: float, *, group: str = "", took_ms: float = 0.0) -> None:
        if self._journal is not None:
            self._journal.note(hop_of(message, what, at=at, group=group, took_ms=took_ms))
