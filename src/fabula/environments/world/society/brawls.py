"""Brawls: two who are hot and bold come to blows, briefly: the one who is worse off gives in before it is earnest."""

from fabula.environments.world.catalogue import WAR
from fabula.environments.world.character import character
from fabula.environments.world.components import FULL, NOBODY, Intent
from fabula.environments.world.events import Said, Yielded
from fabula.environments.world.society.circle import place_of
from fabula.environments.world.society.quarrels import heat, warm_up
from fabula.environments.world.state import Person
from fabula.environments.world.tick import Tick
from fabula.environments.world.witnesses import witnesses
from fabula.environments.world.words import speech

HOT, BOLD = 86, 55
"""Heat on one side, and boldness on both, in percent, from which on hard words may come to blows."""
BRAWL_PERCENT = 30
BRAWL_TICKS = 10
"""It is over by then."""
ENOUGH = 120
"""Health that somebody loses before they give in, in thousandths."""
STURDY = 600
"""Health below which nobody begins one."""
SPENT = 350
"""Health below which nobody goes on striking a neighbour, or being struck by one: who is down is spared."""
TRUCE_TICKS = 6
CLEARS_THE_AIR = 25
_FIGHT = int(Intent.FIGHT)
_WITH, _UNTIL, _HEALTH = "brawl with", "brawl until", "brawl health"


def may_come_to_blows(tick: Tick, one: Person, other: Person) -> None:
    """Let two who quarrel go for each other, if they are of that sort."""
    lives = tick.lives
    rows = [lives.row(person.life) for person in (one, other)]
    if any(lives.boldness[row] < BOLD or lives.health[row] < STURDY for row in rows):
        return
    anger = max(heat(one, other.name), heat(other, one.name)) + character(tick, one.name).aggression // 4
    if anger < HOT or tick.chance.stream("brawl", one.name, other.name).integer(0, 99) >= BRAWL_PERCENT:
        return
    for person, against in ((one, other), (other, one)):
        row = lives.row(person.life)
        person.doing |= {
            _WITH: against.life,
            _UNTIL: tick.now + BRAWL_TICKS,
            _HEALTH: int(lives.health[row]),
        }
        lives.intent[row], lives.target[row], lives.until[row] = Intent.FIGHT, against.life, tick.now + BRAWL_TICKS


def is_brawling(person: Person, with_: Person) -> bool:
    """Whether two are at blows by mutual consent: then striking is no wrong."""
    return person.doing.get(_WITH, NOBODY) == with_.life != NOBODY


def end_brawls(tick: Tick) -> None:
    """End those that went far enough: the one who lost more gives in, and both hold still for a while."""
    for person in tick.state.living():
        if _WITH not in person.doing:
            continue
        other = next((one for one in tick.state.people if one.life == person.doing[_WITH]), None)
        if other is None or other.life == NOBODY:
            _leave_off(tick, person)
        elif max(_lost(tick, person), _lost(tick, other)) >= ENOUGH or tick.now >= person.doing[_UNTIL]:
            _end(tick, *sorted((person, other), key=lambda one: (-_lost(tick, one), one.name)))


def spare_the_beaten(tick: Tick) -> None:
    """Let people leave off who fight others of the place, none of them at war, once one of the two is spent."""
    lives = tick.lives
    rows = lives.row_of[[person.life for person in tick.state.living()]]
    for row in rows[lives.intent[rows] == _FIGHT].tolist():
        other = lives.row(int(lives.target[row]))
        if other == NOBODY or lives.seat[other] == NOBODY or at_war(tick, row, other):
            continue
        if min(lives.health[row], lives.health[other]) < SPENT:
            lives.intent[row], lives.target[row], lives.until[row] = Intent.HOLD, NOBODY, tick.now + TRUCE_TICKS


def at_war(tick: Tick, row: int, other: int) -> bool:
    """Whether two lives are foes by their factions."""
    lives, stance = tick.lives, tick.state.stance
    return bool(len(stance)) and int(stance[lives.faction[row], lives.faction[other]]) < WAR


def _end(tick: Tick, loser: Person, winner: Person) -> None:
    place = place_of(tick, loser)
    seen_by = tuple(sorted({loser.name, winner.name, *witnesses(tick, tick.lives.row(loser.life))}))
    came_to_blows = _lost(tick, loser) > 0
    for person, against in ((loser, winner), (winner, loser)):
        warm_up(person, against.name, -CLEARS_THE_AIR)
        _leave_off(tick, person)
    if came_to_blows:
        text = speech(tick, "yield", loser, winner)
        tick.tell(Said(agent=loser.name, place=place, to=winner.name, text=text, seen_by=seen_by))
        tick.tell(Yielded(agent=loser.name, place=place, to=winner.name, seen_by=seen_by))


def _leave_off(tick: Tick, person: Person) -> None:
    for key in (_WITH, _UNTIL, _HEALTH):
        person.doing.pop(key, None)
    row, lives = tick.lives.row(person.life), tick.lives
    if row != NOBODY and lives.intent[row] in (Intent.FIGHT, Intent.FLEE):
        lives.intent[row], lives.target[row], lives.until[row] = Intent.HOLD, NOBODY, tick.now + TRUCE_TICKS


def _lost(tick: Tick, person: Person) -> int:
    row = tick.lives.row(person.life)
    return person.doing.get(_HEALTH, FULL) - int(tick.lives.health[row]) if _HEALTH in person.doing else 0
