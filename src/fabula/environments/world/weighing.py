"""Weighing: what those who decide now are about to do, from their needs, the hour, what they have, what is near and
what they are like. Every choice gets a score, about 0 to 1500; the highest wins, after a little chance was added to
each.

All of them are weighed at once, a row each, column by column: there are a few thousand at a time in the largest world.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fabula.environments.world.components import NOBODY, Intent
from fabula.environments.world.kernels.living import KEPT, STILLS, Table

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

Column = NDArray[np.int64]
Flags = NDArray[np.bool_]

_STAYS = np.full((CHOICES, 2), 20, dtype=np.int64)
_STAYS[[Intent.BUY, Intent.SELL, Intent.SLEEP], 0] = 60
_STAYS[[Intent.WORK, Intent.FORAGE]] = 40
_STAYS[Intent.MINGLE, 1] = 30
_STAYS[Intent.EAT] = 2, 1
_STAYS[[Intent.FIGHT, Intent.FLEE]] = 8, 5
"""For how many ticks of ten seconds a life stays with each choice: so many, and by chance up to so many more, so that
not all think at once.
"""


class Facts(NamedTuple):
    """What is known of those who decide, a number a row, and of what they could turn to."""

    id: Column
    faction: Column
    health: Column
    hunger: Column
    fatigue: Column
    solitude: Column
    coin: Column
    goods: Table
    """Row, good."""
    home: Column
    work: Column
    boldness: Column
    diligence: Column
    warmth: Column
    greed: Column
    honesty: Column
    intent: Column
    asleep: Flags
    mind: Flags
    """It is a person."""
    forages: Flags
    gathers: Flags
    """What it forages keeps, and it eats that: it can do so for later."""
    day_need: Column
    """Hunger of a day."""
    strike: Column
    tastes: Table
    """Row, good, and STILLS or KEPT."""
    at: Column
    """The place whose cell it stands in; -1: none."""
    near: Table
    """Use, row, rank -> a place; -1: no more."""
    company: Column
    foe: Column
    """Id of the nearest it sees; -1: none."""
    foe_strike: Column
    attacker: Column
    """Id of one that goes for it; -1: none."""
    attacker_strike: Column
    victim: Column
    """Id of somebody at hand who has something worth taking; -1: none."""


class Town(NamedTuple):
    """What is known of places: a number each, or one each and good."""

    open: Flags
    opens: Column
    closes: Column
    of: Column
    till: Column
    owner: Column
    """Id of the life that owns it; -1: none."""
    owner_faction: Column
    trades: Flags
    stock: Table
    price: Table


class Moment(NamedTuple):
    """When it is."""

    now: int
    minute: int
    """Of the day."""
    day: int
    tick_s: int
    key: np.uint64


class Choice(NamedTuple):
    """What each does."""

    intent: Column
    target: Column
    """Id of a life; -1: none."""
    field: Column
    """A place; -1: none."""
    until: Column


class Weights:
    """What every choice scores for everyone, 0 where it is not to be had; and whom and which place it is about."""

    def __init__(self, rows: int) -> None:
        self.score: Table = np.zeros((rows, CHOICES), dtype=np.int64)
        self.whom: Table = np.full((rows, CHOICES), NOBODY, dtype=np.int64)
        self.place: Table = np.full((rows, CHOICES), NOBODY, dtype=np.int64)

    def add(self, choice: Intent, possible: Flags, score: Column | int, *, place: Column | None = None) -> None:
        """Let those choose it for whom it is possible, where nothing better of it is known."""
        better = possible & (score > self.score[:, choice])
        self.score[:, choice] = np.where(better, score, self.score[:, choice])
        if place is not None:
            self.place[:, choice] = np.where(better, place, self.place[:, choice])

    def add_about(self, choice: Intent, possible: Flags, score: Column | int, whom: Column) -> None:
        """Likewise, about somebody."""
        better = possible & (score > self.score[:, choice])
        self.score[:, choice] = np.where(better, score, self.score[:, choice])
        self.whom[:, choice] = np.where(better, whom, self.whom[:, choice])


def weigh(facts: Facts, town: Town, moment: Moment) -> Choice:
    """What everyone chooses."""
    weights = Weights(len(facts.id))
    carried = (facts.goods * facts.tastes[:, :, STILLS]).sum(axis=1)
    _weigh_danger(facts, moment, weights)
    people = facts.mind
    if not people.all():
        _weigh_beasts(facts, carried, ~people, weights)
    if people.any():
        _weigh_people(facts, town, moment, carried, people, weights)
    return _chosen(facts, moment, weights)


def waking_hours(facts: Facts, town: Town, day: int) -> tuple[Column, Column]:
    """When people wake and go to bed, in minutes of the day (the second may lie beyond midnight): the diligent wake
    early, the warm stay up late, work at night shifts both, and no two days are quite alike.
    """
    wakes = MORNING_M + (50 - facts.diligence) * 6 // 5 + below(np.uint64(day), facts.id, _RISE, 41) - 20
    retires = NIGHT_M + (facts.warmth - 50) * 6 // 5 + below(np.uint64(day), facts.id, _RETIRE, 41) - 20
    if not len(town.opens):
        return wakes, retires
    opens, closes = _hours(facts, town)
    bound = (facts.work >= 0) & (opens != closes)
    late = bound & (closes + 30 > retires)
    early = bound & ~late & (opens - 20 < wakes)
    retires = np.where(late, closes + 30, retires)
    wakes = np.where(late, np.maximum(wakes, retires + SLEEP_M - DAY_M), wakes)
    wakes = np.where(early, np.maximum(2 * 60, opens - 20), wakes)
    return wakes, np.where(early, np.minimum(retires, wakes + DAY_M - SLEEP_M), retires)


def working_hours(facts: Facts, town: Town, wakes: Column) -> tuple[Column, Column]:
    """Between which minutes of the day those with a place of work want to be at it: the lazy come late, leave early."""
    opens, closes = _hours(facts, town)
    lazy, length = 100 - facts.diligence, closes - opens
    always = length == 0
    begins = np.where(always, wakes + 60 + lazy * 3 // 4, opens + np.minimum(lazy * 3 // 4, length // 8))
    ends = np.where(always, wakes + 660 - lazy * 3 // 4, closes - np.minimum(lazy * 3 // 2, length // 5))
    return begins, ends


def below(key: np.uint64, who: Column, salt: int | Column, limit: int | Column) -> Column:
    """As kernels.mixing.below, for many at once."""
    bits = key + np.uint64(0x9E3779B97F4A7C15) * (who.astype(np.uint64) * np.uint64(65536) + np.uint64(1) + _u64(salt))
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    bits ^= bits >> np.uint64(31)
    return (((bits >> np.uint64(32)) * _u64(limit)) >> np.uint64(32)).astype(np.int64)


def _u64(number: int | Column) -> NDArray[np.uint64]:
    return np.asarray(number).astype(np.uint64)


def _hours(facts: Facts, town: Town) -> tuple[Column, Column]:
    """When each one's place of work opens and closes, in minutes; the second beyond midnight if it is open then."""
    opens, closes = town.opens[facts.work] * 60, town.closes[facts.work] * 60
    return opens, np.where(closes < opens, closes + DAY_M, closes)


