"""Property: what belongs to whom, what it is worth, what is taken from a place or a life, and what lies on the ground.

A theft is noted as a happening here, so that `telling` tells of it whoever did it: a reflex, or a plan's deed. Coin is
a good like any other where a function takes one: `COIN`.
"""

import numpy as np

from fabula.environments.world.components import NOBODY, Int32s
from fabula.environments.world.happenings import What
from fabula.environments.world.setting import WorldSetting
from fabula.environments.world.state import Pile
from fabula.environments.world.tick import Tick

COIN = -1
"""The number of coin among the goods."""
COIN_NAME = "coin"
PILES_MAX = 2000
"""Piles of goods on the ground; beyond that the oldest are gone."""
PIECES_MAX = 32_767
COIN_MAX = 2**31 - 1
PICKING_CELLS = 1
"""How far away something on the ground can be picked up, straight or aslant."""


def good_name(setting: WorldSetting, good: int) -> str:
    """What a good is called, coin included."""
    return COIN_NAME if good == COIN else setting.goods[good].name


def room_for(tick: Tick, row: int, good: int) -> int:
    """How many more pieces of a good a life can carry."""
    lives, catalogue = tick.lives, tick.catalogue
    if good == COIN:
        return COIN_MAX - int(lives.coin[row])
    held = lives.goods[row].astype(np.int64)
    free = int(catalogue.kind_carries[lives.kind[row]]) - int((held * catalogue.good_weight).sum())
    weight = int(catalogue.good_weight[good])
    by_weight = max(0, free) // weight if weight > 0 else PIECES_MAX
    return min(by_weight, PIECES_MAX - int(held[good]))


