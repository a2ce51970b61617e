"""Wording: deeds in words, as they follow `to`."""

from collections.abc import Sequence
from typing import assert_never

from fabula.environments.world import actions
from fabula.environments.world.naming import COIN, NAME_MAX, clean, short

PLAN_MAX = 300
"""Characters of a whole plan in words."""


def worded_plan(deeds: Sequence[actions.Deed]) -> str:
    """`go to the Market, buy 2 bread and go to Elm House`."""
    clauses = [worded(deed) for deed in deeds]
    return clean(" and ".join([", ".join(clauses[:-1]), clauses[-1]] if len(clauses) > 1 else clauses), most=PLAN_MAX)


def worded(deed: actions.Deed) -> str:  # noqa: PLR0911, PLR0912 - one case a deed
    """One deed: `buy 2 bread at the Market`. What a mind wrote is shown short."""
    match deed:
        case actions.Go():
            return f"go to {short(deed.to)}"
        case actions.Work():
            return f"work{_at(deed.at)}"
        case actions.Rest():
            return "rest"
        case actions.Sleep():
            return "sleep"
        case actions.Eat():
            return f"eat {short(deed.what) or 'something'}"
        case actions.Buy():
            return f"buy {_pieces(deed.what, deed.amount)}{_at(deed.at, 'from')}"
        case actions.Sell():
            return f"sell {_pieces(deed.what, deed.amount)}{_at(deed.to, 'to')}"
        case actions.Give():
            return f"give {_pieces(deed.what, deed.amount)} to {short(deed.to)}"
        case actions.PickUp():
            return f"pick up {short(deed.what) or 'something'}"
        case actions.Drop():
            return f"put down {_pieces(deed.what, deed.amount)}"
        case actions.Use():
            return f"use {short(deed.what)}{_at(deed.on, 'on')}"
        case actions.Steal():
            return f"steal {_pieces(deed.what, deed.amount)} from {short(deed.from_)}"
        case actions.Say():
            return f"speak with {short(deed.to)}{_at(deed.about, 'about')}"
        case actions.Accuse():
            return f"accuse {short(deed.whom)}{_at(deed.of, 'of')}"
        case actions.Amend():
            return f"make amends to {short(deed.whom)}"
        case actions.Forgive():
            return f"make up with {short(deed.whom)}"
        case actions.Attack():
            return f"attack {short(deed.whom)}"
        case actions.Guard():
            return f"guard {short(deed.what)}"
        case actions.Flee():
            return f"flee from {short(deed.from_)}" if deed.from_ else "get away"
        case actions.UseAbility():
            return f"use {short(deed.ability)}{_at(deed.on, 'on')}"
        case _ as never:
            assert_never(never)


def pieces(what: str, amount: int) -> str:
    """`2 bread`, `5 pence`."""
    return f"{amount:,} {('penny' if amount == 1 else 'pence') if what == COIN else what}"


def _pieces(what: str, amount: int) -> str:
    return pieces(short(what), amount) if abs(amount) < 10**12 else clean(what, most=NAME_MAX)


def _at(name: str, word: str = "at") -> str:
    return f" {word} {short(name)}" if name else ""
