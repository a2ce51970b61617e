"""Living: what lives do for a living where they stand - eat, forage, work, buy, sell - and the round of the carts.

Those who act now are few. What is known of them, of places and of kinds is put into tables of 64-bit numbers, a row
each, with the columns named here: kernels that take a few tables compile in a tenth of the time of those that take
every array by itself.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fabula.environments.world.components import NOBODY, Intent
from fabula.environments.world.happenings import Hitch, What
from fabula.environments.world.kernels.jit import kernel
from fabula.environments.world.kernels.mixing import below
from fabula.environments.world.kernels.noting import note

# Salts of this module: 220 to 239.
_ROAM = 220
_PREFER = 230

# Columns of `facts`, a row for each life that acts: first components as they are, then what else is known.
FACTS = "id x y kind hunger coin intent goal until".split()
ID, X, Y, KIND, HUNGER, COIN, INTENT, GOAL, UNTIL, AT, FREE, LACKS, EATEN, WHAT, A, B, C = range(17)
"""`AT`: the place whose cell it stands in, or -1; `FREE`: the weight it can still carry; `LACKS`: the hunger of a day
that what it carries would not still; `EATEN`: 1 if it ate what it found; `WHAT` to `C`: what happened, 0: nothing.
"""
FACTS_WIDE = 17

# Columns of `houses`, a row a place.
OPEN, MAKES, OF, TICKS, WAGE, TILL = range(6)

# Of `market`, which has a row a place and in it one a good.
STOCK, PRICE, TRADES, DEMAND = range(4)

# Of `kinds`, a row a kind of life; and of `tastes`, which has in it one a good.
MIND, FORAGES, CARRIES, DAY_NEED, STRIKE = range(5)
STILLS, KEPT, WEIGHT = range(3)
"""Hunger that a piece stills, 0: it does not eat that; pieces it likes to keep; what a piece weighs."""

WILD_FOOD = 150
"""Hunger that a piece of wild food stills, where the setting has no good for it; thousandths."""
FORAGE_TICKS = 6
"""How long it takes to gather a piece of wild food."""
FORAGE_REACH = 3
"""Cells within which a forager sees wild food."""
ROAM_REACH = 10
"""Cells that it goes at most where it sees none."""
STORE_MAX = 2_000
"""Pieces of what a place makes that it holds at most: beyond that its workers make no more."""
TILL_KEPT = 400
"""Pence that a place keeps; of what its till holds beyond, its workers get a share for every piece. So the coin of a
town does not gather in the tills of those who earn more than they pay.
"""
TILL_SHARE = 256
"""Of what is beyond, one part in so many."""
MONEY_MAX = 2**31 - 1
WAIT_TICKS = 20
"""How long those stand about whose market had nothing for them."""

_REST, _EAT, _FORAGE, _WORK = int(Intent.REST), int(Intent.EAT), int(Intent.FORAGE), int(Intent.WORK)
_BUY, _SELL = int(Intent.BUY), int(Intent.SELL)
_ATE, _FORAGED, _WORKED = int(What.ATE), int(What.FORAGED), int(What.WORKED)
_BOUGHT, _SOLD, _FAILED = int(What.BOUGHT), int(What.SOLD), int(What.FAILED)
_CLOSED, _SOLD_OUT, _NO_COIN = int(Hitch.CLOSED), int(Hitch.SOLD_OUT), int(Hitch.NO_COIN)
_NOTHING_TO_WORK_WITH, _GONE = int(Hitch.NOTHING_TO_WORK_WITH), int(Hitch.GONE)

Table = NDArray[np.int64]


class Moment(NamedTuple):
    """When it is, and what chance has of it."""

    now: int
    key: np.uint64


class Stores(NamedTuple):
    """What places and goods are to those who act."""

    houses: Table
    market: Table
    tastes: Table
    kinds: Table
    wild: int
    """The good that foraging gives; -1: none, so that wild food is eaten where it grows."""


class Noted(NamedTuple):
    """Where happenings are written."""

    rows: NDArray[np.int32]
    used: NDArray[np.int64]


class Land(NamedTuple):
    """The cells."""

    width: int
    cost: NDArray[np.uint8]
    place_at: NDArray[np.int16]
    food: NDArray[np.uint8]


class Rows(NamedTuple):
    """Of all lives, what it takes to see who acts now."""

    id: NDArray[np.int32]
    x: NDArray[np.int16]
    y: NDArray[np.int16]
    health: NDArray[np.int16]
    intent: NDArray[np.uint8]
    goal: NDArray[np.int32]
    field: NDArray[np.int16]
    asleep: NDArray[np.uint8]


@kernel
def find_actors(lives: Rows, land: Land, houses: Table, now: int, actors: NDArray[np.int32]) -> int:
    """List the rows of those who eat, forage, buy or sell now where they stand, or come to the end of a piece of work;
    return how many.

    At which tick of those that a piece takes a worker ends it follows from its id, so that nothing has to be kept.
    """
    found = 0
    for row in range(len(lives.id)):
        intent = lives.intent[row]
        if intent < _EAT or intent > _SELL or lives.asleep[row] or lives.health[row] <= 0:
            continue
        cell = lives.y[row] * land.width + lives.x[row]
        if intent == _FORAGE:
            if land.food[cell] > 0:
                acts = (now + lives.id[row]) % FORAGE_TICKS == 0
            else:
                acts = lives.goal[row] < 0 or lives.goal[row] == cell
        elif intent == _EAT:
            acts = True
        else:
            at = land.place_at[cell]
            acts = at >= 0 and (lives.field[row] < 0 or lives.field[row] == at)
            if acts and intent == _WORK and houses[at, OPEN]:
                acts = (now + lives.id[row] * 40_503) % houses[at, TICKS] == 0
        if acts:
            actors[found] = row
            found += 1
    return found


@kernel
def live_in_place(facts: Table, goods: Table, stores: Stores, land: Land, moment: Moment, noted: Noted) -> None:
    """Let those whom `find_actors` listed do it, in their order.

    What comes of it each leaves in the last columns of its facts, so that it is noted here: numba compiles a function
    anew for every set of constants that it is called with.
    """
    for row in range(len(facts)):
        fact, own, taste = facts[row], goods[row], stores.tastes[facts[row, KIND]]
        intent, at = fact[INTENT], fact[AT]
        fact[FREE] = stores.kinds[fact[KIND], CARRIES] - _sum(own, taste, WEIGHT)
        fact[WHAT] = 0
        if intent == _EAT:
            _eat(fact, own, taste)
        elif intent == _FORAGE:
            _forage(fact, own, taste, stores.wild, land, moment.key)
        elif not stores.houses[at, OPEN]:
            fact[WHAT], fact[B] = _FAILED, _CLOSED
        elif intent == _WORK:
            _work(fact, own, taste, stores.houses[at], stores.market[at])
        elif intent == _BUY:
            fact[LACKS] = stores.kinds[fact[KIND], DAY_NEED] + fact[HUNGER] - _sum(own, taste, STILLS)
            _buy(fact, own, taste, stores.houses[at], stores.market[at])
        else:
            _sell(fact, own, taste, stores.houses[at], stores.market[at])
        _take_note(fact, moment.now, noted)


@kernel
def _take_note(fact: Table, now: int, noted: Noted) -> None:
    """Note what came of it. Who ate or bought thinks again what to do; who could not stands about for a while first,
    but for workers.
    """
    what, intent = fact[WHAT], fact[INTENT]
    if what == _FAILED:
        fact[A], fact[C] = intent, 0
        if intent in (_BUY, _SELL):
            fact[INTENT] = _REST
            fact[UNTIL] = now + WAIT_TICKS + fact[ID] % WAIT_TICKS
        elif intent != _WORK or fact[B] == _CLOSED:
            fact[UNTIL] = now + 1
        if intent == _WORK and fact[B] == _CLOSED:
            return
    elif intent in (_BUY, _EAT) or (what == 0 and intent != _WORK):
        fact[UNTIL] = now + 1
    other = fact[AT] if what >= _WORKED else NOBODY
    while what > 0:
        note(noted.rows, noted.used, what, fact[ID], other, fact[A], fact[B], fact[C])
        what = _ATE if what == _FORAGED and fact[EATEN] > 0 else 0


@kernel
def _sum(own: Table, taste: Table, column: int) -> int:
    """Of all it carries, the sum of what a piece weighs, or stills."""
    sum_ = 0
    for good in range(len(own)):
        sum_ += own[good] * taste[good, column]
    return sum_


@kernel
def _eat(fact: Table, own: Table, taste: Table) -> None:
    """A piece of what wastes least: the most nourishing that is not too much, or else the least."""
    best, best_rank = -1, 0
    for good in range(len(own)):
        stills = taste[good, STILLS]
        if own[good] > 0 and stills > 0:
            rank = stills if stills <= fact[HUNGER] else -stills
            if best < 0 or rank > best_rank:
                best, best_rank = good, rank
    if best < 0:
        fact[WHAT], fact[B] = _FAILED, _GONE
        return
    own[best] -= 1
    fact[HUNGER] = max(0, fact[HUNGER] - taste[best, STILLS])
    fact[WHAT], fact[A], fact[B], fact[C] = _ATE, best, 1, 0


@kernel
def _forage(fact: Table, own: Table, taste: Table, wild: int, land: Land, key: np.uint64) -> None:
    """Take a piece of the wild food in its cell: eat it if hungry enough, else keep it; if none is there, move on."""
    cell = fact[Y] * land.width + fact[X]
    if land.food[cell] == 0:
        fact[GOAL] = _better_cell(fact[X], fact[Y], fact[ID], land, key)
        fact[WHAT] = -1
        return
    fact[GOAL] = -1
    stills = taste[wild, STILLS] if wild >= 0 else WILD_FOOD
    if stills > 0 and fact[HUNGER] >= stills:
        fact[HUNGER] -= stills
        fact[EATEN] = 1
    elif wild >= 0 and fact[FREE] >= taste[wild, WEIGHT] and own[wild] < 32_767:
        own[wild] += 1
    else:
        return
    land.food[cell] -= np.uint8(1)
    fact[WHAT], fact[A], fact[B], fact[C] = _FORAGED, wild, 1, 0


@kernel
def _better_cell(x: int, y: int, who: int, land: Land, key: np.uint64) -> int:
    """The cell in the open with most wild food within reach, nearer ones first; without any, somewhere not far; -1 if
    there is none to stand on.
    """
    height = len(land.cost) // land.width
    # A little chance, so that a herd spreads out.
    turn = below(key, who, _PREFER, 7)
    best, best_rank = -1, -1
    for row_of_map in range(max(0, y - FORAGE_REACH), min(height, y + FORAGE_REACH + 1)):
        for column in range(max(0, x - FORAGE_REACH), min(land.width, x + FORAGE_REACH + 1)):
            cell = row_of_map * land.width + column
            if land.food[cell] > 0 and land.cost[cell] > 0 and land.place_at[cell] < 0:
                away = max(abs(row_of_map - y), abs(column - x))
                rank = 100 + 8 * land.food[cell] - 4 * away + (cell + turn) % 7
                if rank > best_rank:
                    best, best_rank = cell, rank
    return best if best >= 0 else somewhere(x, y, ROAM_REACH, who, land.width, land.cost, key)


@kernel
def somewhere(x: int, y: int, reach: int, who: int, width: int, cost: NDArray[np.uint8], key: np.uint64) -> int:
    """A cell to stand on not further than `reach` from a point, by chance; -1 if three draws find none."""
    for draw in range(3):
        column = x - reach + below(key, who, _ROAM + 2 * draw, 2 * reach + 1)
        row_of_map = y - reach + below(key, who, _ROAM + 2 * draw + 1, 2 * reach + 1)
        cell = row_of_map * width + column
        if 0 <= column < width and 0 <= cell < len(cost) and cost[cell] > 0:
            return int(cell)
    return -1


@kernel
def _work(fact: Table, own: Table, taste: Table, house: Table, shelf: Table) -> None:
    """End a piece: what it is made of goes, what is made comes, and the wage is paid. Where there is no wage, workers
    keep what they make.
    """
    made, of = house[MAKES], house[OF]
    if of >= 0:
        shelf[of, DEMAND] = min(MONEY_MAX, shelf[of, DEMAND] + 1)
        if shelf[of, STOCK] == 0:
            fact[WHAT], fact[B] = _FAILED, _NOTHING_TO_WORK_WITH
            return
    keeps = made >= 0 and house[WAGE] == 0 and fact[FREE] >= taste[made, WEIGHT] and own[made] < 32_767
    if made >= 0 and not keeps and shelf[made, STOCK] >= STORE_MAX:
        return
    if of >= 0:
        shelf[of, STOCK] -= 1
    if keeps:
        own[made] += 1
    elif made >= 0:
        shelf[made, STOCK] += 1
    share = max(0, house[TILL] - TILL_KEPT) // TILL_SHARE
    pay = min(house[WAGE] + share, house[TILL], MONEY_MAX - fact[COIN])
    house[TILL] -= pay
    fact[COIN] += pay
    if made >= 0 or pay > 0:
        fact[WHAT], fact[A], fact[B], fact[C] = _WORKED, made, 1 if made >= 0 else 0, pay


@kernel
def _buy(fact: Table, own: Table, taste: Table, house: Table, shelf: Table) -> None:
    """Food for a day, as far as its coin goes: of what nourishes most for the money. What is not there is asked for."""
    best, best_rank, wished, wished_rank, hitch = -1, -1, -1, -1, _GONE
    for good in range(len(own)):
        stills, price = taste[good, STILLS], max(1, shelf[good, PRICE])
        rank = 1000 * stills // price
        if stills == 0 or not shelf[good, TRADES]:
            continue
        if price > fact[COIN]:
            hitch = _NO_COIN
        elif shelf[good, STOCK] > 0 and rank > best_rank:
            best, best_rank = good, rank
        elif rank > wished_rank:
            wished, wished_rank = good, rank
    good = best if best >= 0 else wished
    if good < 0:
        fact[WHAT], fact[B] = _FAILED, hitch
        return
    price, weight = max(1, shelf[good, PRICE]), taste[good, WEIGHT]
    wanted = max(1, (fact[LACKS] + taste[good, STILLS] - 1) // taste[good, STILLS])
    wanted = min(wanted, fact[COIN] // price, 32_767 - own[good])
    wanted = min(wanted, max(0, fact[FREE]) // weight) if weight > 0 else wanted
    shelf[good, DEMAND] = min(MONEY_MAX, shelf[good, DEMAND] + wanted)
    if best < 0:
        fact[WHAT], fact[B] = _FAILED, _SOLD_OUT
        return
    pieces = min(wanted, shelf[good, STOCK], (MONEY_MAX - house[TILL]) // price)
    if pieces > 0:
        _trade(fact, own, house, shelf, good, pieces)
        fact[WHAT], fact[A], fact[B], fact[C] = _BOUGHT, good, pieces, pieces * price


@kernel
def _sell(fact: Table, own: Table, taste: Table, house: Table, shelf: Table) -> None:
    """What it has too much of and this place trades, as far as the till goes: one good at a time."""
    for good in range(len(own)):
        spare = own[good] - taste[good, KEPT]
        if spare <= 0 or not shelf[good, TRADES]:
            continue
        price = max(1, shelf[good, PRICE])
        able = min(house[TILL], MONEY_MAX - fact[COIN]) // price
        pieces = min(spare, able, MONEY_MAX - shelf[good, STOCK])
        if pieces > 0:
            _trade(fact, own, house, shelf, good, -pieces)
            fact[WHAT], fact[A], fact[B], fact[C] = _SOLD, good, pieces, pieces * price
            return
        fact[WHAT], fact[B] = _FAILED, _NO_COIN


@kernel
def _trade(fact: Table, own: Table, house: Table, shelf: Table, good: int, bought: int) -> None:
    """Hand pieces over the counter and coin back; bought: below 0 if they are sold."""
    pence = bought * max(1, shelf[good, PRICE])
    own[good] += bought
    shelf[good, STOCK] -= bought
    fact[COIN] -= pence
    house[TILL] += pence


@kernel
def cart_round(
    houses: Table, market: Table, wanted: Table, nearest: NDArray[np.int16], hostile: NDArray[np.uint8]
) -> None:
    """Every place that trades a good, or works with it, gets what it lacks from those that make it, nearest first: at
    its own price, for half its till at most, and of nobody more than half of what they can spare, so that there is some
    for others. A place that only works with a good gets it from those that trade it, too.

    wanted: shape (places, goods), pieces each likes to have. nearest: of each place all places, the nearest first.
    hostile: shape (places, places), 1 where they do not trade with one another.
    """
    for buyer in range(len(houses)):
        for good in range(market.shape[1]):
            works_with, trades = houses[buyer, OF] == good, market[buyer, good, TRADES] > 0
            if houses[buyer, MAKES] == good or not (works_with or trades):
                continue
            for seller in nearest[buyer]:
                if hostile[buyer, seller] or seller == buyer:
                    continue
                sells_on = works_with and not trades and market[seller, good, TRADES] > 0
                if houses[seller, MAKES] == good or sells_on:
                    _deliver(buyer, seller, good, houses, market, wanted)


@kernel
def _deliver(buyer: int, seller: int, good: int, houses: Table, market: Table, wanted: Table) -> None:
    lacks = wanted[buyer, good] - market[buyer, good, STOCK]
    spare = market[seller, good, STOCK]
    if market[seller, good, TRADES] or houses[seller, OF] == good:
        spare -= wanted[seller, good]
    price = max(1, market[buyer, good, PRICE])
    payable = min(houses[buyer, TILL] // 2, MONEY_MAX - houses[seller, TILL]) // price
    pieces = min(lacks, (spare + 1) // 2, payable)
    if pieces > 0:
        market[seller, good, STOCK] -= pieces
        market[buyer, good, STOCK] += pieces
        houses[buyer, TILL] -= pieces * price
        houses[seller, TILL] += pieces * price
