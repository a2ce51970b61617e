"""Abilities: lives use what their kind can do, where it is of use; and people as they plan."""

from fabula.environments.world.catalogue import EFFECTS
from fabula.environments.world.columns import columns
from fabula.environments.world.components import NOBODY
from fabula.environments.world.kernels.powers import (
    Able,
    Near,
    Powers,
    use_on,
    use_where_of_use,
)
from fabula.environments.world.tick import Tick

LITTLE_MAX, MUCH_MIN = 100, 400
"""Thousandths up to which an effect is little, and from which on it is much."""

_DID = {"harm": "hurt", "heal": "healed", "calm": "calmed", "haste": "quickened", "feed": "fed", "rest": "rested"}


class Unable(Exception):
    """An ability cannot be used. The text says why, as it follows `because`."""


def run(tick: Tick) -> None:
    """Let everyone use by reflex what is of use to them now."""
    if not tick.catalogue.kind_ability.any():
        return
    near = Near(
        foe=tick.scratch["foe"],
        begins=tick.scratch["bin_begins"],
        rows=tick.scratch["bin_rows"],
        width=tick.ground.width,
        height=tick.ground.height,
    )
    happenings = tick.happenings
    use_where_of_use(columns(tick.lives, Able), _powers(tick), near, tick.now, happenings.rows, happenings.used)


def use_ability(tick: Tick, row: int, ability: int, target_row: int) -> str:
    """Use an ability on a life, or on oneself (the same row); returns what it did, as it follows the name of the life
    that used it: `healed them a little`. It is noted, and so told. Raises Unable.
    """
    able, powers = columns(tick.lives, Able), _powers(tick)
    _check(tick, able, powers, row, ability, target_row)
    happenings = tick.happenings
    changed = int(use_on(able, powers, row, ability, target_row, tick.now, happenings.rows, happenings.used))
    did = _DID[EFFECTS[int(powers.effect[ability])]]
    whom = "themselves" if row == target_row else "them"
    if changed <= LITTLE_MAX:
        return f"{did} {whom} a little"
    return f"{did} {whom} greatly" if changed >= MUCH_MIN else f"{did} {whom}"


def _check(tick: Tick, able: Able, powers: Powers, row: int, ability: int, target: int) -> None:
    """Raises Unable if the ability cannot be used so."""
    if not powers.of_kind[able.kind[row], ability]:
        raise Unable("they do not have it")
    if able.health[row] <= 0 or able.asleep[row]:
        raise Unable("they are asleep" if able.health[row] > 0 else "they are dead")
    if able.energy[row] < powers.energy[ability]:
        raise Unable("they have not the strength")
    if (wait := int(able.ready_at[row, ability]) - tick.now) > 0:
        raise Unable(f"it is too soon: {wait} ticks more")
    if target == NOBODY or able.health[target] <= 0:
        raise Unable("there is nobody to use it on")
    wide, high = int(able.x[target]) - int(able.x[row]), int(able.y[target]) - int(able.y[row])
    if max(abs(wide), abs(high)) > int(powers.reach[ability]):
        raise Unable("they are too far away")


def _powers(tick: Tick) -> Powers:
    catalogue = tick.catalogue
    return Powers(
        effect=catalogue.ability_effect,
        power=catalogue.ability_power,
        reach=catalogue.ability_reach,
        energy=catalogue.ability_energy,
        cooldown=catalogue.ability_cooldown,
        of_kind=catalogue.kind_ability,
    )
