"""Plans: what minds decided is carried out. Sets the intents of those who have a plan, over what their reflexes chose.

`scratch["planned"]`, shape (count,): 1 for the rows whose intent is a plan's, this tick.
"""

from fabula.environments.world.components import NOBODY, Intent
from fabula.environments.world.deeds import HELD, Round, go_on
from fabula.environments.world.state import Person
from fabula.environments.world.tick import Tick


def run(tick: Tick) -> None:
    """Go on with every plan by a tick, each person by seat."""
    round_ = Round(tick)
    for person in round_.people.values():
        if not person.plan and HELD not in person.doing:
            continue
        row = tick.lives.row(person.life)
        if row == NOBODY or not tick.lives.health[row]:
            continue
        if _is_held(tick, person):
            round_.intend(row, Intent.SLEEP if tick.lives.asleep[row] else Intent.HOLD)
        elif person.plan:
            go_on(round_, person, row)
    round_.stay()
    tick.scratch["planned"] = round_.planned


def _is_held(tick: Tick, person: Person) -> bool:
    """Whether somebody talks with them, or they with somebody."""
    until = person.doing.get(HELD)
    if until is not None and tick.now >= until:
        del person.doing[HELD]
        return False
    return until is not None
