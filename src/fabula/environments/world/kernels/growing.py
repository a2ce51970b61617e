"""Growing: wild food comes back, a piece at a time."""

import numpy as np
from numpy.typing import NDArray

from fabula.environments.world.kernels.jit import kernel
from fabula.environments.world.kernels.mixing import below

# Salts of this module: 240 to 244.
_SPROUT = 240


@kernel
def regrow_in_place(
    food: NDArray[np.uint8], fertility: NDArray[np.uint8], begin: int, end: int, food_max: int, key: np.uint64
) -> None:
    """Give cells `begin` to `end - 1` a piece more, each by a chance of as many percent as it is fertile, where it has
    room: a cell of fertility 100 holds `food_max`.
    """
    for cell in range(begin, end):
        fertile = int(fertility[cell])
        if food[cell] < fertile * food_max // 100 and below(key, cell, _SPROUT, 100) < fertile:
            food[cell] += np.uint8(1)
