"""Moves: where everyone wants to go, and then the steps, one after the other in the order of the rows."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fabula.environments.world.components import Intent
from fabula.environments.world.kernels.cells import bin_of, spot_of
from fabula.environments.world.kernels.flow import ACROSS, DOWN, FAR, direction_to
from fabula.environments.world.kernels.jit import lean
from fabula.environments.world.kernels.mixing import below

STRAYS_SALT, TURNS_SALT = 100, 101
"""Salts of chance; movement has 100 to 119."""
PLACE = 128
"""Is added to the cost of a cell of a place, which holds any number of lives."""

STAYS, FIRM, STRAYS, FOLLOWS, HEADS, HUNTS, FLEES = range(7)
"""Gaits: stays but lets others by; stays; takes a step in direction `aim`; goes down the field in slot `aim`; goes for
the cell `aim`, and past friends; likewise, but not past friends; gets away from the cell `aim`.
"""

_REST, _WANDER, _SLEEP, _EAT, _FORAGE, _WORK, _BUY, _SELL, _MINGLE, _FIGHT, _FLEE, _STEAL, _GO, _HOLD = (
    int(intent) for intent in Intent
)


@lean
def find_wanted(
    intents: NDArray[np.uint8],
    fields: NDArray[np.int16],
    homes: NDArray[np.int16],
    works: NDArray[np.int16],
    wanted: NDArray[np.uint8],
) -> None:
    """Mark the places that anybody is bound for. wanted: by place; its last is of no meaning."""
    wanted[:] = 0
    for row in range(len(intents)):
        intent = intents[row]
        wanted[fields[row]] = 1
        if intent == _SLEEP:
            wanted[homes[row]] = 1
        elif intent == _WORK:
            wanted[works[row]] = 1


class Minded(NamedTuple):
    """The components that say where somebody wants to go."""

    id: NDArray[np.int32]
    x: NDArray[np.int16]
    y: NDArray[np.int16]
    health: NDArray[np.int16]
    intent: NDArray[np.uint8]
    target: NDArray[np.int32]
    goal: NDArray[np.int32]
    field: NDArray[np.int16]
    home: NDArray[np.int16]
    work: NDArray[np.int16]
    asleep: NDArray[np.uint8]
    foe: NDArray[np.int32]
    """No component: the row of the nearest foe, as far as known."""


class Gait(NamedTuple):
    """What follows from it, by row."""

    gait: NDArray[np.uint8]
    aim: NDArray[np.int32]


@lean
def choose_gaits(  # noqa: PLR0912, PLR0913, PLR0917 - a branch an intent; a tuple is taken apart slowly
    ids: NDArray[np.int32],
    x: NDArray[np.int16],
    y: NDArray[np.int16],
    health: NDArray[np.int16],
    intents: NDArray[np.uint8],
    targets: NDArray[np.int32],
    goals: NDArray[np.int32],
    fields: NDArray[np.int16],
    homes: NDArray[np.int16],
    works: NDArray[np.int16],
    asleep: NDArray[np.uint8],
    foe: NDArray[np.int32],
    row_of: NDArray[np.int32],
    slots: NDArray[np.int32],
    anchors: NDArray[np.int32],
    food: NDArray[np.uint8],
    width: int,
    key: np.uint64,
    gaits: NDArray[np.uint8],
    aims: NDArray[np.int32],
) -> None:
    """Fill a Gait, from a Minded, and from where everyone stands now. slots: of each place's field; -1: there is none.
    anchors: a cell of each place.
    """
    for row in range(len(ids)):
        intent = intents[row]
        gait, aim = STAYS, 0
        goal, place = int(goals[row]), int(fields[row])
        other, there, far = -1, -1, -1
        if targets[row] >= 0:
            # Ids lie all over the memory; but whom somebody is about is mostly the foe beside it, whose row is known.
            other = foe[row]
            if not (0 <= other < len(ids)) or ids[other] != targets[row]:
                other = row_of[targets[row]] if targets[row] < len(row_of) else -1
            if other >= 0:
                there = int(y[other]) * width + x[other]
                far = max(abs(int(x[other]) - x[row]), abs(int(y[other]) - y[row]))

        if health[row] <= 0:
            gait = FIRM
        elif asleep[row] or intent in (_REST, _EAT, _HOLD):
            gait = STAYS
        elif intent == _WANDER:
            gait, aim = (STRAYS, 0) if goal < 0 else (HEADS, goal)
        elif intent == _FIGHT:
            gait, aim = (HUNTS, there) if far > 1 and health[other] > 0 else (FIRM, 0)
        elif intent == _FLEE:
            gait, aim = (FLEES, there) if there >= 0 else (STAYS, 0)
        else:
            if place < 0 and intent == _SLEEP:
                place = int(homes[row])
            elif place < 0 and intent == _WORK:
                place = int(works[row])
            if place >= 0:
                slot = slots[place]
                gait, aim = (FOLLOWS, slot) if slot >= 0 else (HEADS, anchors[place])
            elif intent == _FORAGE and food[int(y[row]) * width + x[row]] > 0:
                gait = STAYS
            elif goal >= 0:
                gait, aim = HEADS, goal
            elif intent == _FORAGE:
                gait = STRAYS
            elif far > 1:
                gait, aim = HEADS, there
        if gait == STRAYS:
            aim = below(key, ids[row], STRAYS_SALT, 8)
        gaits[row], aims[row] = gait, aim


class Feet(NamedTuple):
    """The lives as they walk, by row."""

    x: NDArray[np.int16]
    y: NDArray[np.int16]
    stride: NDArray[np.uint8]
    faction: NDArray[np.uint8]
    gait: NDArray[np.uint8]
    aim: NDArray[np.int32]
    moved: NDArray[np.uint8]
    """Room: 1 for those who took their step."""


class Floor(NamedTuple):
    """What they walk on; cells in the order of `kernels.cells.spot_of`."""

    ground: NDArray[np.uint8]
    """What a step onto each cell costs, PLACE added; 0: a wall."""
    crowd: NDArray[np.uint8]
    """Room: how many stand on each cell, modulo 256."""
    begins: NDArray[np.int32]
    rows: NDArray[np.int32]
    """Who stands where before anybody moves; see kernels.cells."""
    hostile: NDArray[np.uint8]
    """Shape (factions, factions)."""


@lean
def walk(  # noqa: PLR0912, PLR0913, PLR0917 - helpers with so many arrays compile slowly
    x: NDArray[np.int16],
    y: NDArray[np.int16],
    stride: NDArray[np.uint8],
    faction: NDArray[np.uint8],
    gaits: NDArray[np.uint8],
    aims: NDArray[np.int32],
    moved: NDArray[np.uint8],
    ground: NDArray[np.uint8],
    crowd: NDArray[np.uint8],
    begins: NDArray[np.int32],
    rows: NDArray[np.int32],
    hostile: NDArray[np.uint8],
    distances: NDArray[np.int32],
    width: int,
    height: int,
    key: np.uint64,
) -> None:
    """Move everyone by a cell at most: Feet, on a Floor. distances: shape (slots, cells); see
    fabula.environments.world.fields.
    """
    crowd[:] = 0
    moved[:] = 0
    for row in range(len(x)):
        crowd[spot_of(int(x[row]), int(y[row]), height)] += 1
    for row in range(len(x)):
        gait = gaits[row]
        if gait <= FIRM or moved[row]:
            continue
        if stride[row] > 0:
            stride[row] -= 1
            continue
        column, line, aim = int(x[row]), int(y[row]), int(aims[row])
        if gait == STRAYS:
            direction = aim
        elif gait == FOLLOWS:
            direction = _along(ground, crowd, distances, aim, (width, height), column, line)
        else:
            turn = below(key, line * width + column, TURNS_SALT, 8)
            across, down = aim % width - column, aim // width - line
            direction = _straight(ground, crowd, (width, height), (column, line), (across, down), gait == FLEES, turn)
        if direction < 0:
            continue
        to = _step(ground, width, height, column, line, direction)
        if to < 0:
            continue
        here = spot_of(column, line, height)
        new_column, new_line = column + ACROSS[direction], line + DOWN[direction]
        if ground[to] < PLACE and crowd[to] > 0:
            if gait != FOLLOWS and gait != HEADS:  # noqa: PLR1714 - compiled, this is quicker
                continue
            other = _standing(begins, rows, x, y, height, new_column, new_line)
            if other < 0 or moved[other] or hostile[faction[row], faction[other]]:
                continue
            theirs, bound = gaits[other], int(aims[other])
            if theirs in (FIRM, HUNTS, FLEES) or hostile[faction[other], faction[row]]:
                continue
            # Who is under way lets by only whom that helps on itself.
            left, entered = line * width + column, new_line * width + new_column
            if theirs == FOLLOWS and distances[bound, left] >= distances[bound, entered]:
                continue
            if theirs == HEADS and _apart(left, bound, width) >= _apart(entered, bound, width):
                continue
            x[other], y[other] = column, line
            stride[other] = (ground[here] & (PLACE - 1)) - 1
            moved[other] = 1
            crowd[to] -= 1
            crowd[here] += 1
        x[row], y[row] = new_column, new_line
        stride[row] = (ground[to] & (PLACE - 1)) - 1
        moved[row] = 1
        crowd[here] -= 1
        crowd[to] += 1


@lean
def _step(ground: NDArray[np.uint8], width: int, height: int, x: int, y: int, direction: int) -> int:
    """As kernels.flow.step, but where cells are in the order of `spot_of`."""
    across, down = ACROSS[direction], DOWN[direction]
    if not (0 <= x + across < width and 0 <= y + down < height):
        return -1
    to = spot_of(x + across, y + down, height)
    beside, below_ = spot_of(x + across, y, height), spot_of(x, y + down, height)
    if (ground[to] == 0) | (ground[beside] == 0) | (ground[below_] == 0):
        return -1
    return int(to)


@lean
def _standing(
    begins: NDArray[np.int32],
    rows: NDArray[np.int32],
    x: NDArray[np.int16],
    y: NDArray[np.int16],
    height: int,
    column: int,
    line: int,
) -> int:
    """The first of those who stood in a cell and still do."""
    at = bin_of(column, line, height)
    for number in range(begins[at], begins[at + 1]):
        row = rows[number]
        if x[row] == column and y[row] == line:
            return int(row)
    return -1


@lean
def _along(
    ground: NDArray[np.uint8],
    crowd: NDArray[np.uint8],
    distances: NDArray[np.int32],
    slot: int,
    size: tuple[int, int],
    x: int,
    y: int,
) -> int:
    """The direction down the field: to the best cell, or to a free one round whoever stands there, as long as that is
    not farther; -1: there already, or no way.
    """
    width, height = size
    here = distances[slot, y * width + x]
    best, best_free, least, least_free = -1, -1, FAR, FAR
    if here == 0 or here >= FAR:
        return best
    for direction in range(8):
        to = _step(ground, width, height, x, y, direction)
        if to < 0:
            continue
        there = distances[slot, (y + DOWN[direction]) * width + x + ACROSS[direction]]
        if there > here:
            continue
        far = there + (ground[to] & (PLACE - 1))
        if far < least:
            best, least = direction, far
        if far < least_free and (ground[to] >= PLACE or crowd[to] == 0):
            best_free, least_free = direction, far
    return best_free if best_free >= 0 else best


@lean
def _straight(
    ground: NDArray[np.uint8],
    crowd: NDArray[np.uint8],
    size: tuple[int, int],
    cell: tuple[int, int],
    toward: tuple[int, int],
    away: bool,
    turn: int,
) -> int:
    """The direction to another cell, so far `toward` across and down, or away from it: straight on, else one of the two
    aslant of that. -1 if there is none; onto somebody if that is the only one. At a wall, `turn` says where to.
    """
    (width, height), (x, y), (across, down) = size, cell, toward
    if across == 0 and down == 0:
        return turn if away else -1
    close = abs(across) <= 1 and abs(down) <= 1
    if away:
        across, down = -across, -down
    straight = direction_to(across, down)
    ahead = _step(ground, width, height, x, y, straight)
    if ahead >= 0 and (ground[ahead] >= PLACE or crowd[ahead] == 0):
        return straight
    if close and not away:
        return straight
    aside = 1 if turn & 1 else -1
    for _ in range(2):
        if across == 0:
            direction = direction_to(aside, down)
        elif down == 0:
            direction = direction_to(across, aside)
        elif (abs(across) > abs(down)) == (aside > 0):
            direction = direction_to(across, 0)
        else:
            direction = direction_to(0, down)
        to = _step(ground, width, height, x, y, direction)
        if to >= 0 and (ground[to] >= PLACE or crowd[to] == 0):
            return direction
        aside = -aside
    if ahead >= 0:
        return straight
    # Who flees does not turn round, whatever chance says.
    return turn if not away or ACROSS[turn] * across + DOWN[turn] * down >= 0 else -1


@lean
def _apart(cell: int, other: int, width: int) -> int:
    return max(abs(cell % width - other % width), abs(cell // width - other // width))
