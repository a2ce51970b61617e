"""Prices: once an hour each place asks more for what it is short of, and less for what it has too much of."""

import numpy as np
from numpy.typing import NDArray

from fabula.environments.world.events import PriceMoved, RanOut
from fabula.environments.world.tick import Tick
from fabula.environments.world.witnesses import people_at

STOCK_WANTED = 10
"""Pieces that a place wants to hold of what it trades, unless it opened with some: then it wants to hold as many."""
PRICE_MAX = 5
"""Times its base price: no good costs more."""
TOLD_MAX = 3
"""Prices of one place told of in an hour: those that moved most."""

Numbers = NDArray[np.int64]


def run(tick: Tick) -> None:
    """Tell of what ran out; when an hour begins (or, with ticks longer than that, always) move the prices."""
    _tell_what_ran_out(tick)
    if tick.hour_began and tick.now > 0:
        wanted = wanted_stock(tick)
        cover = tick.state.stock.astype(np.int64) - tick.state.demand
        _move(tick, cover, wanted)
        _tell_prices(tick, cover, wanted)
        tick.state.demand[:] = 0
        tick.state.ran_out &= tick.state.stock == 0


def wanted_stock(tick: Tick) -> Numbers:
    """Pieces that each place wants to hold of each good, at least 1. Shape (places, goods)."""
    wanted = np.full(tick.state.stock.shape, STOCK_WANTED, dtype=np.int64)
    for number, place in enumerate(tick.setting.places):
        for good, pieces in place.stock.items():
            wanted[number, tick.catalogue.good[good]] = max(1, pieces)
    return wanted


def fair_prices(base: Numbers, cover: Numbers, wanted: Numbers) -> Numbers:
    """What a good should cost. base: pence; cover: what would be left after another hour like the last, pieces, below 0
    if more was asked for than is there; wanted: what should be there, > 0. All of a shape that fits the others.

    The base price where there is as much as wanted. Below that it rises evenly, to twice as much with nothing left, and
    on to PRICE_MAX times; above, it falls as one over the cover. At least 1.
    """
    scarce = base * (2 * wanted - cover) // wanted
    plentiful = base * wanted // np.maximum(cover, 1)
    fair = np.where(cover < wanted, scarce, plentiful)
    return np.clip(fair, 1, np.maximum(PRICE_MAX * base, 1))


def _move(tick: Tick, cover: Numbers, wanted: Numbers) -> None:
    """Move every price towards what is fair: by a tenth at most, by a penny at least."""
    price = tick.state.price.astype(np.int64)
    fair = fair_prices(tick.catalogue.good_price.astype(np.int64), cover, wanted)
    step_max = np.maximum(price // 10, 1)
    moved = price + np.clip(fair - price, -step_max, step_max)
    tick.state.price[:] = np.where(tick.catalogue.place_trades, moved, price)


def _tell_prices(tick: Tick, cover: Numbers, wanted: Numbers) -> None:
    price, told = tick.state.price.astype(np.int64), tick.state.told_price.astype(np.int64)
    away = np.abs(price - told)
    worth_telling = (away >= 1) & (away * 10 >= told)
    share = away * 1000 // np.maximum(told, 1)
    for place in np.flatnonzero(worth_telling.any(axis=1)).tolist():
        goods = np.flatnonzero(worth_telling[place])
        hearers = people_at(tick, place)
        for good in goods[np.argsort(-share[place, goods], kind="stable")][:TOLD_MAX].tolist():
            before, now = int(told[place, good]), int(price[place, good])
            names = tick.setting.places[place].name, tick.setting.goods[good].name
            why = _why(now - before, int(cover[place, good] - wanted[place, good]))
            tick.tell(PriceMoved(place=names[0], what=names[1], before=before, now=now, why=why, seen_by=hearers))
            tick.state.told_price[place, good] = now


def _why(rise: int, surplus: int) -> str:
    if rise > 0 and surplus < 0:
        return "scarce"
    return "plentiful" if rise < 0 and surplus > 0 else ""


def _tell_what_ran_out(tick: Tick) -> None:
    """What was asked for and is not there: once, until an hour begins with some of it there."""
    state = tick.state
    news = (state.stock == 0) & (state.demand > 0) & (state.ran_out == 0)
    if not news.any():
        return
    for place, good in np.argwhere(news).tolist():
        names = tick.setting.places[place].name, tick.setting.goods[good].name
        tick.tell(RanOut(place=names[0], what=names[1], seen_by=people_at(tick, place)))
    state.ran_out[news] = 1
