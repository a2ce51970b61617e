"""The breaker: a model that failed too often in a row is left alone for a while, then tried by one call alone.

A circuit of our own, since purgatory's cannot be held to that: in its half-open state it lets everyone through (100 of
100 concurrent calls), takes the outcome of a call begun long before for the trial's, counts an excluded exception such
as a cancellation as a success, and reads the wall clock.
"""

import asyncio
from enum import StrEnum

from fabula.llm.layer import Call, Layer
from fabula.llm.values import Failure, FailureKind, ModelFailed, Reply

COUNTED = frozenset(
    {
        FailureKind.RATE_LIMITED,
        FailureKind.OVERLOADED,
        FailureKind.UNREACHABLE,
        FailureKind.CUT_OFF,
        FailureKind.TIMED_OUT,
        FailureKind.GARBLED,
    }
)
"""The failures that say something of the provider, and not of the request, the key or the budget."""


class CircuitState(StrEnum):
    """Whether a model is asked."""

    CLOSED = "closed"
    """It is."""
    OPEN = "open"
    """It is left alone."""
    HALF_OPEN = "half-open"
    """One call at a time tries whether it is back."""


class Circuit:
    """How one model of one provider has fared of late.

    Only calls let in since it last changed can change it: what was under way when it opened is stale, and neither
    closes it nor opens it again.
    """

    def __init__(self, *, failures_max: int, open_s: float) -> None:
        """failures_max: failed attempts in a row at which it opens.
        open_s: seconds that it stays open.
        """
        self._failures_max = failures_max
        self._open_s = open_s
        self._failures = 0
        self._open_until_s: float | None = None
        self._let_in = set[Call]()

    @property
    def state(self) -> CircuitState:
        """As it is now."""
        if self._open_until_s is None:
            return CircuitState.CLOSED
        return CircuitState.OPEN if self._rest_s > 0 else CircuitState.HALF_OPEN

    def let_in(self, call: Call) -> bool:
        """Whether the model may be asked now. If so, `leave` must follow, whatever comes of it."""
        if self.state is CircuitState.OPEN or (self.state is CircuitState.HALF_OPEN and self._let_in):
            return False
        self._let_in.add(call)
        return True

    def leave(self, call: Call) -> None:
        """The call is over."""
        self._let_in.discard(call)

    def allows(self, call: Call) -> bool:
        """Whether another attempt may be made for a call that was let in."""
        return call in self._let_in

    def failed(self, call: Call, failure: Failure) -> None:
        """An attempt failed."""
        if call not in self._let_in or failure.kind not in COUNTED:
            return
        # A trial that fails is one more in the row, and opens it again.
        self._failures += 1
        if self._failures >= self._failures_max:
            self._open_until_s = _now_s() + self._open_s
            self._let_in.clear()

    def answered(self, call: Call) -> None:
        """An answer came."""
        if call in self._let_in:
            self._failures = 0
            self._open_until_s = None

    def why(self) -> str:
        """Why nobody is let in, for people."""
        if self._rest_s > 0:
            return f"it failed {self._failures} times in a row and is left alone for {self._rest_s:.0f} s more"
        return f"it failed {self._failures} times in a row, and another call is trying whether it is back"

    @property
    def _rest_s(self) -> float:
        return 0.0 if self._open_until_s is None else self._open_until_s - _now_s()


class Breaker:
    """The layer around a circuit. What is within tells the circuit of every failed attempt."""

    def __init__(self, inner: Layer, circuit: Circuit) -> None:
        self._inner = inner
        self._circuit = circuit

    async def ask(self, call: Call) -> Reply:
        """As Layer says; BREAKER_OPEN without asking while the circuit is open."""
        if not self._circuit.let_in(call):
            raise ModelFailed(Failure(kind=FailureKind.BREAKER_OPEN, model=str(call.model), why=self._circuit.why()))
        try:
            reply = await self._inner.ask(call)
            self._circuit.answered(call)
            return reply
        finally:
            self._circuit.leave(call)


def _now_s() -> float:
    return asyncio.get_running_loop().time()
