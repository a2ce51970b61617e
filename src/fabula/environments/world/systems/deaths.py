"""Deaths: the dead are told of or counted, what they had is handed on, and their rows are taken out."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fabula.environments.world.columns import columns
from fabula.environments.world.components import FULL, NOBODY
from fabula.environments.world.events import Died
from fabula.environments.world.happenings import Cause, What
from fabula.environments.world.kernels.estates import Carried, Stores, settle_estates
from fabula.environments.world.property import COIN, COIN_MAX, cell_of, lay
from fabula.environments.world.state import TALLIES
from fabula.environments.world.systems.telling.scene import called, here, place_name
from fabula.environments.world.tick import Tick
from fabula.environments.world.witnesses import witnesses

Rows = NDArray[np.int64]

_TALLIED = {Cause.HUNGER: "starved", Cause.AGE: "aged", Cause.BLOWS: "slain", Cause.ABILITY: "slain"}


class Dead(NamedTuple):
    """Those who died this tick."""

    rows: Rows
    """Ascending."""
    cause: Rows
    """A `Cause`, each."""
    slayer: Rows
    """The row of the life that slew each; NOBODY: none."""


def run(tick: Tick) -> None:
    """Take out everyone whose health is 0."""
    rows = np.flatnonzero(tick.lives.health[: tick.lives.count] <= 0)
    if not len(rows):
        return
    dead = _reasons(tick, rows)
    _tell(tick, dead)
    _count(tick, dead)
    _hand_on(tick, dead)
    _empty_seats(tick, dead)
    tick.lives.take_out(rows)


def _reasons(tick: Tick, rows: Rows) -> Dead:
    """Why each died: as the first happening of its death says; without one, of hunger or of blows."""
    lives, happenings = tick.lives, tick.happenings
    cause = np.where(lives.hunger[rows] >= FULL, int(Cause.HUNGER), int(Cause.BLOWS)).astype(np.int64)
    slayer = np.full(len(rows), NOBODY, dtype=np.int64)
    noted = happenings.rows[: int(happenings.used[0])]
    # The last first: of several that say why the same life died, the first has the last word.
    noted = noted[noted[:, 0] == What.DIED][::-1]
    who = lives.row_of[noted[:, 1]]
    at = np.minimum(np.searchsorted(rows, who), len(rows) - 1)
    right = rows[at] == who
    cause[at[right]] = noted[right, 3]
    slain_by = noted[right, 2]
    slayer[at[right]] = np.where(slain_by >= 0, lives.row_of[np.maximum(slain_by, 0)], NOBODY)
    return Dead(rows, cause, slayer)


def _tell(tick: Tick, dead: Dead) -> None:
    """Of people; those who die together do not see one another die."""
    lives = tick.lives
    for at in np.flatnonzero(lives.seat[dead.rows] != NOBODY).tolist():
        row, slayer = int(dead.rows[at]), int(dead.slayer[at])
        tick.tell(
            Died(
                agent=tick.state.people[int(lives.seat[row])].name,
                cause=_cause(tick, int(lives.id[row]), Cause(int(dead.cause[at]))),
                place=place_name(tick, here(tick, row)),
                by=called(tick, int(lives.id[slayer])) if slayer != NOBODY else "",
                seen_by=witnesses(tick, row),
            )
        )


def _cause(tick: Tick, life: int, cause: Cause) -> str:
    """`hunger`, `age`, … or the name of the ability that it was."""
    if cause != Cause.ABILITY:
        return cause.name.casefold()
    used = [one.a for one in tick.happenings if one.what == What.USED_ABILITY and one.other == life]
    return tick.setting.abilities[used[-1]].name if used else cause.name.casefold()


def _count(tick: Tick, dead: Dead) -> None:
    """Of those without a name."""
    nameless = tick.lives.seat[dead.rows] == NOBODY
    for cause, name in _TALLIED.items():
        counted = dead.rows[nameless & (dead.cause == cause)]
        np.add.at(tick.state.tallies, (tick.lives.faction[counted], TALLIES.index(name)), 1)


def _hand_on(tick: Tick, dead: Dead) -> None:
    """Coin is never lost. Goods that fall where there are no people to find them rot."""
    lives, state, ground = tick.lives, tick.state, tick.ground
    stores = Stores(ground.place_at, ground.width, state.stock, state.till)
    settle_estates(dead.rows, dead.slayer, columns(lives, Carried), tick.catalogue.kind_mind, stores)
    left = (lives.coin[dead.rows] > 0) | (lives.goods[dead.rows] > 0).any(axis=1)
    for row in dead.rows[left].tolist():
        _leave(tick, row)


def _leave(tick: Tick, row: int) -> None:
    """What a life carries goes to the place where it fell, if that is its home; else it lies there."""
    lives, state, cell, place = tick.lives, tick.state, cell_of(tick, row), here(tick, row)
    at_home = place != NOBODY and place == int(lives.home[row])
    coin, goods = int(lives.coin[row]), lives.goods[row].tolist()
    if at_home:
        kept = min(coin, COIN_MAX - int(state.till[place]))
        state.till[place] += kept
        state.stock[place] += lives.goods[row]
        coin -= kept
    lay(tick, cell, COIN, coin)
    if at_home or (int(lives.seat[row]) == NOBODY and not witnesses(tick, row)):
        return
    for good, pieces in enumerate(goods):
        lay(tick, cell, good, pieces)


def _empty_seats(tick: Tick, dead: Dead) -> None:
    lives = tick.lives
    for seat in lives.seat[dead.rows][lives.seat[dead.rows] != NOBODY].tolist():
        person = tick.state.people[seat]
        person.life, person.place = NOBODY, NOBODY
        person.plan, person.deed, person.begun, person.goal, person.why = (), 0, NOBODY, "", ""
        person.asked, person.urgent = NOBODY, False
        person.occasions, person.news, person.doing = [], [], {}
    lives.seat[dead.rows] = NOBODY
