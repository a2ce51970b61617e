"""index: who stands where, anew every tick; and now and then the lives are put in the order of the map.

In the tick's scratch, until births or deaths move the rows: `bin_begins` and `bin_rows`, the rows bin by bin (see
kernels.cells). They say where everyone stood before anybody moved in this tick; whoever reads them later looks at the
columns x and y as well.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fabula.environments.world.components import COMPONENTS, Lives
from fabula.environments.world.kernels.cells import BIN_BITS, BIN_WIDE, find_rows, reorder_in_place, sort_into_bins
from fabula.environments.world.tick import Tick

ARRANGE_EVERY = 64
"""Ticks. So much later neighbours on the map still lie near one another in memory."""


def run(tick: Tick) -> None:
    """Sort everyone into bins."""
    if not _sorted_in(tick) and tick.now % ARRANGE_EVERY == 0:
        _arrange(tick.lives, tick.scratch["bin_rows"], tick.scratch)
        _sorted_in(tick)


def scratch_array(scratch: dict[str, Any], name: str, size: int, dtype: Any) -> NDArray[Any]:
    """`scratch[name]`: an array of that size, whose values are of no meaning yet."""
    room: NDArray[Any] | None = scratch.get(f"{name} (room)")
    if room is None or len(room) < size:
        room = scratch[f"{name} (room)"] = np.zeros(size + size // 8, dtype=dtype)
    scratch[name] = room[:size]
    return room[:size]


def rows_near(tick: Tick, x: int, y: int, radius: int) -> list[int]:
    """The rows of those who stood within `radius` columns and rows of a cell when the tick began, ascending."""
    height, width = tick.ground.height, tick.ground.width
    begins, rows = tick.scratch["bin_begins"], tick.scratch["bin_rows"]
    above, below = max(y - radius, 0), min(y + radius + 1, height)
    found: list[int] = []
    for strip in range(max(x - radius, 0) >> BIN_BITS, (min(x + radius, width - 1) >> BIN_BITS) + 1):
        stretch = rows[begins[strip * height + above] : begins[strip * height + below]]
        found += stretch[np.abs(tick.lives.x[stretch] - x) <= radius].tolist()
    return sorted(found)


def _sorted_in(tick: Tick) -> bool:
    """Fill the bins; returns whether the rows lie in their order."""
    lives, ground, scratch = tick.lives, tick.ground, tick.scratch
    strips = -(-ground.width // BIN_WIDE)
    return sort_into_bins(
        lives.x[: lives.count],
        lives.y[: lives.count],
        ground.height,
        scratch_array(scratch, "bins", lives.count, np.int32),
        scratch_array(scratch, "bin_begins", strips * ground.height + 2, np.int32),
        scratch_array(scratch, "bin_rows", lives.count, np.int32),
    )


def _arrange(lives: Lives, order: NDArray[np.int32], scratch: dict[str, Any]) -> None:
    """As Lives.arrange, for rows that are nearly in order, without new memory."""
    room = scratch_array(scratch, "arranged", lives.count, np.int32)
    for name, component in COMPONENTS.items():
        column = getattr(lives, name)[: lives.count]
        if component.per:
            column[:] = column[order]
        else:
            # Of a size, all are alike: three kernels are compiled rather than one for every type.
            plain = np.dtype(f"i{column.itemsize}")
            reorder_in_place(column.view(plain), order, room.view(plain)[: lives.count])
    find_rows(lives.id[: lives.count], lives.row_of)
