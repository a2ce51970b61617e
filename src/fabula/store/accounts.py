"""Accounts: what asking models costs, the walls it may not go beyond, and how every store keeps both.

A call is reserved before a model is asked and settled after it. Until then it counts as reserved, even if its process
was killed: a budget is a wall, not a wish.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

import msgspec


class Scope(StrEnum):
    """Whose money an account counts."""

    RUN = "run"
    AGENT = "agent"
    DAY = "day"


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """The name of an account."""

    scope: Scope
    key: str
    """The run's id; in scope DAY the day (`2026-11-21`, UTC), empty for today."""
    agent: str = ""
    """In scope AGENT; empty: the one whose limits hold for each agent of the run that has none of its own."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Walls of an account; None: there is none."""

    tokens_max: int | None = None
    cost_nano_usd_max: int | None = None


NO_LIMITS = Limits()


class AccountRow(msgspec.Struct, frozen=True, kw_only=True):
    """What an account stands at: the costs of its settled calls and the reservations of the others."""

    scope: Scope
    key: str
    agent: str = ""
    tokens: int = 0
    cost_nano_usd: int = 0
    """Calls of unknown price count nothing here."""
    tokens_max: int | None = None
    cost_nano_usd_max: int | None = None


class CallRow(msgspec.Struct, frozen=True, kw_only=True):
    """One question sent towards one model."""

    id: int = 0
    """Given by the store."""
    run: str = ""
    """Empty: asked outside any run; then only the day's account is concerned."""
    agent: str = ""
    step: int = 0
    number: int = 0
    role: str
    model: str
    at: str = ""
    """UTC, ISO 8601; given by the store."""
    reserved_tokens: int
    """The most it can cost, its further attempts included."""
    reserved_nano_usd: int | None
    """None: the price is not known."""
    input_tokens: int = 0
    output_tokens: int = 0
    cost_nano_usd: int | None = None
    """Once settled; None: the price is not known."""
    outcome: str = ""
    """`answered`, `cache`, or how it failed; empty: not settled, it counts as reserved."""
    latency_ms: float | None = None
    attempts: int = 1


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a call, and what it cost in the end."""

    outcome: str
    """Not empty."""
    input_tokens: int = 0
    output_tokens: int = 0
    cost_nano_usd: int | None = 0
    latency_ms: float | None = None
    attempts: int = 1


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """A wall: reserving would have gone beyond it, so nothing was reserved."""

    account: Account
    in_money: bool
    """Whether it is counted in billionths of a dollar, or else in tokens."""
    maximum: int
    left: int
    """What may still be spent, >= 0."""
    needed: int | None
    """What was asked for; None: the price is not known, and a wall of money cannot hold what has no price."""


class Accounts(Protocol):
    """Keeps calls and accounts. Walls hold across the processes that share a store."""

    async def reserve(self, call: CallRow, *, day: Limits = NO_LIMITS) -> int | Refused:
        """Set aside what a call can cost at most in the accounts concerned (its agent's, its run's, the day's), if none
        of their limits is exceeded: all in one transaction. day: limits for the account of the day, in addition to
        those kept. Returns the call's id."""
        ...

    async def reserve_again(self, call: int, *, day: Limits = NO_LIMITS) -> Refused | None:
        """Set as much aside once more, for one more attempt of a call. None: done. Raises Conflict if the call is
        settled already."""
        ...

    def settle(self, call: int, settled: Settled) -> None:
        """Put what was really spent in the place of the reservation. Returns at once; it is written with the next
        commit or a moment (50 ms) later, and before an orderly close. The first time counts; once the store is closed
        it does nothing, and the call counts as reserved."""
        ...

    async def set_limits(self, account: Account, limits: Limits) -> None:
        """Keep limits with an account, in the place of those it had."""
        ...

    async def account(self, account: Account) -> AccountRow:
        """What an account stands at, with the limits that hold for it; what this handle settled is in it."""
        ...

    async def accounts(self, run: str) -> Sequence[AccountRow]:
        """The accounts of a run and its agents, by (scope, agent), each with the limits kept with it; none if nothing
        was ever asked or limited."""
        ...

    async def calls(self, run: str) -> Sequence[CallRow]:
        """The calls of a run in the order they were made, those this handle settled as settled. Raises NoSuchRun if
        there is neither a call nor such a run."""
        ...
