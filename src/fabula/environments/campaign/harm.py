"""Harm: wounds, falls and what is left behind; the same for threats."""

from fabula.environments.campaign.events import Appeared, Beaten, Fell, Wounded
from fabula.environments.campaign.scene import Scene
from fabula.environments.campaign.state import Agent, Status

DEATH_CHANCE = 0.35
"""Of a fall in the last third of the campaign, when the blow was meant to kill."""
GRIEF = -35
"""What the fall of somebody dear (a bond of DEAR or more) does to the bond toward whoever felled them."""
DEAR = 40


def armour(scene: Scene, agent: Agent) -> int:
    """Points that the best of what an agent carries takes from harm."""
    return max((scene.ground.things[thing].guard for thing in scene.carried(agent.name)), default=0)


def weapon(scene: Scene, agent: Agent) -> str:
    """The carried object that does most harm; empty: bare hands."""
    things = scene.ground.things
    armed = [(-things[name].harm, name) for name in scene.carried(agent.name) if things[name].harm > 0]
    return min(armed)[1] if armed else ""


def wound(scene: Scene, agent: Agent, harm: int, by: str, *, deadly: bool = False) -> None:
    """An agent takes harm, and falls when it has no vigour left. deadly: the blow was meant to kill."""
    harm = min(harm, agent.vigour)
    if harm <= 0:
        return
    agent.vigour -= harm
    scene.state.now.tally.harm += harm
    seen_by = scene.witnesses(agent)
    scene.add(Wounded(who=agent.name, place=agent.place, by=by, harm=harm, left=agent.vigour, seen_by=seen_by))
    if agent.vigour == 0:
        _fall(scene, agent, by, deadly=deadly)


def _fall(scene: Scene, agent: Agent, by: str, *, deadly: bool) -> None:
    late = scene.state.turn * 3 > scene.ground.setting.turns * 2
    agent.dead = deadly and late and scene.chance.stream("death", agent.name).chance(DEATH_CHANCE)
    seen_by = scene.witnesses(agent)
    scene.add(Fell(who=agent.name, place=agent.place, by=by, dead=agent.dead, seen_by=seen_by))
    scene.withdraw(agent, Status.FALLEN)
    for witness in seen_by:
        scene.state.agents[witness].sightings.pop(agent.name, None)
        if witness != agent.name and by in scene.state.agents and scene.bond(witness, agent.name) >= DEAR:
            scene.feel(witness, by, GRIEF, "fell")
    drop(scene, agent)


def drop(scene: Scene, agent: Agent) -> None:
    """What an agent carried is left lying where it was."""
    for thing in tuple(scene.carried(agent.name)):
        scene.lay(thing, agent.place)
        scene.add(Appeared(object=thing, place=agent.place, because=agent.name, seen_by=scene.at(agent.place)))


def weaken(scene: Scene, threat: str, strength: int, by: str) -> None:
    """A threat loses strength, and is no more when it has none left; that is news to everyone."""
    danger = scene.state.dangers[threat]
    strength = min(strength, danger.strength)
    if strength <= 0 or danger.beaten:
        return
    danger.strength -= strength
    seen_by = scene.at(danger.place)
    if danger.here:
        scene.add(Wounded(who=threat, place=danger.place, by=by, harm=strength, left=danger.strength, seen_by=seen_by))
    if danger.strength == 0:
        danger.here, danger.beaten = False, True
        for agent in scene.state.agents.values():
            agent.sightings.pop(threat, None)
        scene.add(Beaten(threat=threat, place=danger.place, by=by, seen_by=scene.everyone()))
