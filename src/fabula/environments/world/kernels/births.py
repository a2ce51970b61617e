"""Births: the age of all lives, who is with child this tick, and what children take after."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fabula.environments.world.happenings import Cause, What
from fabula.environments.world.kernels.jit import kernel
from fabula.environments.world.kernels.mixing import below
from fabula.environments.world.kernels.noting import note

SALT_BIRTH, SALT_OLD_AGE, SALT_NEW = 2200, 2201, 2210
"""Salts 2200 to 2219 are the births': from the last on, one for each reflex of a child."""
FED = 300
"""Hunger, in thousandths, up to which a life has children."""
WELL = 500
"""Health, likewise, from which on."""
BEARING = 350
"""Hunger, likewise, that bearing a child costs."""
SPREAD = 10
"""How far a child's reflexes lie about its parent's at most, in percent."""
_BIRTHS_PER = 1_000_000
"""A kind's `births` are so many a thousand lives and a thousand ticks."""

_DIED, _BORN, _AGE = int(What.DIED), int(What.BORN), int(Cause.AGE)


class Ageing(NamedTuple):
    """The lives, as far as their age matters."""

    id: NDArray[np.int32]
    kind: NDArray[np.uint8]
    seat: NDArray[np.int16]
    health: NDArray[np.int16]
    hunger: NDArray[np.int16]
    age: NDArray[np.int32]


class Heirs(NamedTuple):
    """What a child has of its parent: the whole columns, newcomers included."""

    id: NDArray[np.int32]
    x: NDArray[np.int16]
    y: NDArray[np.int16]
    kind: NDArray[np.uint8]
    faction: NDArray[np.uint8]
    hunger: NDArray[np.int16]
    home: NDArray[np.int16]
    work: NDArray[np.int16]
    boldness: NDArray[np.uint8]
    diligence: NDArray[np.uint8]
    warmth: NDArray[np.uint8]
    greed: NDArray[np.uint8]
    honesty: NDArray[np.uint8]


class Spans(NamedTuple):
    """Ages in ticks."""

    adult: int
    """From which on a life has children."""
    old: int
    """From which on a life may die of age."""
    oldest: int
    """At which the last of its age is dead."""
    one_in: int
    """Of the old, one in so many dies each tick."""


@kernel
def grow_older(
    key: np.uint64,
    ageing: Ageing,
    births: NDArray[np.int32],
    spans: Spans,
    parents: NDArray[np.int64],
    rows: NDArray[np.int32],
    used: NDArray[np.int64],
) -> int:
    """Add a tick to every age; lives without a seat die of age, or are to have a child. births: by kind, see Kind.

    parents: takes the rows of those to have a child, ascending, as many as fit. Returns how many.
    """
    found = 0
    for row in range(len(ageing.age)):
        age = ageing.age[row] + 1
        ageing.age[row] = age
        if age < spans.adult or ageing.seat[row] >= 0 or ageing.health[row] <= 0:
            continue
        who = int(np.int64(ageing.id[row]))
        if age >= spans.old and (age >= spans.oldest or below(key, who, SALT_OLD_AGE, spans.one_in) == 0):
            ageing.health[row] = 0
            note(rows, used, _DIED, who, -1, _AGE, 0, 0)
            continue
        share = births[ageing.kind[row]]
        if share <= 0 or ageing.hunger[row] > FED or ageing.health[row] < WELL or found == len(parents):
            continue
        if below(key, who, SALT_BIRTH, _BIRTHS_PER) < share:
            parents[found] = row
            found += 1
    return found


@kernel
def bear(
    key: np.uint64,
    heirs: Heirs,
    parents: NDArray[np.int64],
    cells: NDArray[np.int64],
    width: int,
    first: int,
    rows: NDArray[np.int32],
    used: NDArray[np.int64],
) -> None:
    """Make the rows from `first` on the children of these parents, on these cells."""
    for at in range(len(parents)):
        parent, child = parents[at], first + at
        heirs.x[child], heirs.y[child] = cells[at] % width, cells[at] // width
        heirs.kind[child], heirs.faction[child] = heirs.kind[parent], heirs.faction[parent]
        heirs.home[child], heirs.work[child] = heirs.home[parent], heirs.work[parent]
        heirs.hunger[parent] = min(1000, int(heirs.hunger[parent]) + BEARING)
        heirs.hunger[child] = FED
        who, bearer = int(np.int64(heirs.id[child])), int(np.int64(heirs.id[parent]))
        heirs.boldness[child] = _taken_after(key, who, SALT_NEW, heirs.boldness[parent])
        heirs.diligence[child] = _taken_after(key, who, SALT_NEW + 1, heirs.diligence[parent])
        heirs.warmth[child] = _taken_after(key, who, SALT_NEW + 2, heirs.warmth[parent])
        heirs.greed[child] = _taken_after(key, who, SALT_NEW + 3, heirs.greed[parent])
        heirs.honesty[child] = _taken_after(key, who, SALT_NEW + 4, heirs.honesty[parent])
        note(rows, used, _BORN, who, bearer, 0, 0, 0)


@kernel
def _taken_after(key: np.uint64, who: int, salt: int, parent: int) -> int:
    return min(100, max(0, int(parent) + below(key, who, salt, 2 * SPREAD + 1) - SPREAD))
