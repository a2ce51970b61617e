"""Bonds: how one person feels about another, moved for a reason that only they know."""

from fabula.environments.world.events import BondMoved
from fabula.environments.world.state import Person
from fabula.environments.world.tick import Tick

BOND_MAX = 100
"""Either way."""
FRIEND, ENEMY = 30, -30


def move_bond(tick: Tick, person: Person, toward: str, by: int, why: str) -> None:
    """Let somebody's feeling for another rise or fall, within bounds."""
    if toward == person.name:
        return
    before = person.bonds.get(toward, 0)
    now = min(max(before + by, -BOND_MAX), BOND_MAX)
    if now != before:
        person.bonds[toward] = now
        tick.tell(
            BondMoved(agent=person.name, toward=toward, by=now - before, now=now, why=why, seen_by=(person.name,))
        )


def is_fond(person: Person, of: str) -> bool:
    """Whether somebody counts another a friend."""
    return person.bonds.get(of, 0) >= FRIEND
