"""Fighting: going for somebody, standing guard, getting away. The blows themselves are combat's."""

import numpy as np

from fabula.environments.world.actions import Attack, Flee, Guard
from fabula.environments.world.components import FULL, NOBODY, Intent
from fabula.environments.world.deeds.doer import HELD, Doer, Impossible, Progress, note
from fabula.environments.world.deeds.opponents import assailant, danger, nearest, opponent
from fabula.environments.world.deeds.reach import distance, reach_life, reach_person, reach_place
from fabula.environments.world.events import Fled, Yielded
from fabula.environments.world.happenings import What
from fabula.environments.world.state import Person
from fabula.environments.world.systems.telling.scene import called, person_of

HURT = 3 * FULL // 10
"""Health below which one fights no more."""
CLOSE_CELLS = 5
"""Within which one goes straight for an opponent."""
ESCAPED_CELLS = 4
"""How far away from it an opponent that flees has got away."""
SAFE_CELLS = 12
"""How far away one feels safe."""
FLEE_TICKS = 60
"""How long one runs at most."""
TRUCE_TICKS = 6
"""How long both stay where they are after one of them yielded."""
POST_CELLS = 2
"""How near somebody who guards a person stays to them."""

_FOUGHT, _YIELDED = "fought", "yielded"


def attack(doer: Doer, deed: Attack) -> Progress:
    """Go for somebody until they yield, flee or fall, or one is badly hurt oneself."""
    life = opponent(doer, deed.whom)
    row = doer.lives.row(life)
    if row == NOBODY or not doer.lives.health[row]:
        if doer.noted(_FOUGHT, 0):
            return Progress.DONE
        raise Impossible(f"{deed.whom} is dead")
    if doer.noted(_YIELDED) == life:
        return Progress.DONE
    if doer.lives.health[doer.row] < HURT:
        _give_in(doer, life, row)
        raise Impossible("one is badly hurt")
    if doer.noted(_FOUGHT, 0) and _is_over(doer, life, row):
        return Progress.DONE
    _go_for(doer, life, row)
    return Progress.BUSY


def guard(doer: Doer, deed: Guard) -> Progress:
    """Stay by a person or at a place, and fight whoever attacks there."""
    tick = doer.tick
    if doer.lives.health[doer.row] < HURT:
        raise Impossible("one is badly hurt")
    since = doer.noted("guarding since")
    if since != NOBODY and tick.now - since >= deed.ticks:
        return Progress.DONE
    life = _attacker(doer, deed.what)
    if life != NOBODY:
        doer.intend(Intent.FIGHT, target=life)
    elif _is_at_post(doer, deed.what):
        doer.note("guarding since", tick.now if since == NOBODY else since)
        doer.intend(Intent.HOLD)
    return Progress.BUSY


def flee(doer: Doer, deed: Flee) -> Progress:
    """Get away from somebody, or from what is dangerous here, until it is far or out of sight for good."""
    life = opponent(doer, deed.from_) if deed.from_ else danger(doer)
    if life == NOBODY:
        raise Impossible("there is nothing to flee from")
    row = doer.lives.row(life)
    if row == NOBODY or distance(doer, row) >= SAFE_CELLS or doer.ticks >= FLEE_TICKS:
        return Progress.DONE
    if doer.ticks == 0:
        doer.tick.happenings.add(What.FLED, doer.person.life, life)
    doer.intend(Intent.FLEE, target=life)
    return Progress.BUSY


def _go_for(doer: Doer, life: int, row: int) -> None:
    """Towards an opponent who is far; at one who is near."""
    if distance(doer, row) > CLOSE_CELLS:
        reach_life(doer, row, called(doer.tick, life))
        return
    if distance(doer, row) <= 1:
        doer.note(_FOUGHT, 1)
    doer.intend(Intent.FIGHT, target=life)


def _is_over(doer: Doer, life: int, row: int) -> bool:
    """Whether an opponent has got away, or yields."""
    lives = doer.lives
    if lives.intent[row] == Intent.FLEE:
        return distance(doer, row) >= ESCAPED_CELLS
    other = person_of(doer.tick, life)
    if other is None or lives.health[row] >= HURT or lives.asleep[row]:
        return False
    _yield(doer, loser=other, winner=doer.person)
    return True


def _give_in(doer: Doer, life: int, row: int) -> None:
    """Leave off, badly hurt: to a person who fights back one yields, from others one runs."""
    lives, other = doer.lives, person_of(doer.tick, life)
    fights_back = lives.intent[row] == Intent.FIGHT and int(lives.target[row]) == doer.person.life
    if other is not None and fights_back:
        _yield(doer, loser=doer.person, winner=other)
    elif doer.noted(_FOUGHT, 0):
        name = called(doer.tick, life)
        doer.tick.tell(Fled(agent=doer.name, place=doer.place, from_whom=name, seen_by=doer.seen_by()))
        doer.intend(Intent.FLEE, target=life)


def _yield(doer: Doer, *, loser: Person, winner: Person) -> None:
    """Tell that one of two who fight gave in; for a while both stay where they are, and the other's attack is over."""
    doer.tick.tell(
        Yielded(
            agent=loser.name,
            place=doer.place,
            to=winner.name,
            seen_by=doer.seen_by(loser.name, winner.name),
        )
    )
    note(winner, _YIELDED, loser.life)
    for person in (loser, winner):
        person.doing[HELD] = doer.tick.now + TRUCE_TICKS


def _attacker(doer: Doer, what: str) -> int:
    """The id of the nearest life that attacks whom, or where, somebody stands guard; NOBODY if there is none."""
    if (charge := doer.round.people.get(what)) is not None:
        return assailant(doer, charge.life, doer.person.life)
    rows = doer.round.fighting()
    place = doer.tick.catalogue.place.get(what, NOBODY)
    if not len(rows) or place == NOBODY:
        return NOBODY
    lives, ground = doer.lives, doer.tick.ground
    at = ground.place_at[lives.y[rows].astype(np.int64) * ground.width + lives.x[rows]]
    foes = doer.tick.state.stance[lives.faction[rows], int(lives.faction[doer.row])] < 0
    return nearest(doer, rows[((at == place) & foes) | (lives.target[rows] == doer.person.life)])


def _is_at_post(doer: Doer, what: str) -> bool:
    """Whether they are where they stand guard; otherwise they go there. Raises Impossible."""
    if (place := doer.tick.catalogue.place.get(what, NOBODY)) != NOBODY:
        return reach_place(doer, place)
    return reach_person(doer, what, cells=POST_CELLS, awake=False, hail=False) is not None
