"""Retrying: the only place where a model is asked the same thing again, by kind of failure and within the deadline.

What says how long to wait is waited out; what passes by itself is tried again after an exponential pause with
full jitter; a garbled answer gets one more try; what would fail again is not tried again. A pause that would not leave
any time is not begun.
"""

import asyncio
import random
from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec
from tenacity import AsyncRetrying, RetryCallState

from fabula.llm.layer import Call, Layer
from fabula.llm.values import Failure, FailureKind, Listener, ModelFailed, Reply

PAUSE_S = 0.25
"""The longest pause before the second attempt; it doubles with each further one."""
PAUSE_S_MAX = 8.0
GRACE_S = 0.02
"""How much later than the deadline an attempt is given up from here: the provider, which gives it up at the deadline,
knows better how far it came.
"""
GARBLED_MAX = 1
"""Garbled answers after which the model is asked again."""

_PASSING = frozenset(
    {
        FailureKind.RATE_LIMITED,
        FailureKind.OVERLOADED,
        FailureKind.UNREACHABLE,
        FailureKind.CUT_OFF,
        FailureKind.TIMED_OUT,
    }
)


class Watch(Protocol):
    """Whoever has to know of each failed attempt at once, and can say that another is of no use."""

    def failed(self, call: Call, failure: Failure) -> None:
        """An attempt failed."""
        ...

    def allows(self, call: Call) -> bool:
        """Whether another attempt may be made; asked after a failure, and again after the pause."""
        ...


class Retry:
    """The layer that asks again."""

    def __init__(
        self,
        inner: Layer,
        *,
        attempts_max: int,
        watches: Sequence[Watch] = (),
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """attempts_max: how often one call is tried, >= 1.
        jitter: which part of the longest pause is taken, 0.0 to 1.0. No rule of a run depends on it.
        """
        self.inner = inner
        self.attempts_max = attempts_max
        self.watches = watches
        self.jitter = jitter

    async def ask(self, call: Call) -> Reply:
        """As Layer says; the reply or the error holds the failures of all attempts."""
        attempts = _Attempts(self, call)
        # One object a call: tenacity's keep the state of the loop in themselves.
        again = AsyncRetrying(retry=attempts.another, wait=attempts.pause_s, sleep=asyncio.sleep, reraise=True)
        try:
            reply: Reply = await again(attempts.make)
        except ModelFailed as error:
            raise ModelFailed(error.failure, earlier=tuple(attempts.failures[:-1])) from None
        if attempts.failures:
            reply = msgspec.structs.replace(reply, failures=(*attempts.failures, *reply.failures))
        return reply


class _Attempts:
    """All attempts at one call."""

    def __init__(self, retry: Retry, call: Call) -> None:
        self._retry = retry
        self._call = call
        self._pause_s = 0.0
        self.failures: list[Failure] = []

    async def make(self) -> Reply:
        """One attempt."""
        if self.failures and not self._allowed():
            raise ModelFailed(self.failures[-1])
        listener = self._call.listener
        heard = None if listener is None else _Heard(listener)
        self._call.listener = heard
        try:
            return await self._within_the_deadline()
        except ModelFailed as error:
            self._note(error)
            if heard is not None:
                heard.take_back()
            raise
        finally:
            self._call.listener = listener

    async def _within_the_deadline(self) -> Reply:
        call = self._call
        if call.remaining_s <= 0:
            raise ModelFailed(_timed_out(call, "no time was left to ask", billed=False))
        try:
            async with asyncio.timeout_at(call.deadline_s + GRACE_S):
                return await self._retry.inner.ask(call)
        except TimeoutError:
            raise ModelFailed(_timed_out(call, "no answer came in time", billed=True)) from None

    def _note(self, error: ModelFailed) -> None:
        self.failures += error.failures
        for watch in self._retry.watches:
            watch.failed(self._call, error.failure)

    async def another(self, state: RetryCallState) -> bool:
        """Whether to try again after the attempt that has just ended."""
        error = state.outcome.exception() if state.outcome else None
        if not isinstance(error, ModelFailed) or state.attempt_number >= self._retry.attempts_max:
            return False
        if not self._can_pass(error.failure) or not self._allowed():
            return False
        self._pause_s = self._pause_after_s(error.failure, state.attempt_number)
        # Written so that a pause which is no number is refused as well.
        if not self._pause_s < self._call.remaining_s:
            return False
        purse = self._call.purse
        return not error.failure.billed or purse is None or await purse.again()

    def pause_s(self, state: RetryCallState) -> float:
        """Seconds to wait before the next attempt."""
        return self._pause_s

    def _can_pass(self, failure: Failure) -> bool:
        if failure.kind is FailureKind.GARBLED:
            return sum(one.kind is FailureKind.GARBLED for one in self.failures) <= GARBLED_MAX
        return failure.kind in _PASSING

    def _allowed(self) -> bool:
        return all(watch.allows(self._call) for watch in self._retry.watches)

    def _pause_after_s(self, failure: Failure, attempt: int) -> float:
        if failure.retry_after_s is not None:
            # A little later than told, so that those who were told the same do not come back at once.
            return max(0.0, failure.retry_after_s) + self._retry.jitter() * PAUSE_S
        return self._retry.jitter() * min(PAUSE_S_MAX, PAUSE_S * 2.0 ** (attempt - 1))


def _timed_out(call: Call, why: str, *, billed: bool) -> Failure:
    return Failure(kind=FailureKind.TIMED_OUT, model=str(call.model), why=why, billed=billed)


class _Heard:
    """A listener, and whether it was told anything that must be taken back."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._told = False

    def text(self, delta: str) -> None:
        self._told = True
        self._listener.text(delta)

    def again(self) -> None:
        self._told = False
        self._listener.again()

    def take_back(self) -> None:
        if self._told:
            self.again()
