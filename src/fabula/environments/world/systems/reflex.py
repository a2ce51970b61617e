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
from fabula.environments.world.kernels import living
from fabula.environments.world.kernels.living import STILLS, Table
from fabula.environments.world.kernels.reflexes import BLOCK, Pulse, find_deciders, nearest_places
from fabula.environments.world.kernels.weighing import (
    AT,
    ATTACKER,
    ATTACKER_STRIKE,
    BLOCK_AT,
    CLOSES,
    COMPANY,
    DAY_NEED,
    FACTS,
    FACTS_WIDE,
    FIELD,
    FOE,
    FOE_STRIKE,
    FORAGES,
    GATHERS,
    INTENDED,
    KIND,
    MIND,
    OF,
    OPEN,
    OPENS,
    OWNER,
    OWNER_FACTION,
    STRIKE,
    TARGET,
    TILL,
    UNTIL,
    Crowd,
    Moment,
    Town,
    X,
    Y,
    weigh,
)
from fabula.environments.world.systems.index import scratch_array
from fabula.environments.world.systems.livelihood import (
    kinds_of,
    market_of,
    open_places,
    owner_factions,
    owners,
    wild_good,
)
from fabula.environments.world.tick import Tick

PLACES_KNOWN = 4
"""How many of the nearest places of a use lives think of."""
OF_KINDS = [MIND, FORAGES, DAY_NEED, STRIKE]
KNOWN_OF_KINDS = [living.MIND, living.FORAGES, living.DAY_NEED, living.STRIKE]
"""The columns of what follows from a life's kind, here and in the table of kinds."""


def run(tick: Tick) -> None:
    """Set what those are about to do who decide now."""
    deciders = _deciders(tick)
    if not len(deciders):
        return
    moment = Moment(tick.now, tick.second // 60, tick.day, tick.setting.tick_s, tick.key)
    lives, chosen = tick.lives, np.empty((len(deciders), UNTIL + 1), dtype=np.int64)
    goods = lives.goods[deciders].astype(np.int64)
    weigh(_facts(tick, deciders), goods, _town(tick), _crowd(tick), moment, chosen)
    lives.intent[deciders], lives.until[deciders] = chosen[:, INTENDED], chosen[:, UNTIL]
    lives.target[deciders], lives.field[deciders] = chosen[:, TARGET], chosen[:, FIELD]
    lives.goal[deciders] = NOBODY


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
    if not found:
        return deciders
    planned = [lives.row(person.life) for person in tick.state.people if person.plan and person.life != NOBODY]
    if not planned:
        return deciders
    undecided = np.ones(count, dtype=np.bool_)
    undecided[planned] = False
    return deciders[undecided[deciders]]


def _facts(tick: Tick, rows: Int32s) -> Table:
    """What is known of the lives in these rows; the columns behind `ATTACKER_STRIKE` are 0."""
    lives, ground, scratch = tick.lives, tick.ground, tick.scratch
    (kinds, tastes), wild = kinds_of(tick), wild_good(tick)
    facts = np.zeros((len(rows), FACTS_WIDE), dtype=np.int64)
    for column, name in enumerate(FACTS):
        facts[:, column] = getattr(lives, name)[rows]
    kind, x, y = facts[:, KIND], facts[:, X], facts[:, Y]
    facts[:, OF_KINDS] = kinds[kind][:, KNOWN_OF_KINDS]
    facts[:, GATHERS] = tastes[kind, wild, STILLS] > 0 if wild != NOBODY else 0
    facts[:, AT] = ground.place_at[y * ground.width + x]
    facts[:, BLOCK_AT] = y // BLOCK * _blocks(ground.width) + x // BLOCK
    facts[:, COMPANY] = scratch["company"][rows]
    facts[:, FOE], facts[:, FOE_STRIKE] = _enemies(tick, scratch["foe"][rows])
    facts[:, ATTACKER], facts[:, ATTACKER_STRIKE] = _enemies(tick, scratch["attacker"][rows])
    return facts


def _enemies(tick: Tick, rows: Int32s) -> tuple[Int32s, Int32s]:
    """Who is in these rows, -1 for none, and how hard they strike."""
    lives = tick.lives
    return np.where(rows >= 0, lives.id[rows], NOBODY), tick.catalogue.kind_strike[lives.kind[rows]]


def _town(tick: Tick) -> Town:
    if "town" not in tick.scratch:
        catalogue = tick.catalogue
        places = np.zeros((len(tick.setting.places), OWNER_FACTION + 1), dtype=np.int64)
        places[:, OPENS], places[:, CLOSES] = catalogue.place_opens, catalogue.place_closes
        places[:, OF], places[:, OWNER_FACTION] = catalogue.place_of, owner_factions(tick)
        tick.scratch["town"] = places
    known: Table = tick.scratch["town"].copy()
    known[:, OPEN], known[:, TILL], known[:, OWNER] = open_places(tick), tick.state.till, owners(tick)
    return Town(known, market_of(tick), kinds_of(tick)[1], _nearest(tick))


def _crowd(tick: Tick) -> Crowd:
    """Everyone, as far as they might be robbed."""
    lives, scratch, count = tick.lives, tick.scratch, tick.lives.count
    return Crowd(
        begins=scratch["bin_begins"],
        rows=scratch["bin_rows"],
        height=tick.ground.height,
        x=lives.x[:count],
        id=lives.id[:count],
        coin=lives.coin[:count],
        goods=lives.goods[:count],
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
