"""Interruption: whoever is struck lets go of what they were at; and who finds that there is no way, of going there.

Worked after `telling`, so that the blow is told before what it broke.
"""

import numpy as np
from numpy.typing import NDArray

from fabula.environments.world import actions
from fabula.environments.world.catalogue import EFFECTS
from fabula.environments.world.components import NOBODY, Int32s
from fabula.environments.world.deeds import HELD, break_plan
from fabula.environments.world.happenings import Happening, Hitch, What
from fabula.environments.world.systems.telling.scene import called, person_of
from fabula.environments.world.tick import Tick

_FIGHTS = (actions.Attack, actions.Flee, actions.Guard)
"""Deeds that a blow does not interrupt."""
_STRUCK, _USED_ABILITY, _FAILED = int(What.STRUCK), int(What.USED_ABILITY), int(What.FAILED)


def run(tick: Tick) -> None:
    """Break the plans of those to whom that happened this tick."""
    rows = tick.happenings.rows[: int(tick.happenings.used[0])]
    if not len(rows):
        return
    for row in rows[_of_people(tick, rows)].tolist():
        happening = Happening(*row)
        if happening.what == What.FAILED:
            _lose_the_way(tick, happening)
        elif happening.what == What.STRUCK or EFFECTS[tick.catalogue.ability_effect[happening.a]] == "harm":
            _be_struck(tick, happening)


def _of_people(tick: Tick, rows: Int32s) -> NDArray[np.intp]:
    """Which happenings may break somebody's plan: those of people, whatever thousands of others suffer."""
    what = rows[:, 0]
    matter = np.flatnonzero((what == _STRUCK) | (what == _USED_ABILITY) | (what == _FAILED))
    if not len(matter):
        return matter
    ids = np.where(what[matter] == _FAILED, rows[matter, 1], rows[matter, 2])
    at = np.where(ids >= 0, tick.lives.row_of[np.maximum(ids, 0)], NOBODY)
    of_people: NDArray[np.intp] = matter[(at != NOBODY) & (tick.lives.seat[np.maximum(at, 0)] != NOBODY)]
    return of_people


def _be_struck(tick: Tick, happening: Happening) -> None:
    person = person_of(tick, happening.other)
    if person is None or happening.other == happening.who:
        return
    person.doing.pop(HELD, None)
    if person.plan and not isinstance(person.plan[person.deed], _FIGHTS):
        by = called(tick, happening.who)
        break_plan(tick, person, f"attacked by {by}" if by else "attacked")


def _lose_the_way(tick: Tick, happening: Happening) -> None:
    person = person_of(tick, happening.who)
    if person is not None and person.plan and happening.b == Hitch.NO_WAY:
        break_plan(tick, person, "there is no way there")