def going_rates(tick: Tick) -> Int32s:
    """What each good costs today, pence a piece: the mean of where it is traded, or its base price. Shape (goods,)."""
    trades = tick.catalogue.place_trades.astype(np.int64)
    places = trades.sum(axis=0)
    total = (tick.state.price * trades).sum(axis=0)
    mean = np.where(places > 0, total // np.maximum(places, 1), tick.catalogue.good_price)
    return mean.astype(np.int32)


def worth(tick: Tick, place: int, good: int, amount: int) -> int:
    """Pence, at today's price at a place; with no place (NOBODY) at the going rate."""
    if good == COIN:
        return amount
    price = tick.state.price[place, good] if place != NOBODY else going_rates(tick)[good]
    return min(int(price) * amount, COIN_MAX)


def owner_of_place(setting: WorldSetting, number: int) -> str:
    """The person to whom a place belongs; empty: nobody, or a faction."""
    owner = setting.places[number].owner if number != NOBODY else ""
    return "" if any(faction.name == owner for faction in setting.factions) else owner


def is_allowed(tick: Tick, row: int, place: int) -> bool:
    """Whether a life may take from a place's stock: its home, its work, its own, or its faction's."""
    lives, setting = tick.lives, tick.setting
    owner = setting.places[place].owner
    if place in (int(lives.home[row]), int(lives.work[row])):
        return True
    seat = int(lives.seat[row])
    if seat != NOBODY and tick.state.people[seat].name == owner:
        return True
    return bool(setting.factions) and setting.factions[int(lives.faction[row])].name == owner


def take_from_place(tick: Tick, row: int, place: int, good: int, amount: int) -> int:
    """Take pieces (or coin) out of a place; returns how many, 0 if there are none or no room for them.

    Where it `is_allowed` it is no theft; otherwise it is noted as one.
    """
    state, lives = tick.state, tick.lives
    there = int(state.till[place]) if good == COIN else int(state.stock[place, good])
    taken = max(0, min(amount, there, room_for(tick, row, good)))
    if not taken:
        return 0
    price = worth(tick, place, good, taken)
    if good == COIN:
        state.till[place] -= taken
        lives.coin[row] += taken
    else:
        state.stock[place, good] -= taken
        lives.goods[row, good] += taken
    if not is_allowed(tick, row, place):
        tick.happenings.add(What.STOLE_PLACE, int(lives.id[row]), place, good, taken, price)
    return taken


def take_from_life(tick: Tick, row: int, victim_row: int, good: int, amount: int) -> int:
    """Take pieces (or coin) off another life, and note the theft; returns how many."""
    lives = tick.lives
    held = int(lives.coin[victim_row]) if good == COIN else int(lives.goods[victim_row, good])
    taken = max(0, min(amount, held, room_for(tick, row, good)))
    if not taken or row == victim_row:
        return 0
    if good == COIN:
        lives.coin[victim_row] -= taken
        lives.coin[row] += taken
    else:
        lives.goods[victim_row, good] -= taken
        lives.goods[row, good] += taken
    price = worth(tick, NOBODY, good, taken)
    tick.happenings.add(What.STOLE_LIFE, int(lives.id[row]), int(lives.id[victim_row]), good, taken, price)
    return taken


def drop(tick: Tick, row: int, good: int, amount: int, owner: str = "") -> int:
    """Put down what a life carries, where it stands; returns how many pieces. owner: whose they stay, if anybody's."""
    lives = tick.lives
    held = int(lives.coin[row]) if good == COIN else int(lives.goods[row, good])
    dropped = max(0, min(amount, held))
    if good == COIN:
        lives.coin[row] -= dropped
    else:
        lives.goods[row, good] -= dropped
    lay(tick, cell_of(tick, row), good, dropped, owner)
    return dropped


def pick_up(tick: Tick, row: int, what: str = "") -> Pile | None:
    """Pick up what lies within reach, as much as can be carried: the nearest pile of that name (empty: of any), of two
    as near the older. Returns what was picked up, and whose it was; None if there is nothing, or no room for it.
    """
    lives, ground, piles = tick.lives, tick.ground, tick.state.piles
    y, x = int(lives.y[row]), int(lives.x[row])
    wanted = what.strip().casefold()
    near: list[tuple[int, int]] = []
    for number, pile in enumerate(piles):
        pile_y, pile_x = divmod(pile.cell, ground.width)
        away = max(abs(pile_y - y), abs(pile_x - x))
        if away <= PICKING_CELLS and wanted in ("", pile.what.casefold()):
            near.append((away, number))
    for _, number in sorted(near):
        if (taken := _lift(tick, row, piles[number])) is not None:
            if piles[number].amount == 0:
                del piles[number]
            return taken
    return None


def lay(tick: Tick, cell: int, good: int, amount: int, owner: str = "") -> None:
    """Let pieces (or coin) lie on a cell, out of nobody's hands. Piles of one owner and good on a cell are one."""
    if amount <= 0:
        return
    what, piles = good_name(tick.setting, good), tick.state.piles
    for pile in piles:
        if pile.cell == cell and pile.what == what and pile.owner == owner:
            pile.amount += amount
            return
    piles.append(Pile(cell=cell, what=what, amount=amount, owner=owner))
    if len(piles) > PILES_MAX:
        _clear_one(tick)


def cell_of(tick: Tick, row: int) -> int:
    """The cell where a life stands."""
    return tick.ground.cell(int(tick.lives.x[row]), int(tick.lives.y[row]))


def _lift(tick: Tick, row: int, pile: Pile) -> Pile | None:
    """Take as much of a pile as can be carried."""
    good = COIN if pile.what == COIN_NAME else tick.catalogue.good[pile.what]
    taken = min(pile.amount, room_for(tick, row, good))
    if taken <= 0:
        return None
    pile.amount -= taken
    if good == COIN:
        tick.lives.coin[row] += taken
    else:
        tick.lives.goods[row, good] += taken
    return Pile(cell=pile.cell, what=pile.what, amount=taken, owner=pile.owner)


def _clear_one(tick: Tick) -> None:
    """Let the oldest goods rot away. Coin does not: where nothing but coin lies, the oldest joins the nearest of it."""
    piles, width = tick.state.piles, tick.ground.width
    for number, pile in enumerate(piles):
        if pile.what != COIN_NAME:
            del piles[number]
            return
    oldest = piles.pop(0)
    y, x = divmod(oldest.cell, width)
    nearest = min(piles, key=lambda pile: abs(pile.cell // width - y) + abs(pile.cell % width - x))
    nearest.amount += oldest.amount
