"""Senses: whom every life has near it.

What is asked of the lives is laid out bin by bin, so that all who stand near a life are two short stretches of plain
arrays. They are held against it BLOCK at a time, in 16-bit numbers, by a loop of fixed length without a branch: the
compiler makes a few vector instructions of it. The nearest foe is the least of keys that hold the distance above and
the place in the block below.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fabula.environments.world.kernels.cells import BIN_BITS
from fabula.environments.world.kernels.jit import lean

REACH_MAX = 5
"""Cells. Squared, it fits above the place in a key, and a life's surroundings lie in two strips."""
BLOCK = 64
"""Lives that are held against one at a time."""
PLACE_BITS = 6
FAR_KEY = np.int16(32_767)
NEAR, FOE = 1, 257
"""What somebody within reach adds to a count of both: those near below, the foes among them above."""
NO_DISTANCE = 32_767
"""Where there is no foe."""


class Lie(NamedTuple):
    """The lives in the order of their bins, BLOCK rows longer than there are lives."""

    x: NDArray[np.int16]
    y: NDArray[np.int16]
    faction: NDArray[np.uint8]
    counts: NDArray[np.int16]
    """Side by side, each as long as the others: NEAR, or FOE where one of that side sees a foe in the life."""


class Noticed(NamedTuple):
    """What is found out, by row."""

    foe: NDArray[np.int32]
    """Row of the nearest foe, or -1."""
    distance: NDArray[np.int16]
    """Its squared distance in cells, or NO_DISTANCE."""
    foes: NDArray[np.int16]
    company: NDArray[np.int16]
    """Others within reach who are no foes."""


@lean
def lay_out(  # noqa: PLR0913, PLR0917 - a tuple is taken apart slowly
    x: NDArray[np.int16],
    y: NDArray[np.int16],
    faction: NDArray[np.uint8],
    rows: NDArray[np.int32],
    hostile: NDArray[np.uint8],
    xs: NDArray[np.int16],
    ys: NDArray[np.int16],
    factions: NDArray[np.uint8],
    counts_of: NDArray[np.int16],
) -> None:
    """Fill a Lie. hostile: shape (sides, factions), 1 where the first sees a foe in the second."""
    for at in range(len(rows)):
        row = rows[at]
        xs[at] = x[row]
        ys[at] = y[row]
        factions[at] = faction[row]
    for side in range(len(hostile)):
        sees, counts = hostile[side], counts_of[side * len(xs) :]
        for at in range(len(rows)):
            counts[at] = FOE if sees[factions[at]] else NEAR


@lean
def notice(  # noqa: PLR0913, PLR0917 - a tuple is taken apart slowly
    begins: NDArray[np.int32],
    rows: NDArray[np.int32],
    width: int,
    height: int,
    radius: int,
    side_of: NDArray[np.uint8],
    asleep: NDArray[np.uint8],
    xs: NDArray[np.int16],
    ys: NDArray[np.int16],
    factions: NDArray[np.uint8],
    counts: NDArray[np.int16],
    foe: NDArray[np.int32],
    distance: NDArray[np.int16],
    foes: NDArray[np.int16],
    company: NDArray[np.int16],
) -> None:
    """Fill a Noticed, from a Lie. width, height: of the map. radius: 0 to REACH_MAX. side_of: by faction. Sleepers
    notice nothing. Of foes at one distance the one that stands first by strip, row of the map, and row is the nearest.
    """
    reach = np.int16(radius * radius)
    for strip in range(((width - 1) >> BIN_BITS) + 1):
        for y in range(height):
            begin, end = begins[strip * height + y], begins[strip * height + y + 1]
            above, below = max(y - radius, 0), min(y + radius + 1, height)
            for at in range(begin, end):
                row = rows[at]
                x = xs[at]
                side = side_of[factions[at]] * len(xs)
                nearest, where, count_near, count_foes = int(reach) + 1, -1, 0, 0
                left, right = max(x - radius, 0) >> BIN_BITS, min(x + radius, width - 1) >> BIN_BITS
                for near in range(left, right + 1):
                    first, last = int(begins[near * height + above]), int(begins[near * height + below])
                    while first < last:
                        key, count = _held_against(xs, ys, counts, (first, side), last - first, x, np.int16(y), reach)
                        count_near += count & 255
                        count_foes += count >> 8
                        if key >> PLACE_BITS < nearest:
                            nearest, where = key >> PLACE_BITS, first + (key & (BLOCK - 1))
                        first += BLOCK
                wakes = asleep[row] == 0
                foe[row] = rows[where] if where >= 0 and wakes else -1
                distance[row] = nearest if where >= 0 and wakes else NO_DISTANCE
                foes[row] = min(count_foes, NO_DISTANCE) if wakes else 0
                company[row] = min(count_near - count_foes - 1, NO_DISTANCE) if wakes else 0


_PLACES = np.arange(BLOCK, dtype=np.int16)


@lean
def _held_against(
    xs: NDArray[np.int16],
    ys: NDArray[np.int16],
    counts: NDArray[np.int16],
    places: tuple[int, int],
    count: int,
    x: np.int16,
    y: np.int16,
    reach: np.int16,
) -> tuple[int, int]:
    """The least key of a foe, and how many are near, among `count` lives, at most a block. places: of the first of
    them; and where the counts of the side that asks begin.
    """
    least, near = FAR_KEY, np.int16(0)
    begin, side, real = np.uint64(places[0]), np.uint64(places[1]), np.int16(min(count, BLOCK))
    for place in range(np.uint64(BLOCK)):
        at = begin + place
        across, down = np.int16(xs[at] - x), np.int16(ys[at] - y)
        square = np.int16(np.int16(across * across) + np.int16(down * down))
        # Beyond the stretch the square may overflow: the place decides.
        within = (_PLACES[place] < real) & (square <= reach)
        counted = counts[side + at]
        near = np.int16(near + np.int16(within * counted))
        key = np.int16(np.int16(square << np.int16(PLACE_BITS)) | _PLACES[place])
        least = min(least, key if within & (counted == np.int16(FOE)) else FAR_KEY)
    return int(least), int(near)
