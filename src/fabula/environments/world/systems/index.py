"""index: who stands where, anew every tick; and now and then the lives are put in the order of the map.

In the tick's scratch, until births or deaths move the rows: `bin_begins` and `bin_rows`, the rows bin by bin (see
kernels.cells). They say where everyone stood before anybody moved in this tick; whoever reads them later looks at the
columns x and y as well.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fabula.environments.world.components import COMPONENTS, Lives
from fabula.environments.world.kernels.cells import BIN_BITS, BIN_WIDE, find_rows, gather, sort_into_bins
from fabula.environments.world.tick import Tick

ARRANGE_EVERY = 64
"""Ticks. So much later neighbours on the map still lie near one another in memory."""


def run(tick: Tick) -> None:
    """Sort everyone into bins."""
    if not _sorted_in(tick) and tick.now % ARRANGE_EVERY == 0:
        order = tick.scratch["bin_rows"]
        _arrange(tick.lives, order, tick.scratch)
        # The bins begin where they did; who is in them now lies in their order.
        order[:] = np.arange(len(order), dtype=np.int32)


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
    """As Lives.arrange, without copying anything twice: each column is put in order in the room of the one before it
    that was alike.
    """
    for name, component in COMPONENTS.items():
        column = getattr(lives, name)
        alike = f"spare {column.dtype} {column.shape[1:]} (room)"
        arranged = scratch.get(alike)
        if arranged is None or len(arranged) != len(column):
            arranged = np.empty_like(column)
        scratch[alike] = column
        if column.ndim > 1:
            np.take(column, order, axis=0, out=arranged[: lives.count], mode="clip")
        else:
            # Of a size, all are alike: three kernels are compiled rather than one for every type.
            plain = np.dtype(f"i{column.itemsize}")
            gather(column.view(plain), order, arranged.view(plain))
        # It held another component: nobody is to read that in a row that is not in use.
        arranged[lives.count :] = component.default
        setattr(lives, name, arranged)
    find_rows(lives.id[: lives.count], lives.row_of)
