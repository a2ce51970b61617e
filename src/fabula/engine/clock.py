"""Clocks: what the loop goes by. Virtual time runs as fast as answers allow, real time ticks whether they come or
not.
"""

import asyncio
import heapq
import math
from collections.abc import Collection
from typing import Any, Protocol

from fabula.errors import UsageError

_OUTSIDE_S = 10.0
"""How long virtual time stands still, in seconds of real time, for those who are at something outside."""
TICK_HZ_MAX = 1000


class Clock(Protocol):
    """Tells the time of a run and decides how long a step waits for answers."""

    is_virtual: bool
    """Time passes only when everybody waits, and nobody watches it pass."""
    late_s: float
    """How much later than its time the present step began; 0.0 in virtual time."""
    ticks_skipped_now: int
    """Ticks left out just before the present step; 0 in virtual time."""

    def now_s(self) -> float:
        """Seconds since the clock began."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Let that much of this clock's time pass."""
        ...

    async def wait(self, answers: Collection["asyncio.Task[Any]"]) -> None:
        """Wait for answers that are due: virtual time until all are there, real time not at all."""
        ...

    async def tick(self) -> None:
        """Return when the next step may begin."""
        ...

    def pace(self, factor: float) -> None:
        """Go so many times as fast as set at first, from the next step on; nothing to virtual time."""
        ...

    def stand_still(self) -> None:
        """The run is paused: what passes meanwhile is not to be caught up with."""
        ...


class VirtualClock:
    """Time that passes only when everybody waits: thinking costs no real second, yet its order and length are kept.

    It jumps from one sleeper to the next to wake, one at a time. Whoever has slept on it lives by it: from its waking
    until it sleeps again or ends, time stands still, however long a disk or a network takes meanwhile. For whoever
    never slept on it, time stands still only while the answer is due.
    """

    is_virtual = True
    late_s = 0.0
    ticks_skipped_now = 0

    def __init__(self, *, step_s: float = 0.0) -> None:
        """step_s: how much virtual time one step takes, e.g. 0.1 for a world at 10 Hz; 0 for turn-based runs."""
        self._now_s = 0.0
        self._step_s = step_s
        self._sleepers: list[tuple[float, int, asyncio.Future[None], asyncio.Task[Any]]] = []
        self._count = 0
        self._living: set[asyncio.Task[Any]] = set()
        self._asleep: set[asyncio.Task[Any]] = set()
        self._somebody_slept: asyncio.Future[None] | None = None

    def now_s(self) -> float:
        return self._now_s

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.get_running_loop().create_future()
        sleeper = _present()
        self._count += 1
        heapq.heappush(self._sleepers, (self._now_s + seconds, self._count, woken, sleeper))
        self._lie_down(sleeper)
        try:
            await woken
        finally:
            # By a cancellation too.
            self._asleep.discard(sleeper)

    async def wait(self, answers: Collection["asyncio.Task[Any]"]) -> None:
        while any(not answer.done() for answer in answers):
            if await self._rests(answers):
                self._wake_next()

    async def tick(self) -> None:
        end_s = self._now_s + self._step_s
        await asyncio.sleep(0)
        if self._step_s or self._next_s() <= end_s:
            await self._pass_until(end_s)

    def pace(self, factor: float) -> None:
        pass

    def stand_still(self) -> None:
        pass

    async def _pass_until(self, end_s: float) -> None:
        rests = False
        while not rests or self._next_s() <= end_s:
            if rests:
                self._wake_next()
            rests = await self._rests()
        self._now_s = end_s

    async def _rests(self, answers: Collection["asyncio.Task[Any]"] = ()) -> bool:
        """Whether time may move: all who live by it, and all whose answers are due, sleep on it or are done.

        While some do not, it waits for one of them and returns False. After `_OUTSIDE_S` of real time without a change
        it counts them as outside and returns True: a mind that sleeps on this clock in a task of its own cannot be told
        from one that waits for a person.
        """
        await _settle()
        if answers and all(answer.done() for answer in answers):
            return False
        awake = {task for task in (*answers, *self._living) if not task.done()} - self._asleep - {_present()}
        if not awake:
            return True
        self._somebody_slept = asyncio.get_running_loop().create_future()
        changed, _ = await asyncio.wait(
            {*awake, self._somebody_slept}, timeout=_OUTSIDE_S, return_when=asyncio.FIRST_COMPLETED
        )
        if not changed:
            self._living -= awake
        return not changed

    def _lie_down(self, sleeper: "asyncio.Task[Any]") -> None:
        if sleeper not in self._living:
            self._living.add(sleeper)
            sleeper.add_done_callback(self._living.discard)
        self._asleep.add(sleeper)
        if self._somebody_slept is not None and not self._somebody_slept.done():
            self._somebody_slept.set_result(None)

    def _next_s(self) -> float:
        """When the next sleeper wakes; infinite if nobody sleeps."""
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
        return self._sleepers[0][0] if self._sleepers else math.inf

    def _wake_next(self) -> None:
        if self._next_s() < math.inf:
            at_s, _, woken, sleeper = heapq.heappop(self._sleepers)
            self._now_s = max(self._now_s, at_s)
            self._asleep.discard(sleeper)
            woken.set_result(None)


