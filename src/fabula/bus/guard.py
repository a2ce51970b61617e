"""A guard over the time that one task takes for each of many things it does one after another.

One timer is kept for as long as the task is busy, not one for each thing: begun work moves only a number, and the
timer, when it rings, looks at the number and winds itself again. So the limit is exact and costs next to nothing.
"""

import asyncio
import contextlib
import math

REPLACE_S = 0.01
"""After so long a task that was stopped is replaced: by then an event loop that is itself ending is gone."""
CANCELLED = "it was cancelled, or what it waited for was"


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

    def failure(self, error: BaseException) -> BaseException:
        """It is over by that error; returns what it failed of. Raises it again if the whole program is to end."""
        overdue = self.end()
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            raise error
        if not isinstance(error, asyncio.CancelledError):
            return error
        return TimeoutError(f"it was not done within {self._s_max:g} s") if overdue else RuntimeError(CANCELLED)

    @property
    def stopped(self) -> bool:
        """Whether the task is to end: somebody wants it to, or what it did last has cancelled it. Asked after `end`."""
        return self._task.cancelling() > 0

    async def calm(self) -> None:
        """Let the end that is wanted wait until something was done that must not be broken off."""
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(0)

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
