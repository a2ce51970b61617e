"""Births: everyone grows older; lives without names have children where they are fed, and die of old age."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from fabula.environments.world.columns import columns
from fabula.environments.world.components import LIVES_MAX, NOBODY
from fabula.environments.world.kernels.births import Ageing, Heirs, Spans, bear, grow_older
from fabula.environments.world.tick import DAY_S, Tick

ADULT_DAYS = 1
"""Days of the world's own time after which a life has children."""
OLD_DAYS, OLDEST_DAYS = 40, 80
"""Between these a life without a name dies of age; people do not."""
BIRTHS_MAX = 4096
"""Children of one tick."""

_AROUND = ((0, -1), (-1, 0), (1, 0), (0, 1), (-1, -1), (1, -1), (-1, 1), (1, 1))
"""Where a child may stand, as seen from its parent: straight before aslant."""


def run(tick: Tick) -> None:
    """Add a tick to every age, and let children be born where there is room for them."""
    lives, happenings = tick.lives, tick.happenings
    parents = np.empty(BIRTHS_MAX, dtype=np.int64)
    births = tick.catalogue.kind_births
    found = grow_older(
        tick.key, columns(lives, Ageing), births, _spans(tick.setting.tick_s), parents, happenings.rows, happenings.used
    )
    if not found:
        return
    able, cells = _with_room(tick, parents[:found])
    room = LIVES_MAX - lives.count
    able, cells = able[:room], cells[:room]
    if not len(able):
        return
    first = lives.add(len(able)).start
    bear(tick.key, columns(lives, Heirs), able, cells, tick.ground.width, first, happenings.rows, happenings.used)


def warm_up(tick: Tick) -> None:
    """Have the kernel at hand that the first birth would wait for."""
    nobody = np.empty(0, dtype=np.int64)
    happenings = tick.happenings
    bear(tick.key, columns(tick.lives, Heirs), nobody, nobody, tick.ground.width, 0, happenings.rows, happenings.used)


@lru_cache(maxsize=16)
def _spans(tick_s: int) -> Spans:
    ticks_a_day = max(1, DAY_S // tick_s)
    old, oldest = OLD_DAYS * ticks_a_day, OLDEST_DAYS * ticks_a_day
    # With this share dying each tick, about one in seven of the old is left when the last day comes.
    return Spans(adult=ADULT_DAYS * ticks_a_day, old=old, oldest=oldest, one_in=(oldest - old) // 2)


def _with_room(tick: Tick, parents: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which parents have room for a child next to them, and the cell for each."""
    lives, ground = tick.lives, tick.ground
    taken = np.zeros(ground.width * ground.height, dtype=np.bool_)
    taken[lives.y[: lives.count].astype(np.int64) * ground.width + lives.x[: lives.count]] = True
    able, cells = [], []
    for parent in parents.tolist():
        cell = _room_by(tick, int(lives.x[parent]), int(lives.y[parent]), taken)
        if cell != NOBODY:
            taken[cell] = True
            able.append(parent)
            cells.append(cell)
    return np.array(able, dtype=np.int64), np.array(cells, dtype=np.int64)


def _room_by(tick: Tick, x: int, y: int, taken: NDArray[np.bool_]) -> int:
    """A cell next to this one where somebody can stand; NOBODY if there is none."""
    ground = tick.ground
    for by_x, by_y in _AROUND:
        if 0 <= x + by_x < ground.width and 0 <= y + by_y < ground.height:
            cell = ground.cell(x + by_x, y + by_y)
            if ground.cost[cell] and (ground.place_at[cell] != NOBODY or not taken[cell]):
                return cell
    return NOBODY
