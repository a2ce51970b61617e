"""Sightlines: which people see one another, for all of them at once. The rule is that of `witnesses`."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fabula.environments.world.components import NOBODY, Int32s
from fabula.environments.world.ground import Ground
from fabula.environments.world.kernels.company import in_sight
from fabula.environments.world.kernels.sight import within
from fabula.environments.world.state import Person, WorldState

Numbers = NDArray[np.int64]


class Company(NamedTuple):
    """The living people, and where they are; the arrays have one number a person."""

    people: list[Person]
    """By seat."""
    rows: Int32s
    x: Numbers
    y: Numbers
    place: Numbers
    awake: NDArray[np.bool_]


def company(state: WorldState, ground: Ground) -> Company:
    """The living people as they are now."""
    lives, people = state.lives, state.living()
    rows = lives.row_of[np.array([person.life for person in people], dtype=np.int64)]
    x, y = lives.x[rows].astype(np.int64), lives.y[rows].astype(np.int64)
    place = ground.place_at[y * ground.width + x].astype(np.int64)
    awake = (lives.asleep[rows] == 0) & (lives.health[rows] > 0)
    return Company(people, rows, x, y, place, awake)


def all_in_sight(ground: Ground, all_: Company, sight: int) -> NDArray[np.bool_]:
    """Of each two people whether one, were they awake, sees the other; shape (n, n)."""
    return in_sight(ground.opaque, ground.width, all_.x, all_.y, all_.place, sight)


def in_sight_of(ground: Ground, all_: Company, viewer: int, sight: int) -> NDArray[np.intp]:
    """The others whom one person, were they awake, sees; ascending."""
    x, y, place = int(all_.x[viewer]), int(all_.y[viewer]), int(all_.place[viewer])
    seen = within(ground.opaque, ground.width, all_.x.astype(np.int16), all_.y.astype(np.int16), x, y, sight)
    if place != NOBODY:
        seen |= all_.place == place
    seen[viewer] = False
    return np.flatnonzero(seen)
