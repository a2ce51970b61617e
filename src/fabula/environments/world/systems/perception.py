"""perception: whom every waking life has near it, within the setting's `wary`.

In the tick's scratch, a number a row, until births or deaths move the rows:
`foe` the row of the nearest foe, or -1: a life of a faction, a beast's too, to which its own stands below WAR;
`foe_distance` its squared distance in cells (NO_DISTANCE: none); `foes` how many there are; `company` how many others
are near who are no foes. They say what was so before anybody moved in this tick. Sleepers have -1 and 0. Walls hide
nobody here; who has to know asks `kernels.sight.sees`.

It also moves solitude, which follows from company: alone it grows as the kind says, in company it ebbs twice as fast.
"""

from functools import lru_cache
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from fabula.environments.world.catalogue import WAR
from fabula.environments.world.components import FULL, NOBODY, Int32s
from fabula.environments.world.kernels.senses import BLOCK, REACH_MAX, Lie, Noticed, lay_out, notice
from fabula.environments.world.kernels.vitals import keep_company
from fabula.environments.world.systems.index import scratch_array
from fabula.environments.world.systems.needs import due
from fabula.environments.world.tick import Tick

EASES = 2
"""Times as fast as it grows, solitude ebbs in company."""


def run(tick: Tick) -> None:
    """Fill the scratch, and move solitude."""
    lives, scratch, ground = tick.lives, tick.scratch, tick.ground
    count = lives.count
    sides, side_of = _sides(hostility(tick).tobytes())
    lie = Lie(
        x=scratch_array(scratch, "lie x", count + BLOCK, np.int16),
        y=scratch_array(scratch, "lie y", count + BLOCK, np.int16),
        faction=scratch_array(scratch, "lie faction", count + BLOCK, np.uint8),
        counts=scratch_array(scratch, "lie counts", len(sides) * (count + BLOCK), np.int16),
    )
    noticed = Noticed(
        foe=scratch_array(scratch, "foe", count, np.int32),
        distance=scratch_array(scratch, "foe_distance", count, np.int16),
        foes=scratch_array(scratch, "foes", count, np.int16),
        company=scratch_array(scratch, "company", count, np.int16),
    )
    rows, asleep = scratch["bin_rows"], lives.asleep[:count]
    lay_out(lives.x[:count], lives.y[:count], lives.faction[:count], rows, sides, *lie)
    notice(
        scratch["bin_begins"],
        rows,
        ground.width,
        ground.height,
        min(tick.setting.wary, REACH_MAX),
        side_of,
        asleep,
        *lie,
        *noticed,
    )
    lonely = tick.catalogue.kind_lonely
    # In the long run; at most ticks nothing is added.
    grows, ebbs = due(np.concatenate((lonely, EASES * lonely)).reshape(2, -1), tick.now)
    if ebbs.any() or grows.any():
        keep_company(lives.kind[:count], asleep, noticed.company, grows, ebbs, FULL, lives.solitude[:count])


def known_foes(tick: Tick) -> Int32s:
    """The row of everyone's nearest foe, as a hint whose row it might be: NOBODY where nothing was perceived."""
    foe: Int32s | None = tick.scratch.get("foe")
    if foe is None or len(foe) != tick.lives.count:
        return np.full(tick.lives.count, NOBODY, dtype=np.int32)
    return foe


@lru_cache(maxsize=16)
def _sides(hostile: bytes) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Factions with the same foes are a side: the foes of each, shape (sides, factions); the side of each faction."""
    square = np.frombuffer(hostile, dtype=np.uint8).reshape(isqrt(len(hostile)), -1)
    sides, side_of = np.unique(square, axis=0, return_inverse=True)
    return sides, side_of.reshape(-1).astype(np.uint8)


def hostility(tick: Tick) -> NDArray[np.uint8]:
    """Shape (factions, factions), at least one: 1 where the first fights the second on sight."""
    stance = tick.state.stance
    return (stance < WAR).astype(np.uint8) if len(stance) else np.zeros((1, 1), dtype=np.uint8)
