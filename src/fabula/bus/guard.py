"""A guard over the time that one task takes for each of many things it does one after another.

One timer is kept for as long as the task is busy, not one for each thing: begun work moves only a number, and the
timer, when it rings, looks at the number and winds itself again. So the limit is exact and costs next to nothing.
"""

import asyncio
import math


class Guard:
    """Cancels the task that made it when what it has begun takes longer than `s_max` seconds, and again each `s_max`
    seconds after, should it take no notice.
    """

    def __init__(self, s_max: float) -> None:
        task = asyncio.current_task()
        assert task is not None, "a guard belongs to the task that makes it"
        self._task = task
        self._s_max = s_max
        self._loop = asyncio.get_running_loop()
        self._until = math.inf
        self._timer: asyncio.TimerHandle | None = None
        self._cancelled = 0

    def begin(self) -> None:
        """The next thing begins; its time runs."""
        self._until = until = self._loop.time() + self._s_max
        if self._timer is None:
            self._timer = self._loop.call_at(until, self._look)

    def end(self) -> bool:
        """It is over, in whatever way; no time runs. Returns whether its time had run out."""
        self._until = math.inf
        if not self._cancelled:
            return False
        while self._cancelled:
            self._cancelled -= 1
            self._task.uncancel()
        return True

    @property
    def stopped(self) -> bool:
        """Whether somebody else wants the task to end; asked after `end`."""
        return self._task.cancelling() > 0

    def close(self) -> None:
        """Stop the timer."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        now = self._loop.time()
        self._timer = None
        if self._until == math.inf:
            return
        if self._until <= now:
            self._cancelled += 1
            self._task.cancel()
            self._until = now + self._s_max
        self._timer = self._loop.call_at(self._until, self._look)
