"""Powers: what abilities do, and by reflex when and on whom lives use them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fabula.environments.world.catalogue import EFFECTS
from fabula.environments.world.components import FULL, Intent
from fabula.environments.world.happenings import Cause, What
from fabula.environments.world.kernels.cells import BIN_BITS
from fabula.environments.world.kernels.jit import kernel
from fabula.environments.world.kernels.noting import note

HURT = 500
"""Health, in thousandths, up to which a life is healed by reflex."""
STARVED, WORN = 700, 800
"""Hunger and fatigue, likewise, from which on one is fed or rested by reflex."""
CALM_TICKS_MAX = 100
"""How long an ability of full power keeps somebody from fighting."""
FRIENDS_CELLS_MAX = 3
"""How far away lives look for friends in need by reflex, whatever the reach of their ability."""
FRIENDS_EVERY = 16
"""Each life looks for them once in so many ticks."""

_HARM, _HEAL, _CALM = EFFECTS.index("harm"), EFFECTS.index("heal"), EFFECTS.index("calm")
_HASTE, _FEED, _REST = EFFECTS.index("haste"), EFFECTS.index("feed"), EFFECTS.index("rest")
_FIGHT, _FLEE, _HOLD = int(Intent.FIGHT), int(Intent.FLEE), int(Intent.HOLD)
_DIED, _USED, _ABILITY = int(What.DIED), int(What.USED_ABILITY), int(Cause.ABILITY)


class Able(NamedTuple):
    """The lives, as far as abilities concern them."""

    id: NDArray[np.int32]
    x: NDArray[np.int16]
    y: NDArray[np.int16]
    kind: NDArray[np.uint8]
    faction: NDArray[np.uint8]
    health: NDArray[np.int16]
    energy: NDArray[np.int16]
    hunger: NDArray[np.int16]
    fatigue: NDArray[np.int16]
    solitude: NDArray[np.int16]
    intent: NDArray[np.uint8]
    target: NDArray[np.int32]
    until: NDArray[np.int32]
    stride: NDArray[np.uint8]
    asleep: NDArray[np.uint8]
    ready_at: NDArray[np.int32]


class Powers(NamedTuple):
    """The abilities, and which kind has which."""

    effect: NDArray[np.uint8]
    power: NDArray[np.int32]
    reach: NDArray[np.int32]
    energy: NDArray[np.int32]
    cooldown: NDArray[np.int32]
    of_kind: NDArray[np.uint8]


class Near(NamedTuple):
    """Whom each life has near it."""

    foe: NDArray[np.int32]
    """Row of the nearest foe, or -1."""
    begins: NDArray[np.int32]
    rows: NDArray[np.int32]
    """The rows bin by bin (see kernels.cells), as of before they moved this tick."""
    width: int
    height: int


@kernel
def use_where_of_use(
    able: Able, powers: Powers, near: Near, now: int, rows: NDArray[np.int32], used: NDArray[np.int64]
) -> None:
    """Let each waking life use an ability that is ready, where there is use for it: at most one a tick.

    rows, used: where happenings are written.
    """
    # All in one: a call that takes columns counts a reference to each of them, and that for every life.
    seekers, offered = np.empty(len(able.id), dtype=np.int32), np.empty(len(able.id), dtype=np.int32)
    seeking = 0
    for row in range(len(able.id)):
        if able.health[row] <= 0 or able.asleep[row] == 1:
            continue
        for ability in range(len(powers.effect)):
            is_ready = able.energy[row] >= powers.energy[ability] and able.ready_at[row, ability] <= now
            if powers.of_kind[able.kind[row], ability] == 0 or not is_ready:
                continue
            effect, reach, target = powers.effect[ability], int(np.int64(powers.reach[ability])), -1
            if effect in (_HARM, _CALM):
                foe = near.foe[row]
                if foe >= 0 and able.health[foe] > 0 and (effect == _HARM or able.intent[foe] == _FIGHT):
                    target = foe
                    if not _is_near(int(able.x[foe]) - able.x[row], int(able.y[foe]) - able.y[row], reach):
                        target = -1
            elif effect == _HASTE:
                if able.stride[row] > 0 and (able.intent[row] == _FIGHT or able.intent[row] == _FLEE):
                    target = row
            elif _need(effect, able.health[row], able.hunger[row], able.fatigue[row]) > 0:
                target = row
            elif reach > 0 and (able.id[row] + ability + now) % FRIENDS_EVERY == 0:
                seekers[seeking], offered[seeking] = row, ability
                seeking += 1
                break
            if target >= 0:
                use_on(able, powers, row, ability, target, now, rows, used)
                break
    _help_friends(able, powers, near, seekers[:seeking], offered[:seeking], now, rows, used)


@kernel
def use_on(
    able: Able,
    powers: Powers,
    row: int,
    ability: int,
    target: int,
    now: int,
    rows: NDArray[np.int32],
    used: NDArray[np.int64],
) -> int:
    """Use an ability on a life (or oneself), and note it. Returns what it changed, in thousandths."""
    effect, power = powers.effect[ability], int(np.int64(powers.power[ability]))
    changed = power
    if effect == _HARM:
        changed = min(power, int(able.health[target]))
        able.health[target] -= changed
    elif effect == _HEAL:
        changed = min(power, FULL - int(able.health[target]))
        able.health[target] += changed
    elif effect == _FEED:
        changed = min(power, int(able.hunger[target]))
        able.hunger[target] -= changed
    elif effect == _REST:
        changed = min(power, int(able.fatigue[target]))
        able.fatigue[target] -= changed
    elif effect == _HASTE:
        able.stride[target] = int(able.stride[target]) * (FULL - power) // FULL
    elif able.intent[target] == _FIGHT:
        able.intent[target], able.target[target] = _HOLD, -1
        able.until[target] = now + 1 + power * CALM_TICKS_MAX // FULL
    else:
        changed = min(power, int(able.solitude[target]))
        able.solitude[target] -= changed
    able.energy[row] -= powers.energy[ability]
    able.ready_at[row, ability] = now + powers.cooldown[ability]
    who, whom = int(np.int64(able.id[row])), int(np.int64(able.id[target]))
    note(rows, used, _USED, who, whom, ability, int(np.int64(changed)), 0)
    if effect == _HARM and able.health[target] == 0:
        note(rows, used, _DIED, whom, who, _ABILITY, 0, 0)
    return changed


@kernel
def _need(effect: int, health: int, hunger: int, fatigue: int) -> int:
    """How badly a life needs an effect; 0 or less: not at all."""
    if effect == _HEAL:
        return HURT + 1 - health
    return hunger + 1 - STARVED if effect == _FEED else fatigue + 1 - WORN


@kernel
def _is_near(wide: int, high: int, cells: int) -> bool:
    return -cells <= wide <= cells and -cells <= high <= cells


@kernel
def _help_friends(
    able: Able,
    powers: Powers,
    near: Near,
    seekers: NDArray[np.int32],
    offered: NDArray[np.int32],
    now: int,
    rows: NDArray[np.int32],
    used: NDArray[np.int64],
) -> None:
    """Let each of the seekers (rows) use the ability that it offers on the friend within reach who needs it most, the
    first of equals, if anybody does.
    """
    for at in range(len(seekers)):
        # Of one type with what `use_on` is given elsewhere: it would be compiled anew for every other.
        row, ability = int(np.int64(seekers[at])), int(np.int64(offered[at]))
        if able.health[row] <= 0:
            continue
        effect, cells = powers.effect[ability], min(int(np.int64(powers.reach[ability])), FRIENDS_CELLS_MAX)
        x, y, best, most = int(np.int64(able.x[row])), int(np.int64(able.y[row])), -1, 0
        # The bins are from before they moved, by a cell at most.
        top, bottom = max(0, y - cells - 1), min(near.height - 1, y + cells + 1)
        left, right = max(0, x - cells - 1), min(near.width - 1, x + cells + 1)
        for strip in range(left >> BIN_BITS, (right >> BIN_BITS) + 1):
            # Those of one strip that lie above one another follow one another in the list.
            for place in range(near.begins[strip * near.height + top], near.begins[strip * near.height + bottom + 1]):
                # Few are in need: what they lack is looked at before anything else.
                other = near.rows[place]
                need = _need(effect, able.health[other], able.hunger[other], able.fatigue[other])
                if need <= most or able.health[other] <= 0 or able.faction[other] != able.faction[row] or other == row:
                    continue
                if _is_near(int(able.x[other]) - x, int(able.y[other]) - y, cells):
                    best, most = int(np.int64(other)), need
        if best >= 0:
            use_on(able, powers, row, ability, best, now, rows, used)
