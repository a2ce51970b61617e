"""Reach: getting to a place, a cell or somebody, and having them within reach."""

from fabula.environments.world.components import NOBODY, Intent
from fabula.environments.world.deeds.doer import Doer, Impossible
from fabula.environments.world.naming import cell_named
from fabula.environments.world.state import Person
from fabula.environments.world.tick import Tick
from fabula.environments.world.witnesses import sees

HAND_CELLS = 1
"""Within which one can give, take, pay."""
VOICE_CELLS = 2
"""Within which people talk."""
HAIL_CELLS = 4
"""Within which somebody who is awake notices that one wants something of them, and stays."""
STUCK_TICKS = 120
"""Without a step, on the way; more than the slowest ground takes for one."""
ASLEEP_TICKS = 60
"""How long one waits for a sleeper."""
CROWDED_TICKS = 5
"""How long one waits beside a cell of the open on which somebody stands, or among a crowd, before it is near enough."""

_ENGAGED = (Intent.FIGHT, Intent.FLEE)


def travel_ticks_max(tick: Tick) -> int:
    """How long a way across the map may take."""
    return 300 + 8 * (tick.ground.width + tick.ground.height)


def is_at(tick: Tick, cell: int, place: int) -> bool:
    """Whether a cell is part of a place, or of one inside it."""
    if int(tick.ground.place_at[cell]) == place:
        return True
    cells = tick.ground.place_cells[place]
    where = int(cells.searchsorted(cell))
    return where < len(cells) and int(cells[where]) == cell


def reach_place(doer: Doer, place: int) -> bool:
    """Whether they are at a place; otherwise they go on towards it. Raises Impossible if there is no getting there."""
    if is_at(doer.tick, doer.cell, place):
        return True
    _walk(doer, doer.tick.setting.places[place].name)
    doer.intend(Intent.GO, field=place)
    return False


def reach_cell(doer: Doer, cell: int, *, cells: int = 0) -> bool:
    """Whether they are within so many cells of a cell, or wait beside it since it is taken; otherwise they go on
    towards it. Raises Impossible.
    """
    y, x = divmod(cell, doer.tick.ground.width)
    if _away(doer, x, y) <= cells or (_away(doer, x, y) == 1 and _waited(doer) >= CROWDED_TICKS):
        return True
    _walk(doer, f"{x},{y}")
    doer.intend(Intent.GO, goal=cell)
    return False


def reach_spot(doer: Doer, named: str) -> bool:
    """Whether they are at a place, a cell `x,y` or a person, by its own name. Raises Impossible."""
    if (place := doer.tick.catalogue.place.get(named, NOBODY)) != NOBODY:
        return reach_place(doer, place)
    if named in doer.round.people or (cell := cell_named(doer.tick, named)) == NOBODY:
        return reach_person(doer, named, awake=False) is not None
    return reach_cell(doer, cell)


def reach_person(
    doer: Doer, name: str, *, cells: int = HAND_CELLS, awake: bool = True, hail: bool = True
) -> Person | None:
    """The person once they are within so many cells, and not asleep if they are to be awake; until then None, and
    the doer follows them or waits. Raises Impossible if they are dead, sleep on, or cannot be reached.

    hail: whether the doer lets them notice that they want something of them.
    """
    other = doer.round.people.get(name)
    row = doer.lives.row(other.life) if other is not None else NOBODY
    if other is None or row == NOBODY:
        raise Impossible(f"{name} is dead")
    if reach_life(doer, row, name, cells=cells):
        if not awake or not doer.lives.asleep[row]:
            return other
        _wait_for_sleeper(doer, name)
    elif hail and distance(doer, row) <= HAIL_CELLS and _notices(doer, row):
        doer.round.hold(row, doer.row)
    return None


def reach_life(doer: Doer, row: int, name: str, *, cells: int = HAND_CELLS) -> bool:
    """Whether a life is within so many cells; otherwise the doer follows it. Raises Impossible."""
    x, y = _at(doer, row)
    away = _away(doer, x, y)
    if away <= HAND_CELLS or (away <= cells and sees(doer.tick, doer.cell, doer.tick.ground.cell(x, y))):
        return True
    there = doer.tick.ground.cell(x, y)
    crowded = HAIL_CELLS if cells >= VOICE_CELLS else VOICE_CELLS
    if away <= crowded and _waited(doer) >= CROWDED_TICKS and sees(doer.tick, doer.cell, there):
        # There are people in between: then they speak, or reach, across them.
        return True
    _walk(doer, name)
    place = int(doer.tick.ground.place_at[there])
    # Far away the way to the place they are at will do, which everyone shares; but who is at a place inside it, or in
    # it already, has got there by that and would stop.
    if place != NOBODY and not is_at(doer.tick, doer.cell, place):
        doer.intend(Intent.GO, field=place)
    else:
        doer.intend(Intent.GO, goal=there)
    return False


def _notices(doer: Doer, row: int) -> bool:
    """Whether a life has eyes for somebody who wants something of it."""
    return not doer.lives.asleep[row] and int(doer.lives.intent[row]) not in _ENGAGED


def distance(doer: Doer, row: int) -> int:
    """Cells between the doer and a life, diagonals as one."""
    return _away(doer, *_at(doer, row))


def _at(doer: Doer, row: int) -> tuple[int, int]:
    return int(doer.lives.x[row]), int(doer.lives.y[row])


def _away(doer: Doer, x: int, y: int) -> int:
    return max(abs(x - doer.x), abs(y - doer.y))


def _walk(doer: Doer, whither: str) -> None:
    """Take care that they get on."""
    now = doer.tick.now
    if doer.round.is_held(doer.row) or doer.noted("cell") != doer.cell or doer.noted("walked") != now - 1:
        doer.note("cell", doer.cell)
        doer.note("moved", now)
    doer.note("walked", now)
    if _waited(doer) > STUCK_TICKS:
        raise Impossible(f"there is no way to {whither}")


def _waited(doer: Doer) -> int:
    """Ticks since their last step on this way."""
    return doer.tick.now - doer.noted("moved", doer.tick.now)


def _wait_for_sleeper(doer: Doer, name: str) -> None:
    since = doer.noted("sleeper since", doer.tick.now)
    doer.note("sleeper since", since)
    if doer.tick.now - since >= ASLEEP_TICKS:
        raise Impossible(f"{name} is asleep")
    doer.intend(Intent.HOLD)
