"""Livelihood: lives eat, forage, work, buy and sell where they stand; and carts bring what was made to where it is
wanted.
"""

import numpy as np
from numpy.typing import NDArray

from fabula.environments.world.catalogue import WAR
from fabula.environments.world.components import NOBODY, Int16s, Int32s
from fabula.environments.world.kernels.living import (
    AT,
    DEMAND,
    FACTS,
    FACTS_WIDE,
    KEPT,
    MAKES,
    OF,
    OPEN,
    STILLS,
    STOCK,
    TICKS,
    TILL,
    WAGE,
    WEIGHT,
    Land,
    Moment,
    Noted,
    Rows,
    Stores,
    Table,
    cart_round,
    find_actors,
    live_in_place,
)
from fabula.environments.world.systems.index import scratch_array
from fabula.environments.world.systems.prices import wanted_stock
from fabula.environments.world.tick import DAY_S, Tick

CART_S = 600
"""Seconds between two rounds of the carts. More often than the prices move: what a till can pay for must last a market
until the next.
"""
TOOLS_KEPT = 1
"""Pieces of a tool, a weapon or a remedy that everyone likes to keep."""
_CHANGED = ("hunger", "coin", "intent", "goal", "until")


def run(tick: Tick) -> None:
    """Let lives do what they are about to do where they stand; then, when it is time, send the carts round."""
    carts = tick.second % CART_S < tick.setting.tick_s
    houses = houses_of(tick)
    actors = _actors(tick, houses)
    if not (carts or len(actors)):
        return
    shelves = market_of(tick)
    if len(actors):
        _act(tick, actors, houses, shelves)
    if carts:
        wanted = wanted_stock(tick) + shelves[:, :, DEMAND]
        cart_round(houses, shelves, wanted, _nearest_first(tick), _hostile(tick))
    state = tick.state
    state.stock[:], state.demand[:], state.till[:] = shelves[:, :, STOCK], shelves[:, :, DEMAND], houses[:, TILL]


def _facts(tick: Tick, rows: Int32s) -> Table:
    """What is known of the lives in these rows; the columns behind `AT` are 0."""
    facts = np.zeros((len(rows), FACTS_WIDE), dtype=np.int64)
    lives, ground = tick.lives, tick.ground
    for column, name in enumerate(FACTS):
        facts[:, column] = getattr(lives, name)[rows]
    facts[:, AT] = ground.place_at[lives.y[rows].astype(np.int64) * ground.width + lives.x[rows]]
    return facts


def houses_of(tick: Tick) -> Table:
    """What places are and hold in their tills, at this hour."""
    if "houses" not in tick.scratch:
        catalogue = tick.catalogue
        houses = np.zeros((len(tick.setting.places), TILL + 1), dtype=np.int64)
        houses[:, MAKES], houses[:, OF] = catalogue.place_makes, catalogue.place_of
        houses[:, TICKS], houses[:, WAGE] = np.maximum(catalogue.place_ticks, 1), catalogue.place_wage
        tick.scratch["houses"] = houses
    known: Table = tick.scratch["houses"].copy()
    known[:, OPEN], known[:, TILL] = open_places(tick), tick.state.till
    return known


def owner_factions(tick: Tick) -> Table:
    """Of each place the faction that owns it; -1: none does."""
    if "owner factions" not in tick.scratch:
        factions = tick.catalogue.faction
        owned = [factions.get(place.owner, NOBODY) for place in tick.setting.places]
        tick.scratch["owner factions"] = np.array(owned, dtype=np.int64)
    known: Table = tick.scratch["owner factions"]
    return known


def owners(tick: Tick) -> Table:
    """Of each place the id of the life that owns it; -1: none does."""
    if "owned places" not in tick.scratch:
        places = enumerate(tick.setting.places)
        names = [(number, place.owner) for number, place in places if place.owner not in tick.catalogue.faction]
        tick.scratch["owned places"] = [(number, owner) for number, owner in names if owner]
    owned = np.full(len(tick.setting.places), NOBODY, dtype=np.int64)
    for number, owner in tick.scratch["owned places"]:
        person = tick.state.person(owner)
        owned[number] = person.life if person is not None else NOBODY
    return owned


def market_of(tick: Tick) -> Table:
    """What places hold of each good, ask for it, whether they trade it, and how many pieces were asked for."""
    state = tick.state
    return np.stack((state.stock, state.price, tick.catalogue.place_trades, state.demand), axis=2, dtype=np.int64)


