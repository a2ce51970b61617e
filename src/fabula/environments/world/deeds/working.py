"""Working."""

from fabula.environments.world.actions import Work
from fabula.environments.world.components import NOBODY, Intent
from fabula.environments.world.deeds.doer import Doer, Impossible, Progress
from fabula.environments.world.deeds.opening_hours import is_open, wait_until_open
from fabula.environments.world.deeds.reach import reach_place

IDLE_TICKS = 120
"""How long somebody waits for what their work uses up."""


def work(doer: Doer, deed: Work) -> Progress:
    """Work at a place for so many ticks, or until it closes."""
    tick, place = doer.tick, doer.tick.catalogue.place[deed.at]
    if not reach_place(doer, place):
        return Progress.BUSY
    since = doer.noted("working since")
    if since == NOBODY:
        if not wait_until_open(doer, place):
            return Progress.BUSY
        doer.note("working since", tick.now)
    elif tick.now - since >= deed.ticks or not is_open(tick, place):
        return Progress.DONE
    _wait_for_material(doer, place)
    doer.intend(Intent.WORK, field=place)
    return Progress.BUSY


def _wait_for_material(doer: Doer, place: int) -> None:
    """Raises Impossible if there has been nothing to work with for long."""
    tick = doer.tick
    good = int(tick.catalogue.place_of[place])
    if good == NOBODY or tick.state.stock[place, good]:
        doer.note("material at", tick.now)
    elif tick.now - doer.noted("material at", doer.noted("working since")) > IDLE_TICKS:
        setting = tick.setting
        raise Impossible(f"there is no {setting.goods[good].name} to work with at {setting.places[place].name}")
