"""The limits: how much one provider is asked with one key, per minute and at once. What exceeds them waits its turn.

The moving window is our own: that of the `limits` library keeps one entry per token in memory (2.6 ms a call at a
million tokens per minute, 12 ms at four), starts a thread at every call, and reads the wall clock. The library's
windows in Redis are the ones to use where several processes share a key.
"""

import asyncio
from collections import deque

from fabula.llm.layer import Call, Layer
from fabula.llm.values import Failure, FailureKind, ModelFailed, Reply, Request
from fabula.settings import LimitSettings

WINDOW_S = 60.0
HELD_S_MAX = 3600.0
"""However long a provider asks to be left alone, after this long it is asked again."""


class Window:
    """How much was taken in the last minute, of so much at most."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._taken = deque[tuple[float, int]]()
        self._sum = 0

    def free_at_s(self, amount: int, now_s: float) -> float:
        """When `amount`, which is `limit` at most, can be taken if nobody takes any before; `now_s` at the earliest."""
        self._forget(now_s)
        excess = self._sum + amount - self.limit
        at_s = now_s
        for taken_s, taken in self._taken:
            if excess <= 0:
                break
            excess -= taken
            at_s = taken_s + WINDOW_S
        return at_s

    def take(self, amount: int, now_s: float) -> None:
        """Take it, whether it is free or not."""
        self._taken.append((now_s, amount))
        self._sum += amount

    def _forget(self, now_s: float) -> None:
        while self._taken and self._taken[0][0] + WINDOW_S <= now_s:
            self._sum -= self._taken.popleft()[1]


class Gate:
    """The way to one provider with one key, in the order of arrival."""

    def __init__(self, settings: LimitSettings) -> None:
        self._places = asyncio.Semaphore(settings.concurrent)
        self._requests = Window(settings.requests_per_minute) if settings.requests_per_minute else None
        self._tokens = Window(settings.tokens_per_minute) if settings.tokens_per_minute else None
        self._first = asyncio.Lock()
        """Held by whoever is next in line, so that nobody overtakes."""
        self._opens_s = 0.0
        """Nobody passes before: then the first in line will. 0.0: nobody is in line."""
        self._held_s = 0.0
        """Until then the provider has asked to be left alone."""

    async def enter(self, call: Call) -> None:
        """Wait until the call may go; `leave` must follow. Raises ModelFailed (LIMITED), at once where it is plain that
        its turn would come after its deadline.
        """
        tokens = tokens_asked(call.request)
        if self._tokens and tokens > self._tokens.limit:
            raise _limited(call, f"it needs about {tokens} tokens, {self._tokens.limit} a minute are allowed")
        self._check(call, max(self._opens_s, self._held_s))
        try:
            async with asyncio.timeout_at(call.deadline_s):
                await self._turn(call, tokens)
        except TimeoutError:
            raise _limited(call, "its turn did not come in time") from None

    def leave(self) -> None:
        """A call that entered is over."""
        self._places.release()

    def failed(self, call: Call, failure: Failure) -> None:
        """An attempt failed; if the provider said how long to wait, everybody does."""
        if failure.retry_after_s is not None and failure.retry_after_s > 0:
            self._held_s = max(self._held_s, _now_s() + min(failure.retry_after_s, HELD_S_MAX))

    def allows(self, call: Call) -> bool:
        """Whether the provider can be asked again before the call's deadline."""
        return self._held_s < call.deadline_s

    async def _turn(self, call: Call, tokens: int) -> None:
        await self._places.acquire()
        try:
            async with self._first:
                await self._windows(call, tokens)
        except BaseException:
            self._places.release()
            raise

    async def _windows(self, call: Call, tokens: int) -> None:
        try:
            while (opens_s := self._next_s(tokens)) > (now_s := _now_s()):
                self._opens_s = opens_s
                self._check(call, opens_s)
                await asyncio.sleep(opens_s - now_s)
            self._take(tokens, now_s)
        finally:
            self._opens_s = 0.0

    def _next_s(self, tokens: int) -> float:
        now_s = _now_s()
        requests_s = self._requests.free_at_s(1, now_s) if self._requests else now_s
        tokens_s = self._tokens.free_at_s(tokens, now_s) if self._tokens else now_s
        return max(requests_s, tokens_s, self._held_s)

    def _take(self, tokens: int, now_s: float) -> None:
        if self._requests:
            self._requests.take(1, now_s)
        if self._tokens:
            self._tokens.take(tokens, now_s)

    def _check(self, call: Call, opens_s: float) -> None:
        if opens_s >= call.deadline_s:
            raise _limited(call, f"the limits leave no room for {opens_s - _now_s():.0f} s")


class Limit:
    """The layer in front of a gate."""

    def __init__(self, inner: Layer, gate: Gate) -> None:
        self._inner = inner
        self._gate = gate

    async def ask(self, call: Call) -> Reply:
        """As Layer says; LIMITED without asking where the call's turn would come too late."""
        await self._gate.enter(call)
        try:
            return await self._inner.ask(call)
        finally:
            self._gate.leave()


def tokens_asked(request: Request) -> int:
    """About how many tokens a request can come to: its texts, four bytes a token, and the longest answer."""
    texts = sum(len(message.text.encode(errors="surrogatepass")) for message in request.messages)
    return -(-texts // 4) + request.tokens_max


def _limited(call: Call, why: str) -> ModelFailed:
    return ModelFailed(Failure(kind=FailureKind.LIMITED, model=str(call.model), why=why))


def _now_s() -> float:
    return asyncio.get_running_loop().time()
