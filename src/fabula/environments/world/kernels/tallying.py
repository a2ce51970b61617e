"""Tallying: happenings of lives without names are added up by faction; those that involve people are picked out."""

import numpy as np
from numpy.typing import NDArray

from fabula.environments.world.kernels.jit import kernel


@kernel
def tally_happenings(
    rows: NDArray[np.int32],
    row_of: NDArray[np.int32],
    seat: NDArray[np.int16],
    faction: NDArray[np.uint8],
    rules: NDArray[np.int64],
    tallies: NDArray[np.int64],
    named: NDArray[np.int64],
) -> int:
    """Count each happening without a person in it; write the numbers of those with one to `named`, and return how many.

    rules: shape (kinds of happenings, 3): the column of `tallies` (-1: none), whether it counts by its second number,
    whether `other` is a life. Who is gone counts for nobody.
    """
    found = 0
    for number in range(len(rows)):
        what = rows[number, 0]
        row = row_of[rows[number, 1]]
        involved = row >= 0 and seat[row] >= 0
        if not involved and rules[what, 2] and rows[number, 2] >= 0:
            other = row_of[rows[number, 2]]
            involved = other >= 0 and seat[other] >= 0
        if involved:
            named[found] = number
            found += 1
        elif row >= 0 and rules[what, 0] >= 0:
            tallies[faction[row], rules[what, 0]] += rows[number, 4] if rules[what, 1] else 1
    return found
