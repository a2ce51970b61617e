"""Clocks: what the loop goes by. Virtual time runs as fast as answers allow, real time ticks whether they come or
not.
"""

import asyncio
import heapq
from collections.abc import Collection
from typing import Any, Protocol

from fabula.errors import UsageError

_OUTSIDE_S = 10.0


class Clock(Protocol):
    """Tells the time of a run and decides how long a step waits for answers."""

    is_virtual: bool
    """Time passes only when everybody waits, and nobody watches it pass."""

    def now_s(self) -> float:
        """Seconds since the clock began."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Let that much of this clock's time pass."""
        ...

    async def wait(self, answers: Collection["asyncio.Task[Any]"]) -> None:
        """Wait for answers that are due: virtual time until all are there, real time until the tick is over at most."""
        ...

    async def tick(self) -> None:
        """Return when the next step may begin."""
        ...


class VirtualClock:
    """Time that passes only when everybody waits: thinking costs no real second, yet its order and length are kept.

    While minds sleep on this clock, it jumps to the earliest one to wake; while one waits for something outside
    (a network, a person), it waits with it and its own time stands still.
    """

    is_virtual = True

    def __init__(self, *, step_s: float = 0.0) -> None:
        """step_s: how much virtual time one step takes, e.g. 0.1 for a world at 10 Hz; 0 for turn-based runs."""
        self._now_s = 0.0
        self._step_s = step_s
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = 0
        self._asleep: set[asyncio.Task[Any] | None] = set()

    def now_s(self) -> float:
        return self._now_s

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.get_running_loop().create_future()
        self._count += 1
        heapq.heappush(self._sleepers, (self._now_s + seconds, self._count, woken))
        sleeper = asyncio.current_task()
        self._asleep.add(sleeper)
        try:
            await woken
        finally:
            self._asleep.discard(sleeper)

    async def wait(self, answers: Collection["asyncio.Task[Any]"]) -> None:
        while unready := [answer for answer in answers if not answer.done()]:
            await _settle()
            busy = [answer for answer in unready if not answer.done() and answer not in self._asleep]
            if busy:
                # Something outside (a disk, a network, a person): our time stands still meanwhile. The limit is for
                # minds
                # that sleep on this clock in a task of their own, which cannot be told from those that wait outside.
                done, _ = await asyncio.wait(busy, timeout=_OUTSIDE_S, return_when=asyncio.FIRST_COMPLETED)
                if done or not self._sleepers:
                    continue
            self._wake_next()

    async def tick(self) -> None:
        end_s = self._now_s + self._step_s
        await asyncio.sleep(0)
        while self._sleepers and self._sleepers[0][0] <= end_s:
            self._wake_next()
            await _settle()
        self._now_s = end_s

    def _wake_next(self) -> None:
        while self._sleepers:
            at_s, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                self._now_s = max(self._now_s, at_s)
                woken.set_result(None)
                return


class RealClock:
    """Ticks at a steady rate. A step that overran starts the next one at once; ticks missed by more than `catch_up` are
    skipped and counted, so that a long stall is not followed by a rush.
    """

    is_virtual = False

    def __init__(self, *, tick_hz: float, catch_up: int = 3) -> None:
        """tick_hz: steps a second, up to 1000. catch_up: how many late ticks may follow one another at once."""
        if not 0 < tick_hz <= 1000:
            raise UsageError(f"tick_hz is {tick_hz!r}: give a rate above 0 and up to 1000 steps a second")
        self._period_s = 1 / tick_hz
        self._catch_up = catch_up
        self._began_s: float | None = None
        self._next_s = 0.0
        self.ticks_skipped = 0

    def now_s(self) -> float:
        now_s = asyncio.get_running_loop().time()
        if self._began_s is None:
            self._began_s = now_s
            self._next_s = self._period_s
        return now_s - self._began_s

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def wait(self, answers: Collection["asyncio.Task[Any]"]) -> None:
        if answers:
            await asyncio.wait(answers, timeout=max(0.0, self._next_s - self.now_s()))

    async def tick(self) -> None:
        left_s = self._next_s - self.now_s()
        if left_s > 0:
            await asyncio.sleep(left_s)
        else:
            # The loop must breathe even when every tick is late, or no answer would ever arrive.
            await asyncio.sleep(0)
            behind = int(-left_s / self._period_s)
            if behind > self._catch_up:
                self.ticks_skipped += behind - self._catch_up
                self._next_s += (behind - self._catch_up) * self._period_s
        self._next_s += self._period_s


async def _settle() -> None:
    # A woken mind may pass through several awaits before it sleeps again or answers.
    for _ in range(8):
        await asyncio.sleep(0)
