"""Noting: how kernels write happenings down."""

import numpy as np
from numpy.typing import NDArray

from fabula.environments.world.kernels.jit import kernel


@kernel
def note(
    rows: NDArray[np.int32], used: NDArray[np.int64], what: int, who: int, other: int, a: int, b: int, c: int
) -> None:
    """Append a happening (see fabula.environments.world.happenings); counted as lost if there is no room."""
    at = used[0]
    if at >= rows.shape[0]:
        used[1] += 1
        return
    rows[at, 0] = what
    rows[at, 1] = who
    rows[at, 2] = other
    rows[at, 3] = a
    rows[at, 4] = b
    rows[at, 5] = c
    used[0] = at + 1
