"""movement: everyone takes a step by its intent, if the ground under it allows one this tick.

REST, EAT and HOLD stay. FIGHT goes for `target` and FLEE from it. WANDER goes to the cell `goal`, or strays if it has
none. All others go to the place `field` (SLEEP and WORK without one: home and work), else to the cell `goal`, else to
the life `target`; FORAGE stays where food is, and strays if it has no goal. A step is to one of eight cells, never onto
a wall nor past its corner, and takes as many ticks as the ground costs. A cell of the open holds one life, a place's
any number. Friends who stand in one another's way change places.

People find their way round walls to whatever they are bound for; others only to places. A person to whom no way leads
gives up, which is noted (FAILED, NO_WAY); one who enters a place, likewise (ARRIVED).
"""

import numpy as np

from fabula.environments.world.components import NOBODY, Int16s, Int32s, Intent
from fabula.environments.world.fields import Fields
from fabula.environments.world.ground import Grid
from fabula.environments.world.happenings import Hitch, What
from fabula.environments.world.kernels.cells import BIN_WIDE
from fabula.environments.world.kernels.flow import FAR, clear_way
from fabula.environments.world.kernels.moves import (
    FOLLOWS,
    HEADS,
    HUNTS,
    PLACE,
    STAYS,
    Feet,
    Floor,
    Gait,
    Minded,
    choose_gaits,
    find_wanted,
    walk,
)
from fabula.environments.world.systems.index import scratch_array
from fabula.environments.world.systems.needs import seated
from fabula.environments.world.systems.perception import hostility, known_foes
from fabula.environments.world.tick import Tick

_NO_COURSE, _NO_WAY = -1, -2
"""In place of a slot: straight on; there is certainly no way."""


def run(tick: Tick) -> None:
    """Move everyone."""
    lives, ground, scratch = tick.lives, tick.ground, tick.scratch
    count = lives.count
    fields = fields_of(tick)
    fields.tick_began()
    chosen = _gaits(tick, fields)
    people = seated(tick)
    _find_ways(tick, fields, chosen, people)
    before = _places(tick, people)
    feet = Feet(
        x=lives.x[:count],
        y=lives.y[:count],
        stride=lives.stride[:count],
        faction=lives.faction[:count],
        gait=chosen.gait,
        aim=chosen.aim,
        moved=scratch_array(scratch, "moved", count, np.uint8),
    )
    cells = _floor(tick)
    floor = Floor(
        ground=cells,
        crowd=scratch_array(scratch, "crowd", len(cells), np.uint8),
        begins=scratch["bin_begins"],
        rows=scratch["bin_rows"],
        hostile=hostility(tick),
    )
    walk(*feet, *floor, fields.distances, ground.width, ground.height, tick.key)
    after = _places(tick, people)
    for at in np.flatnonzero((after != before) & (after != NOBODY)).tolist():
        tick.happenings.add(What.ARRIVED, int(lives.id[people[at]]), int(after[at]))


def fields_of(tick: Tick) -> Fields:
    """The fields of this world's ground."""
    fields: Fields | None = tick.scratch.get("fields")
    if fields is None:
        fields = tick.scratch["fields"] = Fields(tick.ground)
    return fields


def _gaits(tick: Tick, fields: Fields) -> Gait:
    lives, count = tick.lives, tick.lives.count
    minded = Minded(
        id=lives.id[:count],
        x=lives.x[:count],
        y=lives.y[:count],
        health=lives.health[:count],
        intent=lives.intent[:count],
        target=lives.target[:count],
        goal=lives.goal[:count],
        field=lives.field[:count],
        home=lives.home[:count],
        work=lives.work[:count],
        asleep=lives.asleep[:count],
        foe=known_foes(tick),
    )
    chosen = Gait(
        gait=scratch_array(tick.scratch, "gait", count, np.uint8),
        aim=scratch_array(tick.scratch, "aim", count, np.int32),
    )
    slots = _slots(tick, fields)
    ground = tick.ground
    choose_gaits(*minded, lives.row_of, slots, ground.anchor, tick.state.food, ground.width, tick.key, *chosen)
    return chosen


