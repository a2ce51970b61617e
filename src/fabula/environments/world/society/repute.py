"""Repute: what people say of somebody. It moves by what somebody saw or was told, and by nothing else."""

from fabula.environments.world.components import FULL, NOBODY
from fabula.environments.world.events import ReputationMoved
from fabula.environments.world.state import Person
from fabula.environments.world.tick import Tick

TOLD_STEP = 50
"""Thousandths: a change is told when it has come to so much since it was last told."""
_TOLD = "repute told"


def move_repute(tick: Tick, person: Person, by: int, why: str) -> None:
    """Let what people say of somebody rise or fall, within bounds."""
    row = tick.lives.row(person.life)
    if row == NOBODY:
        return
    before = int(tick.lives.reputation[row])
    now = min(max(before + by, -FULL), FULL)
    tick.lives.reputation[row] = now
    told = person.doing.setdefault(_TOLD, before)
    if abs(now - told) >= TOLD_STEP:
        person.doing[_TOLD] = now
        tick.tell(ReputationMoved(agent=person.name, by=now - told, now=now, why=why, seen_by=tick.everyone()))
