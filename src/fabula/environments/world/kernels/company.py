"""Company: which of a few people see one another, all at once."""

import numpy as np
from numpy.typing import NDArray

from fabula.environments.world.kernels.jit import kernel
from fabula.environments.world.kernels.sight import sees


@kernel
def in_sight(
    opaque: NDArray[np.uint8],
    width: int,
    xs: NDArray[np.int64],
    ys: NDArray[np.int64],
    places: NDArray[np.int64],
    radius: int,
) -> NDArray[np.bool_]:
    """Of each two whether they are in each other's sight: at the same place (-1: in the open), or within `radius` cells
    past what is opaque. Shape (n, n); nobody is in their own.
    """
    seen = np.zeros((len(xs), len(xs)), dtype=np.bool_)
    for one in range(len(xs)):
        for other in range(one):
            if places[one] >= 0 and places[one] == places[other]:
                seen[one, other] = seen[other, one] = True
                continue
            across, down = xs[one] - xs[other], ys[one] - ys[other]
            if across * across + down * down <= radius * radius:
                clear = sees(opaque, width, xs[one], ys[one], xs[other], ys[other])
                seen[one, other] = seen[other, one] = clear
    return seen
