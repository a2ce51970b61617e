"""RedisBus: between any number of programs, over Redis Streams."""

import asyncio
import itertools
import time
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Self

from fabula.bus.ending import end
from fabula.bus.envelope import Message, MessageType, checked
from fabula.bus.figures import Figures
from fabula.bus.journal import Journal, What, hop_of
from fabula.bus.listening import Listener
from fabula.bus.protocol import (
    DEFAULT_GROUP,
    Bounds,
    BusDown,
    DeadLetter,
    Delivery,
    Handler,
    NobodyThere,
    is_death_notice,
)
from fabula.bus.redis.hearing import Hearing
from fabula.bus.redis.keys import Keys
from fabula.bus.redis.letters import Letters
from fabula.bus.redis.outgoing import NOBODY, NOTICE, RESPONSE
from fabula.bus.redis.replies import Replies
from fabula.bus.redis.scripts import DECLARE
from fabula.bus.redis.server import Server
from fabula.bus.redis.subscription import RedisSubscription
from fabula.bus.redis.writer import Writer

WAIT_S = 30.0
"""How long a call without a deadline of its own waits for the server; then it raises BusDown."""
LEASE_S = 5.0
"""After so long the work of a process that died is taken over."""
CLOSE_S_MAX = 5.0
"""Closing waits so long for what is on its way to a server that does not answer."""

_EVENT = MessageType.EVENT


