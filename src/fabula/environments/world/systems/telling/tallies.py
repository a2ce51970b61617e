"""Tallies: what befalls lives without names, counted by faction. Of their deaths `deaths` keeps count."""

import numpy as np
from numpy.typing import NDArray

from fabula.environments.world.happenings import What
from fabula.environments.world.kernels.tallying import tally_happenings
from fabula.environments.world.state import TALLIES
from fabula.environments.world.tick import Tick

_COUNTED = {
    What.ATE: "ate",
    What.FORAGED: "foraged",
    What.WORKED: "worked",
    What.BOUGHT: "bought",
    What.SOLD: "sold",
    What.STOLE_PLACE: "stole",
    What.STOLE_LIFE: "stole",
    What.STRUCK: "fights",
    What.BORN: "born",
}
_BY_NUMBER = (What.ATE, What.FORAGED, What.WORKED, What.BOUGHT, What.SOLD, What.STRUCK)
"""Counted by their second number: pieces, or whether a blow is the first. Of the others each is one."""
_ABOUT_LIVES = (What.STOLE_LIFE, What.STRUCK, What.FLED, What.DIED, What.USED_ABILITY)
"""Those that involve a person, too, where `other` is one."""


def tally(tick: Tick, rows: NDArray[np.int32]) -> NDArray[np.int64]:
    """Count the happenings that involve no person; returns the numbers of those that do, ascending.

    rows: as in Happenings. What those did who died this tick, and are gone, is counted for nobody.
    """
    lives = tick.lives
    named = np.empty(len(rows), dtype=np.int64)
    found = tally_happenings(rows, lives.row_of, lives.seat, lives.faction, _RULES, tick.state.tallies, named)
    return named[:found]


def _rules() -> NDArray[np.int64]:
    rules = np.full((max(What) + 1, 3), [-1, 0, 0], dtype=np.int64)
    for what, name in _COUNTED.items():
        rules[what, 0] = TALLIES.index(name)
    rules[list(_BY_NUMBER), 1] = 1
    rules[list(_ABOUT_LIVES), 2] = 1
    return rules


_RULES = _rules()
