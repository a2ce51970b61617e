"""Losses: owners count what is theirs when they come to it, find what is gone, and may suspect whom they saw."""

from fabula.environments.world.components import NOBODY
from fabula.environments.world.events import Missed
from fabula.environments.world.society.circle import place_of
from fabula.environments.world.society.wrongs import knows, unsettled
from fabula.environments.world.state import Person, Wrong
from fabula.environments.world.tick import Tick
from fabula.environments.world.witnesses import witnesses

COUNT_TICKS = 30
"""Between two looks."""
SUSPECT_TICKS = 540
"""Whoever was seen no longer ago may have been it."""
DAY_TICKS = 4320
"""Failing that, whoever was seen within so long and is trusted so little."""
BAD_NAME = -30
RECKONING_H = 20
"""The hour of the day at which owners go over what came in."""
_COUNTED = "counted"
"""Key of `Person.doing`: until when they know of all that was taken from them."""


def find_losses(tick: Tick) -> None:
    """Let everybody who is awake find what was taken from where they are, or off themselves, unnoticed."""
    if tick.now % COUNT_TICKS:
        return
    people = tick.state.living()
    thefts = [wrong for thief in people for wrong in unsettled(thief, by=thief.name) if wrong.what.startswith("taking")]
    if not thefts:
        return
    for owner in people:
        if not tick.lives.asleep[tick.lives.row(owner.life)]:
            _count(tick, owner, [one for one in thefts if one.to == owner.name], people)


def _count(tick: Tick, owner: Person, thefts: list[Wrong], people: list[Person]) -> None:
    here = place_of(tick, owner)
    for theft in thefts:
        _, _, from_ = theft.what.partition(" from ")
        counted = f"{_COUNTED} {from_}"
        if not (from_ in (here, owner.name) or _reckons(tick, theft)) or theft.tick <= owner.doing.get(counted, NOBODY):
            continue
        owner.doing[counted] = theft.tick
        if not knows(owner, theft):
            _miss(tick, owner, theft, from_ if from_ in tick.catalogue.place else here, people)


def _reckons(tick: Tick, theft: Wrong) -> bool:
    """Whether owners come upon it as they go over the day's takings, wherever they are: coin is counted then."""
    return tick.hour == RECKONING_H and " from " in theft.what and theft.what.split(" ")[2] in ("penny", "pence")


def _miss(tick: Tick, owner: Person, theft: Wrong, place: str, people: list[Person]) -> None:
    amount, _, what = theft.what.removeprefix("taking ").partition(" from ")[0].partition(" ")
    tick.tell(
        Missed(
            agent=owner.name,
            place=place,
            what="coin" if what in ("penny", "pence") else what,
            amount=int(amount.replace(",", "")),
            suspect=_suspect(tick, owner, theft, people),
            seen_by=tuple(sorted({owner.name, *witnesses(tick, tick.lives.row(owner.life))})),
        )
    )


def _suspect(tick: Tick, owner: Person, theft: Wrong, people: list[Person]) -> str:
    """Of those the owner saw since shortly before, the one they trust least - who need not have done it; empty: nobody
    they would think ill of.
    """
    seen = [
        (owner.bonds.get(one.name, 0) + int(tick.lives.reputation[tick.lives.row(one.life)]) // 10, one.name)
        for one in people
        if one is not owner and owner.seen.get(one.name, NOBODY) >= max(0, theft.tick - SUSPECT_TICKS)
    ]
    trust, name = min(seen, default=(0, ""))
    return name if trust < 0 else _usual_suspect(tick, owner, theft, people)


def _usual_suspect(tick: Tick, owner: Person, theft: Wrong, people: list[Person]) -> str:
    """Whom the owner would think capable of it and saw that day at all: somebody of bad name; empty: nobody."""
    names = [
        (int(tick.lives.reputation[tick.lives.row(one.life)]) // 10 + owner.bonds.get(one.name, 0), one.name)
        for one in people
        if one is not owner and owner.seen.get(one.name, NOBODY) >= max(0, theft.tick - DAY_TICKS)
    ]
    trust, name = min(names, default=(0, ""))
    return name if trust <= BAD_NAME else ""
