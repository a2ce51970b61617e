"""Blows: who stands by whom it fights strikes. All blows of a tick fall at once: who is slain has struck as well."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fabula.environments.world.components import Intent
from fabula.environments.world.happenings import ROWS_MAX, Cause, What
from fabula.environments.world.kernels.jit import lean
from fabula.environments.world.kernels.mixing import below
from fabula.environments.world.kernels.noting import note

HITS, FORCE = 120, 121
"""Salts of chance; combat has 120 to 139."""
HITS_PERCENT = 60
"""Of blows; on a sleeper every one falls."""
FORCE_LEAST, FORCE_SPREAD = 75, 51
"""A blow does 75 to 125 percent of its harm."""
BADLY_HURT = 300
"""Health below which somebody is."""
BOLD = 50
"""Percent from which on one strikes back."""
ROUSED_TICKS = 20
"""How long one who was struck strikes back or flees before it thinks again."""
_NOTED_MAX = ROWS_MAX // 2
"""Rows of notes beyond which blows between lives without a seat are not noted, so that there is room for deaths."""

_FIGHT, _FLEE = int(Intent.FIGHT), int(Intent.FLEE)
_STRUCK, _DIED = int(What.STRUCK), int(What.DIED)
_OF_BLOWS = int(Cause.BLOWS)


class Fighters(NamedTuple):
    """The components that say whom somebody strikes."""

    id: NDArray[np.int32]
    x: NDArray[np.int16]
    y: NDArray[np.int16]
    kind: NDArray[np.uint8]
    health: NDArray[np.int16]
    goods: NDArray[np.int16]
    intent: NDArray[np.uint8]
    target: NDArray[np.int32]
    asleep: NDArray[np.uint8]
    foe: NDArray[np.int32]
    """No component: the row of the nearest foe, as far as known."""


class Struck(NamedTuple):
    """The components of those who are struck, and of who strikes them: read and changed."""

    id: NDArray[np.int32]
    health: NDArray[np.int16]
    boldness: NDArray[np.uint8]
    intent: NDArray[np.uint8]
    target: NDArray[np.int32]
    until: NDArray[np.int32]
    struck_by: NDArray[np.int32]
    asleep: NDArray[np.uint8]
    seat: NDArray[np.int16]


@lean
def exchange(  # noqa: PLR0913, PLR0917 - a tuple is taken apart slowly
    ids: NDArray[np.int32],
    x: NDArray[np.int16],
    y: NDArray[np.int16],
    kind: NDArray[np.uint8],
    health: NDArray[np.int16],
    goods: NDArray[np.int16],
    intent: NDArray[np.uint8],
    target: NDArray[np.int32],
    asleep: NDArray[np.uint8],
    foe: NDArray[np.int32],
    row_of: NDArray[np.int32],
    strikes: NDArray[np.int32],
    good_harm: NDArray[np.int32],
    blows: NDArray[np.int32],
    key: np.uint64,
) -> int:
    """Write down the blows that fall among Fighters: in each row of `blows` the row that strikes, the row struck, and
    the harm. strikes: harm by kind, in thousandths of health. Returns how many fall; if there is no room for all,
    nothing else is of use.
    """
    fallen = 0
    for row in range(len(ids)):
        if intent[row] != _FIGHT or asleep[row] or health[row] <= 0:
            continue
        # As in kernels.moves: the foe beside somebody is mostly its target.
        other = foe[row]
        if not (0 <= other < len(ids)) or ids[other] != target[row]:
            other = row_of[target[row]] if 0 <= target[row] < len(row_of) else -1
        if other < 0 or other == row or health[other] <= 0:
            continue
        if abs(int(x[row]) - x[other]) > 1 or abs(int(y[row]) - y[other]) > 1:
            continue
        who = ids[row]
        if not asleep[other] and below(key, who, HITS, 100) >= HITS_PERCENT:
            continue
        if fallen < len(blows):
            harm = strikes[kind[row]] + _best(goods, row, good_harm)
            blows[fallen, 0] = row
            blows[fallen, 1] = other
            blows[fallen, 2] = harm * (FORCE_LEAST + below(key, who, FORCE, FORCE_SPREAD)) // 100
        fallen += 1
    return fallen


@lean
def _best(goods: NDArray[np.int16], row: int, good_harm: NDArray[np.int32]) -> int:
    """What the best weapon carried adds."""
    best = 0
    for good in range(len(good_harm)):
        if goods[row, good] > 0 and good_harm[good] > best:
            best = good_harm[good]
    return best


@lean
def suffer(  # noqa: PLR0913, PLR0917 - a tuple is taken apart slowly
    ids: NDArray[np.int32],
    health: NDArray[np.int16],
    boldness: NDArray[np.uint8],
    intent: NDArray[np.uint8],
    target: NDArray[np.int32],
    until: NDArray[np.int32],
    struck_by: NDArray[np.int32],
    asleep: NDArray[np.uint8],
    seat: NDArray[np.int16],
    blows: NDArray[np.int32],
    now: int,
    notes: NDArray[np.int32],
    used: NDArray[np.int64],
) -> None:
    """Take the harm from those struck, and note it: of lives without a seat only the first blow between two, blows that
    leave somebody badly hurt, and deaths. Whoever is struck wakes, and unless it fights or flees already, strikes back
    or flees, as it is bold.
    """
    for number in range(len(blows)):
        row, other, harm = blows[number, 0], blows[number, 1], blows[number, 2]
        before = int(health[other])
        if before <= 0:
            # Slain by an earlier blow of this tick.
            continue
        after = max(before - harm, 0)
        health[other] = after
        who, whom = ids[row], ids[other]
        first = struck_by[other] != who and struck_by[row] != whom
        wounds = after < BADLY_HURT <= before
        struck_by[other] = who
        asleep[other] = 0
        seated = seat[row] >= 0 or seat[other] >= 0
        if seated or ((first or wounds) and used[0] < _NOTED_MAX):
            note(notes, used, _STRUCK, who, whom, harm, int(first), int(wounds))
        if after == 0:
            note(notes, used, _DIED, whom, who, _OF_BLOWS, 0, 0)
        elif intent[other] != _FIGHT and intent[other] != _FLEE:
            intent[other] = _FIGHT if boldness[other] >= BOLD else _FLEE
            target[other] = who
            until[other] = now + ROUSED_TICKS
