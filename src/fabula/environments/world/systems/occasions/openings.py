"""Openings: whoever would steal notices when they stand where something lies about and nobody looks."""

from fabula.environments.world.components import NOBODY
from fabula.environments.world.options.temptation import is_tempted
from fabula.environments.world.property import cell_of, is_allowed
from fabula.environments.world.state import Person
from fabula.environments.world.systems.occasions.account import add_occasion
from fabula.environments.world.tick import Tick
from fabula.environments.world.witnesses import witnesses

LOOK_TICKS = 6
AGAIN_S = 4 * 3600
"""Seconds of the world's time before they notice again."""
_NOTICED = "noticed an opening"


def note_openings(tick: Tick, person: Person) -> None:
    """Add that nobody is looking, to somebody awake whom it tempts."""
    if tick.now % LOOK_TICKS or person.plan:
        return
    lives, row = tick.lives, tick.lives.row(person.life)
    if not is_tempted(greed=int(lives.greed[row]), honesty=int(lives.honesty[row])):
        return
    noticed = person.doing.get(_NOTICED)
    if noticed is not None and (tick.now - noticed) * tick.setting.tick_s < AGAIN_S:
        return
    place = int(tick.ground.place_at[cell_of(tick, row)])
    if place == NOBODY or not tick.catalogue.place_trades[place].any() or is_allowed(tick, row, place):
        return
    if witnesses(tick, row) == (person.name,):
        person.doing[_NOTICED] = tick.now
        add_occasion(person, f"nobody is looking at {tick.setting.places[place].name}")
