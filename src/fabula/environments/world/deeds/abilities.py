"""Using an ability. What comes of it is told by `telling`: see `systems.abilities`."""

from fabula.environments.world.actions import UseAbility
from fabula.environments.world.components import NOBODY
from fabula.environments.world.deeds.doer import Doer, Impossible, Progress
from fabula.environments.world.deeds.opponents import danger, opponent
from fabula.environments.world.deeds.reach import reach_life
from fabula.environments.world.systems.abilities import Unable, use_ability
from fabula.environments.world.systems.telling.scene import called


def use_an_ability(doer: Doer, deed: UseAbility) -> Progress:
    """On oneself or on somebody within reach; one that harms, on whoever is dangerous here if nobody is named."""
    ability = doer.tick.catalogue.ability[deed.ability]
    reach = int(doer.tick.catalogue.ability_reach[ability])
    row = doer.row
    if reach and (deed.on or doer.tick.setting.abilities[ability].effect == "harm"):
        life = opponent(doer, deed.on) if deed.on else danger(doer)
        row = doer.lives.row(life)
        if row == NOBODY:
            raise Impossible("there is nobody to use it on")
        if not reach_life(doer, row, called(doer.tick, life), cells=reach):
            return Progress.BUSY
    try:
        use_ability(doer.tick, doer.row, ability, row)
    except Unable as why:
        raise Impossible(str(why)) from why
    return Progress.DONE
