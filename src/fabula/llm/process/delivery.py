"""Delivery: how an answer reaches the client - whole or as a stream, at its pace, or spoiled on the way."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from email.utils import formatdate
from time import time

from fabula.engine import Stream
from fabula.llm.process.faults import Fault
from fabula.llm.process.http import Exchange, Headers
from fabula.llm.process.values import Answer, Question
from fabula.llm.process.wires.wire import Wire

JSON, EVENTS = "application/json", "text/event-stream; charset=utf-8"
HOLD_S = 600.0
"""How long a request that is never answered is held."""
DRIP_S = 0.1
PORTION = 64 * 2**10
"""Bytes sent at once of what is large."""

_GARBAGE = (
    (b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>", "text/html"),
    (b"<!doctype html><title>Sign in</title><form action=/login></form>", JSON),
    (b'{"id": "chatcmpl-1", "choices": [{"message": {"con', JSON),
    (b"upstream connect error or disconnect/reset before headers", "text/plain"),
    (b"\x1f\x8b\x08\x00\xff\xfe\x00\x01\x02\x03", JSON),
    (b"\xff\xfe{\x00", JSON),
    (b"", JSON),
    (b"data: {oops\n\ndata: ]\n\n", EVENTS),
)
_MESSAGES = {
    400: "The request is not valid.",
    401: "The API key is not valid.",
    403: "The API key may not do this.",
    404: "The model does not exist.",
    429: "Rate limit reached. Please try again later.",
    503: "The service is currently unavailable.",
    529: "Overloaded",
}


class Delivery:
    """One answer on its way."""

    def __init__(self, wire: Wire, question: Question, answer: Answer, exchange: Exchange, *, pause_s: float) -> None:
        """pause_s: between two events of a stream."""
        self._wire = wire
        self._question = question
        self._answer = answer
        self._exchange = exchange
        self._pause_s = pause_s

    async def send(self) -> None:
        """As it should be."""
        if not self._question.stream:
            await self._send_whole(self._wire.whole(self._question, self._answer))
            return
        await self._exchange.begin(200, kind=EVENTS)
        async for event in self._paced():
            await self._exchange.piece(event)
        await self._exchange.end()

    async def send_half(self, share: float) -> None:
        """Up to a part of it; then the connection is closed."""
        body = await self._begin()
        await self._exchange.piece(body[: max(1, int(len(body) * min(share, 1.0)))])
        self._exchange.cut()

    async def send_drops(self, pause_s: float) -> None:
        """Byte by byte."""
        for byte in await self._begin():
            await self._exchange.piece(bytes((byte,)))
            await asyncio.sleep(pause_s)
        await self._exchange.end()

    async def send_error_late(self) -> None:
        """Half of a stream, and then the news that it failed."""
        events = list(self._events())
        await self._exchange.begin(200, kind=EVENTS)
        await self._exchange.piece(b"".join(events[: max(1, len(events) // 2)]))
        await self._exchange.piece(self._wire.broken())
        await self._exchange.end()

    async def send_garbage(self, chance: Stream) -> None:
        """A body that is no JSON."""
        body, kind = chance.choice(_GARBAGE)
        await self._exchange.reply(200, body, kind=kind)

    async def send_wrong_json(self, chance: Stream) -> None:
        """JSON that the format does not know; in a stream, a single event of it."""
        body = chance.choice(self._wire.wrong())
        if self._question.stream:
            await self._exchange.reply(200, b"data: " + body + b"\n\n", kind=EVENTS)
        else:
            await self._exchange.reply(200, body)

    async def _begin(self) -> bytes:
        """Send the head, and give the body that ought to follow."""
        if self._question.stream:
            await self._exchange.begin(200, kind=EVENTS)
            return b"".join(self._events())
        body = self._wire.whole(self._question, self._answer)
        await self._exchange.begin(200, kind=JSON, length=len(body))
        return body

    async def _send_whole(self, body: bytes) -> None:
        if len(body) <= PORTION:
            await self._exchange.reply(200, body)
            return
        await self._exchange.begin(200, kind=JSON, length=len(body))
        for start in range(0, len(body), PORTION):
            await self._exchange.piece(body[start : start + PORTION])
        await self._exchange.end()

    def _events(self) -> Iterator[bytes]:
        return self._wire.events(self._question, self._answer)

    async def _paced(self) -> AsyncIterator[bytes]:
        for number, event in enumerate(self._events()):
            if number and self._pause_s > 0:
                await asyncio.sleep(self._pause_s)
            yield event


async def send_failure(wire: Wire, exchange: Exchange, fault: Fault) -> None:
    """A fault that takes the answer's place."""
    if fault.name == "reset":
        exchange.reset()
    elif fault.name == "timeout":
        await asyncio.sleep(HOLD_S if fault.amount is None else fault.amount)
        exchange.cut()
    else:
        assert fault.status is not None
        message = _MESSAGES.get(fault.status, "Internal server error")
        await exchange.reply(fault.status, wire.error(fault.status, message), headers=_retry_after(fault))


def _retry_after(fault: Fault) -> Headers:
    wait_s = 1.0 if fault.amount is None else fault.amount
    match fault.name:
        case "429_after":
            return (("retry-after", f"{wait_s:g}"),)
        case "429_date":
            return (("retry-after", formatdate(time() + wait_s, usegmt=True)),)
        case _:
            return ()
