"""Quarrels: bad blood, how it heats, cools and ends. Feuds from before the run began cool only so far by themselves."""

from fabula.engine.values import AgentId
from fabula.environments.world.character import character
from fabula.environments.world.events import Quarrelled
from fabula.environments.world.society.bonds import move_bond
from fabula.environments.world.state import Person, Quarrel
from fabula.environments.world.tick import DAY_S, Tick

QUARRELS_MAX = 24
"""That somebody keeps at a time: the coolest goes first."""
HEAT_MAX = 100
FEUD_HEAT = 55
"""Of an old grudge as a run begins."""
FEUD_FLOOR = 50
"""Below this only deeds cool an old grudge."""
QUARREL_HEAT, QUARREL_HEATS = 58, 14
"""Of a new one; and what another one adds."""
COOL_TICKS = 80
"""In which a quarrel cools by one."""
OVER = 8
"""At this heat it is forgotten."""
PEACE_HEAT = 45
"""Up to which somebody may make peace."""
AGAIN_TICKS = 1080
"""Two who had hard words have no others before so long."""
HURTS = 7
"""What hard words cost a bond."""
_ROWED = "rowed "


def begin_feuds(tick: Tick) -> None:
    """Give everybody the old grudge that the setting tells of."""
    since = -365 * DAY_S // tick.setting.tick_s
    for person in tick.state.living():
        who = character(tick, person.name)
        if who.foe and quarrel_with(person, who.foe) is None:
            person.quarrels.append(Quarrel(whom=who.foe, about=who.about, since=since, heat=FEUD_HEAT))


def quarrel_with(person: Person, whom: str) -> Quarrel | None:
    """What one person has against another; None: no quarrel."""
    return next((one for one in person.quarrels if one.whom == whom), None)


def heat(person: Person, whom: str) -> int:
    """0 where there is no quarrel."""
    found = quarrel_with(person, whom)
    return found.heat if found is not None else 0


def is_feud(quarrel: Quarrel) -> bool:
    """Whether it is older than the run."""
    return quarrel.since < 0


def warm_up(person: Person, whom: str, by: int) -> None:
    """Heat a quarrel, or (below 0) cool it; nothing where there is none."""
    found = quarrel_with(person, whom)
    if found is not None:
        found.heat = min(max(found.heat + by, 0), HEAT_MAX)


def fall_out(tick: Tick, person: Person, whom: str, about: str) -> None:
    """Let one person have a quarrel with another, or a worse one."""
    found = quarrel_with(person, whom)
    if found is not None:
        found.heat = min(found.heat + QUARREL_HEATS, HEAT_MAX)
        return
    person.quarrels.append(Quarrel(whom=whom, about=about, since=tick.now, heat=QUARREL_HEAT))
    if len(person.quarrels) > QUARRELS_MAX:
        person.quarrels.remove(min(person.quarrels, key=lambda one: (one.heat, one.since)))


def quarrel(tick: Tick, one: Person, other: Person, about: str, *, place: str, seen_by: tuple[AgentId, ...]) -> None:
    """Let two have hard words, before whoever is there."""
    for person, against in ((one, other), (other, one)):
        person.doing[_ROWED + against.name] = tick.now
        fall_out(tick, person, against.name, about)
        move_bond(tick, person, against.name, -HURTS, f"hard words over {about}")
    tick.tell(
        Quarrelled(
            agent=one.name,
            place=place,
            whom=other.name,
            about=about,
            bond=one.bonds.get(other.name, 0),
            seen_by=seen_by,
        )
    )


def had_words(tick: Tick, person: Person, with_: Person) -> bool:
    """Whether two had hard words not long ago."""
    return tick.now - person.doing.get(_ROWED + with_.name, -AGAIN_TICKS) < AGAIN_TICKS


def end_quarrel(person: Person, whom: str) -> None:
    """Let it be over for one of the two."""
    person.quarrels = [one for one in person.quarrels if one.whom != whom]


def cool(tick: Tick) -> None:
    """Let all quarrels cool by themselves, once in COOL_TICKS."""
    if tick.now % COOL_TICKS:
        return
    for person in tick.state.living():
        for one in person.quarrels:
            if one.heat > (FEUD_FLOOR if is_feud(one) else 0):
                one.heat -= 1
        person.quarrels = [one for one in person.quarrels if one.heat > OVER or is_feud(one)]
