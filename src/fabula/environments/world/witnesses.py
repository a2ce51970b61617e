"""Witnesses: which people perceive what happens somewhere."""

import numpy as np
from numpy.typing import NDArray

from fabula.engine.values import AgentId
from fabula.environments.world.components import NOBODY
from fabula.environments.world.kernels import sight
from fabula.environments.world.property import cell_of
from fabula.environments.world.tick import Tick


def witnesses(tick: Tick, row: int) -> tuple[AgentId, ...]:
    """The people who perceive what a life does or suffers, by name: see `witnesses_at`. If the life is a waking person,
    they are among them.
    """
    return witnesses_at(tick, cell_of(tick, row))


def witnesses_at(tick: Tick, cell: int) -> tuple[AgentId, ...]:
    """The living, waking people who see a cell - within `setting.sight` cells of it and with no wall between - or are
    at the place that it is part of, by name.
    """
    names, rows = _awake(tick)
    if not names:
        return ()
    lives, ground = tick.lives, tick.ground
    y, x = divmod(cell, ground.width)
    found = sight.within(ground.opaque, ground.width, lives.x[rows], lives.y[rows], x, y, tick.setting.sight)
    if (place := ground.place_at[cell]) != NOBODY:
        found |= ground.place_at[_cells(tick, rows)] == place
    return tuple(sorted(names[at] for at in np.flatnonzero(found).tolist()))


def people_at(tick: Tick, place: int) -> tuple[AgentId, ...]:
    """The living, waking people who are at a place, by name."""
    names, rows = _awake(tick)
    if not names:
        return ()
    standing = tick.ground.place_at[_cells(tick, rows)]
    return tuple(sorted(names[at] for at in np.flatnonzero(standing == place).tolist()))


def sees(tick: Tick, start: int, end: int) -> bool:
    """Whether nothing opaque lies between two cells, however far apart they are."""
    (from_y, from_x), (to_y, to_x) = divmod(start, tick.ground.width), divmod(end, tick.ground.width)
    return bool(sight.sees(tick.ground.opaque, tick.ground.width, from_x, from_y, to_x, to_y))


def _awake(tick: Tick) -> tuple[list[AgentId], NDArray[np.int32]]:
    """The people who are alive and awake, and their rows."""
    lives, people = tick.lives, tick.state.living()
    if not people:
        return [], np.empty(0, dtype=np.int32)
    rows = lives.row_of[[person.life for person in people]]
    awake = (lives.asleep[rows] == 0) & (lives.health[rows] > 0)
    return [people[at].name for at in np.flatnonzero(awake).tolist()], rows[awake]


def _cells(tick: Tick, rows: NDArray[np.int32]) -> NDArray[np.int64]:
    lives = tick.lives
    return lives.y[rows].astype(np.int64) * tick.ground.width + lives.x[rows]
