"""Trading: buying and selling, at places and between people. What one has less of the other has more of."""

from collections.abc import Sequence

from fabula.environments.world.actions import Buy, Sell
from fabula.environments.world.components import NOBODY, Intent
from fabula.environments.world.deeds.doer import Doer, Impossible, Progress
from fabula.environments.world.deeds.opening_hours import is_open, wait_until_open
from fabula.environments.world.deeds.reach import reach_person, reach_place
from fabula.environments.world.events import Bought, Sold
from fabula.environments.world.property import COIN, COIN_MAX, going_rates, room_for
from fabula.environments.world.society.refusal import is_refused
from fabula.environments.world.state import Person
from fabula.environments.world.tick import Tick

PLACES_TRIED_MAX = 4
"""Places at which somebody who named none asks, the nearest first."""
_BOUND_FOR = "bound for"
SPITE = -40
"""Bond at or below which one does not deal with somebody."""


class NoDeal(Impossible):
    """Nothing came of it here; elsewhere it might."""


def buy(doer: Doer, deed: Buy) -> Progress:
    """At the place named, from the person named, or at the nearest place that has any."""
    good = doer.tick.catalogue.good[deed.what]
    if deed.at and deed.at not in doer.tick.catalogue.place:
        seller = reach_person(doer, deed.at)
        return Progress.BUSY if seller is None else _buy_from(doer, seller, good, deed.amount)
    place = _place_for(doer, deed.at, sellers(doer.tick, good), f"{deed.what} is not to be had anywhere")
    if not reach_place(doer, place) or not wait_until_open(doer, place):
        return Progress.BUSY
    try:
        buy_at(doer, place, good, deed.amount)
    except NoDeal as why:
        return _try_elsewhere(doer, place, why, named=bool(deed.at))
    return Progress.DONE


def sell(doer: Doer, deed: Sell) -> Progress:
    """To the place named, to the person named, or to the nearest place that can pay."""
    good = doer.tick.catalogue.good[deed.what]
    if not doer.lives.goods[doer.row, good]:
        raise Impossible(f"one has no {deed.what} to sell")
    if deed.to and deed.to not in doer.tick.catalogue.place:
        buyer = reach_person(doer, deed.to)
        return Progress.BUSY if buyer is None else _sell_to(doer, buyer, good, deed.amount)
    place = _place_for(doer, deed.to, buyers(doer.tick, good), f"nobody buys {deed.what}")
    if not reach_place(doer, place) or not wait_until_open(doer, place):
        return Progress.BUSY
    try:
        _sell_at(doer, place, good, deed.amount)
    except NoDeal as why:
        return _try_elsewhere(doer, place, why, named=bool(deed.to))
    return Progress.DONE


def sellers(tick: Tick, good: int) -> list[int]:
    """The places that sell a good."""
    return [int(place) for place in tick.catalogue.place_trades[:, good].nonzero()[0]]


def buyers(tick: Tick, good: int) -> list[int]:
    """The places that buy a good: those that trade it, and those that use it up."""
    catalogue = tick.catalogue
    return [int(place) for place in ((catalogue.place_trades[:, good] > 0) | (catalogue.place_of == good)).nonzero()[0]]


def nearest_open(doer: Doer, places: Sequence[int]) -> int:
    """The nearest of the places that is open, or, if all are closed, the nearest; NOBODY if there are none."""
    tick = doer.tick

    def away(place: int) -> tuple[bool, int, int]:
        y, x = divmod(int(tick.ground.anchor[place]), tick.ground.width)
        return not is_open(tick, place), max(abs(x - doer.x), abs(y - doer.y)), place

    return min(places, key=away, default=NOBODY)


