"""needs: hunger, fatigue, energy and health move by themselves; who is tired enough falls asleep, who is rested wakes.

Rates are in hundredths of a thousandth a tick and exact: after 100 ticks exactly as much has been added. What follows
from others (blows, company, food) is moved where it happens.
"""

import numpy as np

from fabula.environments.world.components import NOBODY, Bytes, Int16s, Int32s
from fabula.environments.world.happenings import What
from fabula.environments.world.kernels.vitals import HUNGRY, Body, Rates, live
from fabula.environments.world.tick import Tick

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
    lives, catalogue, now = tick.lives, tick.catalogue, tick.now
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
    rates = Rates(
        hungers=due(catalogue.kind_hungers, now),
        tires=due(catalogue.kind_tires, now),
        rests=due(np.maximum(RESTS * catalogue.kind_tires, 1), now),
        heals=due(np.array([HEALS, 2 * HEALS], dtype=np.int32), now),
        energy=due(np.array([ENERGY], dtype=np.int32), now),
    )
    rows = seated(tick)
    slept, hungered = lives.asleep[rows], lives.hunger[rows]
    live(body, rates, now, tick.ground.place_at, tick.ground.width, tick.happenings.rows, tick.happenings.used)
    _note(tick, rows, slept, hungered)
    if now % FORGETS_EVERY == 0:
        lives.struck_by[:count][lives.health[:count] > 0] = NOBODY


def seated(tick: Tick) -> Int32s:
    """The rows of the living people, by seat."""
    return np.array([row for person in tick.state.people if (row := tick.lives.row(person.life)) != NOBODY], np.int32)


def _note(tick: Tick, rows: Int32s, slept: Bytes, hungered: Int16s) -> None:
    """Note which people woke, fell asleep, and went hungry with nothing to eat."""
    if not len(rows):
        return
    lives = tick.lives
    ids, asleep = lives.id[rows], lives.asleep[rows]
    for life in ids[slept > asleep].tolist():
        tick.happenings.add(What.WOKE, life)
    for life in ids[slept < asleep].tolist():
        tick.happenings.add(What.FELL_ASLEEP, life)
    edible = ((lives.goods[rows] > 0) & (tick.catalogue.kind_eats[lives.kind[rows]] > 0)).any(axis=1)
    for life in ids[(hungered < HUNGRY) & (lives.hunger[rows] >= HUNGRY) & ~edible].tolist():
        tick.happenings.add(What.WENT_HUNGRY, life)


def due(rates: Int32s, now: int) -> Int32s:
    """What this tick adds, in whole thousandths, of rates in hundredths of a thousandth a tick."""
    return ((now + 1) * rates.astype(np.int64) // 100 - now * rates.astype(np.int64) // 100).astype(np.int32)
