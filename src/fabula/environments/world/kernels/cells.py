"""Cells: who stands where on the map, by a counting sort of the lives into bins; and columns put in that order.

A bin is a piece of a map row, BIN_WIDE cells wide. The bins run down the map, strip by strip: those of one strip that
lie above one another follow one another, so whoever stands within some rows of a strip is one stretch of the list.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fabula.environments.world.kernels.jit import lean

BIN_BITS = 4
BIN_WIDE = 1 << BIN_BITS
"""Cells."""


@lean
def bin_of(x: int, y: int, height: int) -> int:
    """The bin of a cell."""
    return (x >> BIN_BITS) * height + y


@lean
def spot_of(x: int, y: int, height: int) -> int:
    """The number of a cell where cells are counted bin by bin: neighbours then mostly lie in one line of the cache."""
    return (((x >> BIN_BITS) * height + y) << BIN_BITS) + (x & (BIN_WIDE - 1))


@lean
def sort_into_bins(
    x: NDArray[np.int16],
    y: NDArray[np.int16],
    height: int,
    bins: NDArray[np.int32],
    begins: NDArray[np.int32],
    rows: NDArray[np.int32],
) -> bool:
    """List the rows bin by bin: those in bin b are `rows[begins[b]:begins[b + 1]]`, ascending. `bins` takes the bin of
    every row. begins: shape (bins + 2,); the last is of no use.

    Returns whether the rows lie in memory in this order already.
    """
    begins[:] = 0
    before, astray = 0, 0
    for row in range(len(x)):
        bin_ = int(x[row] >> BIN_BITS) * height + int(y[row])
        bins[row] = bin_
        begins[bin_ + 2] += 1
        astray += bin_ < before
        before = bin_
    total = 0
    for at in range(2, len(begins)):
        total += begins[at]
        begins[at] = total
    # begins[b + 1] runs from the first of bin b to behind its last, which is where bin b + 1 begins.
    for row in range(len(x)):
        at = bins[row] + 1
        place = begins[at]
        rows[place] = row
        begins[at] = place + 1
    return astray == 0


@lean
def gather(column: NDArray[Any], order: NDArray[np.int32], arranged: NDArray[Any]) -> None:
    """Fill `arranged`, of the same type: its row i with the column's row `order[i]`."""
    for row in range(len(order)):
        # Unsigned, it is not asked whether it counts from the end.
        arranged[row] = column[np.uint32(order[row])]


@lean
def find_rows(ids: NDArray[np.int32], row_of: NDArray[np.int32]) -> None:
    """Write down the row of every id."""
    for row in range(len(ids)):
        row_of[ids[row]] = row
