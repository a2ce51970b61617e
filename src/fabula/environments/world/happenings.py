"""Happenings: what kernels write down of who did what, for Python to tell of people and to count of everyone else."""

from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

COLUMNS = 6
ROWS_MAX = 65_536
"""Of one tick. What exceeds it is counted as lost and not told."""


class What(IntEnum):
    """The first column."""

    ATE = 1
    """good, pieces"""
    FORAGED = 2
    """good, pieces"""
    WORKED = 3
    """good, pieces, pence of wage"""
    BOUGHT = 4
    """good, pieces, pence; other: the place"""
    SOLD = 5
    """good, pieces, pence; other: the place"""
    STOLE_PLACE = 6
    """good (-1: coin), pieces, worth; other: the place"""
    STOLE_LIFE = 7
    """good (-1: coin), pieces, worth; other: the life"""
    STRUCK = 8
    """harm, 1 if it is the first blow, 1 if the target is now badly hurt; other: the life struck"""
    FELL_ASLEEP = 9
    WOKE = 10
    WENT_HUNGRY = 11
    FLED = 12
    """other: the life fled from"""
    ARRIVED = 13
    """other: the place"""
    DIED = 14
    """cause (a `Cause`); other: the life that slew it, or -1"""
    BORN = 15
    """other: the parent"""
    FAILED = 16
    """intent that could not be carried out, why (a `Hitch`)"""
    USED_ABILITY = 17
    """ability, effect in thousandths; other: the life it was used on"""


class Cause(IntEnum):
    """Of a death."""

    HUNGER = 1
    AGE = 2
    BLOWS = 3
    KEEPER = 4
    ABILITY = 5


class Hitch(IntEnum):
    """Why an intent could not be carried out."""

    NO_WAY = 1
    CLOSED = 2
    SOLD_OUT = 3
    NO_COIN = 4
    NOTHING_TO_WORK_WITH = 5
    GONE = 6


class Happening(NamedTuple):
    """One row."""

    what: int
    who: int
    """Id of a life."""
    other: int
    """Id of a life, or index of a place; -1: none."""
    a: int = 0
    b: int = 0
    c: int = 0


class Happenings:
    """What happened this tick so far."""

    def __init__(self) -> None:
        self.rows: NDArray[np.int32] = np.zeros((ROWS_MAX, COLUMNS), dtype=np.int32)
        self.used: NDArray[np.int64] = np.zeros(2, dtype=np.int64)
        """How many rows are written; how many had no room. A kernel takes both arrays: see kernels.noting."""

    def __iter__(self) -> Iterator[Happening]:
        for row in self.rows[: int(self.used[0])].tolist():
            yield Happening(*row)

    def add(self, what: What, who: int, other: int = -1, a: int = 0, b: int = 0, c: int = 0) -> None:
        """Write one down, from Python."""
        if self.used[0] >= ROWS_MAX:
            self.used[1] += 1
            return
        self.rows[self.used[0]] = (what, who, other, a, b, c)
        self.used[0] += 1

    def clear(self) -> None:
        """Begin a tick."""
        self.used[:] = 0
