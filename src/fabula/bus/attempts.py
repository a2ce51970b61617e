"""Attempts: a message is handed to its handler, and what became of it is said to its carrier, whatever the bus."""

import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import msgspec

from fabula.bus.causes import cause_of, writable
from fabula.bus.envelope import Message, MessageType, checked
from fabula.bus.figures import Figures
from fabula.bus.guard import Guard
from fabula.bus.journal import Journal, What, hop_of
from fabula.bus.protocol import Bounds, Delivery, Handler, Unanswerable, death_notice

# An attribute of an enum is looked up slowly, and this is needed for each message.
_REQUEST = MessageType.REQUEST


class Carrier(Protocol):
    """What a bus does with a delivery once its fate is known.

    Any of these may raise when the broker is away: then the message counts as not acknowledged and is forgotten here;
    the broker brings it again. Attempts note HANDLED, FAILED and DEAD; `reply` notes REPLIED.
    """

    async def done(self, token: Any, delivery: Delivery) -> None:
        """Acknowledge it."""
        ...

    async def reply(self, delivery: Delivery, response: Message) -> None:
        """Send a response to `delivery.reply_to`; it can be written."""
        ...

    async def dead(self, token: Any, delivery: Delivery, cause: str, tries: int) -> None:
        """Put it among the dead letters, then acknowledge it."""
        ...


class Attempts:
    """The attempts of one subscription: each is counted, noted, and settled with the carrier."""

    def __init__(
        self,
        handler: Handler,
        carrier: Carrier,
        *,
        bounds: Bounds,
        figures: Figures,
        journal: Journal | None,
        agent: str,
        group: str,
        now: Callable[[], float],
    ) -> None:
        """agent: whose figures these are, the address. now: seconds since 1970, for the journal."""
        self._handler = handler
        self._carrier = carrier
        self._bounds = bounds
        self._figures = figures
        self._tally = figures.of(agent)
        self._journal = journal
        self._group = group
        self._now = now

    async def make(self, guard: Guard, delivery: Delivery, token: Any) -> Delivery | None:
        """Hand a delivery to the handler and settle its fate; returns it as it is to be tried again, None if it is not.

        guard: of the task that calls this. token: by which the carrier knows it.
        """
        if delivery.tries > self._bounds.tries_max:
            tries = delivery.tries - 1
            await self._give_up(delivery, token, f"was handed out {tries} times and never finished", tries)
            return None
        guard.begin()
        began = time.perf_counter()
        data, failure = None, None
        try:
            data = await self._handler(delivery)
        except BaseException as error:  # noqa: BLE001 - whatever a handler raises, its message is tried again
            failure = guard.failure(error)
        else:
            guard.end()
        took_s = time.perf_counter() - began
        if guard.stopped:
            await guard.calm()  # What became of the message is said first.
        if failure is None:
            return await self._succeed(delivery, token, data, took_s)
        if isinstance(failure, Unanswerable):
            return await self._refuse(delivery, token, failure, took_s)
        return await self._fail(delivery, token, failure, took_s)

    async def _succeed(
        self, delivery: Delivery, token: Any, data: Mapping[str, Any] | None, took_s: float, *, refused: str = ""
    ) -> Delivery | None:
        response: Message | None = None
        if data is not None and delivery.message.message_type is _REQUEST:
            try:
                response = _response(delivery.message, data, success=not refused)
            except Exception as wrong:  # noqa: BLE001 - a handler may return anything
                return await self._fail(delivery, token, wrong, took_s)
        self._tally.handled(took_s)
        if self._journal is not None:
            self._note(delivery, What.HANDLED, took_s, refused)
        try:
            if response is not None:
                await self._carrier.reply(delivery, response)
            await self._carrier.done(token, delivery)
        except Exception as error:  # noqa: BLE001 - whatever a broker's library raises, the message will come again
            self._figures.carrier_failed(error)
        return None

    async def _fail(self, delivery: Delivery, token: Any, error: BaseException, took_s: float) -> Delivery | None:
        cause = cause_of(error)
        self._tally.errors += 1
        if self._journal is not None:
            self._note(delivery, What.FAILED, took_s, cause)
        if delivery.tries >= self._bounds.tries_max:
            await self._give_up(delivery, token, cause, delivery.tries)
            return None
        return msgspec.structs.replace(delivery, message=delivery.message.tried_again(), tries=delivery.tries + 1)

    async def _refuse(self, delivery: Delivery, token: Any, refusal: Unanswerable, took_s: float) -> Delivery | None:
        if delivery.message.message_type is _REQUEST:
            why = writable(str(refusal)) or "it cannot be answered"
            return await self._succeed(delivery, token, {"error": why}, took_s, refused=why)
        cause = cause_of(refusal)
        self._tally.errors += 1
        if self._journal is not None:
            self._note(delivery, What.FAILED, took_s, cause)
        await self._give_up(delivery, token, cause, delivery.tries)
        return None

    async def _give_up(self, delivery: Delivery, token: Any, cause: str, tries: int) -> None:
        self._tally.dead += 1
        message = delivery.message
        try:
            # First, since nobody would be told any more by a process that ends in between.
            if delivery.reply_to and message.message_type is _REQUEST:
                await self._carrier.reply(delivery, death_notice(message, cause))
            await self._carrier.dead(token, delivery, cause, tries)
        except Exception as error:  # noqa: BLE001 - whatever a broker's library raises, the message will come again
            self._figures.carrier_failed(error)
        else:
            self._note(delivery, What.DEAD, 0.0, cause)

    def _note(self, delivery: Delivery, what: What, took_s: float, why: str = "") -> None:
        if self._journal is not None:
            hop = hop_of(delivery.message, what, at=self._now(), group=self._group, took_ms=took_s * 1e3, why=why)
            self._journal.note(hop)


def _response(request: Message, data: object, *, success: bool) -> Message:
    """What a handler returned, as a response. Raises TypeError or BadMessage if that cannot be."""
    if not isinstance(data, Mapping):
        raise TypeError(f"its handler returned a {type(data).__name__}, but must return a mapping or None")
    response = request.response(data, success=success)
    checked(response)
    return response
