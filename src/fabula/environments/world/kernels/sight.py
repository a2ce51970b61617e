"""Sight: who sees what, past whatever is opaque. Asked of people, one by one; the many only sense who is near."""

import numpy as np
from numpy.typing import NDArray

from fabula.environments.world.kernels.jit import kernel


@kernel
def sees(opaque: NDArray[np.uint8], width: int, x0: int, y0: int, x1: int, y1: int) -> bool:
    """Whether a straight line between two cells meets nothing opaque on its way; the cells at its ends do not count.
    The same from both ends.
    """
    # Bresenham's line depends on where it starts when it runs between two cells: so it always starts at the same end.
    if (y0, x0) > (y1, x1):
        x0, y0, x1, y1 = x1, y1, x0, y0
    across, down = abs(x1 - x0), abs(y1 - y0)
    step = 1 if x1 > x0 else -1
    x, y, error = x0, y0, across - down
    while True:
        twice = 2 * error
        if twice > -down:
            error -= down
            x += step
        if twice < across:
            error += across
            y += 1
        if x == x1 and y == y1:
            return True
        if opaque[y * width + x]:
            return False


@kernel
def within(
    opaque: NDArray[np.uint8], width: int, xs: NDArray[np.int16], ys: NDArray[np.int16], x: int, y: int, radius: int
) -> NDArray[np.bool_]:
    """Which of a few, who stand at (xs, ys), see a cell: within `radius` cells of it, past what is opaque. Whether they
    are awake is for the caller to know.
    """
    seeing = np.zeros(len(xs), dtype=np.bool_)
    for one in range(len(xs)):
        across, down = int(xs[one]) - x, int(ys[one]) - y
        if across * across + down * down <= radius * radius:
            seeing[one] = sees(opaque, width, int(xs[one]), int(ys[one]), x, y)
    return seeing
