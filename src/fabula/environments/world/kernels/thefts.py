"""Thefts: what lives that mean to steal take, from where they stand or whom they stand by, and whether it shows."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fabula.environments.world.components import Intent
from fabula.environments.world.happenings import Hitch, What
from fabula.environments.world.kernels.jit import kernel
from fabula.environments.world.kernels.mixing import below
from fabula.environments.world.kernels.noting import note

SALT_SEEN = 2000
"""Salts 2000 to 2019 are the thefts': one for each who might look."""
FOOD_WANTED_AT = 300
"""Hunger, in thousandths, from which on a thief takes food before anything else."""
FOOD_TAKEN_MAX = 2
COIN_TAKEN_MIN = 2
"""Pence, to which a tenth of the thief's greed is added."""
WATCHERS_MAX = 10
SEEN_PERCENT = 20
"""How likely it is that one who is near notices."""
DISGRACE, DISGRACE_MAX = 20, 200
"""Reputation, in thousandths, that a theft costs which is noticed; a pence of worth adds one, up to the second."""
LIES_LOW_TICKS = 30
"""After taking something else than food, a thief wanders off."""

COIN = -1
PIECES_MAX, COIN_MAX = 32_767, 2**31 - 1
_STEAL, _EAT, _WANDER = int(Intent.STEAL), int(Intent.EAT), int(Intent.WANDER)
_STOLE_PLACE, _STOLE_LIFE, _FAILED = int(What.STOLE_PLACE), int(What.STOLE_LIFE), int(What.FAILED)
_GONE = int(Hitch.GONE)


class Folk(NamedTuple):
    """The lives, as far as theft concerns them."""

    id: NDArray[np.int32]
    x: NDArray[np.int16]
    y: NDArray[np.int16]
    kind: NDArray[np.uint8]
    faction: NDArray[np.uint8]
    seat: NDArray[np.int16]
    health: NDArray[np.int16]
    hunger: NDArray[np.int16]
    greed: NDArray[np.uint8]
    reputation: NDArray[np.int16]
    coin: NDArray[np.int32]
    goods: NDArray[np.int16]
    home: NDArray[np.int16]
    work: NDArray[np.int16]
    intent: NDArray[np.uint8]
    target: NDArray[np.int32]
    until: NDArray[np.int32]
    row_of: NDArray[np.int32]


class Stores(NamedTuple):
    """The places: what they hold, and whose they are."""

    place_at: NDArray[np.int16]
    stock: NDArray[np.int32]
    till: NDArray[np.int32]
    price: NDArray[np.int32]
    owner: NDArray[np.int32]
    """Id of the life that owns each; -1: none."""
    faction: NDArray[np.int32]
    """Index of the faction that owns each; -1: none."""


class Wares(NamedTuple):
    """The goods, and who has a use for them."""

    rate: NDArray[np.int32]
    """What each costs where no place says so, pence a piece."""
    food: NDArray[np.int32]
    weight: NDArray[np.int32]
    eats: NDArray[np.uint8]
    carries: NDArray[np.int32]
    mind: NDArray[np.uint8]


class Noted(NamedTuple):
    """Where happenings are written."""

    rows: NDArray[np.int32]
    used: NDArray[np.int64]


