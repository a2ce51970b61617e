"""Vitals: what a tick of living does to everyone's body."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fabula.environments.world.components import FULL, Intent
from fabula.environments.world.happenings import Cause, What
from fabula.environments.world.kernels.jit import lean
from fabula.environments.world.kernels.noting import note

HUNGRY = 800
"""Hunger past bearing: it wakes sleepers."""
FED = 500
"""Hunger below which wounds heal."""
SLEEPY = 100
"""Fatigue with which one can fall asleep."""

_FULL, _SLEEP, _REST = int(FULL), int(Intent.SLEEP), int(Intent.REST)
_DIED, _OF_HUNGER = int(What.DIED), int(Cause.HUNGER)


class Body(NamedTuple):
    """The components that are read and changed."""

    id: NDArray[np.int32]
    kind: NDArray[np.uint8]
    health: NDArray[np.int16]
    energy: NDArray[np.int16]
    hunger: NDArray[np.int16]
    fatigue: NDArray[np.int16]
    asleep: NDArray[np.uint8]
    intent: NDArray[np.uint8]
    until: NDArray[np.int32]
    home: NDArray[np.int16]
    x: NDArray[np.int16]
    y: NDArray[np.int16]


class Rates(NamedTuple):
    """What this tick adds, in thousandths."""

    hungers: NDArray[np.int32]
    """By kind. Also what starving takes from health."""
    tires: NDArray[np.int32]
    """By kind."""
    rests: NDArray[np.int32]
    """By kind."""
    heals: NDArray[np.int32]
    """Awake, asleep."""
    energy: NDArray[np.int32]
    """One number."""


@lean
def live(  # noqa: PLR0913, PLR0917 - a tuple is taken apart slowly
    ids: NDArray[np.int32],
    kinds: NDArray[np.uint8],
    healths: NDArray[np.int16],
    energies: NDArray[np.int16],
    hunger_of: NDArray[np.int16],
    fatigue_of: NDArray[np.int16],
    asleep: NDArray[np.uint8],
    intents: NDArray[np.uint8],
    until: NDArray[np.int32],
    home_of: NDArray[np.int16],
    x: NDArray[np.int16],
    y: NDArray[np.int16],
    hungers: NDArray[np.int32],
    tires: NDArray[np.int32],
    rests: NDArray[np.int32],
    heals: NDArray[np.int32],
    energy: NDArray[np.int32],
    now: int,
    place_at: NDArray[np.int16],
    width: int,
    notes: NDArray[np.int32],
    used: NDArray[np.int64],
) -> None:
    """A tick of living for every row that is alive: a Body, and Rates. Who starves is noted."""
    gained = energy[0]
    for row in range(len(ids)):
        health = int(healths[row])
        if health <= 0:
            continue
        kind, sleeps = kinds[row], int(asleep[row])
        before = int(hunger_of[row])
        hunger = min(before + hungers[kind], _FULL)
        fatigue = int(fatigue_of[row])
        fatigue = max(fatigue - rests[kind], 0) if sleeps else min(fatigue + tires[kind], _FULL)
        hunger_of[row] = hunger
        fatigue_of[row] = fatigue
        energies[row] = min(energies[row] + gained, _FULL)
        if hunger < FED:
            healths[row] = min(health + heals[sleeps], _FULL)
        elif hunger >= _FULL:
            healths[row] = max(health - hungers[kind], 0)
            if healths[row] == 0:
                note(notes, used, _DIED, ids[row], -1, _OF_HUNGER, 0, 0)
        slumbers = intents[row] == _SLEEP
        if sleeps:
            if before < HUNGRY <= hunger or fatigue == 0 or not slumbers:
                asleep[row] = 0
                if slumbers:
                    # Or it would fall asleep again at once.
                    intents[row], until[row] = _REST, now
        elif slumbers and fatigue >= SLEEPY and hunger < _FULL:
            home = home_of[row]
            if home < 0 or place_at[int(y[row]) * width + x[row]] == home:
                asleep[row] = 1


@lean
def keep_company(
    kind: NDArray[np.uint8],
    asleep: NDArray[np.uint8],
    company: NDArray[np.int16],
    grows: NDArray[np.int32],
    ebbs: NDArray[np.int32],
    full: int,
    solitude: NDArray[np.int16],
) -> None:
    """Move solitude: it grows for who is alone, ebbs for who is not, and stays in sleep. grows, ebbs: by kind."""
    for row in range(len(kind)):
        by = -ebbs[kind[row]] if company[row] > 0 else grows[kind[row]]
        if asleep[row] == 0:
            solitude[row] = min(max(solitude[row] + by, 0), full)
