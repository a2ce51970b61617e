"""Opponents: the life that somebody means to fight, flee from or guard against."""

import numpy as np
from numpy.typing import NDArray

from fabula.environments.world.catalogue import WAR
from fabula.environments.world.components import NOBODY
from fabula.environments.world.deeds.doer import Doer, Impossible

_TARGET = "target"


def opponent(doer: Doer, named: str) -> int:
    """The id of the life that is meant: a person, `#id`, or the nearest of a kind within sight; the same for as long as
    the deed goes on. Raises Impossible if there is none.
    """
    life = doer.noted(_TARGET)
    if life == NOBODY:
        life = _sought(doer, named)
        doer.note(_TARGET, life)
    return life


def danger(doer: Doer) -> int:
    """The id of the life to flee from here: the nearest within sight that goes for the doer, or is at war with their
    own; NOBODY if there is none.
    """
    life = doer.noted(_TARGET)
    if life == NOBODY:
        life = assailant(doer, doer.person.life)
        if life == NOBODY:
            life = nearest(doer, _foes(doer))
        doer.note(_TARGET, life)
    return life


def assailant(doer: Doer, *charges: int) -> int:
    """The id of the nearest life within sight that goes for one of these lives; NOBODY if there is none."""
    rows = doer.round.fighting()
    return nearest(doer, rows[np.isin(doer.lives.target[rows], charges)])


def nearest(doer: Doer, rows: NDArray[np.integer]) -> int:
    """The id of the nearest of some lives within sight of the doer, of two the older; NOBODY if there is none."""
    lives = doer.lives
    rows = rows[(rows != doer.row) & (lives.health[rows] > 0)]
    if not len(rows):
        return NOBODY
    away = np.maximum(np.abs(lives.x[rows].astype(np.int32) - doer.x), np.abs(lives.y[rows].astype(np.int32) - doer.y))
    ids = lives.id[rows]
    first = int(np.lexsort((ids, away))[0])
    return int(ids[first]) if away[first] <= doer.tick.setting.sight else NOBODY


def _sought(doer: Doer, named: str) -> int:
    if (person := doer.round.people.get(named)) is not None:
        return person.life
    if named.startswith("#"):
        return int(named[1:])
    kind = doer.tick.catalogue.kind.get(named, NOBODY)
    lives = doer.lives
    life = nearest(doer, np.flatnonzero(lives.kind[: lives.count] == kind))
    if life == NOBODY:
        raise Impossible(f"there is no {named} in sight" if kind != NOBODY else f"{named} is dead")
    return life


def _foes(doer: Doer) -> NDArray[np.intp]:
    """The rows of all who are at war with the doer's own."""
    lives, stance = doer.lives, doer.tick.state.stance
    if not len(stance):
        return np.empty(0, dtype=np.intp)
    at_war = stance[:, int(lives.faction[doer.row])] < WAR
    return np.flatnonzero(at_war[lives.faction[: lives.count]])
