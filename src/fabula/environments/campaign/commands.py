"""Commands: what the keeper of a run tells it - bring somebody in, take somebody out, note something, stop."""

import msgspec

from fabula.engine.values import KEEPER, Command, Commanded, Ending, KernelCommand, Stop
from fabula.environments.campaign import names
from fabula.environments.campaign.actions import Record, Register, Remove
from fabula.environments.campaign.events import CampaignEnded, Left, Noted
from fabula.environments.campaign.faults import character_faults
from fabula.environments.campaign.harm import drop
from fabula.environments.campaign.opening import enter, new_agent
from fabula.environments.campaign.scene import Scene
from fabula.environments.campaign.setting import Character
from fabula.environments.campaign.state import Status
from fabula.errors import did_you_mean

CampaignCommand = KernelCommand | Register | Remove | Record


def as_plain_character(character: Character) -> dict[str, object]:
    """The character as a `Register` command carries it."""
    plain: dict[str, object] = msgspec.to_builtins(character)
    return plain


def obey(scene: Scene, commanded: Commanded[CampaignCommand]) -> None:
    """Carry a command out; what cannot be done is refused. Who sits in which seat is not the campaign's affair."""
    match commanded.command:
        case Register() as command:
            _register(scene, command)
        case Remove() as command:
            _remove(scene, command)
        case Record() as command:
            by = _keeper(command)
            scene.add(Noted(text=names.clean(command.text), by=by, seen_by=()))
        case Stop() as command:
            _stop(scene, command)


def _register(scene: Scene, command: Register) -> None:
    try:
        character = msgspec.convert(command.character, Character)
    except msgspec.ValidationError as wrong:
        scene.refuse(_keeper(command), "register", names.clean(str(wrong)))
        return
    name = character.persona.name
    if wrongs := _objections(scene, character):
        scene.refuse(_keeper(command), f"register {names.clean(name, most=names.NAME_MAX)}", "; ".join(wrongs))
        return
    scene.state.newcomers[name] = character
    scene.enter(new_agent(scene.ground, character, turn=scene.state.turn))
    for thing in character.carries:
        scene.hand_over(thing, name)
    enter(scene, name)


def _objections(scene: Scene, character: Character) -> list[str]:
    name, state = character.persona.name, scene.state
    wrongs = character_faults(scene.ground.setting, character)
    if name in state.agents or name in state.items or name in state.dangers:
        wrongs.append(f"somebody or something is called {name!r} already")
    taken = [thing for thing in character.carries if thing in state.items and not _is_free(scene, thing)]
    return [*wrongs, *(f"{thing!r} is elsewhere" for thing in taken)]


def _is_free(scene: Scene, thing: str) -> bool:
    item = scene.state.items[thing]
    return not (item.holder or item.place or item.spent)


def _remove(scene: Scene, command: Remove) -> None:
    active = scene.everyone()
    name = names.find(command.agent, active)
    if name is None:
        tried = f"remove {names.clean(command.agent, most=names.NAME_MAX)}"
        scene.refuse(_keeper(command), tried, f"no such agent takes part.{did_you_mean(command.agent[:99], active)}")
        return
    agent = scene.state.agents[name]
    why = names.clean(command.why, most=names.NAME_MAX)
    scene.add(Left(agent=name, place=agent.place, why=why, seen_by=scene.at(agent.place)))
    scene.withdraw(agent, Status.LEFT)
    scene.state.now.deeds.pop(name, None)
    drop(scene, agent)


def _stop(scene: Scene, command: Stop) -> None:
    why = names.clean(command.why)
    scene.state.ended = Ending(kind="stopped", why=why)
    scene.add(CampaignEnded(outcome="stopped", name="Stopped", text=why, seen_by=scene.everyone()))


def _keeper(command: Command) -> str:
    return names.clean(command.by, most=names.NAME_MAX) or KEEPER
