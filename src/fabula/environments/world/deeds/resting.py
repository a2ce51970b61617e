"""Resting and sleeping."""

from fabula.environments.world.actions import Rest
from fabula.environments.world.components import FULL, Intent
from fabula.environments.world.deeds.doer import Doer, Impossible, Progress
from fabula.environments.world.kernels.vitals import SLEEPY
from fabula.environments.world.tick import Tick

SLEEP_H_MAX = 16


def rest(doer: Doer, deed: Rest) -> Progress:
    """Stay for so many ticks."""
    if doer.ticks >= deed.ticks:
        return Progress.DONE
    doer.intend(Intent.REST)
    return Progress.BUSY


def sleep(doer: Doer) -> Progress:
    """Go home and sleep; it is over when one wakes, rested or not."""
    lives, row = doer.lives, doer.row
    fatigue, asleep = int(lives.fatigue[row]), bool(lives.asleep[row])
    if doer.ticks == 0 and not asleep and fatigue < SLEEPY:
        raise Impossible("one cannot sleep when not tired")
    if asleep:
        doer.note("slept", 1)
    elif doer.noted("slept", 0):
        return Progress.DONE
    elif lives.hunger[row] >= FULL:
        raise Impossible("one cannot sleep for hunger")
    doer.intend(Intent.SLEEP, field=int(lives.home[row]))
    return Progress.BUSY


def sleep_ticks_max(tick: Tick) -> int:
    """How long a sleep may last."""
    return max(1, SLEEP_H_MAX * 3600 // tick.setting.tick_s)
