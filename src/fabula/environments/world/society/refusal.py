"""Refusal: at whose shop somebody is not served."""

from fabula.environments.world.property import owner_of_place
from fabula.environments.world.society.wrongs import unsettled
from fabula.environments.world.tick import Tick

SHUNNED = -300
"""Reputation, in thousandths, from which on those who do not like one do not serve one either."""


def is_refused(tick: Tick, place: int, row: int) -> bool:
    """Whether whoever owns a place will not deal with a life: it wronged them and did not make it good, or it is known
    for a rogue and they do not like it. place: index. Lives without names are served by everybody.
    """
    seat = int(tick.lives.seat[row])
    if seat < 0:
        return False
    name = tick.state.people[seat].name
    owner = tick.state.person(owner_of_place(tick.setting, place))
    if owner is None or owner.name == name:
        return False
    if unsettled(owner, by=name, to=owner.name):
        return True
    return int(tick.lives.reputation[row]) <= SHUNNED and owner.bonds.get(name, 0) < 0
