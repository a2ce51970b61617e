"""The load of a bus: messages that go through it all at once, and at a steady rate, in whatever way they are carried.

It imports nothing but Python's own library, so that what runs in another interpreter is measured by the very same code.
"""

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import NamedTuple, Protocol

AT_ONCE = 256
"""Messages under way at any time, and of a batch where there are batches."""
WARM_UP = 64
"""Messages that go before and do not count."""
PATIENCE_S = 120.0
"""For all that is measured of one way; what is not handled by then is lost."""

Told = Callable[[int], None]
"""Told the number of each message by its handler."""


class Way(Protocol):
    """A way of carrying messages, which are numbered."""

    async def send(self, numbers: Iterable[int]) -> None:
        """Send these, many at a time; returns when all of them are sure to be there."""
        ...

    async def send_one(self, number: int) -> None:
        """Send this one; returns when it is sure to be there."""
        ...

    def handling(self, told: Told) -> AbstractAsyncContextManager[None]:
        """Within the body, handle what is there and what comes. Leaving it, all that was handled is acknowledged."""
        ...


class Carried(NamedTuple):
    """What carrying messages came to."""

    both_s: float
    """To send all while they are handled, from the first sent to the last acknowledged."""
    sent_s: float
    """To send all while nobody handles them."""
    handled_s: float
    """To handle those, from the first step of asking for them to the last acknowledged."""
    latencies_s: Sequence[float]
    """Of each message at a steady rate: from before it was sent until its handler had it."""


async def carried(way: Way, *, messages: int, steady: int, rate_hz: float) -> Carried:
    """Raises TimeoutError if any message does not arrive."""
    async with asyncio.timeout(PATIENCE_S):
        await _both_s(way, min(messages, WARM_UP))
        gc.collect()
        both_s = await _both_s(way, messages)
        sent_s = await _sent_s(way, messages)
        handled_s = await _handled_s(way, messages)
        return Carried(both_s, sent_s, handled_s, await _latencies_s(way, steady, rate_hz))


async def at_a_time(send_one: Callable[[int], Awaitable[None]], numbers: Iterable[int], *, width: int) -> None:
    """Send each by itself, so many of them at any time."""
    waiting = iter(numbers)

    async def send_on() -> None:
        for number in waiting:
            await send_one(number)

    await asyncio.gather(*(send_on() for _ in range(width)))


class _Arrivals:
    """When each message was handled first."""

    def __init__(self, count: int) -> None:
        self.expect(count)

    def expect(self, count: int) -> None:
        """From now on, these."""
        self.at_s = [0.0] * count
        self.all = asyncio.Event()
        self._missing = count

    def tell(self, number: int) -> None:
        if not self.at_s[number]:
            self.at_s[number] = time.perf_counter()
            self._missing -= 1
            if not self._missing:
                self.all.set()


async def _begun(way: Way, arrivals: _Arrivals) -> None:
    """Wait until messages are handled for sure: one goes before and does not count."""
    await way.send_one(0)
    await arrivals.all.wait()


async def _both_s(way: Way, messages: int) -> float:
    arrivals = _Arrivals(1)
    async with way.handling(arrivals.tell):
        await _begun(way, arrivals)
        arrivals.expect(messages)
        began_s = time.perf_counter()
        await way.send(range(messages))
        await arrivals.all.wait()
    return time.perf_counter() - began_s


async def _sent_s(way: Way, messages: int) -> float:
    began_s = time.perf_counter()
    await way.send(range(messages))
    return time.perf_counter() - began_s


async def _handled_s(way: Way, messages: int) -> float:
    arrivals = _Arrivals(messages)
    began_s = time.perf_counter()
    async with way.handling(arrivals.tell):
        await arrivals.all.wait()
    return time.perf_counter() - began_s


async def _latencies_s(way: Way, messages: int, rate_hz: float) -> list[float]:
    """Each is sent when it is due, however long those before take."""
    arrivals, sent_at_s = _Arrivals(1), [0.0] * messages

    async def send(number: int) -> None:
        sent_at_s[number] = time.perf_counter()
        await way.send_one(number)

    async with way.handling(arrivals.tell), asyncio.TaskGroup() as sending:
        await _begun(way, arrivals)
        arrivals.expect(messages)
        began_s = time.perf_counter()
        for number in range(messages):
            await asyncio.sleep(began_s + number / rate_hz - time.perf_counter())
            sending.create_task(send(number))
        await arrivals.all.wait()
    return [at_s - sent_s for at_s, sent_s in zip(arrivals.at_s, sent_at_s, strict=True)]
