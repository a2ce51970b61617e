"""needs: hunger, fatigue, energy and health move by themselves; who is tired enough falls asleep, who is rested wakes.

Rates are in hundredths of a thousandth a tick and exact: after 100 ticks exactly as much has been added. What follows
from others (blows, company, food) is moved where it happens.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from fabula.environments.world.components import NOBODY, Bytes, Int16s, Int32s
from fabula.environments.world.happenings import What
from fabula.environments.world.kernels.vitals import HUNGRY, Body, Rates, live
from fabula.environments.world.tick import Tick

Int64s: TypeAlias = NDArray[np.int64]

RESTS = 2
"""Times as fast as it grows awake, fatigue ebbs in sleep: a third of a life is slept."""
HEALS = 10
"""Health that comes back a tick, in hundredths of a thousandth, to who is fed; asleep, twice that."""
ENERGY = 50
"""Energy that comes back, likewise."""
FORGETS_EVERY = 360
"""Ticks after which nobody remembers who struck it last, unless it is still about that."""


def run(tick: Tick) -> None:
    """Let everyone live for a tick."""
    lives, now = tick.lives, tick.now
    count = lives.count
    body = Body(
        id=lives.id[:count],
        kind=lives.kind[:count],
        health=lives.health[:count],
        energy=lives.energy[:count],
        hunger=lives.hunger[:count],
        fatigue=lives.fatigue[:count],
        asleep=lives.asleep[:count],
        intent=lives.intent[:count],
        until=lives.until[:count],
        home=lives.home[:count],
        x=lives.x[:count],
        y=lives.y[:count],
    )
    hungers, tires, rests, heals, energy = due(_rates(tick), now)
    rates = Rates(hungers=hungers, tires=tires, rests=rests, heals=heals, energy=energy)
    rows = seated(tick)
    slept, hungered = lives.asleep[rows], lives.hunger[rows]
    live(*body, *rates, now, tick.ground.place_at, tick.ground.width, tick.happenings.rows, tick.happenings.used)
    _note(tick, rows, slept, hungered)
    if now % FORGETS_EVERY == 0:
        lives.struck_by[:count][lives.health[:count] > 0] = NOBODY


def seated(tick: Tick) -> Int32s:
    """The rows of the living people, by seat."""
    lives = [person.life for person in tick.state.people if person.life != NOBODY]
    rows: Int32s = tick.lives.row_of[np.array(lives, dtype=np.int32)]
    there: Int32s = rows[rows != NOBODY]
    return there


def _rates(tick: Tick) -> Int64s:
    """The fields of Rates, in hundredths: one under the other, and as wide as there are kinds, or two numbers."""
    rates: Int64s | None = tick.scratch.get("rates of needs")
    if rates is None:
        hungers, tires = tick.catalogue.kind_hungers, tick.catalogue.kind_tires
        rates = np.zeros((len(Rates._fields), max(len(hungers), 2)), dtype=np.int64)
        kinds = rates[:, : len(hungers)]
        kinds[0], kinds[1], kinds[2] = hungers, tires, np.maximum(RESTS * tires, 1)
        rates[3, :2], rates[4] = (HEALS, 2 * HEALS), ENERGY
        tick.scratch["rates of needs"] = rates
    return rates


def _note(tick: Tick, rows: Int32s, slept: Bytes, hungered: Int16s) -> None:
    """Note which people woke, fell asleep, and went hungry with nothing to eat."""
    lives = tick.lives
    asleep = lives.asleep[rows]
    starved = (hungered < HUNGRY) & (lives.hunger[rows] >= HUNGRY)
    if not ((slept != asleep) | starved).any():
        return
    ids = lives.id[rows]
    for life in ids[slept > asleep].tolist():
        tick.happenings.add(What.WOKE, life)
    for life in ids[slept < asleep].tolist():
        tick.happenings.add(What.FELL_ASLEEP, life)
    edible = ((lives.goods[rows] > 0) & (tick.catalogue.kind_eats[lives.kind[rows]] > 0)).any(axis=1)
    for life in ids[starved & ~edible].tolist():
        tick.happenings.add(What.WENT_HUNGRY, life)


def due(rates: Int32s | Int64s, now: int) -> Int32s:
    """What this tick adds, in whole thousandths, of rates in hundredths of a thousandth a tick."""
    before = rates.astype(np.int64) * now
    return ((before + rates) // 100 - before // 100).astype(np.int32)
