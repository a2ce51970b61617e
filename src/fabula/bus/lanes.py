"""Lanes: how what a subscription was given reaches its handler, which is the same whatever the bus.

A lane is a session and a priority. Within a lane one message follows another, each begun only when the one before is
done with; lanes go side by side, `concurrent` at once, and of those that are ready the ones of high priority go first.
A message that failed waits in its lane, which holds up nothing else, and takes nobody's place while it waits.
"""

import asyncio
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from fabula.bus.attempts import Attempts, Carrier
from fabula.bus.envelope import Priority
from fabula.bus.figures import Figures
from fabula.bus.guard import REPLACE_S, Guard
from fabula.bus.journal import Journal
from fabula.bus.protocol import Bounds, Delivery, Handler
from fabula.errors import RunError

UNINTERRUPTED_MAX = 64
"""Messages that one worker handles before others on the event loop get their turn, however quick its handler is."""

# An attribute of an enum is looked up slowly, and these are needed for each message.
_HIGH, _NORMAL = Priority.HIGH, Priority.NORMAL


class Lanes:
    """The messages that one subscription has at hand, and the tasks that hand them to its handler.

    At most `bounds.at_hand_max` are at hand; then `put` waits and `put_nowait` says no.
    """

    def __init__(  # noqa: PLR0913 - what each bus decides for itself, and what tests decide
        self,
        handler: Handler,
        carrier: Carrier,
        *,
        bounds: Bounds,
        figures: Figures,
        journal: Journal | None = None,
        agent: str,
        group: str,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
        now: Callable[[], float] = time.time,
    ) -> None:
        """agent: whose figures these are, the address. jitter: 0.0 to 1.0, how much of the variable half of a wait is
        taken. now: seconds since 1970, for the journal.
        """
        self._attempts = Attempts(
            handler, carrier, bounds=bounds, figures=figures, journal=journal, agent=agent, group=group, now=now
        )
        self._bounds = bounds
        self._sleep = sleep
        self._jitter = jitter
        self._high, self._normal, self._low = _Level(), _Level(), _Level()
        self._at_hand = 0
        self._workers: list[asyncio.Task[None]] = []
        self._resting: list[asyncio.Future[None]] = []
        self._waking = False
        self._pauses: set[asyncio.Task[None]] = set()
        self._changed: deque[asyncio.Future[None]] = deque()
        self._closing = False

    # --- what a bus calls ---

    @property
    def room(self) -> int:
        """How many more `put_nowait` would take."""
        return self._bounds.at_hand_max - self._at_hand

    def put_nowait(self, delivery: Delivery, token: Any) -> bool:
        """Take a delivery in, in the order in which they come. False, and nothing is kept: there is no room, or this
        was closed.

        token: by which the carrier knows it.
        """
        if self._at_hand >= self._bounds.at_hand_max or self._closing:
            return False
        self._at_hand += 1
        message = delivery.message
        if delivery.tries > 1:
            delivery = _counted(delivery)
        priority = message.priority
        level = self._normal if priority is _NORMAL else self._high if priority is _HIGH else self._low
        lane = level.lanes.get(message.session_id)
        if lane is None:
            level.lanes[message.session_id] = deque(((delivery, token),))
            level.ready.append(message.session_id)
            if not self._waking:
                self._wake()
        else:
            lane.append((delivery, token))
        return True

    async def put(self, delivery: Delivery, token: Any) -> None:
        """Take a delivery in, once there is room. Raises RunError if this is or was closed: it was not taken in."""
        while not self.put_nowait(delivery, token):
            if self._closing:
                raise RunError("a subscription that was closed takes nothing more")
            await self._change()

    async def drain(self) -> None:
        """Wait until everything that was put is done with."""
        while self._at_hand and not self._closing:
            await self._change()

    def handles_in(self, task: asyncio.Task[Any] | None) -> bool:
        """Whether it is in that task that a handler is at work here, so that it must not wait for the end of it."""
        return task in self._workers

    def stop(self) -> None:
        """Begin nothing more from this moment on, and take nothing more; `leave` or `close` must follow."""
        self._closing = True
        for pause in self._pauses:
            pause.cancel()
        for rest in self._resting:
            if not rest.done():
                rest.set_result(None)
        self._tell()

    async def leave(self) -> list[tuple[Delivery, Any]]:
        """Begin nothing more, wait for what is being handled, and hand back the rest, each lane in its order; what
        waited to be tried again says which attempt is next. Safe to call twice.
        """
        self.stop()
        if self._workers:
            await asyncio.wait(self._workers)
        left = [item for level in (self._high, self._normal, self._low) for lane in level.take() for item in lane]
        self._at_hand = 0
        return left

    async def close(self) -> list[Any]:
        """As `leave`, but only the tokens."""
        return [token for _, token in await self.leave()]

    # --- workers ---

    def _wake(self) -> None:
        """See to it that one more worker looks for something to do. Each looks for the next before it begins, so that
        as many come as are needed and no more.
        """
        while self._resting:
            rest = self._resting.pop()
            if not rest.done():  # It is, if the worker was cancelled.
                self._waking = True
                rest.set_result(None)
                return
        if len(self._workers) < self._bounds.concurrent:
            self._waking = True
            worker = asyncio.create_task(self._work())
            worker.add_done_callback(self._worker_ended)
            self._workers.append(worker)

    def _worker_ended(self, worker: asyncio.Task[None]) -> None:
        """One whose handler cancelled it ends; others take its place, unless the event loop itself is ending."""
        self._workers.remove(worker)
        if not self._closing:
            asyncio.get_running_loop().call_later(REPLACE_S, self._replace)

    def _replace(self) -> None:
        if not (self._closing or self._waking) and (self._high.ready or self._normal.ready or self._low.ready):
            self._wake()

    async def _work(self) -> None:
        self._waking = False
        guard = Guard(self._bounds.handle_s_max)
        attempt, high, normal, low = self._attempts.make, self._high, self._normal, self._low
        uninterrupted = 0
        try:
            while not self._closing and not guard.stopped:
                level = high if high.ready else normal if normal.ready else low
                if not level.ready:
                    await self._rest()
                    uninterrupted = 0
                    continue
                session = level.ready.popleft()
                if (low.ready or normal.ready or high.ready) and not self._waking:
                    self._wake()
                delivery, token = level.lanes[session][0]
                again = await attempt(guard, delivery, token)
                if again is None:
                    self._finish(level, session)
                else:
                    level.lanes[session][0] = (again, token)
                    self._pause(level, session, again.tries - 1)
                uninterrupted += 1
                if uninterrupted == UNINTERRUPTED_MAX:
                    await asyncio.sleep(0)
                    uninterrupted = 0
        finally:
            guard.close()

    async def _rest(self) -> None:
        rest: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._resting.append(rest)
        try:
            await rest
        finally:
            self._waking = False

    def _finish(self, level: "_Level", session: str) -> None:
        lane = level.lanes[session]
        lane.popleft()
        if lane:
            level.ready.append(session)
        else:
            del level.lanes[session]
        self._at_hand -= 1
        if self._changed:
            self._tell()

    def _pause(self, level: "_Level", session: str, failures: int) -> None:
        """Let a lane rest after a failure."""
        bounds = self._bounds
        pause_s = min(bounds.backoff_s * 2.0 ** min(failures - 1, 60), bounds.backoff_s_max) * (0.5 + self._jitter())

        async def pause() -> None:
            await self._sleep(pause_s)
            level.ready.append(session)
            if not self._waking:
                self._wake()

        if not self._closing:
            task = asyncio.create_task(pause())
            self._pauses.add(task)
            task.add_done_callback(self._pauses.discard)

    async def _change(self) -> None:
        """Wait until something was finished, or this is closed."""
        change: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._changed.append(change)
        await change

    def _tell(self) -> None:
        while self._changed:
            change = self._changed.popleft()
            if not change.done():
                change.set_result(None)


class _Level:
    """The lanes of one priority."""

    __slots__ = ("lanes", "ready")

    def __init__(self) -> None:
        self.lanes: dict[str, deque[tuple[Delivery, Any]]] = {}
        """What is at hand, by session; the first is being handled or is next. A lane that ran empty is gone."""
        self.ready: deque[str] = deque()
        """Sessions whose first message may be begun."""

    def take(self) -> list[deque[tuple[Delivery, Any]]]:
        lanes = list(self.lanes.values())
        self.lanes.clear()
        self.ready.clear()
        return lanes


def _counted(delivery: Delivery) -> Delivery:
    """With the message's own count of failures held to what the carrier says."""
    failures = delivery.tries - 1
    if delivery.message.metadata.retry_count >= failures:
        return delivery
    return msgspec.structs.replace(delivery, message=delivery.message.tried(failures))
