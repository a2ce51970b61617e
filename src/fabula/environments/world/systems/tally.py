"""Tally: what happened to the lives without names is told in numbers, now and then."""

import msgspec
import numpy as np

from fabula.environments.world.events import Tallied
from fabula.environments.world.state import TALLIES
from fabula.environments.world.tick import Tick


def run(tick: Tick) -> None:
    """Tell of each faction that has nameless lives, or had some until now."""
    if (tick.now + 1) % tick.setting.tally_every or not tick.setting.herds:
        return
    state, lives = tick.state, tick.lives
    nameless = lives.faction[: lives.count][lives.seat[: lives.count] < 0]
    counted = np.bincount(nameless, minlength=len(tick.setting.factions))
    for number, faction in enumerate(tick.setting.factions):
        tallied = {name: int(count) for name, count in zip(TALLIES, state.tallies[number], strict=True)}
        if counted[number] or any(tallied.values()):
            told = {"faction": faction.name, "lives": int(counted[number]), **tallied}
            tick.tell(msgspec.convert(told, Tallied))
    state.tallies[:] = 0