def buy_at(doer: Doer, place: int, good: int, amount: int) -> int:
    """Buy as much of what was asked for as the place has and the doer can pay and carry, and tell of it. Returns how
    many pieces. Raises NoDeal if it is none.
    """
    tick, state, lives, row = doer.tick, doer.tick.state, doer.lives, doer.row
    shop, what = tick.setting.places[place].name, tick.setting.goods[good].name
    if not tick.catalogue.place_trades[place, good]:
        raise Impossible(f"{shop} does not sell {what}")
    if is_refused(tick, place, row):
        raise NoDeal(f"{shop} does not serve one like that")
    price = max(1, int(state.price[place, good]))
    state.demand[place, good] = min(int(state.demand[place, good]) + amount, COIN_MAX)
    if not (stock := int(state.stock[place, good])):
        raise NoDeal(f"{shop} has no {what}")
    pieces = _affordable(doer, row, good, min(amount, stock, COIN_MAX // price), price)
    if int(state.till[place]) + pieces * price > COIN_MAX:
        raise NoDeal(f"{shop} has no room for more coin")
    state.stock[place, good] -= pieces
    state.till[place] += pieces * price
    lives.goods[row, good] += pieces
    lives.coin[row] -= pieces * price
    doer.tick.tell(
        Bought(
            agent=doer.name,
            place=doer.place,
            what=what,
            amount=pieces,
            price=pieces * price,
            seller=shop,
            seen_by=doer.seen_by(),
        )
    )
    return pieces


def _buy_from(doer: Doer, seller: Person, good: int, amount: int) -> Progress:
    other = doer.lives.row(seller.life)
    price, pieces, what = _dealt(doer, seller, giver=other, taker=doer.row, good=good, amount=amount)
    doer.tick.tell(
        Bought(
            agent=doer.name,
            place=doer.place,
            what=what,
            amount=pieces,
            price=price,
            seller=seller.name,
            seen_by=doer.seen_by(seller.name),
        )
    )
    return Progress.DONE


def _sell_to(doer: Doer, buyer: Person, good: int, amount: int) -> Progress:
    other = doer.lives.row(buyer.life)
    price, pieces, what = _dealt(doer, buyer, giver=doer.row, taker=other, good=good, amount=amount)
    _tell_sold(doer, what, pieces, price, buyer.name)
    return Progress.DONE


def _sell_at(doer: Doer, place: int, good: int, amount: int) -> None:
    tick, state, lives, row = doer.tick, doer.tick.state, doer.lives, doer.row
    shop, what = tick.setting.places[place].name, tick.setting.goods[good].name
    if place not in buyers(tick, good):
        raise Impossible(f"{shop} does not buy {what}")
    price = max(1, int(state.price[place, good]))
    can_pay = min(int(state.till[place]), room_for(tick, row, COIN)) // price
    pieces = min(amount, int(lives.goods[row, good]), can_pay, COIN_MAX - int(state.stock[place, good]))
    if pieces <= 0:
        raise NoDeal(f"{shop} cannot pay")
    state.stock[place, good] += pieces
    state.till[place] -= pieces * price
    lives.goods[row, good] -= pieces
    lives.coin[row] += pieces * price
    _tell_sold(doer, what, pieces, pieces * price, shop)


def _dealt(doer: Doer, other: Person, *, giver: int, taker: int, good: int, amount: int) -> tuple[int, int, str]:
    """Let a good change hands at the going rate; returns pence, pieces, and what it was. Raises Impossible."""
    tick, lives = doer.tick, doer.lives
    what = tick.setting.goods[good].name
    if other.bonds.get(doer.name, 0) <= SPITE or any(quarrel.whom == doer.name for quarrel in other.quarrels):
        raise Impossible(f"{other.name} will not deal with {doer.name}")
    if not (held := int(lives.goods[giver, good])):
        raise Impossible(f"{tick.state.people[int(lives.seat[giver])].name} has no {what}")
    price = max(1, int(going_rates(tick)[good]))
    pieces = _affordable(doer, taker, good, min(amount, held), price)
    pieces = min(pieces, room_for(tick, giver, COIN) // price)
    lives.goods[giver, good] -= pieces
    lives.goods[taker, good] += pieces
    lives.coin[taker] -= pieces * price
    lives.coin[giver] += pieces * price
    return pieces * price, pieces, what


def _affordable(doer: Doer, row: int, good: int, amount: int, price: int) -> int:
    """How many of so many pieces a life can pay and carry. Raises Impossible if it is none."""
    who = doer.tick.state.people[int(doer.lives.seat[row])].name
    what = doer.tick.setting.goods[good].name
    if not (amount := min(amount, int(doer.lives.coin[row]) // price)):
        raise Impossible(f"{who} cannot pay {price} pence for {what}")
    if not (amount := min(amount, room_for(doer.tick, row, good))):
        raise Impossible(f"{who} cannot carry any more")
    return amount


def _tell_sold(doer: Doer, what: str, pieces: int, price: int, buyer: str) -> None:
    doer.tick.tell(
        Sold(
            agent=doer.name,
            place=doer.place,
            what=what,
            amount=pieces,
            price=price,
            buyer=buyer,
            seen_by=doer.seen_by(*([buyer] if buyer in doer.round.people else [])),
        )
    )


def _place_for(doer: Doer, named: str, places: Sequence[int], none: str) -> int:
    """The place named, or the one they are bound for. Raises Impossible if there is none."""
    if named:
        return doer.tick.catalogue.place[named]
    place = doer.noted(_BOUND_FOR)
    if place == NOBODY:
        place = nearest_open(doer, [place for place in places if not doer.noted(f"tried {place}", 0)])
        if place == NOBODY:
            raise Impossible(none)
        doer.note(_BOUND_FOR, place)
    return place


def _try_elsewhere(doer: Doer, place: int, why: NoDeal, *, named: bool) -> Progress:
    """After a deal that did not come about: on to the next place, unless they named this one or tried enough."""
    tried = doer.noted("tried", 0) + 1
    if named or tried >= PLACES_TRIED_MAX:
        raise why
    doer.note("tried", tried)
    doer.note(f"tried {place}", 1)
    doer.note(_BOUND_FOR, NOBODY)
    doer.intend(Intent.HOLD)
    return Progress.BUSY