def _chosen(facts: Facts, moment: Moment, weights: Weights) -> Choice:
    everyone, choices = np.arange(len(facts.id)), np.arange(CHOICES)
    score = weights.score + below(moment.key, facts.id[:, None], _WHIM + choices, WHIM)
    score += HABIT * (facts.intent[:, None] == choices)
    intent = np.where(weights.score > 0, score, 0).argmax(axis=1)
    base, spread = _STAYS[intent, 0], _STAYS[intent, 1]
    base = base + np.where(intent == Intent.MINGLE, facts.warmth // 2, 0)
    stays = base + below(moment.key, facts.id, _COMMIT, spread)
    stays = np.where(weights.score[everyone, intent] < DANGER, np.maximum(2, stays * 10 // moment.tick_s), stays)
    return Choice(intent, weights.whom[everyone, intent], weights.place[everyone, intent], moment.now + stays)


def _weigh_danger(facts: Facts, moment: Moment, weights: Weights) -> None:
    """Fight or flee whoever strikes it; people also every foe they see, timid beasts flee from one."""
    struck = facts.attacker >= 0
    alarmed = struck | ((facts.foe >= 0) & (facts.mind | (facts.boldness < 50)))
    if not alarmed.any():
        return
    enemy = np.where(struck, facts.attacker, facts.foe)
    courage = 8 * facts.boldness + facts.health // 2 - 400
    courage += 2 * (facts.strike - np.where(struck, facts.attacker_strike, facts.foe_strike))
    courage += 40 * np.minimum(5, facts.company) + below(moment.key, facts.id, _COURAGE, 200)
    weights.add_about(Intent.FIGHT, alarmed & (courage >= 500), DANGER, enemy)
    weights.add_about(Intent.FLEE, alarmed & (courage < 500), DANGER, enemy)


def _weigh_beasts(facts: Facts, carried: Column, beasts: Flags, weights: Weights) -> None:
    hungry = beasts & (facts.hunger >= HUNGRY)
    weights.add(Intent.REST, beasts, 150 + facts.fatigue // 5)
    weights.add(Intent.WANDER, beasts, 200 + facts.hunger // 5)
    weights.add(Intent.SLEEP, beasts & ((facts.fatigue >= 600) | facts.asleep), facts.fatigue, place=facts.home)
    weights.add(Intent.EAT, hungry & (carried > 0), 600 + facts.hunger)
    weights.add(Intent.FORAGE, hungry & facts.forages, 300 + facts.hunger)
    fit = (facts.health > 300) & (facts.boldness >= 50)
    weights.add_about(Intent.FIGHT, hungry & fit & (facts.foe >= 0), 500 + facts.hunger, facts.foe)


def _weigh_people(facts: Facts, town: Town, moment: Moment, carried: Column, people: Flags, weights: Weights) -> None:
    wakes, retires = waking_hours(facts, town, moment.day)
    minute = np.where(moment.minute >= wakes, moment.minute, moment.minute + DAY_M)
    night, evening = minute >= retires, minute >= np.minimum(17 * 60, retires - 5 * 60)
    market, price = _food_market(facts, town)
    can_buy = (price > 0) & (facts.coin >= price)
    # Who sleeps at night sleeps on, unless it is struck or starves.
    up = people & ~(facts.asleep & (night | (facts.fatigue > 300)) & (facts.hunger < 800))
    _weigh_sleep(facts, night, night | evening, people, weights)
    _weigh_eating(facts, night, carried, people, weights)
    _weigh_buying(facts, market, price, carried, up, weights)
    _weigh_foraging(facts, night, can_buy, carried, up, weights)
    _weigh_leisure(facts, town, moment, night, evening, up, weights)
    _weigh_theft(facts, town, moment, market, can_buy, carried, up, weights)
    _weigh_work(facts, town, moment, wakes, up & ~night, weights)
    _weigh_selling(facts, town, carried, up & ~night, weights)


def _weigh_sleep(facts: Facts, night: Flags, late: Flags, people: Flags, weights: Weights) -> None:
    tired = facts.fatigue * 6 // 10
    sleepy = night & (facts.asleep | (facts.fatigue >= SLEEPY))
    weights.add(Intent.SLEEP, people & sleepy, 450 + tired + 150 * facts.asleep, place=facts.home)
    lies_in = facts.fatigue * 8 // 10 + 2 * (100 - facts.diligence)
    weights.add(Intent.SLEEP, people & ~night & facts.asleep, lies_in, place=facts.home)
    weights.add(Intent.SLEEP, people & ~late & (facts.fatigue >= EXHAUSTED), 400, place=facts.home)


def _weigh_eating(facts: Facts, night: Flags, carried: Column, people: Flags, weights: Weights) -> None:
    able = people & (carried > 0) & ~(facts.asleep & (facts.hunger < 800))
    weights.add(Intent.EAT, able & (facts.hunger >= HUNGRY), 420 + facts.hunger * 8 // 10)
    # Nobody goes to bed hungry who has something to eat.
    weights.add(Intent.EAT, able & night & ~facts.asleep & (facts.hunger >= 200), 1200 + facts.hunger)


def _food_market(facts: Facts, town: Town) -> tuple[Column, Column]:
    """For everyone the nearest open place that has food, and what its cheapest costs; or one that is sold out, and 0;
    or (-1, 0).
    """
    market = np.full(len(facts.id), NOBODY, dtype=np.int64)
    price = np.zeros(len(facts.id), dtype=np.int64)
    if not len(town.open):
        return market, price
    edible, dear = facts.tastes[:, :, STILLS] > 0, np.iinfo(np.int64).max
    for place in facts.near[FOOD_NEAR].T:
        looking = (price == 0) & (place >= 0) & town.open[place]
        if not looking.any():
            continue
        there = edible & town.trades[place] & (town.stock[place] > 0)
        cheapest = np.where(there, np.maximum(1, town.price[place]), dear).min(axis=1, initial=dear)
        found = looking & (cheapest < dear)
        market = np.where(found | (looking & (market < 0)), place, market)
        price = np.where(found, cheapest, price)
    return market, price


def _weigh_buying(facts: Facts, market: Column, price: Column, carried: Column, up: Flags, weights: Weights) -> None:
    """Food before there is none left; where all is sold out, only the hungry go and ask."""
    hunger, need = facts.hunger, facts.day_need
    lacks = need + hunger - carried
    able = up & (price > 0) & (facts.coin >= price)
    weights.add(Intent.BUY, able & (carried == 0), 480 + hunger * 8 // 10, place=market)
    some = 400 + 240 * np.minimum(lacks, need) // need + hunger // 5
    weights.add(Intent.BUY, able & (carried > 0) & (2 * lacks > need), some, place=market)
    asks = up & (market >= 0) & (price == 0) & (carried == 0) & (hunger >= NEEDY) & (facts.coin > 0)
    weights.add(Intent.BUY, asks, hunger * 7 // 10, place=market)


def _weigh_foraging(facts: Facts, night: Flags, can_buy: Flags, carried: Column, up: Flags, weights: Weights) -> None:
    able = up & facts.forages
    weights.add(
        Intent.FORAGE, able & (carried == 0) & (facts.hunger >= HUNGRY), facts.hunger * 9 // 10 + 150 * ~can_buy
    )
    weights.add(Intent.FORAGE, able & facts.gathers & ~night & ~can_buy & (carried < facts.day_need), 330)


def _weigh_work(facts: Facts, town: Town, moment: Moment, wakes: Column, up: Flags, weights: Weights) -> None:
    if not len(town.open):
        return
    begins, ends = working_hours(facts, town, wakes)
    minute = np.where(moment.minute >= begins, moment.minute, moment.minute + DAY_M)
    able = up & (facts.work >= 0) & (minute < ends) & town.open[facts.work]
    score = 520 + 2 * facts.diligence + 60 * (facts.coin < 10)
    if town.stock.shape[1]:
        of = town.of[facts.work]
        score = score - 200 * ((of >= 0) & (town.stock[facts.work, of] == 0))
    weights.add(Intent.WORK, able, score, place=facts.work)


def _weigh_selling(facts: Facts, town: Town, carried: Column, up: Flags, weights: Weights) -> None:
    """What they have too much of, at the nearest open place that wants it and can pay."""
    spare = np.maximum(0, facts.goods - facts.tastes[:, :, KEPT])
    looking = up & spare.any(axis=1)
    if not (len(town.open) and looking.any()):
        return
    needs_coin = (facts.hunger >= NEEDY) & (carried == 0)
    for place in facts.near[TRADE_NEAR].T:
        price = np.maximum(1, town.price[place])
        worth = (np.minimum(spare, town.till[place][:, None] // price) * price * town.trades[place]).sum(axis=1)
        able = looking & (place >= 0) & town.open[place] & (worth > 0)
        score = 330 + np.minimum(2 * worth, 250) + 2 * facts.greed + 300 * needs_coin
        weights.add(Intent.SELL, able, score, place=place)
        looking &= ~able


def _weigh_leisure(
    facts: Facts, town: Town, moment: Moment, night: Flags, evening: Flags, up: Flags, weights: Weights
) -> None:
    """Company, a stroll, home in the evening, or nothing at all."""
    tired, late = facts.fatigue // 10, night | evening
    away = late & (facts.home >= 0) & (facts.at != facts.home)
    weights.add(Intent.REST, up, np.where(away, 80, 180) + tired)
    weights.add(Intent.WANDER, up, np.where(late, 100, 220 + (100 - facts.diligence) // 2))
    weights.add(Intent.GO, up & away, 250 + tired, place=facts.home)
    if not len(town.open):
        return
    score = facts.solitude // 2 + 2 * facts.warmth + 220 * evening - 300 * night
    score = score - 150 * (~evening & (facts.solitude < 150))
    # Now and then somebody goes further than to the nearest.
    further = below(np.uint64(moment.day), facts.id, _TAVERN, 4) // 3
    near, looking = facts.near[MEETING_NEAR], up.copy()
    for rank in range(near.shape[1]):
        place = near[np.arange(len(near)), (further + rank) % near.shape[1]]
        able = looking & (place >= 0) & town.open[place]
        weights.add(Intent.MINGLE, able, score, place=place)
        looking &= ~able


def _weigh_theft(
    facts: Facts,
    town: Town,
    moment: Moment,
    market: Column,
    can_buy: Flags,
    carried: Column,
    up: Flags,
    weights: Weights,
) -> None:
    """Out of need, the less honest the sooner; out of greed the dishonest, now and then, where few are about. Who is in
    need and has nothing at hand goes where food is.
    """
    wicked = 100 - facts.honesty
    in_need = up & (carried == 0) & ~can_buy & (facts.hunger >= NEEDY)
    tempted = up & (facts.greed * wicked >= TEMPTING) & (below(moment.key, facts.id, _TEMPTED, 1000) < TEMPTED)
    if not (in_need | tempted).any():
        return
    desire = np.where(in_need, facts.hunger * wicked // 50, 0)
    desire = np.maximum(desire, np.where(tempted, 500 + facts.greed * wicked // 20 - 25 * facts.company, 0))
    anothers = np.zeros(len(facts.id), dtype=np.bool_)
    if len(town.open):
        at = facts.at
        anothers = (at >= 0) & (at != facts.home) & (at != facts.work)
        anothers &= (town.owner[at] != facts.id) & (town.owner_faction[at] != facts.faction)
        worth_it = (town.till[at] > 0) | (town.stock[at] > 0).any(axis=1)
        weights.add(Intent.STEAL, anothers & worth_it, desire, place=at)
    weights.add_about(Intent.STEAL, ~anothers & (facts.victim >= 0), desire, facts.victim)
    lost = in_need & (weights.score[:, Intent.STEAL] == 0) & (wicked >= 30) & (market >= 0)
    weights.add(Intent.MINGLE, lost, 300 + facts.hunger // 2, place=market)
