"""Matters: what there is to speak of where somebody stands - the place, its goods, the hour, how they are. Only what is
so, and only what they see or know: their own shelves, and those before their eyes.

The slots: {place} where they are; {shop} a place whose shelves they know; {good} what is traded there, for {price};
{dear} and {cheap} what costs more or less than it used to; {scarce} what it is nearly out of; {plenty} what it has much
of; {work} and {made} where they work and what they make there; {their_work} and {their_made} the hearer's.
"""

from typing import NamedTuple

import numpy as np

from fabula.engine.chance import Stream
from fabula.environments.world.components import FULL, NOBODY
from fabula.environments.world.property import cell_of
from fabula.environments.world.state import Person
from fabula.environments.world.tick import Tick

HUNGRY, TIRED, HURT = 550, 600, 700
POOR_PENCE = 8
SCARCE, PLENTY = 2, 15
"""Pieces."""


class Matters(NamedTuple):
    """What can be spoken of."""

    slots: dict[str, str]
    holds: frozenset[str]
    """Conditions: a part of the day, `early`, `midday`, `late`; `hungry`, `tired`, `hurt`, `poor`; `working`, `kin`."""


def matters(tick: Tick, speaker: Person, hearer: Person, draw: Stream) -> Matters:
    """What there is to say between two, now and here."""
    row, other = tick.lives.row(speaker.life), tick.lives.row(hearer.life)
    here = int(tick.ground.place_at[cell_of(tick, row)]) if row != NOBODY else NOBODY
    work, home = _post(tick, row)
    their_work, their_home = _post(tick, other)
    slots = {
        "place": _place(tick, here),
        "work": _place(tick, work),
        "made": _made(tick, work),
        "their_work": _place(tick, their_work),
        "their_made": _made(tick, their_work),
        "part": _part(tick.hour),
    }
    slots |= _shelves(tick, [one for one in (here, work) if one != NOBODY], draw)
    holds = _condition(tick, row) | {_part(tick.hour)}
    holds |= {"working"} if here == work != NOBODY else set()
    holds |= {"theirs"} if here == their_work != NOBODY and here != work else set()
    holds |= {"kin"} if home == their_home != NOBODY else set()
    return Matters(slots, frozenset(holds))


def _post(tick: Tick, row: int) -> tuple[int, int]:
    return (int(tick.lives.work[row]), int(tick.lives.home[row])) if row != NOBODY else (NOBODY, NOBODY)


def _place(tick: Tick, number: int) -> str:
    return tick.setting.places[number].name if number != NOBODY else ""


def _made(tick: Tick, number: int) -> str:
    good = int(tick.catalogue.place_makes[number]) if number != NOBODY else NOBODY
    return tick.setting.goods[good].name if good != NOBODY else ""


def _part(hour: int) -> str:
    return "night" if hour < 5 or hour >= 22 else "morning" if hour < 12 else "afternoon" if hour < 17 else "evening"


def _condition(tick: Tick, row: int) -> set[str]:
    if row == NOBODY:
        return set()
    lives, hour = tick.lives, tick.hour
    felt = {
        "hungry": lives.hunger[row] >= HUNGRY,
        "tired": lives.fatigue[row] >= TIRED,
        "hurt": lives.health[row] < HURT,
        "well": lives.health[row] == FULL,
        "poor": lives.coin[row] < POOR_PENCE,
        "early": 4 <= hour < 8,
        "late": hour >= 20 or hour < 4,
        "midday": 10 <= hour < 14,
    }
    return {name for name, is_so in felt.items() if is_so}


def _shelves(tick: Tick, places: list[int], draw: Stream) -> dict[str, str]:
    """What is to be said of the goods at one of these places."""
    traded = [place for place in dict.fromkeys(places) if tick.catalogue.place_trades[place].any()]
    if not traded:
        return {}
    place = draw.choice(traded)
    goods = np.flatnonzero(tick.catalogue.place_trades[place]).tolist()
    prices, stock, usual = tick.state.price[place], tick.state.stock[place], tick.catalogue.good_price
    names = [good.name for good in tick.setting.goods]
    chosen = draw.choice(goods)
    slots = {"shop": _place(tick, place), "good": names[chosen], "price": pence(int(prices[chosen]))}
    notable = {
        "dear": 4 * prices >= 5 * usual,
        "cheap": 5 * prices <= 4 * usual,
        "scarce": stock <= SCARCE,
        "plenty": stock >= PLENTY,
    }
    for slot, is_so in notable.items():
        if found := [good for good in goods if is_so[good]]:
            good = draw.choice(found)
            slots[slot] = names[good]
            slots[f"{slot}_price"] = pence(int(prices[good]))
    return slots


def pence(amount: int) -> str:
    """`a penny`, `7 pence`."""
    return "a penny" if amount == 1 else f"{amount:,} pence"