class RealClock:
    """Ticks at a steady rate. A step that overran starts the next one at once; ticks missed by more than `catch_up` are
    skipped and counted, so that a long stall is not followed by a rush.
    """

    is_virtual = False

    def __init__(self, *, tick_hz: float, catch_up: int = 3) -> None:
        """tick_hz: steps a second, up to TICK_HZ_MAX. catch_up: how many late ticks may follow one another at once.
        Raises UsageError for another rate.
        """
        self._period_s = self._set_period_s = 1 / checked_hz(tick_hz)
        self._catch_up = catch_up
        self._began_s: float | None = None
        self._next_s = 0.0
        self.late_s = 0.0
        self.ticks_skipped_now = 0
        self.ticks_skipped = 0
        """In all."""

    def now_s(self) -> float:
        now_s = asyncio.get_running_loop().time()
        if self._began_s is None:
            self._began_s = now_s
            self._next_s = self._period_s
        return now_s - self._began_s

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def wait(self, answers: Collection["asyncio.Task[Any]"]) -> None:
        # An answer that has arrived may still have a step or two to go; one that has not is for a later tick.
        if any(not answer.done() for answer in answers):
            await _settle()

    async def tick(self) -> None:
        left_s = self._next_s - self.now_s()
        self.ticks_skipped_now = 0
        if left_s > 0:
            await asyncio.sleep(left_s)
        else:
            # The loop must breathe even when every tick is late, or no answer would ever arrive.
            await asyncio.sleep(0)
            behind = int(-left_s / self._period_s)
            if behind > self._catch_up:
                self.ticks_skipped_now = behind - self._catch_up
                self.ticks_skipped += self.ticks_skipped_now
                self._next_s += self.ticks_skipped_now * self._period_s
        self.late_s = max(0.0, self.now_s() - self._next_s)
        self._next_s += self._period_s

    def pace(self, factor: float) -> None:
        if factor > 0:
            self._period_s = max(self._set_period_s / factor, 1 / TICK_HZ_MAX)
            self.stand_still()

    def stand_still(self) -> None:
        self._next_s = self.now_s() + self._period_s


def checked_hz(tick_hz: float) -> float:
    """The rate. Raises UsageError if no clock can keep it."""
    if not 0 < tick_hz <= TICK_HZ_MAX:
        raise UsageError(f"tick_hz is {tick_hz:g}: give a rate above 0 and up to {TICK_HZ_MAX} steps a second")
    return tick_hz


def _present() -> "asyncio.Task[Any]":
    task = asyncio.current_task()
    assert task is not None, "only a task can wait"
    return task


async def _settle() -> None:
    # A mind may pass through several awaits before it sleeps, or answers.
    for _ in range(8):
        await asyncio.sleep(0)
