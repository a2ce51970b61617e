"""Weighing: what those who decide now are about to do, from their needs, the hour, what they have, what is near and
what they are like. Every choice gets a score, about 0 to 1500; the highest wins, after a little chance was added to
each.

What is known of those who decide is put into a table of 64-bit numbers, a row each, with the columns named here, and
so is what is known of places: see kernels.living.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fabula.environments.world.components import Intent
from fabula.environments.world.kernels.cells import BIN_BITS
from fabula.environments.world.kernels.jit import kernel
from fabula.environments.world.kernels.living import KEPT, PRICE, STILLS, STOCK, TRADES, Table
from fabula.environments.world.kernels.mixing import below

# Salts of this module: 140 to 169.
_WHIM = 140
_COMMIT = 156
_COURAGE = 157
_RISE = 159
_RETIRE = 160
_TAVERN = 161
_TEMPTED = 162

HUNGRY = 300
"""Hunger from which on a life wants to eat."""
SLEEPY = 250
"""Fatigue with which people go to bed when it is time; who wakes in the night with less stays up."""
EXHAUSTED = 980
"""Fatigue with which they do by day, if they have no work to do; in the evening everyone stays up until it is time."""
NEEDY = 500
"""Hunger at which a life with nothing to eat and no way to buy it might steal."""
TEMPTING = 3000
"""Greed by dishonesty, in percent each, at which a life might steal without need."""
TEMPTED = 5
"""How often it does then, in thousandths of its decisions."""
NIGHT_M = 22 * 60
"""When people go to bed, in minutes of the day, give or take an hour by their warmth."""
MORNING_M = 6 * 60
"""When they wake, give or take an hour by their diligence."""
SLEEP_M = 7 * 60
"""What work leaves people of the night at least."""
DAY_M = 24 * 60
DANGER = 3000
"""What it scores to fight or to flee."""
WHIM = 80
HABIT = 60
"""How much is for going on with what one does."""
CHOICES = int(Intent.GO) + 1
FOOD_NEAR, TRADE_NEAR, MEETING_NEAR = range(3)

# Columns of `facts`, a row for each life that decides: first components as they are, then what else is known.
FACTS = (
    "id faction health hunger fatigue solitude coin home work boldness diligence warmth greed honesty intent"
    " asleep kind x y"
).split()
(
    ID,
    FACTION,
    HEALTH,
    HUNGER,
    FATIGUE,
    SOLITUDE,
    COIN,
    HOME,
    WORK,
    BOLDNESS,
    DILIGENCE,
    WARMTH,
    GREED,
    HONESTY,
    INTENT,
    ASLEEP,
    KIND,
    X,
    Y,
    MIND,
    FORAGES,
    GATHERS,
    DAY_NEED,
    STRIKE,
    AT,
    BLOCK_AT,
    COMPANY,
    FOE,
    FOE_STRIKE,
    ATTACKER,
    ATTACKER_STRIKE,
    CARRIED,
    MARKET,
    FOOD_PRICE,
) = range(34)
"""`MIND`: it is a person; `GATHERS`: what it forages keeps, and it eats that, so that it can do so for later;
`DAY_NEED`: hunger of a day; `AT`: the place whose cell it stands in, -1: none; `BLOCK_AT`: the block of the map;
`FOE`, `ATTACKER`: id of the nearest it sees, and of one that goes for it, -1: none. The last are found here: hunger
that what it carries would still; the nearest open place that has food, -1: none; what its cheapest costs, 0: sold out.
"""
FACTS_WIDE = 34

# Columns of `town`, a row a place.
OPEN, OPENS, CLOSES, OF, TILL, OWNER, OWNER_FACTION = range(7)
"""`OWNER`: id of the life that owns it, `OWNER_FACTION`: index of the faction that does, -1: none."""

# Columns of what is chosen.
INTENDED, TARGET, FIELD, UNTIL = range(4)

# Rows of what the choices of a life weigh; the second is a life's id, the third a place, -1: none.
SCORE, WHOM, PLACE = range(3)

_REST, _WANDER, _SLEEP, _EAT = int(Intent.REST), int(Intent.WANDER), int(Intent.SLEEP), int(Intent.EAT)
_FORAGE, _WORK, _BUY, _SELL = int(Intent.FORAGE), int(Intent.WORK), int(Intent.BUY), int(Intent.SELL)
_MINGLE, _FIGHT, _FLEE = int(Intent.MINGLE), int(Intent.FIGHT), int(Intent.FLEE)
_STEAL, _GO = int(Intent.STEAL), int(Intent.GO)

_STAYS = np.full((CHOICES, 2), 20, dtype=np.int64)
_STAYS[[_BUY, _SELL, _SLEEP], 0] = 60
_STAYS[[_WORK, _FORAGE]] = 40
_STAYS[_MINGLE, 1] = 30
_STAYS[_EAT] = 2, 1
_STAYS[[_FIGHT, _FLEE]] = 8, 5
"""For how many ticks of ten seconds a life stays with each choice: so many, and by chance up to so many more, so that
not all think at once.
"""


class Moment(NamedTuple):
    """When it is, and what chance has of it."""

    now: int
    minute: int
    """Of the day."""
    day: int
    tick_s: int
    key: np.uint64


class Town(NamedTuple):
    """What is known of places, and of goods."""

    places: Table
    market: Table
    """See kernels.living."""
    tastes: Table
    """Likewise."""
    near: NDArray[np.int16]
    """Use, block of the map, rank -> the nearest places; -1: no more."""


class Crowd(NamedTuple):
    """All lives, as far as somebody might rob them."""

    begins: NDArray[np.int32]
    rows: NDArray[np.int32]
    """The rows bin by bin; see kernels.cells."""
    height: int
    x: NDArray[np.int16]
    id: NDArray[np.int32]
    coin: NDArray[np.int32]
    goods: NDArray[np.int16]


@kernel
def weigh(facts: Table, goods: Table, town: Town, crowd: Crowd, moment: Moment, chosen: Table) -> None:
    """What everyone chooses, in `chosen`. goods: what each carries."""
    weights = np.empty((3, CHOICES), dtype=np.int64)
    for row in range(len(facts)):
        fact, own = facts[row], goods[row]
        taste = town.tastes[fact[KIND]]
        weights[SCORE], weights[WHOM], weights[PLACE] = 0, -1, -1
        fact[CARRIED] = 0
        for good in range(len(own)):
            fact[CARRIED] += own[good] * taste[good, STILLS]
        _weigh_danger(fact, moment.key, weights)
        if fact[MIND] == 0:
            _weigh_beast(fact, weights)
        else:
            wakes, retires = _waking_hours(fact, town.places, moment.day)
            minute = moment.minute if moment.minute >= wakes else moment.minute + DAY_M
            is_night, is_evening = minute >= retires, minute >= min(17 * 60, retires - 5 * 60)
            _find_food(fact, taste, town)
            _weigh_sleep_and_food(fact, is_night, is_night or is_evening, weights)
            # Who sleeps at night sleeps on, unless it is struck or starves.
            if not (fact[ASLEEP] and (is_night or fact[FATIGUE] > 300) and fact[HUNGER] < 800):
                _weigh_buying(fact, is_night, weights)
                _weigh_leisure(fact, town, moment.day, is_night, is_evening, weights)
                _weigh_theft(fact, town, crowd, moment.key, weights)
                if not is_night:
                    _weigh_work(fact, town, moment.minute, wakes, weights)
                    _weigh_selling(fact, own, taste, town, weights)
        _choose(fact, moment, weights, chosen[row])


@kernel
def _add(weights: Table, choice: int, score: int, place: int) -> None:
    """Let it be chosen, where nothing better of it is known."""
    if score > weights[SCORE, choice]:
        weights[SCORE, choice], weights[PLACE, choice] = score, place


@kernel
def _choose(fact: Table, moment: Moment, weights: Table, chosen: Table) -> None:
    intent, most = 0, 0
    for choice in range(CHOICES):
        if weights[SCORE, choice] > 0:
            score = weights[SCORE, choice] + below(moment.key, fact[ID], _WHIM + choice, WHIM)
            if fact[INTENT] == choice:
                score += HABIT
            if score > most:
                intent, most = choice, score
    stays = _STAYS[intent, 0] + below(moment.key, fact[ID], _COMMIT, _STAYS[intent, 1])
    if intent == _MINGLE:
        stays += fact[WARMTH] // 2
    if weights[SCORE, intent] < DANGER:
        stays = max(2, stays * 10 // moment.tick_s)
    chosen[INTENDED], chosen[UNTIL] = intent, moment.now + stays
    chosen[TARGET], chosen[FIELD] = weights[WHOM, intent], weights[PLACE, intent]


@kernel
def _weigh_danger(fact: Table, key: np.uint64, weights: Table) -> None:
    """Fight or flee whoever strikes it; people also every foe they see, timid beasts flee from one."""
    is_struck = fact[ATTACKER] >= 0
    if not (is_struck or (fact[FOE] >= 0 and (fact[MIND] == 1 or fact[BOLDNESS] < 50))):
        return
    strike = fact[ATTACKER_STRIKE] if is_struck else fact[FOE_STRIKE]
    courage = 8 * fact[BOLDNESS] + fact[HEALTH] // 2 - 400 + 2 * (fact[STRIKE] - strike)
    courage += 40 * min(5, fact[COMPANY]) + below(key, fact[ID], _COURAGE, 200)
    choice = _FIGHT if courage >= 500 else _FLEE
    weights[SCORE, choice], weights[WHOM, choice] = DANGER, fact[ATTACKER] if is_struck else fact[FOE]


@kernel
def _weigh_beast(fact: Table, weights: Table) -> None:
    _add(weights, _REST, 150 + fact[FATIGUE] // 5, -1)
    _add(weights, _WANDER, 200 + fact[HUNGER] // 5, -1)
    if fact[FATIGUE] >= 600 or fact[ASLEEP]:
        _add(weights, _SLEEP, fact[FATIGUE], fact[HOME])
    if fact[HUNGER] < HUNGRY:
        return
    if fact[CARRIED] > 0:
        _add(weights, _EAT, 600 + fact[HUNGER], -1)
    if fact[FORAGES]:
        _add(weights, _FORAGE, 300 + fact[HUNGER], -1)
    if fact[HEALTH] > 300 and fact[BOLDNESS] >= 50 and fact[FOE] >= 0 and 500 + fact[HUNGER] > weights[SCORE, _FIGHT]:
        weights[SCORE, _FIGHT], weights[WHOM, _FIGHT] = 500 + fact[HUNGER], fact[FOE]


@kernel
def _waking_hours(fact: Table, places: Table, day: int) -> tuple[int, int]:
    """When a life wakes and goes to bed, in minutes of the day (the second may lie beyond midnight): the diligent wake
    early, the warm stay up late, work at night shifts both, and no two days are quite alike.
    """
    wakes = MORNING_M + (50 - fact[DILIGENCE]) * 6 // 5 + below(np.uint64(day), fact[ID], _RISE, 41) - 20
    retires = NIGHT_M + (fact[WARMTH] - 50) * 6 // 5 + below(np.uint64(day), fact[ID], _RETIRE, 41) - 20
    if fact[WORK] >= 0:
        opens, closes = _hours(places, fact[WORK])
        if opens != closes and closes + 30 > retires:
            retires = closes + 30
            wakes = max(wakes, retires + SLEEP_M - DAY_M)
        elif opens != closes and opens - 20 < wakes:
            wakes = max(2 * 60, opens - 20)
            retires = min(retires, wakes + DAY_M - SLEEP_M)
    return wakes, retires


@kernel
def _hours(places: Table, work: int) -> tuple[int, int]:
    """When a place of work opens and closes, in minutes; the second beyond midnight if it is open then."""
    opens, closes = places[work, OPENS] * 60, places[work, CLOSES] * 60
    return opens, closes + DAY_M if closes < opens else closes


@kernel
def _find_food(fact: Table, taste: Table, town: Town) -> None:
    """The nearest open place that has food, and what its cheapest costs; or one that is sold out, and 0; or (-1, 0)."""
    fact[MARKET], fact[FOOD_PRICE] = -1, 0
    for place in town.near[FOOD_NEAR, fact[BLOCK_AT]]:
        if place < 0 or town.places[place, OPEN] == 0:
            continue
        shelf = town.market[place]
        for good in range(len(taste)):
            if taste[good, STILLS] > 0 and shelf[good, TRADES] and shelf[good, STOCK] > 0:
                price = max(1, shelf[good, PRICE])
                if fact[FOOD_PRICE] == 0 or price < fact[FOOD_PRICE]:
                    fact[FOOD_PRICE] = price
        if fact[FOOD_PRICE] > 0 or fact[MARKET] < 0:
            fact[MARKET] = place
        if fact[FOOD_PRICE] > 0:
            return


@kernel
def _weigh_sleep_and_food(fact: Table, is_night: bool, is_late: bool, weights: Table) -> None:
    hunger, fatigue, asleep = fact[HUNGER], fact[FATIGUE], fact[ASLEEP]
    if is_night and (asleep or fatigue >= SLEEPY):
        _add(weights, _SLEEP, 450 + fatigue * 6 // 10 + 150 * asleep, fact[HOME])
    if asleep and not is_night:
        _add(weights, _SLEEP, fatigue * 8 // 10 + 2 * (100 - fact[DILIGENCE]), fact[HOME])
    if fatigue >= EXHAUSTED and not is_late:
        _add(weights, _SLEEP, 400, fact[HOME])
    if fact[CARRIED] <= 0 or (asleep and hunger < 800):
        return
    if hunger >= HUNGRY:
        _add(weights, _EAT, 420 + hunger * 8 // 10, -1)
    # Nobody goes to bed hungry who has something to eat.
    if is_night and not asleep and hunger >= 200:
        _add(weights, _EAT, 1200 + hunger, -1)


@kernel
def _weigh_buying(fact: Table, is_night: bool, weights: Table) -> None:
    """Food before there is none left; where all is sold out, only the hungry go and ask. Likewise foraging."""
    hunger, need, carried, price = fact[HUNGER], fact[DAY_NEED], fact[CARRIED], fact[FOOD_PRICE]
    lacks, can_buy = need + hunger - carried, price > 0 and fact[COIN] >= price
    if can_buy and carried == 0:
        _add(weights, _BUY, 480 + hunger * 8 // 10, fact[MARKET])
    elif can_buy and carried > 0 and 2 * lacks > need:
        _add(weights, _BUY, 400 + 240 * min(lacks, need) // need + hunger // 5, fact[MARKET])
    elif fact[MARKET] >= 0 and price == 0 and carried == 0 and hunger >= NEEDY and fact[COIN] > 0:
        _add(weights, _BUY, hunger * 7 // 10, fact[MARKET])
    if fact[FORAGES] and carried == 0 and hunger >= HUNGRY:
        _add(weights, _FORAGE, hunger * 9 // 10 + (0 if can_buy else 150), -1)
    if fact[FORAGES] and fact[GATHERS] and not is_night and not can_buy and carried < need:
        _add(weights, _FORAGE, 330, -1)


@kernel
def _weigh_leisure(fact: Table, town: Town, day: int, is_night: bool, is_evening: bool, weights: Table) -> None:
    """Company, a stroll, home in the evening, or nothing at all."""
    tired, is_late = fact[FATIGUE] // 10, is_night or is_evening
    is_away = is_late and fact[HOME] >= 0 and fact[AT] != fact[HOME]
    _add(weights, _REST, (80 if is_away else 180) + tired, -1)
    _add(weights, _WANDER, 100 if is_late else 220 + (100 - fact[DILIGENCE]) // 2, -1)
    if is_away:
        _add(weights, _GO, 250 + tired, fact[HOME])
    score = fact[SOLITUDE] // 2 + 2 * fact[WARMTH]
    if is_evening:
        score += 220
    elif fact[SOLITUDE] < 150:
        score -= 150
    if is_night:
        score -= 300
    # Now and then somebody goes further than to the nearest.
    further = below(np.uint64(day), fact[ID], _TAVERN, 4) // 3
    near = town.near[MEETING_NEAR, fact[BLOCK_AT]]
    for rank in range(len(near)):
        place = near[(further + rank) % len(near)]
        if place >= 0 and town.places[place, OPEN]:
            _add(weights, _MINGLE, score, int(np.int64(place)))
            return


@kernel
def _weigh_work(fact: Table, town: Town, now_m: int, wakes: int, weights: Table) -> None:
    """The lazy come late, and leave early."""
    work, lazy = fact[WORK], 100 - fact[DILIGENCE]
    if work < 0 or town.places[work, OPEN] == 0:
        return
    opens, closes = _hours(town.places, work)
    begins, ends = wakes + 60 + lazy * 3 // 4, wakes + 660 - lazy * 3 // 4
    if opens != closes:
        begins = opens + min(lazy * 3 // 4, (closes - opens) // 8)
        ends = closes - min(lazy * 3 // 2, (closes - opens) // 5)
    if (now_m if now_m >= begins else now_m + DAY_M) >= ends:
        return
    score, of = 520 + 2 * fact[DILIGENCE] + (60 if fact[COIN] < 10 else 0), town.places[work, OF]
    if of >= 0 and town.market[work, of, STOCK] == 0:
        score -= 200
    _add(weights, _WORK, score, work)


@kernel
def _weigh_selling(fact: Table, own: Table, taste: Table, town: Town, weights: Table) -> None:
    """What they have too much of, at the nearest open place that wants it and can pay."""
    for place in town.near[TRADE_NEAR, fact[BLOCK_AT]]:
        if place < 0 or town.places[place, OPEN] == 0:
            continue
        worth = 0
        for good in range(len(own)):
            spare, price = own[good] - taste[good, KEPT], max(1, town.market[place, good, PRICE])
            if spare > 0 and town.market[place, good, TRADES]:
                worth += min(spare, town.places[place, TILL] // price) * price
        if worth > 0:
            needs_coin = fact[HUNGER] >= NEEDY and fact[CARRIED] == 0
            score = 330 + min(2 * worth, 250) + 2 * fact[GREED] + (300 if needs_coin else 0)
            _add(weights, _SELL, score, int(np.int64(place)))
            return


@kernel
def _weigh_theft(fact: Table, town: Town, crowd: Crowd, key: np.uint64, weights: Table) -> None:
    """Out of need, the less honest the sooner; out of greed the dishonest, now and then, where few are about. Who is in
    need and has nothing at hand goes where food is.
    """
    wicked, at = 100 - fact[HONESTY], fact[AT]
    can_buy = fact[FOOD_PRICE] > 0 and fact[COIN] >= fact[FOOD_PRICE]
    in_need = fact[CARRIED] == 0 and not can_buy and fact[HUNGER] >= NEEDY
    is_tempted = fact[GREED] * wicked >= TEMPTING and below(key, fact[ID], _TEMPTED, 1000) < TEMPTED
    if not (in_need or is_tempted):
        return
    desire = fact[HUNGER] * wicked // 50 if in_need else 0
    if is_tempted:
        desire = max(desire, 500 + fact[GREED] * wicked // 20 - 25 * fact[COMPANY])
    is_anothers = at >= 0 and at != fact[HOME] and at != fact[WORK]
    if is_anothers:
        house = town.places[at]
        is_anothers = house[OWNER] != fact[ID] and house[OWNER_FACTION] != fact[FACTION]
    if is_anothers:
        stocked = town.places[at, TILL] > 0
        for good in range(town.market.shape[1]):
            stocked = stocked or town.market[at, good, STOCK] > 0
        if stocked:
            _add(weights, _STEAL, desire, at)
    elif desire > 0:
        victim = find_victim(fact, crowd)
        if victim >= 0:
            weights[SCORE, _STEAL], weights[WHOM, _STEAL] = desire, victim
    if in_need and weights[SCORE, _STEAL] == 0 and wicked >= 30 and fact[MARKET] >= 0:
        _add(weights, _MINGLE, 300 + fact[HUNGER] // 2, fact[MARKET])


@kernel
def find_victim(fact: Table, crowd: Crowd) -> int:
    """The id of another life next to one, or where it stands, that has something worth taking; -1: none."""
    column, row_of_map, height = fact[X], fact[Y], crowd.height
    strips = (len(crowd.begins) - 2) // height
    for strip in range(max(0, column - 1) >> BIN_BITS, min(strips, ((column + 1) >> BIN_BITS) + 1)):
        begin = crowd.begins[strip * height + max(0, row_of_map - 1)]
        end = crowd.begins[strip * height + min(height, row_of_map + 2)]
        for at in range(begin, end):
            other = crowd.rows[at]
            if crowd.id[other] == fact[ID] or abs(crowd.x[other] - column) > 1:
                continue
            worth = crowd.coin[other] > 0
            for good in range(crowd.goods.shape[1]):
                worth = worth or crowd.goods[other, good] > 0
            if worth:
                return int(np.int64(crowd.id[other]))
    return -1
