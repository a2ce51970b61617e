"""Options to steal: what lies about where nobody looks, and to go where there may be something, for those whom need or
greed brings so far.
"""

from typing import NamedTuple

from fabula.agents.drives import Drive
from fabula.environments.world.actions import Go, Steal
from fabula.environments.world.events import PlanBroken
from fabula.environments.world.options.choices import Choices
from fabula.environments.world.options.viewpoint import Viewpoint
from fabula.environments.world.outlook import KnownPlace

HONEST, GREEDY = 45, 65
"""Percent: whoever is more honest than the one and less greedy than the other does not think of it."""
STARVING, POOR_PENCE = 0.55, 8
"""Need: hunger without food or the coin for it; or next to no coin."""
TAKES_MAX, COIN_MAX = 3, 12
"""Pieces, and pence."""
LIES_LOW_TICKS = 3240
"""After a theft nobody thinks of the next one before so long; and after one that came out, not this day."""
FOUND_OUT_TICKS = 8640
DEAR_BOND = 30
"""From those one likes so much, one does not steal."""
NOON_H, EVENING_H = (12, 13), 17
IN_NEED = 0.25
COIN = "coin"


class _Loot(NamedTuple):
    what: str
    amount: int


def is_tempted(*, greed: int, honesty: int) -> bool:
    """Whether somebody is of the sort that thinks of it."""
    return honesty <= HONEST or greed >= GREEDY


def temptation(view: Viewpoint, choices: Choices) -> None:
    """Add what lies there for the taking, and where more of it might lie."""
    nature = view.outlook.nature
    if not is_tempted(greed=nature.get("greed", 0), honesty=nature.get("honesty", 100)):
        return
    starving = view.hunger >= STARVING and not view.food and not view.affordable_food()
    poor = view.outlook.coin < POOR_PENCE
    if not (starving or poor or nature.get("greed", 0) >= GREEDY) or (not starving and _lies_low(view)):
        return
    if not view.awake and not view.outlook.crowd:
        _at_hand(view, choices, starving=starving, poor=poor)
    if nature.get("honesty", 100) <= HONEST and _has_the_time(view):
        _elsewhere(view, choices, starving=starving, poor=poor)


def _lies_low(view: Viewpoint) -> bool:
    own = [wrong for wrong in view.outlook.wrongs if wrong.by == view.name and wrong.what.startswith("taking")]
    return any(wrong.ago < (FOUND_OUT_TICKS if wrong.settled else LIES_LOW_TICKS) for wrong in own)


def _has_the_time(view: Viewpoint) -> bool:
    """Whether it is an hour to go about it: at noon, or once work is over. Whoever just found too many eyes on it lets
    it be for now.
    """
    hour = view.outlook.hour
    if view.outlook.plan or not (hour in NOON_H or hour >= EVENING_H) or view.told(PlanBroken):
        return False
    return (view.outlook.day + hour + len(view.name)) % 2 == 0 or hour == EVENING_H


def _at_hand(view: Viewpoint, choices: Choices, *, starving: bool, poor: bool) -> None:
    place = view.lore.place_named.get(view.outlook.place)
    if place is None or not _is_anothers(view, place):
        return
    loot = _wanted(view, place, starving=starving)
    if loot is None:
        return
    need = 0.6 * view.hunger if starving else IN_NEED if poor else 0.0
    choices.add(
        Steal(what=loot.what, from_=place.name, amount=loot.amount),
        appeals={Drive.GREED: 0.6, Drive.CUNNING: 0.35, Drive.DUTY: -0.5, Drive.SELF_PRESERVATION: -0.15},
        worth=-0.3 + need,
        because=("steal_need" if starving else "steal", loot.what, place.name),
    )


def _elsewhere(view: Viewpoint, choices: Choices, *, starving: bool, poor: bool) -> None:
    """Where they have a mind to go when it is quiet: of those they like least, another one by the hour."""
    marks = [
        place
        for place in view.outlook.places
        if place.sells and place.owner and place.name != view.outlook.place and _is_anothers(view, place)
    ]
    # Where work is over, nobody is.
    marks = [place for place in marks if not place.is_open(min(view.outlook.hour + 1, 23))] or marks
    marks = sorted(marks, key=lambda place: (view.bond(place.owner), place.name))[:5]
    if not marks:
        return
    place = marks[(view.outlook.tick // 30 + len(view.name)) % len(marks)]
    what = next((good for good in place.sells if good in view.eats()), COIN)
    loot = _Loot(what, 2) if what != COIN and (starving or view.outlook.hour % 2) else _Loot(COIN, COIN_MAX)
    choices.add(
        Go(to=place.name),
        Steal(what=loot.what, from_=place.name, amount=loot.amount),
        goal="get something for nothing",
        appeals={Drive.GREED: 0.6, Drive.CUNNING: 0.35, Drive.DUTY: -0.5, Drive.SELF_PRESERVATION: -0.25},
        worth=-0.35 + (IN_NEED if starving or poor else 0.0) + (0.15 if view.outlook.hour >= EVENING_H else 0.0),
        because=("steal_later", place.name),
    )


def _is_anothers(view: Viewpoint, place: KnownPlace) -> bool:
    """Whether it is neither theirs nor their faction's nor a friend's, and they neither live nor work there."""
    if place.owner in (view.name, view.outlook.faction) or place.name in (view.outlook.home, view.outlook.work):
        return False
    return view.bond(place.owner) < DEAR_BOND


def _wanted(view: Viewpoint, place: KnownPlace, *, starving: bool) -> _Loot | None:
    """Something to eat, or what is worth most."""
    stock = [one for one in view.outlook.prices if one.place == place.name and one.stock > 0]
    if starving:
        eats = view.eats()
        return next((_Loot(one.what, 1) for one in stock if one.what in eats), None)
    best = max(stock, key=lambda one: (one.price, one.what), default=None)
    return _Loot(best.what, min(TAKES_MAX, best.stock)) if best is not None else None
