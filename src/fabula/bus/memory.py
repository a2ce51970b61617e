"""MemoryBus: everything within one program."""

import asyncio
import random
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Self

import msgspec

from fabula.bus.asking import Asking
from fabula.bus.envelope import Message, MessageType, decode, encode
from fabula.bus.figures import Figures
from fabula.bus.journal import Journal, What, hop_of
from fabula.bus.lanes import Lanes
from fabula.bus.letters import Letters
from fabula.bus.listening import Listener
from fabula.bus.memory_group import Group, Seat
from fabula.bus.protocol import (
    DEFAULT_GROUP,
    NOBODY_WAITS,
    Bounds,
    BusDown,
    BusFull,
    DeadLetter,
    Delivery,
    Handler,
    NobodyThere,
    is_death_notice,
)
from fabula.errors import did_you_mean

_EVENT = MessageType.EVENT


class MemoryBus:
    """The bus of one program on one event loop: all that Bus promises, among those who share this object.

    What waits is kept as long as the program lives and the bus is not closed: no message is lost to a handler that
    fails or a subscription that leaves, all are lost with the program. Each message is written and read as on a broker,
    so whoever gets one has it to themselves, and what this bus takes a broker takes as well. One group hears of a
    message once, unless its handler failed. Use it from one thread.
    """

    def __init__(
        self,
        *,
        bounds: Bounds = Bounds(),  # noqa: B008 - frozen
        journal: Journal | None = None,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """now: seconds since 1970, for the journal and dead letters. sleep, jitter: of the waits after a failure."""
        self._bounds = bounds
        self._journal = journal
        self._now = now
        self._sleep = sleep
        self._jitter = jitter
        self._figures = Figures()
        self._letters = Letters(dead_max=bounds.dead_max, figures=self._figures, now=now)
        self._groups: dict[str, dict[str, Group]] = {}
        self._listeners: dict[str, list[Listener]] = {}
        self._seats: list[Seat] = []
        self._reply_address = f"reply-{uuid.uuid4()}"
        self._asking = Asking()
        self._closed = False

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
        """As Bus says."""
        self._refuse_if_closed()
        self._group(address, group)

    async def publish(self, message: Message, *, wait_s: float = 30.0) -> None:
        """As Bus says; BusDown only after `close`."""
        await self._publish(message, wait_s, reply_to="")

    async def request(self, message: Message, *, deadline_s: float | None = None) -> Message:
        """As Bus says. BadMessage also for what is no request, or is being asked already."""
        response, took_ms = await self._asking.ask(
            message,
            lambda wait_s: self._publish(message, wait_s, reply_to=self._reply_address),
            deadline_s=deadline_s,
        )
        self._note(response, What.ANSWERED, took_ms=took_ms)
        return response

    async def reply(self, delivery: Delivery, data: Mapping[str, Any] | None = None, *, success: bool = True) -> None:
        """As Bus says."""
        self._reply(delivery, delivery.message.response(data, success=success))

    async def _publish(self, message: Message, wait_s: float, *, reply_to: str) -> None:
        body = encode(message)
        own = decode(body)
        self._refuse_if_closed()
        groups = self._groups.get(own.to_agent)
        if groups:
            for group in groups.values():
                if group.full:
                    await self._room_in(groups, wait_s)
                    break
        elif own.message_type is not _EVENT:
            raise NobodyThere(f"nobody is at {own.to_agent!r}.{did_you_mean(own.to_agent, self._groups)}")
        self._send(own, body, groups or {}, reply_to)

    async def _room_in(self, groups: Mapping[str, Group], wait_s: float) -> None:
        """Wait until none of them is full, however many there are by then."""
        freed = None
        try:
            async with asyncio.timeout(wait_s):
                while full := next((group for group in groups.values() if group.full), None):
                    if freed is not None:
                        freed.let_one_in()
                    await full.room()
                    freed = full
                    self._refuse_if_closed()
        except TimeoutError:
            assert full is not None, "where there is room nobody waits"
            where = f"{full.address!r}, group {full.name!r}"
            raise BusFull(f"{where}: {self._bounds.queue_max} messages wait there, and did for {wait_s:g} s") from None

    def _send(self, own: Message, body: bytes, groups: Mapping[str, Group], reply_to: str) -> None:
        """Give it to all, each their own."""
        self._figures.published += 1
        if self._journal is not None:
            self._note(own, What.PUBLISHED)
        one: Message | None = own
        for group in groups.values():
            group.add(Delivery(message=one or decode(body), group=group.name, tries=1, reply_to=reply_to), body)
            one = None
        for listener in self._listeners.get(own.to_agent, ()):
            listener.hear(decode(body))

    def _reply(self, delivery: Delivery, response: Message) -> None:
        body = encode(response)
        own = decode(body)
        self._note(own, What.REPLIED)
        taken = self._asking.take(own) if delivery.reply_to == self._reply_address else is_death_notice(own)
        if not taken:
            self._keep_letter(own, body, own.to_agent, "", NOBODY_WAITS, 1)

    # --- getting ---

    async def subscribe(
        self, address: str, handler: Handler, *, group: str = DEFAULT_GROUP, shared: bool = False
    ) -> Seat:
        """As Bus says."""
        self._refuse_if_closed()
        found = self._group(address, group)
        seat = Seat(found, shared=shared, reply=self._reply, bury=self._bury, gone=self._seats.remove)
        # What waits at a group is in the lanes of the one who handles it, so that high goes before low among all of
        # it; those who share it take no more than they can handle at once.
        at_hand_max = self._bounds.concurrent if shared else self._bounds.queue_max
        lanes = Lanes(
            handler,
            seat,
            bounds=msgspec.structs.replace(self._bounds, at_hand_max=at_hand_max),
            figures=self._figures,
            journal=self._journal,
            agent=address,
            group=group,
            sleep=self._sleep,
            jitter=self._jitter,
            now=self._now,
        )
        self._seats.append(seat)
        seat.sit(lanes)
        return seat

    async def listen(self, address: str, handler: Handler) -> Listener:
        """As Bus says."""
        self._refuse_if_closed()
        listeners = self._listeners.setdefault(address, [])

        def closed(listener: Listener) -> None:
            listeners.remove(listener)
            if not listeners:
                self._listeners.pop(address, None)

        listener = Listener(
            handler, bounds=self._bounds, figures=self._figures, journal=self._journal, now=self._now, closed=closed
        )
        listeners.append(listener)
        return listener

    # --- dead letters ---

    async def dead_letters(self, *, most: int = 100) -> Sequence[DeadLetter]:
        """As Bus says."""
        return self._letters.latest(most)

    async def dead_letter(self, letter: str) -> DeadLetter:
        """As Bus says."""
        return self._letters.find(letter)

    async def redrive(self, letter: str) -> None:
        """As Bus says; BusFull if its group has no room for 30 s. NobodyThere for a response, which has no group."""
        found = self._letters.find(letter)
        self._refuse_if_closed()
        group = self._groups.get(found.address, {}).get(found.group)
        if group is None or found.message is None:
            raise NobodyThere(f"dead letter {letter!r}: {NOBODY_WAITS}; it can only be dropped")
        if group.full:
            await self._room_in({group.name: group}, 30.0)
        self._letters.drop(letter)
        body = encode(found.message.afresh())
        own = decode(body)
        self._note(own, What.REDRIVEN, group=group.name)
        group.add(Delivery(message=own, group=group.name, tries=1), body)

    async def drop(self, letter: str) -> None:
        """As Bus says."""
        self._letters.drop(letter)

    def _bury(self, group: Group, body: bytes, cause: str, tries: int) -> None:
        self._keep_letter(decode(body).tried_again(tries), body, group.address, group.name, cause, tries)

    def _keep_letter(self, message: Message, body: bytes, address: str, group: str, cause: str, tries: int) -> None:
        self._letters.add(address=address, group=group, cause=cause, tries=tries, body=body, message=message)

    # --- the end ---

    async def close(self) -> None:
        """As Bus says. What handlers still send while they finish is sent."""
        seats = list(self._seats)
        for seat in seats:
            seat.begin_to_leave()  # All of them, before the first is waited for.
        for seat in seats:
            await seat.close()
        for listener in [listener for listening in self._listeners.values() for listener in listening]:
            await listener.close()
        self._closed = True
        for groups in self._groups.values():
            for group in groups.values():
                group.dismiss()
        self._asking.close()

    def _group(self, address: str, name: str) -> Group:
        groups = self._groups.setdefault(address, {})
        if name not in groups:
            groups[name] = Group(address, name, queue_max=self._bounds.queue_max)
        return groups[name]

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise BusDown("this bus is closed")

    def _note(self, message: Message, what: What, *, group: str = "", took_ms: float = 0.0) -> None:
        if self._journal is not None:
            self._journal.note(hop_of(message, what, at=self._now(), group=group, took_ms=took_ms))
