"""Opening hours: whether a place is open, and waiting before one that is about to be."""

from fabula.environments.world.components import Intent
from fabula.environments.world.deeds.doer import Doer, Impossible
from fabula.environments.world.tick import DAY_S, Tick

WAIT_TICKS = 90
"""How long somebody waits for a place to open."""


def is_open(tick: Tick, place: int) -> bool:
    """Whether a place is worked in, or sells, at this hour."""
    opens, closes = int(tick.catalogue.place_opens[place]), int(tick.catalogue.place_closes[place])
    if opens <= closes:
        return opens == closes or opens <= tick.hour < closes
    return tick.hour >= opens or tick.hour < closes


def wait_until_open(doer: Doer, place: int) -> bool:
    """Whether a place is open; otherwise they wait before it. Raises Impossible if it does not open soon."""
    tick = doer.tick
    if is_open(tick, place):
        return True
    opens_h = int(tick.catalogue.place_opens[place])
    if (opens_h * 3600 - tick.second) % DAY_S > WAIT_TICKS * tick.setting.tick_s:
        raise Impossible(f"{tick.setting.places[place].name} is closed; it opens at {opens_h}")
    doer.intend(Intent.HOLD)
    return False
