"""Taking: picking up what lies on the ground, and stealing. A theft is told by `telling`: see `property`."""

from fabula.environments.world import property as belongings
from fabula.environments.world.actions import PickUp, Steal
from fabula.environments.world.components import NOBODY, Intent
from fabula.environments.world.deeds.doer import Doer, Impossible, Progress
from fabula.environments.world.deeds.giving import number
from fabula.environments.world.deeds.reach import reach_cell, reach_person, reach_place
from fabula.environments.world.events import PickedUp
from fabula.environments.world.witnesses import witnesses

LOOK_TICKS, BIDE_TICKS = 3, 120
"""Between two looks about; and how long somebody who would steal waits for nobody to look."""
DARING_PERCENT = 70
"""How likely they are to dare it then before one pair of eyes; before more, so much less."""
OUTFACING_PERCENT = 5
"""Before the owner's own."""


def pick_up(doer: Doer, deed: PickUp) -> Progress:
    """Go to what lies nearest within sight, and take as much of it as one can carry."""
    cell = doer.noted("lies at")
    if cell == NOBODY:
        cell = _nearest_pile(doer, deed.what)
        doer.note("lies at", cell)
    if not reach_cell(doer, cell, cells=belongings.PICKING_CELLS):
        return Progress.BUSY
    pile = belongings.pick_up(doer.tick, doer.row, deed.what)
    if pile is None:
        raise Impossible(f"there is no {deed.what or 'such thing'} any more that one could carry")
    _tell(doer, pile.what, pile.amount, pile.owner)
    return Progress.DONE


def steal(doer: Doer, deed: Steal) -> Progress:
    """Go to a place or a person and take what is not one's own."""
    tick, good = doer.tick, number(doer.tick, deed.what)
    place = tick.catalogue.place.get(deed.from_, NOBODY)
    if place != NOBODY:
        if not reach_place(doer, place):
            return Progress.BUSY
        if not belongings.is_allowed(tick, doer.row, place) and _bides_their_time(doer, place):
            doer.intend(Intent.HOLD)
            return Progress.BUSY
        taken = belongings.take_from_place(tick, doer.row, place, good, deed.amount)
        if taken and belongings.is_allowed(tick, doer.row, place):
            _tell(doer, deed.what, taken)
    else:
        victim = reach_person(doer, deed.from_, awake=False, hail=False)
        if victim is None:
            return Progress.BUSY
        taken = belongings.take_from_life(tick, doer.row, tick.lives.row(victim.life), good, deed.amount)
    if not taken:
        full = belongings.room_for(tick, doer.row, good) <= 0
        raise Impossible("one cannot carry any more" if full else f"{deed.from_} has no {deed.what}")
    return Progress.DONE


def _bides_their_time(doer: Doer, place: int) -> bool:
    """Whether somebody who would steal still waits until nobody looks. Raises Impossible if they do not dare to."""
    now = doer.tick.now
    since = doer.noted("bides since", now)
    doer.note("bides since", since)
    if (now - since) % LOOK_TICKS:
        return True
    eyes = [name for name in witnesses(doer.tick, doer.row) if name != doer.name]
    if not eyes:
        return False
    if now - since < BIDE_TICKS:
        return True
    owner = belongings.owner_of_place(doer.tick.setting, place)
    daring = DARING_PERCENT // len(eyes) if owner not in eyes else OUTFACING_PERCENT
    if doer.tick.chance.stream("dares", doer.name).integer(0, 99) >= daring:
        raise Impossible("there were too many eyes on it")
    return False


def _tell(doer: Doer, what: str, amount: int, owner: str = "") -> None:
    whose = "" if owner == doer.name else owner
    doer.tick.tell(
        PickedUp(agent=doer.name, place=doer.place, what=what, amount=amount, owner=whose, seen_by=doer.seen_by())
    )


def _nearest_pile(doer: Doer, what: str) -> int:
    """The cell of the nearest pile within sight. Raises Impossible if there is none."""
    width, sight = doer.tick.ground.width, doer.tick.setting.sight
    found = (NOBODY, NOBODY)
    for pile in doer.tick.state.piles:
        y, x = divmod(pile.cell, width)
        away = max(abs(x - doer.x), abs(y - doer.y))
        if away <= sight and what in ("", pile.what) and (found[1] == NOBODY or away < found[0]):
            found = (away, pile.cell)
    if found[1] == NOBODY:
        raise Impossible(f"there is no {what} lying about here" if what else "nothing lies about here")
    return found[1]
