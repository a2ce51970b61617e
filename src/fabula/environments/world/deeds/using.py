"""Using what one carries: eating it, or healing with it."""

from fabula.environments.world.actions import Eat, Use
from fabula.environments.world.components import FULL, NOBODY
from fabula.environments.world.deeds.doer import Doer, Impossible, Progress
from fabula.environments.world.deeds.opening_hours import wait_until_open
from fabula.environments.world.deeds.reach import reach_person, reach_place
from fabula.environments.world.deeds.trading import buy_at, nearest_open, sellers
from fabula.environments.world.events import Ate, Used
from fabula.environments.world.property import is_allowed, room_for, take_from_place

_SHOP, _FOOD = "food at", "food"


def eat(doer: Doer, deed: Eat) -> Progress:
    """Eat a piece of what one carries, or of the stock at home or at work if one is there; else buy one nearby."""
    good = _at_hand(doer, deed.what)
    if good != NOBODY:
        _swallow(doer, good, bought=False)
        return Progress.DONE
    if doer.noted(_SHOP) == NOBODY:
        _choose_shop(doer, deed.what)
    place, good = doer.noted(_SHOP), doer.noted(_FOOD)
    if not reach_place(doer, place) or not wait_until_open(doer, place):
        return Progress.BUSY
    buy_at(doer, place, good, 1)
    _swallow(doer, good, bought=True)
    return Progress.DONE


def use(doer: Doer, deed: Use) -> Progress:
    """Eat it, or heal oneself or somebody at hand with it."""
    good = doer.tick.catalogue.good[deed.what]
    heals = int(doer.tick.catalogue.good_heals[good])
    if not doer.lives.goods[doer.row, good]:
        raise Impossible(f"one has no {deed.what}")
    if heals <= 0:
        if deed.on or not _is_food(doer, good):
            raise Impossible(f"{deed.what} cannot be used so")
        _swallow(doer, good, bought=False)
        return Progress.DONE
    row = doer.row
    if deed.on:
        other = reach_person(doer, deed.on, awake=False)
        if other is None:
            return Progress.BUSY
        row = doer.lives.row(other.life)
    _heal(doer, row, good, deed)
    return Progress.DONE


def _heal(doer: Doer, row: int, good: int, deed: Use) -> None:
    lives = doer.lives
    health = int(lives.health[row])
    if not 0 < health < FULL:
        raise Impossible(f"{deed.on or 'one'} is not hurt")
    lives.goods[doer.row, good] -= 1
    lives.health[row] = min(FULL, health + int(doer.tick.catalogue.good_heals[good]))
    doer.tick.tell(
        Used(
            agent=doer.name,
            place=doer.place,
            what=deed.what,
            on=deed.on,
            effect="heals",
            seen_by=doer.seen_by(*([deed.on] if deed.on else [])),
        )
    )


def _swallow(doer: Doer, good: int, *, bought: bool) -> None:
    lives, row = doer.lives, doer.row
    lives.goods[row, good] -= 1
    lives.hunger[row] = max(0, int(lives.hunger[row]) - int(doer.tick.catalogue.good_food[good]))
    what = doer.tick.setting.goods[good].name
    doer.tick.tell(Ate(agent=doer.name, place=doer.place, what=what, bought=bought, seen_by=doer.seen_by()))


def _is_food(doer: Doer, good: int) -> bool:
    return bool(doer.tick.catalogue.kind_eats[int(doer.lives.kind[doer.row]), good])


def _foods(doer: Doer, what: str) -> list[int]:
    """The goods that would do."""
    catalogue = doer.tick.catalogue
    if what:
        return [catalogue.good[what]]
    return [int(good) for good in catalogue.kind_eats[int(doer.lives.kind[doer.row])].nonzero()[0]]


def _at_hand(doer: Doer, what: str) -> int:
    """A good that one carries, or is now handed out of the stock of one's home or work; NOBODY if there is none."""
    foods = _foods(doer, what)
    for good in foods:
        if doer.lives.goods[doer.row, good]:
            return good
    place = int(doer.tick.ground.place_at[doer.cell])
    if place != NOBODY and is_allowed(doer.tick, doer.row, place):
        for good in foods:
            if take_from_place(doer.tick, doer.row, place, good, 1):
                return good
    return NOBODY


def _choose_shop(doer: Doer, what: str) -> None:
    """Settle what to buy, and where. Raises Impossible if nothing that one eats is sold anywhere one could pay it."""
    tick, coin = doer.tick, int(doer.lives.coin[doer.row])
    sold = [(place, good) for good in _foods(doer, what) for place in sellers(tick, good)]
    if not sold:
        raise Impossible(f"{what or 'food'} is not to be had anywhere")
    can = [
        (place, good)
        for place, good in sold
        if tick.state.price[place, good] <= coin and room_for(tick, doer.row, good) > 0
    ]
    place = nearest_open(doer, [place for place, _ in can])
    if place == NOBODY:
        raise Impossible(f"one cannot pay for {what or 'food'}")
    # Of what is there, so that nobody asks for what they see is gone; then of what is cheapest for what it stills.
    of_place = [good for at, good in can if at == place]
    good = min(
        of_place, key=lambda good: (not tick.state.stock[place, good], _price_of_a_meal(doer, place, good), good)
    )
    doer.note(_SHOP, place)
    doer.note(_FOOD, good)


def _price_of_a_meal(doer: Doer, place: int, good: int) -> int:
    """Pence for stilling a full hunger."""
    return int(doer.tick.state.price[place, good]) * FULL // max(1, int(doer.tick.catalogue.good_food[good]))