def _slots(tick: Tick, fields: Fields) -> Int32s:
    """The slot of the field of every place that anybody is bound for."""
    lives, count = tick.lives, tick.lives.count
    places = len(tick.ground.anchor)
    # The last stands for nowhere, which is -1.
    wanted = scratch_array(tick.scratch, "places wanted", places + 1, np.uint8)
    slots = scratch_array(tick.scratch, "slots", places, np.int32)
    slots[:] = NOBODY
    if places:
        find_wanted(lives.intent[:count], lives.field[:count], lives.home[:count], lives.work[:count], wanted)
        for place in np.flatnonzero(wanted[:places]).tolist():
            slots[place] = fields.of_place(place)
    return slots


def _find_ways(tick: Tick, fields: Fields, chosen: Gait, people: Int32s) -> None:
    """Let people follow a field where they cannot go straight, and give up where there is no way."""
    lives, gait = tick.lives, chosen.gait[people]
    bound = (gait == FOLLOWS) | (gait == HEADS) | (gait == HUNTS)
    if not bound.any():
        return
    walkers = people[bound]
    cells = lives.y[walkers].astype(np.int32) * tick.ground.width + lives.x[walkers]
    for row, cell, how, aim in zip(
        walkers.tolist(), cells.tolist(), gait[bound].tolist(), chosen.aim[walkers].tolist(), strict=True
    ):
        _find_way(tick, fields, chosen, row, cell, how, aim)


def _find_way(tick: Tick, fields: Fields, chosen: Gait, row: int, cell: int, gait: int, aim: int) -> None:
    lives = tick.lives
    course = aim if gait == FOLLOWS else _course(tick, fields, cell, aim)
    if gait == FOLLOWS and fields.no_way(aim, cell):
        course = _NO_WAY
    if course == _NO_WAY:
        tick.happenings.add(What.FAILED, int(lives.id[row]), NOBODY, int(lives.intent[row]), int(Hitch.NO_WAY))
        lives.intent[row], lives.until[row] = Intent.REST, tick.now
        lives.goal[row] = lives.field[row] = lives.target[row] = NOBODY
        chosen.gait[row] = STAYS
    elif course != _NO_COURSE:
        chosen.gait[row], chosen.aim[row] = FOLLOWS, course


def _course(tick: Tick, fields: Fields, cell: int, end: int) -> int:
    """The slot of a field that leads to a cell."""
    ground = tick.ground
    if not (0 <= end < len(ground.cost)) or not ground.cost[end]:
        return _NO_WAY
    if clear_way(ground.cost, ground.width, cell, end):
        return _NO_COURSE
    place = int(ground.place_at[end])
    slot = fields.of_place(place) if place != NOBODY else NOBODY
    if slot == NOBODY or fields.distances[slot, cell] == 0:
        # Many seek out whoever is in a place, and share the field that leads there; within it everyone has their own.
        slot = fields.of_cell(end)
    if slot == NOBODY:
        return _NO_COURSE
    if fields.distances[slot, cell] < FAR:
        return slot
    return _NO_WAY if fields.no_way(slot, cell) else _NO_COURSE


def _floor(tick: Tick) -> Grid:
    """What steps cost and where places are, in the order of `spot_of`: of the ground alone, so it is made once."""
    floor: Grid | None = tick.scratch.get("floor")
    if floor is None:
        ground = tick.ground
        places = np.where((ground.place_at >= 0) & (ground.cost > 0), PLACE, 0).astype(np.uint8)
        wide = -(-ground.width // BIN_WIDE) * BIN_WIDE
        whole = np.zeros((ground.height, wide), dtype=np.uint8)
        whole[:, : ground.width] = (ground.cost | places).reshape(ground.height, ground.width)
        strips = whole.reshape(ground.height, -1, BIN_WIDE).transpose(1, 0, 2)
        floor = tick.scratch["floor"] = np.ascontiguousarray(strips).reshape(-1)
    return floor


def _places(tick: Tick, rows: Int32s) -> Int16s:
    """Where these stand."""
    places: Int16s = tick.ground.place_at[tick.lives.y[rows].astype(np.int32) * tick.ground.width + tick.lives.x[rows]]
    return places
