"""Doings: one short line for each thing that happens in a world, as it lives - what a person watching reads."""

from collections.abc import Callable
from typing import Any

from fabula.chronicle.letters import visible
from fabula.engine.values import Event
from fabula.environments.world import events as happened


def doing_line(event: Event) -> str | None:
    """What a spectator reads of an event, free of control characters; None for what goes without saying: hours,
    trifles, what only one person feels, digests.
    """
    tell = _LINES.get(type(event))
    line = tell(event) if tell else None
    return visible(line) if line else None


def pence(amount: int) -> str:
    """Money in words: `1 penny`, `12 pence`."""
    return "1 penny" if amount == 1 else f"{amount:,} pence"


def pieces(what: str, amount: int) -> str:
    """So many of a good: `3 bread`; of one: `bread`; coin in pence."""
    if what == "coin":
        return pence(amount)
    return f"{amount:,} {what}" if amount != 1 else what


def _at(event: happened.Deed) -> str:
    return f" at {event.place}" if event.place else ""


def _words(text: str) -> str:
    return f": “{text}”" if text else ""


def _stole(event: happened.Stole) -> str:
    whose = f", {event.owner}’s," if event.owner and event.owner != event.from_whom else ""
    seen = len(event.seen_by) - (event.agent in event.seen_by)
    noticed = "unseen" if not seen else f"seen by {seen}"
    return f"{event.agent} steals {pieces(event.what, event.amount)} from {event.from_whom}{whose} ({noticed})"


def _missed(event: happened.Missed) -> str:
    suspect = f", and suspects {event.suspect}" if event.suspect else ""
    return f"{event.agent} misses {pieces(event.what, event.amount)}{_at(event)}{suspect}"


def _struck(event: happened.Attacked) -> str | None:
    if event.wounds:
        return f"{event.agent} wounds {event.target} badly{_at(event)}"
    return f"{event.agent} strikes {event.target}{_at(event)}" if event.first else None


def _died(event: happened.Died) -> str:
    if event.cause == "keeper":
        return f"{event.agent} is dead, by the keeper’s hand"
    by = f", slain by {event.by}" if event.by else f" of {event.cause}"
    return f"{event.agent} is dead{by}"


def _made(event: happened.Worked) -> str | None:
    if not event.amount:
        return None
    earned = f" and earns {pence(event.wage)}" if event.wage else ""
    return f"{event.agent} makes {pieces(event.made, event.amount)}{_at(event)}{earned}"


def _price(event: happened.PriceMoved) -> str:
    why = f": it is {event.why}" if event.why else ""
    way = "rises" if event.now > event.before else "falls"
    return f"the price of {event.what} at {event.place} {way} from {event.before} to {event.now}{why}"


def _tallied(event: happened.Tallied) -> str:
    told = [(event.born, "born"), (event.starved, "starved"), (event.slain, "slain"), (event.aged, "died of age")]
    told += [(event.fights, "blows"), (event.stole, "thefts")]
    changes = ", ".join(f"{count:,} {what}" for count, what in told if count)
    return f"{event.faction}: {event.lives:,} lives{f' ({changes})' if changes else ''}"


_LINES: dict[type[Event], Callable[[Any], str | None]] = {
    happened.Came: lambda e: f"{e.agent} is here" + (f", {e.role}" if e.role else "") if e.later else None,
    happened.Worked: _made,
    happened.WentHungry: lambda e: f"{e.agent} goes hungry",
    happened.Bought: lambda e: f"{e.agent} buys {pieces(e.what, e.amount)} from {e.seller} for {pence(e.price)}",
    happened.Sold: lambda e: f"{e.agent} sells {pieces(e.what, e.amount)} to {e.buyer} for {pence(e.price)}",
    happened.Gave: lambda e: f"{e.agent} gives {pieces(e.what, e.amount)} to {e.to}",
    happened.PickedUp: lambda e: f"{e.agent} picks up {pieces(e.what, e.amount)}{_at(e)}",
    happened.Used: lambda e: f"{e.agent} uses {e.what}" + (f" on {e.on}" if e.on and e.on != e.agent else ""),
    happened.UsedAbility: lambda e: f"{e.agent} uses {e.ability}" + (f" on {e.on}" if e.on else ""),
    happened.Stole: _stole,
    happened.Missed: _missed,
    happened.Accused: lambda e: (
        f"{e.agent} accuses {e.whom} of {e.of or 'a wrong'}" + (", who owns up" if e.owned_up else ", who denies it")
    ),
    happened.Amended: lambda e: f"{e.agent} makes amends to {e.whom} for {e.for_what}{_words(e.text)}",
    happened.Said: lambda e: f"{e.agent} to {e.to}{_words(e.text)}",
    happened.Quarrelled: lambda e: f"{e.agent} and {e.whom} quarrel about {e.about}{_at(e)}",
    happened.MadeUp: lambda e: f"{e.agent} and {e.whom} make it up{_at(e)}",
    happened.Attacked: _struck,
    happened.Fled: lambda e: f"{e.agent} flees from {e.from_whom}",
    happened.Yielded: lambda e: f"{e.agent} yields to {e.to}",
    happened.Died: _died,
    happened.PlanMade: lambda e: f"{e.agent} means to {e.what}" + (f", since {e.why}" if e.why else ""),
    happened.PlanBroken: lambda e: f"{e.agent} gives up: {e.why}",
    happened.PriceMoved: _price,
    happened.RanOut: lambda e: f"{e.place} has no more {e.what}",
    happened.Tallied: _tallied,
    happened.Refused: lambda e: f"{e.agent} cannot {e.tried}: {e.why}",
    happened.SystemFailed: lambda e: f"the system {e.system} failed ({e.error}) and is left out from here on",
}