@kernel
def steal(
    thieves: NDArray[np.int64],
    watchers: NDArray[np.int32],
    folk: Folk,
    stores: Stores,
    wares: Wares,
    width: int,
    when: tuple[np.uint64, int],
    noted: Noted,
) -> None:
    """Let each of the thieves (rows, ascending) take what it can. watchers: how many near each might look.

    when: the key of the tick, and its number. Lives without a seat lose reputation if they are noticed; for people,
    society sees to that.
    """
    key, now = when
    goods = len(wares.food)
    held = np.zeros(goods, dtype=np.int64)
    for at in range(len(thieves)):
        row = thieves[at]
        who, kind = int(np.int64(folk.id[row])), int(folk.kind[row])
        place = _place_to_rob(folk, stores, row, width)
        victim = _victim(folk, row) if place < 0 else -1
        if place < 0 and victim < 0:
            # It is still on its way.
            continue
        for good in range(goods):
            held[good] = stores.stock[place, good] if place >= 0 else folk.goods[victim, good]
        coin = int(stores.till[place]) if place >= 0 else int(folk.coin[victim])
        coin = min(coin, COIN_TAKEN_MIN + int(folk.greed[row]) // 10)
        coin = min(coin, COIN_MAX - int(folk.coin[row]))
        is_hungry = folk.hunger[row] >= FOOD_WANTED_AT
        good, amount = _choice(kind, folk.goods, row, held, coin, is_hungry, wares)
        if amount <= 0:
            note(noted.rows, noted.used, _FAILED, who, -1, _STEAL, _GONE, 0)
            folk.until[row] = now
            continue
        worth = amount
        if good != COIN:
            price = int(stores.price[place, good]) if place >= 0 else int(wares.rate[good])
            worth = min(price * amount, COIN_MAX)
        _take(folk, stores, row, place, victim, good, amount)
        if place >= 0:
            note(noted.rows, noted.used, _STOLE_PLACE, who, place, good, amount, worth)
        else:
            note(noted.rows, noted.used, _STOLE_LIFE, who, int(np.int64(folk.id[victim])), good, amount, worth)
        is_meal = good != COIN and wares.eats[kind, good] == 1
        folk.intent[row] = _EAT if is_meal else _WANDER
        folk.until[row] = now if is_meal else now + LIES_LOW_TICKS
        if folk.seat[row] < 0 and _is_noticed(key, who, int(watchers[at])):
            folk.reputation[row] = max(-1000, int(folk.reputation[row]) - min(DISGRACE + worth, DISGRACE_MAX))


@kernel
def _place_to_rob(folk: Folk, stores: Stores, row: int, width: int) -> int:
    """The place where a life stands, unless it may take what it wants there; -1: none."""
    place = int(stores.place_at[int(folk.y[row]) * width + folk.x[row]])
    if place < 0 or place == folk.home[row] or place == folk.work[row]:
        return -1
    if stores.owner[place] == folk.id[row] or stores.faction[place] == folk.faction[row]:
        return -1
    return place


@kernel
def _victim(folk: Folk, row: int) -> int:
    """The row of the life it is after, if that is next to it; else -1."""
    target = folk.target[row]
    if target < 0 or target >= len(folk.row_of):
        return -1
    victim = folk.row_of[target]
    if victim < 0 or victim == row or folk.health[victim] <= 0:
        return -1
    wide, high = int(folk.x[victim]) - folk.x[row], int(folk.y[victim]) - folk.y[row]
    return int(victim) if -1 <= wide <= 1 and -1 <= high <= 1 else -1


@kernel
def _take(folk: Folk, stores: Stores, row: int, place: int, victim: int, good: int, amount: int) -> None:
    """Out of a place, or where that is -1, off a victim."""
    if good == COIN:
        folk.coin[row] += amount
        if place >= 0:
            stores.till[place] -= amount
        else:
            folk.coin[victim] -= amount
    else:
        folk.goods[row, good] += amount
        if place >= 0:
            stores.stock[place, good] -= amount
        else:
            folk.goods[victim, good] -= amount


@kernel
def _choice(
    kind: int, own: NDArray[np.int16], row: int, held: NDArray[np.int64], coin: int, is_hungry: bool, wares: Wares
) -> tuple[int, int]:
    """Which good a thief takes out of what is there, and how many: food out of need, coin or the dearest piece out of
    greed; a beast takes food only. (0, 0): nothing. own: what everyone carries; coin: as much as it would take.
    """
    free = int(wares.carries[kind])
    for good in range(len(held)):
        free -= int(own[row, good]) * int(wares.weight[good])
    food, dear = -1, -1
    for good in range(len(held)):
        if held[good] <= 0 or wares.weight[good] > free or own[row, good] > PIECES_MAX - FOOD_TAKEN_MAX:
            continue
        if wares.eats[kind, good] and (food < 0 or wares.food[good] > wares.food[food]):
            food = good
        if dear < 0 or wares.rate[good] > wares.rate[dear]:
            dear = good
    has_mind = wares.mind[kind] == 1
    if food >= 0 and (is_hungry or not has_mind):
        carried = free // max(1, int(wares.weight[food]))
        return food, min(FOOD_TAKEN_MAX, int(held[food]), carried)
    if has_mind and coin > 0:
        return COIN, coin
    if has_mind and dear >= 0:
        return dear, 1
    return 0, 0


@kernel
def _is_noticed(key: np.uint64, who: int, watchers: int) -> bool:
    eyes = 0
    for one in range(min(watchers, WATCHERS_MAX)):
        eyes += below(key, who, SALT_SEEN + one, 100) < SEEN_PERCENT
    return eyes > 0
