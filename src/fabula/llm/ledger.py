"""The ledger: what the models asked cost, kept in the store; what is left up to each wall; and the live meter."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from fabula.engine import Spent
from fabula.llm.price import Estimate, dollars, nano_usd
from fabula.llm.values import Asker, ModelName
from fabula.settings import BudgetSettings
from fabula.store import (
    Account,
    AccountRow,
    CallRow,
    Limits,
    Refused,
    ReplyRow,
    Scope,
    Settled,
    Store,
)

ANSWERED = "answered"
CACHED = "cache"
CANCELLED = "cancelled"
"""Outcomes of a call; every other one is a kind of failure. An empty one: never settled, its process was killed."""

TOKENS_MAX = 10**12
"""No provider's count of one answer is believed beyond this."""


class Reservation(NamedTuple):
    """What is set aside for one call."""

    call: int
    """Its id in the store."""
    asker: Asker
    model: str
    estimate: Estimate
    """The most that one attempt can use and cost."""


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What some calls came to."""

    calls: int = 0
    """Questions sent towards a model, the cache's answers included."""
    cached: int = 0
    """Those that the cache answered."""
    failures: int = 0
    """Those that no answer came of."""
    unsettled: int = 0
    """Those under way, or cut off by a kill; they count as reserved."""
    attempts: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    tokens: int = 0
    """Both together, and what is reserved for the unsettled."""
    cost_nano_usd: int = 0
    """In billionths of a dollar, what is reserved for the unsettled included."""
    unpriced: int = 0
    """Calls whose price is not known: their cost is missing above, their tokens are not."""

    @property
    def cost(self) -> str:
        """What they cost, for people: `$0.0123`, `$0.0123 and more`, `free`, `price unknown`."""
        if not self.calls:
            return dollars(0)
        if self.unpriced and self.unpriced == self.calls:
            return "price unknown"
        known = dollars(self.cost_nano_usd) if self.cost_nano_usd or self.unpriced else "free"
        return f"{known} and more" if self.unpriced else known