def kinds_of(tick: Tick) -> tuple[Table, Table]:
    """What kinds of lives are like, and what goods are to them."""
    if "kinds" not in tick.scratch:
        tick.scratch["kinds"] = _kinds(tick), _tastes(tick)
    known: tuple[Table, Table] = tick.scratch["kinds"]
    return known


def _kinds(tick: Tick) -> Table:
    catalogue = tick.catalogue
    need = np.maximum(1, _day_need(tick))
    columns = (catalogue.kind_mind, catalogue.kind_forages, catalogue.kind_carries, need, catalogue.kind_strike)
    return np.ascontiguousarray(np.array(columns, dtype=np.int64).T)


def _tastes(tick: Tick) -> Table:
    catalogue = tick.catalogue
    tastes = np.zeros((*catalogue.kind_eats.shape, 3), dtype=np.int64)
    tastes[:, :, STILLS] = catalogue.kind_eats * catalogue.good_food.astype(np.int64)
    tools = (catalogue.good_harm > 0) | (catalogue.good_heals > 0)
    food_kept = -(-_day_need(tick)[:, None] // np.maximum(1, tastes[:, :, STILLS]))
    tastes[:, :, KEPT] = np.where(tastes[:, :, STILLS] > 0, food_kept, np.where(tools, TOOLS_KEPT, 0))
    tastes[:, :, WEIGHT] = catalogue.good_weight
    return tastes


def _day_need(tick: Tick) -> Table:
    """Of each kind the hunger of a day, in thousandths."""
    need: Table = tick.catalogue.kind_hungers.astype(np.int64) * (DAY_S // tick.setting.tick_s) // 100
    return need


def _actors(tick: Tick, houses: Table) -> Int32s:
    lives, count = tick.lives, tick.lives.count
    listed = scratch_array(tick.scratch, "actors", count, np.int32)
    rows = Rows(*(getattr(lives, name)[:count] for name in Rows._fields))
    return listed[: find_actors(rows, _land(tick), houses, tick.now, listed)]


def _act(tick: Tick, actors: Int32s, houses: Table, shelves: Table) -> None:
    lives = tick.lives
    facts, goods = _facts(tick, actors), lives.goods[actors].astype(np.int64)
    kinds, tastes = kinds_of(tick)
    noted = Noted(tick.happenings.rows, tick.happenings.used)
    stores = Stores(houses, shelves, tastes, kinds, wild_good(tick))
    live_in_place(facts, goods, stores, _land(tick), Moment(tick.now, tick.key), noted)
    lives.goods[actors] = goods
    for name in _CHANGED:
        getattr(lives, name)[actors] = facts[:, FACTS.index(name)]


def _land(tick: Tick) -> Land:
    ground = tick.ground
    return Land(ground.width, ground.cost, ground.place_at, tick.state.food)


def open_places(tick: Tick) -> NDArray[np.bool_]:
    """Of each place whether it is worked and traded in at this hour."""
    of_hours: dict[int, NDArray[np.bool_]] = tick.scratch.setdefault("open places", {})
    if tick.hour not in of_hours:
        opens, closes = tick.catalogue.place_opens, tick.catalogue.place_closes
        within = (opens <= tick.hour) & (tick.hour < closes)
        around = (closes < opens) & ((opens <= tick.hour) | (tick.hour < closes))
        of_hours[tick.hour] = (opens == closes) | within | around
        of_hours[tick.hour].setflags(write=False)
    return of_hours[tick.hour]


def wild_good(tick: Tick) -> int:
    """What foraging gives: the first food that no place makes; -1: none."""
    if "wild good" not in tick.scratch:
        made = set(tick.catalogue.place_makes.tolist())
        foods = np.flatnonzero(tick.catalogue.good_food > 0).tolist()
        tick.scratch["wild good"] = next((good for good in foods if good not in made), NOBODY)
    wild: int = tick.scratch["wild good"]
    return wild


def _nearest_first(tick: Tick) -> Int16s:
    """Of each place all places, the nearest first."""
    if "roads" not in tick.scratch:
        y, x = np.divmod(tick.ground.anchor.astype(np.int64), tick.ground.width)
        away = (y[:, None] - y) ** 2 + (x[:, None] - x) ** 2
        tick.scratch["roads"] = np.argsort(away, axis=1, kind="stable").astype(np.int16)
    known: Int16s = tick.scratch["roads"]
    return known


def _hostile(tick: Tick) -> NDArray[np.uint8]:
    """1 where the factions that own two places are at war."""
    factions = owner_factions(tick)
    stance = tick.state.stance[factions[:, None], factions]
    owned = (factions[:, None] >= 0) & (factions >= 0)
    return (owned & ((stance < WAR) | (stance.T < WAR))).astype(np.uint8)
