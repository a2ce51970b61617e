"""The budget: money is set aside before a model is asked, and what was really spent is counted after it.

Whatever could cost more than is left up to a wall is not asked. What nobody knows the use of (an attempt cut off, a
provider that counts no tokens) counts as the most it can have cost.
"""

import time
from collections.abc import Callable

from msgspec.structs import replace

from fabula.engine import Spent
from fabula.llm.layer import Call, Layer
from fabula.llm.ledger import ANSWERED, CACHED, CANCELLED, TOKENS_MAX, Ledger, Reservation
from fabula.llm.price import CALL_NANO_USD_MAX, Estimate, Price, dollars, estimate
from fabula.llm.values import Failure, FailureKind, ModelFailed, ModelName, Reply, Source
from fabula.store import Refused, Scope

Prices = Callable[[ModelName], Price | None]
"""What a model costs; None: that is not known."""

_NOTHING = Spent(cost_nano_usd=0)


class Budget:
    """The layer that guards the walls."""

    def __init__(
        self, inner: Layer, ledger: Ledger, prices: Prices, *, stopwatch: Callable[[], float] = time.perf_counter
    ) -> None:
        """stopwatch: seconds, for latencies."""
        self._inner = inner
        self._ledger = ledger
        self._prices = prices
        self._stopwatch = stopwatch

    async def ask(self, call: Call) -> Reply:
        """As Layer says; OVER_BUDGET, without asking, where a wall is in the way. The reply's `spent` is what counts
        for this call in the end, failed attempts that may have been billed included.
        """
        bill = await self._open(call)
        call.purse = bill
        try:
            reply = await self._inner.ask(call)
        except ModelFailed as error:
            bill.failed(error)
            raise
        except BaseException:
            # Cancelled, or broken in a way nobody foresaw: whether it was asked, and billed, is not known.
            bill.broken_off()
            raise
        return bill.answered(reply)

    async def _open(self, call: Call) -> "_Bill":
        price = self._prices(call.model)
        most = estimate(call.request, price)
        reserved = await self._ledger.reserve(call.request.asker, call.model, most)
        if isinstance(reserved, Refused):
            raise ModelFailed(_over_budget(call.model, reserved))
        return _Bill(self._ledger, reserved, price, self._stopwatch)


class _Bill:
    """What a call may cost and what it did; also the purse of its further attempts."""

    def __init__(
        self, ledger: Ledger, reserved: Reservation, price: Price | None, stopwatch: Callable[[], float]
    ) -> None:
        self._ledger = ledger
        self._reserved = reserved
        self._price = price
        self._stopwatch = stopwatch
        self._began_s = stopwatch()
        self._attempts = 1
        """For how many the money is set aside."""

    async def again(self) -> bool:
        """As Purse says."""
        refused = await self._ledger.reserve_again(self._reserved)
        self._attempts += refused is None
        return refused is None

    def answered(self, reply: Reply) -> Reply:
        """Settle what the answer cost, and say so in it."""
        if reply.source is Source.CACHE:
            self._settle(CACHED, _NOTHING, attempts=1)
            return reply
        billed = _times(self._most, sum(failure.billed for failure in reply.failures))
        spent = _plus(_used(reply.spent, self._price, self._most), billed)
        self._settle(ANSWERED, spent, attempts=1 + len(reply.failures))
        return replace(reply, spent=spent)

    def failed(self, error: ModelFailed) -> None:
        """Settle what the failed attempts may have been billed for."""
        billed = sum(failure.billed for failure in error.failures)
        self._settle(error.failure.kind, _times(self._most, billed), attempts=len(error.failures))

    def broken_off(self) -> None:
        """Settle all that was set aside."""
        self._settle(CANCELLED, _times(self._most, self._attempts), attempts=self._attempts)

    @property
    def _most(self) -> Estimate:
        return self._reserved.estimate

    def _settle(self, outcome: str, spent: Spent, *, attempts: int) -> None:
        latency_ms = round((self._stopwatch() - self._began_s) * 1000, 3)
        self._ledger.settle(self._reserved, outcome, spent, latency_ms=latency_ms, attempts=attempts)


def _used(told: Spent, price: Price | None, most: Estimate) -> Spent:
    """What an answer used, as the provider tells it."""
    input_tokens, output_tokens = _believed(told.input_tokens), _believed(told.output_tokens)
    if not input_tokens and not output_tokens:
        return _times(most, 1)
    cost = told.cost_nano_usd
    if cost is None and price is not None:
        cost = price.cost_nano_usd(input_tokens, output_tokens)
    bounded = None if cost is None else min(max(0, cost), CALL_NANO_USD_MAX)
    return Spent(input_tokens=input_tokens, output_tokens=output_tokens, cost_nano_usd=bounded)


def _believed(tokens: int) -> int:
    return min(max(0, tokens), TOKENS_MAX)


def _times(most: Estimate, attempts: int) -> Spent:
    """The most that so many attempts can have used and cost."""
    cost = most.cost_nano_usd
    return Spent(
        input_tokens=most.input_tokens * attempts,
        output_tokens=most.output_tokens * attempts,
        cost_nano_usd=cost * attempts if cost is not None else None if attempts else 0,
    )


def _plus(one: Spent, other: Spent) -> Spent:
    costs = (one.cost_nano_usd, other.cost_nano_usd)
    return Spent(
        input_tokens=one.input_tokens + other.input_tokens,
        output_tokens=one.output_tokens + other.output_tokens,
        cost_nano_usd=None if None in costs else sum(cost or 0 for cost in costs),
    )


def _over_budget(model: ModelName, refused: Refused) -> Failure:
    return Failure(kind=FailureKind.OVER_BUDGET, model=str(model), why=_in_words(refused))


def _in_words(refused: Refused) -> str:
    scope = refused.account.scope
    wall, whole = f"the budget of {_whose(scope)}", _amount(refused, refused.maximum)
    if refused.needed is None:
        return (
            f"{wall}, {whole}, is in money, and what this model costs is not known: give its price under "
            f"models.prices, or set a budget in tokens instead (models.budget.{scope}_tokens)"
        )
    needed, spent = _amount(refused, refused.needed), refused.maximum - refused.left
    if spent <= 0:
        return f"{wall} is too small ({whole}, and one question could cost up to {needed})"
    return (
        f"{wall} leaves too little ({_amount(refused, spent)} of {whole} is spent or set aside, and the next question "
        f"could cost up to {needed})"
    )


def _whose(scope: Scope) -> str:
    # Without names: who it was stands beside it wherever it is told, and what is the same for many is told once.
    match scope:
        case Scope.AGENT:
            return "this agent"
        case Scope.RUN:
            return "the run"
        case Scope.DAY:
            return "the day (UTC)"


def _amount(refused: Refused, amount: int) -> str:
    return dollars(amount) if refused.in_money else f"{amount:,} tokens"
