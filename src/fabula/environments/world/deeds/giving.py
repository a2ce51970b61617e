"""Giving something to somebody, and putting it down. Coin is a good like any other here."""

from fabula.environments.world import property as belongings
from fabula.environments.world.actions import Drop, Give
from fabula.environments.world.deeds.doer import Doer, Impossible, Progress
from fabula.environments.world.deeds.reach import reach_person
from fabula.environments.world.events import Dropped, Gave
from fabula.environments.world.naming import COIN
from fabula.environments.world.tick import Tick


def give(doer: Doer, deed: Give) -> Progress:
    """Go to somebody and give them what one has of it, as far as they can carry it."""
    good = number(doer.tick, deed.what)
    held = carried(doer, good)
    if not held:
        raise Impossible(f"one has no {deed.what} to give")
    other = reach_person(doer, deed.to)
    if other is None:
        return Progress.BUSY
    row = doer.lives.row(other.life)
    pieces = min(deed.amount, held, belongings.room_for(doer.tick, row, good))
    if pieces <= 0:
        raise Impossible(f"{other.name} cannot carry any more")
    hand_over(doer, row, good, pieces)
    doer.tick.tell(
        Gave(
            agent=doer.name,
            place=doer.place,
            to=other.name,
            what=deed.what,
            amount=pieces,
            seen_by=doer.seen_by(other.name),
        )
    )
    return Progress.DONE


def drop(doer: Doer, deed: Drop) -> Progress:
    """Put something down where one stands; it stays one's own."""
    dropped = belongings.drop(doer.tick, doer.row, number(doer.tick, deed.what), deed.amount, owner=doer.name)
    if not dropped:
        raise Impossible(f"one has no {deed.what} to put down")
    doer.tick.tell(Dropped(agent=doer.name, place=doer.place, what=deed.what, amount=dropped, seen_by=doer.seen_by()))
    return Progress.DONE


def hand_over(doer: Doer, row: int, good: int, pieces: int) -> None:
    """Let pieces go from the doer's hands into another life's; both hold as many, and can."""
    if good == belongings.COIN:
        doer.lives.coin[doer.row] -= pieces
        doer.lives.coin[row] += pieces
    else:
        doer.lives.goods[doer.row, good] -= pieces
        doer.lives.goods[row, good] += pieces


def number(tick: Tick, what: str) -> int:
    """The number of a good, or of coin, by its own name."""
    return belongings.COIN if what == COIN else tick.catalogue.good[what]


def carried(doer: Doer, good: int) -> int:
    """How many pieces the doer carries."""
    return int(doer.lives.coin[doer.row] if good == belongings.COIN else doer.lives.goods[doer.row, good])
