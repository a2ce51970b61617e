"""Stretches: what people do piece by piece - work, gather, buy, sell - is summed in `person.doing` and told once.

Of each that is open, `doing` holds under its name the place, the good, pieces, pence, the tick it began and the last.
"""

from typing import NamedTuple

from fabula.environments.world.components import NOBODY, Intent
from fabula.environments.world.deeds.opening_hours import is_open
from fabula.environments.world.events import AnyEvent, Bought, PickedUp, Sold, Worked
from fabula.environments.world.property import good_name
from fabula.environments.world.state import Person
from fabula.environments.world.systems.telling.scene import here, perceivers, place_name
from fabula.environments.world.tick import Tick

WORK, GATHER, BUY, SELL = "work", "gather", "buy", "sell"

STRETCH_TICKS_MAX = 360
"""A stretch of work is told at the latest after so many ticks."""
PAUSE_TICKS = 6
"""Whoever turns to something else for longer has ended their work."""
GATHERED_TICKS = 60
"""Gathering is over when nothing was found for so long."""
_TRADES = (BUY, SELL)
_FIELDS = ("at", "good", "pieces", "pence", "since", "last")
_KEYS = {name: tuple(f"{name} {field}" for field in _FIELDS) for name in (WORK, GATHER, BUY, SELL)}
_SINCE = {name: f"{name} since" for name in _KEYS}
_WORKS = int(Intent.WORK)


class Stretch(NamedTuple):
    """One that is open."""

    at: int
    """Index of a place, or NOBODY: the open."""
    good: int
    pieces: int
    pence: int
    since: int
    last: int
    """The tick at which it last went on."""


def go_on(tick: Tick, person: Person, name: str, *, at: int, good: int, pieces: int, pence: int) -> None:
    """A piece more of a stretch; what else was open under that name is told first."""
    open_ = _open(person, name)
    if open_ is not None and (open_.at, open_.good) != (at, good):
        end(tick, person, name)
        open_ = None
    before = open_ or Stretch(at, good, 0, 0, tick.now, tick.now)
    _keep(person, name, Stretch(at, good, before.pieces + pieces, before.pence + pence, before.since, tick.now))


def end_stretches(tick: Tick) -> None:
    """Tell of the stretches that ended."""
    for person in tick.state.living():
        for name, since in _SINCE.items():
            if since not in person.doing:
                continue
            open_ = _open(person, name)
            if open_ is not None and _is_over(tick, person, name, open_):
                end(tick, person, name)


def end_trades(tick: Tick, person: Person) -> int:
    """Tell of what was bought and sold so far; returns the good that was bought, or NOBODY."""
    buying = _open(person, BUY)
    for name in _TRADES:
        end(tick, person, name)
    return buying.good if buying is not None else NOBODY


def end(tick: Tick, person: Person, name: str) -> None:
    """Close a stretch, if it is open, and tell it."""
    open_ = _open(person, name)
    if open_ is None:
        return
    for key in _KEYS[name]:
        del person.doing[key]
    if open_.pieces > 0 or open_.pence > 0:
        tick.tell(_told(tick, person, name, open_))


def _is_over(tick: Tick, person: Person, name: str, open_: Stretch) -> bool:
    if name in _TRADES:
        return tick.now > open_.last
    if name == GATHER:
        return tick.now - open_.last > GATHERED_TICKS or tick.now - open_.since >= STRETCH_TICKS_MAX
    row = tick.lives.row(person.life)
    if tick.now - open_.since >= STRETCH_TICKS_MAX or here(tick, row) != open_.at:
        return True
    if open_.at != NOBODY and not is_open(tick, open_.at):
        return True
    if tick.lives.intent[row] == _WORKS:
        person.doing[f"{name} last"] = tick.now
        return False
    return tick.now - open_.last > PAUSE_TICKS


def _told(tick: Tick, person: Person, name: str, open_: Stretch) -> AnyEvent:
    row = tick.lives.row(person.life)
    seen_by, agent = perceivers(tick, row), person.name
    at, good = place_name(tick, open_.at), good_name(tick.setting, open_.good) if open_.good >= 0 else ""
    pieces, pence = open_.pieces, open_.pence
    if name == WORK:
        return Worked(agent=agent, place=at, made=good, amount=pieces, wage=pence, seen_by=seen_by)
    if name == GATHER:
        return PickedUp(agent=agent, place=at, what=good, amount=pieces, seen_by=seen_by)
    place = place_name(tick, here(tick, row))
    if name == BUY:
        return Bought(agent=agent, place=place, what=good, amount=pieces, price=pence, seller=at, seen_by=seen_by)
    return Sold(agent=agent, place=place, what=good, amount=pieces, price=pence, buyer=at, seen_by=seen_by)


def _open(person: Person, name: str) -> Stretch | None:
    doing = person.doing
    if _SINCE[name] not in doing:
        return None
    return Stretch(*[doing[key] for key in _KEYS[name]])


def _keep(person: Person, name: str, stretch: Stretch) -> None:
    person.doing.update(zip(_KEYS[name], stretch, strict=True))