class RedisBus:
    """A bus over one Redis server (7.0 or newer; no cluster, since a script reaches all groups of an address at once).

    How it is kept: each group at an address has three streams, one for each priority, and an entry leaves them when it
    is handled, so a stream holds what waits and nothing else. Publishing is one script for a whole batch: either each
    group has the message or none has, `queue_max` is never exceeded, and a batch that is sent again because its answer
    was lost is not taken twice. Handlers may still be given a message twice.

    What durability needs of the server: `appendonly yes`. With `appendfsync always` nothing that was confirmed is lost,
    whatever happens to the server or its machine. With `everysec`, the default, a power cut can cost the last second or
    two; so can a killed server, but only while its disk is so slow that it puts off writing. Without `appendonly`
    everything since the last dump goes with the server. A server that is full must refuse (`maxmemory-policy
    noeviction`, the default): one that throws keys away throws messages away.

    A server that is down when this is opened is waited for like one that goes away later.
    """

    def __init__(
        self,
        url: str,
        *,
        bounds: Bounds = Bounds(),  # noqa: B008 - frozen
        journal: Journal | None = None,
        prefix: str = "fabula",
        lease_s: float = LEASE_S,
    ) -> None:
        """url: `redis://`, `rediss://` or `unix://`. prefix: of all keys; buses of another prefix never meet. lease_s:
        seconds, more than a second; see LEASE_S.

        Raises UsageError for what is no address of a Redis server, and for a prefix that cannot be one.
        """
        self._keys = Keys.under(prefix)
        self._server = Server(url)
        self._bounds = bounds
        self._journal = journal
        self._lease_s = lease_s
        self._who = uuid.uuid4().hex
        self._numbers = itertools.count(1)
        self._figures = Figures()
        self._letters = Letters(self._server, self._keys, bounds=bounds, wait_s=WAIT_S)
        self._hearing = Hearing(self._server, self._keys, figures=self._figures)
        self._replies = Replies(
            self._server,
            self._keys,
            who=self._who,
            dead_max=bounds.dead_max,
            figures=self._figures,
        )
        self._writer: Writer | None = None
        self._subscriptions: list[RedisSubscription] = []
        self._beginning: set[asyncio.Task[None]] = set()
        self._closed = False
        self._end: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.close()

    @property
    def figures(self) -> Figures:
        """As Bus says."""
        return self._figures

    # --- sending ---

    async def declare(self, address: str, *, group: str = DEFAULT_GROUP) -> None:
        """As Bus says. Should the server lose the group, this bus makes it anew before it publishes there."""
        writer = self._open()
        queue = self._keys.queue(address, group)
        await self._server.surely(
            lambda: self._server.run(DECLARE, [self._keys.groups(address)], [group, queue.key]), wait_s=WAIT_S
        )
        writer.declared(address, group, queue.key)

    async def publish(self, message: Message, *, wait_s: float = 30.0) -> None:
        """As Bus says."""
        await self._publish(message, wait_s, reply_to="")

    async def request(self, message: Message, *, deadline_s: float | None = None) -> Message:
        """As Bus says. BadMessage also for what is no request, or is being asked already."""
        self._open()
        response, took_ms = await self._replies.ask(
            message, lambda wait_s: self._publish(message, wait_s, reply_to=self._who), deadline_s=deadline_s
        )
        self._note(response, What.ANSWERED, took_ms=took_ms)
        return response

    async def reply(self, delivery: Delivery, data: Mapping[str, Any] | None = None, *, success: bool = True) -> None:
        """As Bus says."""
        await self._respond(delivery, delivery.message.response(data, success=success), WAIT_S)

    async def _publish(self, message: Message, wait_s: float, *, reply_to: str) -> None:
        body = checked(message)
        kind = message.message_type
        lane = message.priority[0].upper() if kind is _EVENT else message.priority[0]
        at = time.time()
        fate = await self._open().send(lane, message.to_agent, body, reply_to=reply_to, wait_s=wait_s)
        if fate == NOBODY and kind is not _EVENT:
            raise NobodyThere(
                f"nobody is at {message.to_agent!r}: no group was ever declared there, so this {kind} would be lost"
            )
        self._figures.published += 1
        if self._journal is not None:
            self._note(message, What.PUBLISHED, at=at)

    async def _respond(self, delivery: Delivery, response: Message, wait_s: float) -> None:
        body, at = checked(response), time.time()
        kind = NOTICE if is_death_notice(response) else RESPONSE
        await self._open().send(kind, response.to_agent, body, reply_to=delivery.reply_to, wait_s=wait_s)
        self._note(response, What.REPLIED, at=at)

    # --- getting ---

    async def subscribe(
        self, address: str, handler: Handler, *, group: str = DEFAULT_GROUP, shared: bool = False
    ) -> RedisSubscription:
        """As Bus says. Raises BusDown if the group cannot be declared; from then on it waits for the server itself."""
        writer = self._open_to_more()
        queue = self._keys.queue(address, group)
        subscription = RedisSubscription(
            handler,
            server=self._server,
            keys=self._keys,
            queue=queue,
            respond=self._respond,
            who=f"{self._who}.{next(self._numbers)}",
            shared=shared,
            bounds=self._bounds,
            figures=self._figures,
            journal=self._journal,
            lease_s=self._lease_s,
            gone=self._subscriptions.remove,
        )
        await self._begin(subscription)
        writer.declared(address, group, queue.key)
        return subscription

    async def _begin(self, subscription: RedisSubscription) -> None:
        """Raises BusDown also where this is closed meanwhile; whatever is raised, nothing goes on."""

        async def begin() -> None:
            await subscription.begin(wait_s=WAIT_S)
            self._subscriptions.append(subscription)

        beginning = asyncio.create_task(begin())
        self._beginning.add(beginning)
        try:
            (outcome,) = await asyncio.gather(beginning, return_exceptions=True)
        except asyncio.CancelledError:
            if subscription in self._subscriptions:
                await subscription.close()
            raise
        finally:
            self._beginning.discard(beginning)
        self._open_to_more()
        if outcome is not None:
            raise outcome

    async def listen(self, address: str, handler: Handler) -> Listener:
        """As Bus says. Raises BusDown if the server does not take note of it; what is published while the server is
        away later on is not heard.
        """
        self._open_to_more()
        await self._server.surely(self._server.client.ping, wait_s=WAIT_S)  # So that a refusal is told at once.
        self._open_to_more()
        listener = Listener(
            handler,
            bounds=self._bounds,
            figures=self._figures,
            journal=self._journal,
            closed=lambda gone: self._hearing.remove(address, gone),
        )
        await self._hearing.add(address, listener, wait_s=WAIT_S)
        return listener

    # --- dead letters ---

    async def dead_letters(self, *, most: int = 100) -> Sequence[DeadLetter]:
        """As Bus says."""
        return await self._letters.latest(most)

    async def dead_letter(self, letter: str) -> DeadLetter:
        """As Bus says."""
        return await self._letters.find(letter)

    async def dead_letter_ids(self, *, most: int) -> Sequence[str]:
        """The ids of the latest, latest first, without reading what they hold."""
        return await self._letters.ids(most)

    async def redrive(self, letter: str) -> None:
        """As Bus says; BusFull if its group has no room for 30 s. NobodyThere for a response, which has no group."""
        self._open()
        await self._letters.redrive(
            letter, sending=lambda message, group: self._note(message, What.REDRIVEN, group=group)
        )

    async def drop(self, letter: str) -> None:
        """As Bus says."""
        await self._letters.drop(letter)

    # --- the end ---

    async def close(self) -> None:
        """As Bus says. What handlers still send while they finish is sent. From the handler of a subscription it
        returns at once, and the rest follows; the handler of a listener must not call it.
        """
        task = asyncio.current_task()
        from_handler = any(subscription.handles_in(task) for subscription in self._subscriptions)
        if self._end is None:
            self._end = asyncio.create_task(self._finish())
        if not from_handler:
            await asyncio.shield(self._end)

    async def _finish(self) -> None:
        await end(*self._beginning)
        await asyncio.gather(
            *(subscription.close() for subscription in self._subscriptions),
            *(listener.close() for listener in self._hearing.listeners),
        )
        self._closed = True
        await self._replies.close(wait_s=CLOSE_S_MAX)
        if self._writer is not None:
            await self._writer.close(wait_s=CLOSE_S_MAX)
        await self._hearing.close()
        await self._server.close()

    def _open(self) -> Writer:
        """The writer. Raises BusDown once this is closed."""
        if self._closed:
            raise BusDown("this bus is closed")
        if self._writer is None:
            self._writer = Writer(
                self._server,
                self._keys,
                who=self._who,
                bounds=self._bounds,
                figures=self._figures,
                alive_ms=self._replies.alive_ms,
            )
        return self._writer

    def _open_to_more(self) -> Writer:
        """The same, but raises once closing has begun: handlers that finish may send, and nothing new is begun."""
        if self._end is not None:
            raise BusDown("this bus is being closed")
        return self._open()

    def _note(
        self, message: Message, what: What, *, at: float | None = None, group: str = "", took_ms: float = 0.0
    ) -> None:
        """at: of what was sent, the time before, since it may be handled before the server has confirmed it."""
        if self._journal is not None:
            at = time.time() if at is None else at
            self._journal.note(hop_of(message, what, at=at, group=group, took_ms=took_ms))
