"""Theft: lives that mean to steal do so where they stand. Of people's thefts `telling` says who saw them."""

import numpy as np
from numpy.typing import NDArray

from fabula.environments.world.columns import columns
from fabula.environments.world.components import NOBODY, Int32s, Intent
from fabula.environments.world.kernels.thefts import Folk, Noted, Stores, Wares, steal
from fabula.environments.world.property import going_rates
from fabula.environments.world.tick import Tick

NIGHT_H = (22, 5)
"""From the first hour of the day to the second, few are awake to notice anything."""
AWAKE_AT_NIGHT = 3
"""One in so many."""
_STEAL = int(Intent.STEAL)


def run(tick: Tick) -> None:
    """Let every waking life whose intent is to steal take something small, if it stands where it can."""
    lives = tick.lives
    thieves = np.flatnonzero(lives.intent[: lives.count] == _STEAL)
    if len(thieves):
        thieves = thieves[(lives.asleep[thieves] == 0) & (lives.health[thieves] > 0)]
    if len(thieves):
        _take(tick, thieves, _watchers(tick, thieves))


def warm_up(tick: Tick) -> None:
    """Have the kernel at hand that the first theft would wait for."""
    _take(tick, np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int32))


def _take(tick: Tick, thieves: NDArray[np.int64], watchers: Int32s) -> None:
    lives, catalogue, happenings = tick.lives, tick.catalogue, tick.happenings
    wares = Wares(
        rate=going_rates(tick),
        food=catalogue.good_food,
        weight=catalogue.good_weight,
        eats=catalogue.kind_eats,
        carries=catalogue.kind_carries,
        mind=catalogue.kind_mind,
    )
    noted = Noted(happenings.rows, happenings.used)
    steal(thieves, watchers, columns(lives, Folk), _stores(tick), wares, tick.ground.width, (tick.key, tick.now), noted)


def _watchers(tick: Tick, thieves: NDArray[np.int64]) -> Int32s:
    """How many near each thief are likely to be awake."""
    company = tick.scratch["company"][thieves].astype(np.int32)
    night = tick.hour >= NIGHT_H[0] or tick.hour < NIGHT_H[1]
    watchers: Int32s = company // AWAKE_AT_NIGHT if night else company
    return watchers


def _stores(tick: Tick) -> Stores:
    state, setting = tick.state, tick.setting
    people: dict[str, int] = {person.name: person.life for person in state.living()}
    factions = tick.catalogue.faction
    return Stores(
        place_at=tick.ground.place_at,
        stock=state.stock,
        till=state.till,
        price=state.price,
        owner=np.array([people.get(place.owner, NOBODY) for place in setting.places], dtype=np.int32),
        faction=np.array([factions.get(place.owner, NOBODY) for place in setting.places], dtype=np.int32),
    )