class Meter(msgspec.Struct, frozen=True, kw_only=True):
    """What a run has come to so far."""

    total: Tally
    by_model: dict[str, Tally]


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What a run came to, and whose doing it was. Each mapping is sorted by cost, then tokens, the largest first."""

    total: Tally
    by_agent: dict[str, Tally]
    by_role: dict[str, Tally]
    by_model: dict[str, Tally]


class Spending(msgspec.Struct, frozen=True, kw_only=True):
    """What one answer cost, as a record tells it."""

    agent: str
    role: str
    model: str
    spent: Spent


class Wall(msgspec.Struct, frozen=True, kw_only=True):
    """One limit and what counts towards it."""

    account: Account
    in_money: bool
    """Whether the numbers are billionths of a dollar, or else tokens."""
    maximum: int
    spent: int
    """What is reserved included."""

    @property
    def left(self) -> int:
        """What may still be spent, >= 0."""
        return max(0, self.maximum - self.spent)


class Ledger:
    """Keeps the money of all runs of a store. Several processes may keep one store's."""

    def __init__(self, store: Store, budget: BudgetSettings) -> None:
        """budget: the walls of the day, and of the runs that are begun."""
        self._store = store
        self._budget = budget
        self._day = Limits(tokens_max=budget.day_tokens, cost_nano_usd_max=_nano_usd(budget.day_usd))
        self._walled: set[str] = set()
        """The runs whose walls are up."""
        self._meters: dict[str, dict[str, Tally]] = {}

    async def begin(self, run: str) -> None:
        """Put up the walls of a run, and let its meter begin with what it has cost so far. A wall the settings do not
        name stays as it was when the run was last begun. Raises NoSuchRun.
        """
        calls = await self._store.calls(run)
        await self._wall_in(run)
        self._meters[run] = _grouped(calls, "model")

    async def reserve(self, asker: Asker, model: ModelName, estimate: Estimate) -> Reservation | Refused:
        """Set aside the most that asking once can cost, durably; or say which wall is in the way. The walls of a run
        that nobody began are put up first.
        """
        if asker.run and asker.run not in self._walled:
            await self._wall_in(asker.run)
        row = CallRow(
            run=asker.run,
            agent=asker.agent,
            step=asker.step,
            number=asker.number,
            role=asker.role,
            model=str(model),
            reserved_tokens=estimate.tokens,
            reserved_nano_usd=estimate.cost_nano_usd,
        )
        reserving = asyncio.ensure_future(self._store.reserve(row, day=self._day))
        try:
            call = await asyncio.shield(reserving)
        except asyncio.CancelledError:
            reserving.add_done_callback(self._give_back)
            raise
        return call if isinstance(call, Refused) else Reservation(call, asker, str(model), estimate)

    async def reserve_again(self, reserved: Reservation) -> Refused | None:
        """Set as much aside once more; None: done."""
        return await self._store.reserve_again(reserved.call, day=self._day)

    def settle(
        self, reserved: Reservation, outcome: str, spent: Spent, *, latency_ms: float, attempts: int = 1
    ) -> None:
        """Put what was really spent, in all attempts, in the place of what was reserved. Never waits."""
        settled = Settled(
            outcome=outcome,
            input_tokens=spent.input_tokens,
            output_tokens=spent.output_tokens,
            cost_nano_usd=spent.cost_nano_usd,
            latency_ms=latency_ms,
            attempts=attempts,
        )
        self._store.settle(reserved.call, settled)
        meter = self._meters.setdefault(reserved.asker.run, {})
        meter[reserved.model] = _added(meter.get(reserved.model, Tally()), _tally_of(settled))

    def meter(self, run: str) -> Meter:
        """What a run has come to, calls under way left out, without asking the store."""
        by_model = self._meters.get(run, {})
        return Meter(total=_sum(by_model.values()), by_model=dict(by_model))

    async def figures(self, run: str) -> Figures:
        """What a run came to, as the store has it. Raises NoSuchRun."""
        return figures_of(await self._store.calls(run))

    async def walls(self, run: str) -> list[Wall]:
        """Every wall a call of this run can meet, and what is left up to it: the run's, its agents', the day's."""
        rows = await self._store.accounts(run)
        named = [Account(scope=row.scope, key=row.key, agent=row.agent) for row in rows]
        # The account of no agent in particular only holds the limits of each.
        met = [await self._store.account(name) for name in named if name.scope is Scope.RUN or name.agent]
        today = await self._store.account(Account(scope=Scope.DAY, key=""))
        own = replace(today, tokens_max=self._day.tokens_max, cost_nano_usd_max=self._day.cost_nano_usd_max)
        return [wall for row in (*met, own) for wall in _walls_of(row)]

    async def find_reply(self, asker: Asker, digest: str) -> bytes | None:
        """The reply kept for this very question; None: there is none."""
        return await self._store.reply_to(asker.run, asker.agent, asker.step, asker.number, digest)

    async def keep_reply(self, asker: Asker, digest: str, reply: bytes) -> bytes:
        """Keep a reply durably. Returns the one that stands: this one, or one kept before."""
        row = ReplyRow(
            run=asker.run, agent=asker.agent, step=asker.step, number=asker.number, digest=digest, reply=reply
        )
        return await self._store.keep_reply(row)

    def _give_back(self, reserving: "asyncio.Task[int | Refused]") -> None:
        """Whoever reserved left before the answer, so nothing was or will be asked."""
        if reserving.cancelled() or reserving.exception() is not None:
            return
        call = reserving.result()
        if not isinstance(call, Refused):
            self._store.settle(call, Settled(outcome=CANCELLED))

    async def _wall_in(self, run: str) -> None:
        # Done twice by callers who meet here, it is the same.
        budget = self._budget
        await self._limit(Account(scope=Scope.RUN, key=run), budget.run_tokens, budget.run_usd)
        await self._limit(Account(scope=Scope.AGENT, key=run), budget.agent_tokens, budget.agent_usd)
        self._walled.add(run)

    async def _limit(self, account: Account, tokens_max: int | None, usd_max: float | None) -> None:
        before = await self._store.account(account)
        limits = Limits(
            tokens_max=before.tokens_max if tokens_max is None else tokens_max,
            cost_nano_usd_max=before.cost_nano_usd_max if usd_max is None else nano_usd(usd_max),
        )
        if limits != Limits(tokens_max=before.tokens_max, cost_nano_usd_max=before.cost_nano_usd_max):
            await self._store.set_limits(account, limits)


