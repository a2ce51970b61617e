"""Flow: how far every cell is from somewhere, over the ground as it is."""

import numpy as np
from numpy.typing import NDArray

from fabula.environments.world.kernels.jit import kernel

FAR = 1 << 30
"""The distance of a cell from which there is no way, or none was looked for."""
_BUCKETS = 128
"""More than the greatest cost of a step."""


@kernel
def spread(
    cost: NDArray[np.uint8],
    width: int,
    sources: NDArray[np.int32],
    settled_max: int,
    distance: NDArray[np.int32],
    after: NDArray[np.int32],
    before: NDArray[np.int32],
) -> bool:
    """Fill `distance`: the ticks that the quickest way from each cell to the nearest source takes, FAR where there is
    none. `after` and `before` are room, as long as the map has cells. Looks no further once `settled_max` cells are
    settled; returns whether all that can be reached were.

    Source: Dial 1969, "Algorithm 360: Shortest-path forest with topological ordering". A bucket is a list that is
    linked both ways, so that a cell can leave it when a shorter way is found.
    """
    distance[:] = FAR
    heads = np.full(_BUCKETS, -1, dtype=np.int32)
    height = len(cost) // width
    waiting = 0
    for source in sources:
        if distance[source] != 0:
            distance[source] = 0
            _link(heads, after, before, 0, source)
            waiting += 1
    now, settled = 0, 0
    while waiting > 0:
        bucket = now % _BUCKETS
        cell = heads[bucket]
        if cell < 0:
            now += 1
            continue
        if settled == settled_max:
            # Cells that still wait have a distance that may not be the least.
            _forget(heads, after, distance)
            return False
        _unlink(heads, after, before, bucket, cell)
        waiting -= 1
        settled += 1
        x, y = cell % width, cell // width
        # Whoever comes from a neighbour steps onto this cell.
        there = now + cost[cell]
        for direction in range(8):
            nearby = step(cost, width, height, x, y, direction)
            if nearby < 0 or distance[nearby] <= there:
                continue
            if distance[nearby] < FAR:
                _unlink(heads, after, before, distance[nearby] % _BUCKETS, nearby)
            else:
                waiting += 1
            distance[nearby] = there
            _link(heads, after, before, there % _BUCKETS, nearby)
    return True


ACROSS = np.array([1, 0, -1, 0, 1, -1, -1, 1], dtype=np.int64)
DOWN = np.array([0, 1, 0, -1, 1, 1, -1, -1], dtype=np.int64)
"""The eight directions; the straight ones come first."""


@kernel
def step(cost: NDArray[np.uint8], width: int, height: int, x: int, y: int, direction: int) -> int:
    """The cell that a step leads to; -1 if nobody can take it: off the map, onto a wall, or past the corner of one."""
    across, down = ACROSS[direction], DOWN[direction]
    if not (0 <= x + across < width and 0 <= y + down < height):
        return -1
    cell = int((y + down) * width + x + across)
    # The two cells beside a diagonal step; of a straight one, where it begins and ends. No branch for either.
    if (cost[cell] == 0) | (cost[cell - across] == 0) | (cost[cell - down * width] == 0):
        return -1
    return cell


@kernel
def clear_way(cost: NDArray[np.uint8], width: int, begin: int, end: int) -> bool:
    """Whether whoever goes straight for a cell meets no wall: diagonally as long as that helps, then straight on."""
    height = len(cost) // width
    x, y = begin % width, begin // width
    x1, y1 = end % width, end // width
    while x != x1 or y != y1:
        cell = step(cost, width, height, x, y, direction_to(x1 - x, y1 - y))
        if cell < 0:
            return False
        x, y = cell % width, cell // width
    return True


@kernel
def direction_to(across: int, down: int) -> int:
    """The direction of the first step straight for a cell so far across and down; not both 0."""
    if down == 0:
        return 0 if across > 0 else 2
    if across == 0:
        return 1 if down > 0 else 3
    if down > 0:
        return 4 if across > 0 else 5
    return 7 if across > 0 else 6


@kernel
def _link(
    heads: NDArray[np.int32], after: NDArray[np.int32], before: NDArray[np.int32], bucket: int, cell: int
) -> None:
    head = heads[bucket]
    after[cell], before[cell] = head, -1
    if head >= 0:
        before[head] = cell
    heads[bucket] = cell


@kernel
def _unlink(
    heads: NDArray[np.int32], after: NDArray[np.int32], before: NDArray[np.int32], bucket: int, cell: int
) -> None:
    if before[cell] >= 0:
        after[before[cell]] = after[cell]
    else:
        heads[bucket] = after[cell]
    if after[cell] >= 0:
        before[after[cell]] = before[cell]


@kernel
def _forget(heads: NDArray[np.int32], after: NDArray[np.int32], distance: NDArray[np.int32]) -> None:
    for bucket in range(len(heads)):
        cell = heads[bucket]
        while cell >= 0:
            distance[cell] = FAR
            cell = after[cell]
