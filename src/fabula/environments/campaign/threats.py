"""Threats: dangers that act by themselves at the end of a turn. They strike, go on toward what they want, and have
their way there.
"""

from fabula.environments.campaign.checks import Roll, by_outcome, outcome_of
from fabula.environments.campaign.clocks import advance
from fabula.environments.campaign.effects import arrive
from fabula.environments.campaign.events import Attacked, ThreatMoved
from fabula.environments.campaign.harm import armour, wound
from fabula.environments.campaign.scene import Scene
from fabula.environments.campaign.setting import Threat
from fabula.environments.campaign.state import Agent, Sighting
from fabula.environments.campaign.tension import act_of

EASY = 9
"""A threat strikes the better the harder it is to hit: by its difficulty beyond this."""
EVASION = 10
"""What a threat's blow must reach, more by the aptitude of the one it strikes at."""
BRACED = 2
"""What standing guard adds to that."""
FURY: dict[str, int] = {"setup": -2, "rising": 1, "crisis": 2, "climax": 3, "falling": 3}
"""What the act adds to a threat's blows: they fall harder as the story draws to its height."""


def act(scene: Scene) -> None:
    """Threats whose time has come arrive; those in play act, in the setting's order."""
    for threat in scene.ground.setting.threats:
        danger = scene.state.dangers[threat.name]
        if danger.here:
            _act(scene, threat)
        elif not danger.beaten and 0 < threat.arrives == scene.state.turn:
            arrive(scene, threat.name)


def _act(scene: Scene, threat: Threat) -> None:
    _strike(scene, threat)
    place = scene.state.dangers[threat.name].place
    if threat.name in scene.state.now.held:
        return
    if threat.toward and place != threat.toward:
        _go_on(scene, threat)
    elif threat.advances:
        advance(scene, threat.advances, 1, threat.name)


def _strike(scene: Scene, threat: Threat) -> None:
    """It strikes at one agent it finds: at one who stands guard if there is any, not at one who hides or whose side
    it is on.
    """
    place = scene.state.dangers[threat.name].place
    agents = scene.state.agents
    exposed = [name for name in scene.here(place) if not agents[name].hidden and not scene.spared(threat.name, name)]
    if not exposed:
        return
    luck = scene.chance.stream("strike", threat.name)
    target = agents[luck.choice([name for name in exposed if agents[name].guard] or exposed)]
    act = act_of(scene.state.turn, scene.ground.setting.turns)
    total = luck.integer(1, 20) + threat.difficulty - EASY + FURY[act]
    against = EVASION + _evasion(scene, target)
    roll = Roll(total, against, outcome_of(total - against))
    harm = by_outcome(roll.outcome, threat.harm + 1, threat.harm, (threat.harm + 1) // 2, 0, 0)
    harm = min(target.vigour, max(1, harm - armour(scene, target))) if harm else 0
    scene.add(
        Attacked(
            agent=threat.name,
            target=target.name,
            place=place,
            harm=harm,
            roll=roll.total,
            against=roll.against,
            outcome=roll.outcome,
            seen_by=scene.at(place),
        )
    )
    wound(scene, target, harm, threat.name, deadly=roll.outcome == "triumph")


def _evasion(scene: Scene, target: Agent) -> int:
    role = scene.role(target.name)
    return role.aptitude("defend") + BRACED if target.guard else role.aptitude("evade")


def _go_on(scene: Scene, threat: Threat) -> None:
    """One way nearer to what it wants, over ways that are open and not hidden."""
    danger = scene.state.dangers[threat.name]
    route = scene.layout.routes(danger.place, ()).get(threat.toward)
    if route is None:
        return
    origin, danger.place = danger.place, route.first
    seen_by = scene.only(*scene.at(origin), *scene.at(danger.place))
    for name in seen_by:
        scene.state.agents[name].sightings[threat.name] = Sighting(danger.place, scene.state.turn)
    scene.add(ThreatMoved(threat=threat.name, origin=origin, to=danger.place, seen_by=seen_by))
