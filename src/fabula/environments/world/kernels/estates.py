"""Estates: what becomes of what the dead without a name carried."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fabula.environments.world.kernels.jit import kernel

COIN_MAX, STOCK_MAX = 2**31 - 1, 2**31 - 1


class Carried(NamedTuple):
    """The lives, as far as what they carry is concerned."""

    x: NDArray[np.int16]
    y: NDArray[np.int16]
    kind: NDArray[np.uint8]
    health: NDArray[np.int16]
    seat: NDArray[np.int16]
    coin: NDArray[np.int32]
    goods: NDArray[np.int16]
    home: NDArray[np.int16]


class Stores(NamedTuple):
    """The places, and what they hold."""

    place_at: NDArray[np.int16]
    width: int
    stock: NDArray[np.int32]
    till: NDArray[np.int32]


@kernel
def settle_estates(
    dead: NDArray[np.int64],
    slayer: NDArray[np.int64],
    carried: Carried,
    mind: NDArray[np.uint8],
    stores: Stores,
) -> None:
    """Hand on what the nameless among the dead carried. dead: rows; slayer: the row of who slew each, or -1.

    Coin goes to a slayer of a kind with a mind, else into the till of their home, else of the place where they fell;
    goods to the stock of the place where they fell, else of their home. What goes nowhere they still carry.
    """
    for at in range(len(dead)):
        row, heir = dead[at], slayer[at]
        if carried.seat[row] >= 0:
            continue
        here = int(stores.place_at[int(carried.y[row]) * stores.width + carried.x[row]])
        home = int(carried.home[row])
        if heir >= 0 and carried.health[heir] > 0 and mind[carried.kind[heir]] == 1:
            taken = min(int(carried.coin[row]), COIN_MAX - int(carried.coin[heir]))
            carried.coin[heir] += taken
            carried.coin[row] -= taken
        for place in (home, here):
            if place >= 0:
                taken = min(int(carried.coin[row]), COIN_MAX - int(stores.till[place]))
                stores.till[place] += taken
                carried.coin[row] -= taken
        place = here if here >= 0 else home
        if place >= 0:
            for good in range(carried.goods.shape[1]):
                taken = min(int(carried.goods[row, good]), STOCK_MAX - int(stores.stock[place, good]))
                stores.stock[place, good] += taken
                carried.goods[row, good] -= taken
