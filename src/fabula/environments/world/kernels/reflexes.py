"""Reflexes: who decides now what to do, and which places are near. What they decide is weighed in kernels.weighing."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fabula.environments.world.components import Intent
from fabula.environments.world.kernels.jit import kernel

UNBEARABLE = 900
"""Hunger at which a life thinks again what to do, whatever it is at."""
CLOSE = 4
"""Squared cells: nobody misses a foe nearer than that. Others notice one within some ticks."""
BLOCK = 16
"""Cells along a side of a block of the map, for each of which the nearest places are known."""

_EAT, _FORAGE, _BUY, _SELL = int(Intent.EAT), int(Intent.FORAGE), int(Intent.BUY), int(Intent.SELL)
_FIGHT, _FLEE, _STEAL = int(Intent.FIGHT), int(Intent.FLEE), int(Intent.STEAL)


@kernel
def nearest_places(
    anchors: NDArray[np.int32], chosen: NDArray[np.int16], width: int, nearest: NDArray[np.int16]
) -> None:
    """For every block of the map, those of `chosen` whose anchor is nearest to its middle, the nearest first.

    nearest: shape (blocks, ranks), filled; -1 where there are no more.
    """
    wide = (width + BLOCK - 1) // BLOCK
    nearest[:] = -1
    ranks = nearest.shape[1]
    distance = np.zeros(ranks + 1, dtype=np.int64)
    for block in range(len(nearest)):
        x, y = block % wide * BLOCK + BLOCK // 2, block // wide * BLOCK + BLOCK // 2
        for place in chosen:
            away = (int(anchors[place]) % width - x) ** 2 + (int(anchors[place]) // width - y) ** 2
            at = ranks
            while at > 0 and (nearest[block, at - 1] < 0 or distance[at - 1] > away):
                at -= 1
                if at + 1 < ranks:
                    nearest[block, at + 1], distance[at + 1] = nearest[block, at], distance[at]
            if at < ranks:
                nearest[block, at], distance[at] = place, away


class Pulse(NamedTuple):
    """Of all lives, what it takes to see who decides now."""

    id: NDArray[np.int32]
    x: NDArray[np.int16]
    y: NDArray[np.int16]
    health: NDArray[np.int16]
    hunger: NDArray[np.int16]
    intent: NDArray[np.uint8]
    target: NDArray[np.int32]
    until: NDArray[np.int32]
    asleep: NDArray[np.uint8]


@kernel
def find_deciders(
    pulse: Pulse,
    row_of: NDArray[np.int32],
    foe: NDArray[np.int32],
    foe_distance: NDArray[np.int16],
    now: int,
    attacker: NDArray[np.int32],
    deciders: NDArray[np.int32],
) -> int:
    """List the rows that think now what to do - it is time, or something cannot wait - and return how many.

    foe, foe_distance: as perception gives them. attacker: filled with the row of a life next to each, or nearly, that
    goes for it; -1: none.
    """
    attacker[:] = -1
    for row in range(len(pulse.id)):
        if pulse.intent[row] == _FIGHT and pulse.target[row] >= 0 and pulse.health[row] > 0:
            other = row_of[pulse.target[row]]
            if other >= 0 and max(abs(pulse.x[row] - pulse.x[other]), abs(pulse.y[row] - pulse.y[other])) <= 2:
                attacker[other] = row
    found = 0
    for row in range(len(pulse.id)):
        decides = pulse.until[row] <= now
        intent, turn = pulse.intent[row], pulse.id[row] + now
        if not decides and intent not in (_FIGHT, _FLEE):
            if attacker[row] >= 0:
                decides = True
            elif foe[row] >= 0:
                decides = foe_distance[row] <= CLOSE or turn % 4 == 0
            elif pulse.hunger[row] >= UNBEARABLE and turn % 16 == 0:
                decides = intent not in (_EAT, _FORAGE, _BUY, _SELL, _STEAL)
        if decides and pulse.health[row] > 0:
            deciders[found] = row
            found += 1
    return found