def figures_of(rows: Sequence[CallRow] | Sequence[Spending]) -> Figures:
    """What calls, or the answers of a record, came to."""
    return Figures(
        total=_sum(map(_tally, rows)),
        by_agent=_dearest_first(_grouped(rows, "agent")),
        by_role=_dearest_first(_grouped(rows, "role")),
        by_model=_dearest_first(_grouped(rows, "model")),
    )


def _nano_usd(usd: float | None) -> int | None:
    return None if usd is None else nano_usd(usd)


def _tally(row: CallRow | Spending) -> Tally:
    if isinstance(row, Spending):
        spent = row.spent
        return _tally_of(
            Settled(
                outcome=ANSWERED,
                input_tokens=spent.input_tokens,
                output_tokens=spent.output_tokens,
                cost_nano_usd=spent.cost_nano_usd,
            )
        )
    if row.outcome:
        return _tally_of(row)
    cost = row.reserved_nano_usd
    return Tally(
        calls=1,
        unsettled=1,
        attempts=row.attempts,
        tokens=row.reserved_tokens,
        cost_nano_usd=cost or 0,
        unpriced=cost is None,
    )


def _tally_of(settled: CallRow | Settled) -> Tally:
    return Tally(
        calls=1,
        cached=settled.outcome == CACHED,
        failures=settled.outcome not in (ANSWERED, CACHED),
        attempts=settled.attempts,
        input_tokens=settled.input_tokens,
        output_tokens=settled.output_tokens,
        tokens=settled.input_tokens + settled.output_tokens,
        cost_nano_usd=settled.cost_nano_usd or 0,
        unpriced=settled.cost_nano_usd is None,
    )


def _added(one: Tally, other: Tally) -> Tally:
    sums = map(int.__add__, msgspec.structs.astuple(one), msgspec.structs.astuple(other))
    return Tally(**dict(zip(Tally.__struct_fields__, sums, strict=True)))


def _sum(tallies: Iterable[Tally]) -> Tally:
    total = Tally()
    for tally in tallies:
        total = _added(total, tally)
    return total


def _grouped(rows: Sequence[CallRow] | Sequence[Spending], field: str) -> dict[str, Tally]:
    groups: dict[str, Tally] = {}
    for row in rows:
        key = getattr(row, field)
        groups[key] = _added(groups.get(key, Tally()), _tally(row))
    return groups


def _dearest_first(groups: dict[str, Tally]) -> dict[str, Tally]:
    def rank(item: tuple[str, Tally]) -> tuple[int, int, str]:
        name, tally = item
        return -tally.cost_nano_usd, -tally.tokens, name

    return dict(sorted(groups.items(), key=rank))


def _walls_of(row: AccountRow) -> list[Wall]:
    account = Account(scope=row.scope, key=row.key, agent=row.agent)
    both = ((True, row.cost_nano_usd_max, row.cost_nano_usd), (False, row.tokens_max, row.tokens))
    return [
        Wall(account=account, in_money=in_money, maximum=maximum, spent=spent)
        for in_money, maximum, spent in both
        if maximum is not None
    ]
