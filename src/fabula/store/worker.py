"""A thread that works off a queue of jobs in groups and answers on the event loops that asked.

Database calls block, and a connection is one thread's at a time; event loops must not block, and there may be several.
What a job is given and what a group has in common, such as a transaction, is up to the `Craft`.
"""

import asyncio
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar
from weakref import WeakKeyDictionary

from fabula.errors import RunError

GROUP_MAX = 512
"""Jobs taken on together; the rest waits for the next group."""

WAITING_MAX = 4096
"""Jobs that an event loop may have accepted and not yet answered; at this bound its callers wait their turn."""

SHARE_S = 0.05
"""How long jobs that nobody waits for are put off, so that they share a group with others."""

T = TypeVar("T")

Job = Callable[[sqlite3.Connection], T]


class Outcome(NamedTuple):
    """What became of a job."""

    value: Any = None
    error: Exception | None = None


class Craft(Protocol):
    """What a worker does with its jobs; called by its thread only."""

    def serve(self, jobs: Sequence[Job[Any]]) -> Sequence[Outcome]:
        """The outcomes of the jobs, in their order. Never raises."""
        ...

    def tidy(self) -> None:
        """Called after the outcomes were handed out, while nobody waits. Never raises."""
        ...

    def close(self) -> None:
        """Called last. Never raises."""
        ...


class _Asked(NamedTuple):
    job: Job[Any]
    answer: "asyncio.Future[Any]"
    places: asyncio.Semaphore


class _Left(NamedTuple):
    """A job that nobody waits for."""

    job: Job[Any]
    by_s: float
    """When to put it off no longer (monotonic seconds)."""


class Worker:
    """The thread. It dies with the process: whatever was not answered by then was not promised."""

    def __init__(self, craft: Craft, *, name: str) -> None:
        self._craft = craft
        self._name = name
        self._queue: queue.SimpleQueue[_Asked | _Left | None] = queue.SimpleQueue()
        self._door = threading.Lock()
        self._closed = False
        self._places = WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore]()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    async def do(self, job: Job[T]) -> T:
        """What the job returns or raises. If the caller is cancelled the job may be done all the same."""
        loop = asyncio.get_running_loop()
        with self._door:
            if (places := self._places.get(loop)) is None:
                places = self._places[loop] = asyncio.Semaphore(WAITING_MAX)
        await places.acquire()
        answer = loop.create_future()
        with self._door:
            if self._closed:
                places.release()
                raise RunError(f"{self._name} was closed before this call")
            self._queue.put(_Asked(job, answer, places))
        result: T = await answer
        return result

    def leave(self, job: Job[Any]) -> bool:
        """Accept a job whose outcome nobody is told, done before any that is accepted later, within SHARE_S, and before
        the end. False: closed already, and nothing accepted. Never waits: whoever leaves bounds how many there can be.
        """
        with self._door:
            if not self._closed:
                self._queue.put(_Left(job, time.monotonic() + SHARE_S))
            return not self._closed

    def stop(self) -> None:
        """Accept no more jobs; the thread ends when those accepted are done. Safe to call twice, from any thread."""
        with self._door:
            if not self._closed:
                self._closed = True
                self._queue.put(None)

    async def close(self) -> None:
        """Stop, and wait until the thread has ended."""
        self.stop()
        await asyncio.to_thread(self._thread.join)

    def _work(self) -> None:
        while group := self._next_group():
            _answer(group, self._craft.serve([asked.job for asked in group]))
            # A job holds on to whoever asked, and the queue may stay empty for long.
            del group
            self._craft.tidy()
        self._craft.close()

    def _next_group(self) -> list[_Asked | _Left]:
        """What waits now, at least one job; nothing when it is time to end."""
        group: list[_Asked | _Left] = []
        asked = self._queue.get()
        until_s = asked.by_s if isinstance(asked, _Left) else 0.0
        while asked is not None:
            group.append(asked)
            if len(group) == GROUP_MAX:
                return group
            if isinstance(asked, _Asked):
                until_s = 0.0  # Somebody waits.
            try:
                asked = self._queue.get(timeout=max(0.0, until_s - time.monotonic()))
            except queue.Empty:
                return group
        if group:
            self._queue.put(None)  # First the jobs before the end, then the end.
        return group


def _answer(group: Sequence[_Asked | _Left], outcomes: Sequence[Outcome]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[_Asked, Outcome]]] = {}
    for asked, outcome in zip(group, outcomes, strict=True):
        if isinstance(asked, _Left):
            continue
        by_loop.setdefault(asked.answer.get_loop(), []).append((asked, outcome))
    for loop, answers in by_loop.items():
        try:
            loop.call_soon_threadsafe(_resolve, answers)
        except RuntimeError:
            assert loop.is_closed()  # Nobody is left to be told.


def _resolve(answers: Sequence[tuple[_Asked, Outcome]]) -> None:
    for asked, outcome in answers:
        asked.places.release()
        if asked.answer.done():
            continue  # Its caller was cancelled.
        if outcome.error is None:
            asked.answer.set_result(outcome.value)
        else:
            asked.answer.set_exception(outcome.error)
