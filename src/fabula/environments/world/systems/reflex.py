"""Reflex: what everyone is about to do whose mind has not said otherwise. Most are at something; only those whose time
with it is over, or who are alarmed, weigh anew what to do.

What it sets besides `intent` and `until`: `field`, the place to go to, of SLEEP, WORK, BUY, SELL, MINGLE, of GO (home
in the evening), and of STEAL from a place; `target` of FIGHT, FLEE, and of STEAL from a life. Everything else it sets
to -1.
"""

import numpy as np
from numpy.typing import NDArray

from fabula.environments.world.catalogue import USES
from fabula.environments.world.components import NOBODY, Int32s
from fabula.environments.world.kernels.living import DAY_NEED, FORAGES, MIND, STILLS, STRIKE
from fabula.environments.world.kernels.reflexes import BLOCK, Pulse, find_deciders, find_victim, nearest_places
from fabula.environments.world.systems.index import scratch_array
from fabula.environments.world.systems.livelihood import kinds_of, open_places, owner_factions, owners, wild_good
from fabula.environments.world.tick import Tick
from fabula.environments.world.weighing import NEEDY, TEMPTING, Column, Facts, Moment, Town, weigh

PLACES_KNOWN = 4
"""How many of the nearest places of a use lives think of."""
_COLUMNS = (
    "id faction health hunger fatigue solitude coin home work boldness diligence warmth greed honesty intent".split()
)


def run(tick: Tick) -> None:
    """Set what those are about to do who decide now."""
    deciders = _deciders(tick)
    if not len(deciders):
        return
    moment = Moment(tick.now, tick.second // 60, tick.day, tick.setting.tick_s, tick.key)
    choice, lives = weigh(_facts(tick, deciders), _town(tick), moment), tick.lives
    lives.intent[deciders], lives.until[deciders] = choice.intent, choice.until
    lives.target[deciders], lives.field[deciders], lives.goal[deciders] = choice.target, choice.field, NOBODY


def _deciders(tick: Tick) -> Int32s:
    """The rows of those who decide now, but for people with a plan: their intents `plans` sets.

    Who has a plan is looked up in the state. What `plans` noted at the tick before would not do: rows may have moved
    since, and a world restored from a snapshot has no notes.
    """
    lives, scratch, count = tick.lives, tick.scratch, tick.lives.count
    pulse = Pulse(*(getattr(lives, name)[:count] for name in Pulse._fields))
    listed = scratch_array(scratch, "deciders", count, np.int32)
    attacker = scratch_array(scratch, "attacker", count, np.int32)
    found = find_deciders(pulse, lives.row_of, scratch["foe"], scratch["foe_distance"], tick.now, attacker, listed)
    deciders: Int32s = listed[:found]
    planned = [lives.row(person.life) for person in tick.state.people if person.plan and person.life != NOBODY]
    return deciders[~np.isin(deciders, planned)] if planned else deciders


def _facts(tick: Tick, rows: Int32s) -> Facts:
    """What is known of the lives in these rows."""
    lives, ground, scratch = tick.lives, tick.ground, tick.scratch
    (kinds, tastes), wild = kinds_of(tick), wild_good(tick)
    kind, x, y = lives.kind[rows], lives.x[rows].astype(np.int64), lives.y[rows].astype(np.int64)
    foe, foe_strike = _enemies(tick, scratch["foe"][rows])
    attacker, attacker_strike = _enemies(tick, scratch["attacker"][rows])
    columns = {name: getattr(lives, name)[rows].astype(np.int64) for name in _COLUMNS}
    return Facts(
        **columns,
        goods=lives.goods[rows].astype(np.int64),
        asleep=lives.asleep[rows] > 0,
        mind=kinds[kind, MIND] > 0,
        forages=kinds[kind, FORAGES] > 0,
        gathers=tastes[kind, wild, STILLS] > 0 if wild != NOBODY else np.zeros(len(rows), dtype=np.bool_),
        day_need=kinds[kind, DAY_NEED],
        strike=kinds[kind, STRIKE],
        tastes=tastes[kind],
        at=ground.place_at[y * ground.width + x].astype(np.int64),
        near=_nearest(tick)[:, y // BLOCK * _blocks(ground.width) + x // BLOCK].astype(np.int64),
        company=scratch["company"][rows].astype(np.int64),
        foe=foe,
        foe_strike=foe_strike,
        attacker=attacker,
        attacker_strike=attacker_strike,
        victim=_victims(tick, rows, columns),
    )


def _enemies(tick: Tick, rows: Int32s) -> tuple[Column, Column]:
    """Who is in these rows, -1 for none, and how hard they strike."""
    lives = tick.lives
    strike = tick.catalogue.kind_strike[lives.kind[rows]].astype(np.int64)
    return np.where(rows >= 0, lives.id[rows].astype(np.int64), NOBODY), strike


def _victims(tick: Tick, rows: Int32s, columns: dict[str, Column]) -> Column:
    """For those of these rows who might steal, somebody at hand; -1 for all others."""
    lives, scratch = tick.lives, tick.scratch
    bins = scratch["bin_begins"], scratch["bin_rows"], tick.ground.height
    victims = np.full(len(rows), NOBODY, dtype=np.int64)
    tempted = columns["greed"] * (100 - columns["honesty"]) >= TEMPTING
    for at in np.flatnonzero(tempted | (columns["hunger"] >= NEEDY)).tolist():
        row = rows[at]
        cell = int(lives.x[row]), int(lives.y[row])
        victims[at] = find_victim(int(lives.id[row]), cell, bins, lives.x, lives.id, lives.coin, lives.goods)
    return victims


def _town(tick: Tick) -> Town:
    catalogue, state = tick.catalogue, tick.state
    return Town(
        open=open_places(tick),
        opens=catalogue.place_opens.astype(np.int64),
        closes=catalogue.place_closes.astype(np.int64),
        of=catalogue.place_of.astype(np.int64),
        till=state.till.astype(np.int64),
        owner=owners(tick),
        owner_faction=owner_factions(tick),
        trades=catalogue.place_trades > 0,
        stock=state.stock.astype(np.int64),
        price=state.price.astype(np.int64),
    )


def _nearest(tick: Tick) -> NDArray[np.int16]:
    """Of each block of the map the nearest places that trade food, that trade anything, and where people meet."""
    if "nearest places" not in tick.scratch:
        ground, trades, food = tick.ground, tick.catalogue.place_trades > 0, tick.catalogue.good_food > 0
        meeting = tick.catalogue.place_use == USES.index("meeting")
        blocks = _blocks(ground.width) * _blocks(ground.height)
        nearest = np.empty((3, blocks, PLACES_KNOWN), dtype=np.int16)
        for use, chosen in enumerate(((trades & food).any(axis=1), trades.any(axis=1), meeting)):
            nearest_places(ground.anchor, np.flatnonzero(chosen).astype(np.int16), ground.width, nearest[use])
        tick.scratch["nearest places"] = nearest
    known: NDArray[np.int16] = tick.scratch["nearest places"]
    return known


def _blocks(cells: int) -> int:
    return (cells + BLOCK - 1) // BLOCK
