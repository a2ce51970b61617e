"""Growth: wild food comes back on fertile ground, a stripe of the map each tick."""

from fabula.environments.world.kernels.growing import regrow_in_place
from fabula.environments.world.opening import FOOD_MAX
from fabula.environments.world.tick import DAY_S, Tick

SWEEPS_A_DAY = 6
"""How often a day each cell may get a piece."""
SWEEP_TICKS_MIN = 24
"""A stripe is never more than this share of the map, however long a tick is."""


def run(tick: Tick) -> None:
    """Work the stripe whose turn it is: after `sweep_ticks` all rows of the map have been worked once."""
    ground = tick.ground
    sweep = sweep_ticks(tick.setting.tick_s)
    begin, end = (ground.height * stripe // sweep for stripe in (tick.now % sweep, tick.now % sweep + 1))
    if begin < end:
        cells = begin * ground.width, end * ground.width
        regrow_in_place(tick.state.food, ground.fertility, *cells, FOOD_MAX, tick.key)


def sweep_ticks(tick_s: int) -> int:
    """How many ticks a sweep of the map takes."""
    return max(SWEEP_TICKS_MIN, DAY_S // SWEEPS_A_DAY // tick_s)
