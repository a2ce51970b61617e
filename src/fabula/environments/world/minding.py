"""Minding: where minds and the world meet - who is asked now, and what is done with an answer."""

from typing import Any

from fabula.agents.persona import Persona
from fabula.engine.values import Acted
from fabula.environments.world.components import NOBODY
from fabula.environments.world.deeds import adopt
from fabula.environments.world.events import Came
from fabula.environments.world.setting import Resident, WorldSetting
from fabula.environments.world.state import Person, WorldState
from fabula.environments.world.tick import Tick
from fabula.errors import UsageError


def is_ready(person: Person, state: WorldState, *, ponder_ticks: int) -> bool:
    """Whether this person's mind is asked at this tick."""
    if person.life == NOBODY or person.asked != NOBODY or not person.occasions:
        return False
    return person.urgent or state.tick - person.answered >= ponder_ticks


def begin_thoughts(tick: Tick) -> None:
    """Note who was asked at this tick: as the loop does, the state keeps account of who thinks."""
    for person in tick.state.people:
        if is_ready(person, tick.state, ponder_ticks=tick.setting.ponder_ticks):
            person.asked = tick.now
            person.occasions, person.news, person.urgent = [], [], False
            tick.lives.thinking[tick.lives.row(person.life)] = tick.now


def answer(tick: Tick, acted: Acted[Any]) -> None:
    """Take an answer: the person's thought is over, and its plan is theirs from now on."""
    person = tick.state.person(acted.agent)
    if person is None:
        return
    person.asked, person.answered = NOBODY, tick.now
    if person.life == NOBODY:
        return
    tick.lives.thinking[tick.lives.row(person.life)] = NOBODY
    adopt(tick, person, acted.action)


def resident(setting: WorldSetting, name: str) -> Resident | None:
    """What the setting says of a person."""
    return next((one for one in setting.people if one.persona.name == name), None)


def persona(setting: WorldSetting, state: WorldState, agent: str) -> Persona:
    """Who a person is; of one brought in later, no more than a name and a kind. Raises UsageError."""
    if (one := resident(setting, agent)) is not None:
        return one.persona
    if (person := state.person(agent)) is None:
        raise UsageError(f"there is no {agent!r} in {setting.title!r}")
    return Persona(name=person.name)


def coming(tick: Tick, person: Person, *, later: bool = False) -> Came:
    """The event of somebody being here, which everyone perceives of those who were here from the start."""
    setting, lives = tick.setting, tick.lives
    row = lives.row(person.life)
    one = resident(setting, person.name)
    return Came(
        agent=person.name,
        place=tick.ground.place_named(setting, tick.ground.cell(int(lives.x[row]), int(lives.y[row]))),
        faction=setting.factions[int(lives.faction[row])].name if setting.factions else "",
        role=one.persona.role if one else setting.kinds[int(lives.kind[row])].name,
        home=_place(setting, int(lives.home[row])),
        work=_place(setting, int(lives.work[row])),
        later=later,
        seen_by=tick.everyone(),
    )


def _place(setting: WorldSetting, number: int) -> str:
    return setting.places[number].name if number != NOBODY else ""
