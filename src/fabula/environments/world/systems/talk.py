"""talk: people near one another now and then speak by themselves, whatever their minds are about.

Who is lonely or warm speaks more, who is at work seldom, who fights, flees or sleeps not at all; and nobody all the
time. What is said follows from what the two are to each other and know: see society.exchange.
"""

from bisect import bisect
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from fabula.environments.world.components import Intent
from fabula.environments.world.kernels.mixing import below
from fabula.environments.world.society.circle import Circle, circle
from fabula.environments.world.society.exchange import Pair, exchange
from fabula.environments.world.society.quarrels import heat
from fabula.environments.world.state import Person
from fabula.environments.world.tick import Tick

LOOK_TICKS = 6
"""Between two times at which somebody may begin to speak."""
REST_TICKS = 60
"""Whoever spoke is quiet for so long."""
PAIR_TICKS = 300
"""Two who spoke with each other do not for so long."""
DAILY_MAX = 24
"""Exchanges somebody takes part in on one day."""
COMFORT = 120
"""Solitude that an exchange takes from both, in thousandths."""
PROVOKED = 40
"""What it adds, in thousandths, that somebody stands by with whom there is bad blood."""
PERCENT_OF_WORKING = 25
"""How often people speak at work, against elsewhere."""

_SALT_SPEAKS, _SALT_WHOM = 7000, 7001
"""Salts 7000 to 7009 are talk's."""
_SILENT = np.array([Intent.SLEEP, Intent.FIGHT, Intent.FLEE, Intent.STEAL], dtype=np.uint8)
_WORK = int(Intent.WORK)
_TALKED, _DAY, _COUNT = "talked", "talked day", "talked count"


def run(tick: Tick) -> None:
    """Let those who are near one another speak, where chance has it."""
    if tick.now % LOOK_TICKS:
        return
    people = circle(tick)
    able = people.near.any(axis=1) & ~np.isin(tick.lives.intent[people.rows], _SILENT)
    for at in np.flatnonzero(able).tolist():
        if _is_free(tick, people.people[at]) and _would_speak(tick, people, at):
            _speak(tick, people, at, able)


def _is_free(tick: Tick, person: Person) -> bool:
    """Whether somebody did not speak a moment ago, nor too often today."""
    doing = person.doing
    if tick.now - doing.get(_TALKED, -REST_TICKS) < REST_TICKS:
        return False
    return doing.get(_DAY) != tick.day or doing.get(_COUNT, 0) < DAILY_MAX


def _would_speak(tick: Tick, people: Circle, at: int) -> bool:
    person, row, lives = people.people[at], int(people.rows[at]), tick.lives
    permille = 12 + int(lives.warmth[row]) // 3 + int(lives.solitude[row]) // 12
    if person.quarrels:
        foes = {quarrel.whom for quarrel in person.quarrels}
        permille += PROVOKED if any(one.name in foes for one in people.beside(at)) else 0
    if lives.intent[row] == _WORK:
        permille = permille * PERCENT_OF_WORKING // 100
    return below(tick.key, person.life, _SALT_SPEAKS, 1000) < permille


def _speak(tick: Tick, people: Circle, at: int, able: NDArray[np.bool_]) -> None:
    """Let somebody turn to one of those beside them: rather to a friend, but also to whom they cannot stand."""
    speaker = people.people[at]
    open_to = [
        one
        for one in (people.people[other] for other in np.flatnonzero(people.near[at] & able).tolist())
        if tick.now - speaker.spoken.get(one.name, -PAIR_TICKS) >= PAIR_TICKS and _is_free(tick, one)
    ]
    if not open_to:
        return
    weights = [_draw_to(speaker, one) for one in open_to]
    mark = below(tick.key, speaker.life, _SALT_WHOM, sum(weights))
    hearer = open_to[bisect(list(accumulate(weights)), mark)]
    if exchange(tick, Pair(speaker, hearer, people.beside(at))):
        for person in (speaker, hearer):
            _note(tick, person)


def _draw_to(speaker: Person, other: Person) -> int:
    return 12 + max(0, speaker.bonds.get(other.name, 0)) // 2 + 2 * heat(speaker, other.name)


def _note(tick: Tick, person: Person) -> None:
    doing, lives = person.doing, tick.lives
    doing[_COUNT] = doing.get(_COUNT, 0) + 1 if doing.get(_DAY) == tick.day else 1
    doing[_DAY], doing[_TALKED] = tick.day, tick.now
    row = lives.row(person.life)
    lives.solitude[row] = max(0, int(lives.solitude[row]) - COMFORT)
