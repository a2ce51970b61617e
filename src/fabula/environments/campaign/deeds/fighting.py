"""Fighting: blows between agents, and against threats."""

from fabula.environments.campaign import difficulty, names
from fabula.environments.campaign.actions import Attack
from fabula.environments.campaign.checks import Roll, by_outcome
from fabula.environments.campaign.deeds.done import Done, quoted
from fabula.environments.campaign.events import Attacked
from fabula.environments.campaign.harm import DEAR, armour, weaken, weapon, wound
from fabula.environments.campaign.scene import Refusal, Scene
from fabula.environments.campaign.state import Agent
from fabula.errors import did_you_mean

AMBUSH = 3
"""What attacking out of hiding adds to the roll."""
FRIENDLY = 20
"""Whoever attacks somebody who felt like this toward them has betrayed them."""
ATTACKED, BETRAYED, APPALLED = -25, -50, -12
"""What an attack does to the bond of the one attacked, of one who trusted the attacker, and of a witness close to
the one attacked.
"""


def attack(scene: Scene, doer: Agent, action: Attack) -> Done:
    """Try to hurt an agent or a threat that is here."""
    foes = [*scene.visible(doer), *scene.threats(doer.place)]
    target = names.find(action.target, foes)
    if target is None:
        raise Refusal(
            f"no {quoted(action.target)} to attack here.{did_you_mean(action.target[: names.NAME_MAX], foes)}"
        )
    bonus = AMBUSH if doer.hidden else 0
    scene.reveal(doer)
    if target in scene.state.agents:
        return _attack_agent(scene, doer, scene.state.agents[target], bonus)
    return _attack_threat(scene, doer, target, bonus)


def _attack_agent(scene: Scene, doer: Agent, target: Agent, bonus: int) -> Done:
    roll = scene.roll(doer, "attack", difficulty.attacking(scene, target), bonus=bonus)
    harm = _harm(scene, doer, roll)
    harm = max(1, harm - armour(scene, target)) if harm else 0
    scene.reveal(target)
    _strike(scene, doer, target.name, roll, min(harm, target.vigour))
    _resent(scene, doer, target)
    wound(scene, target, harm, doer.name, deadly=roll.outcome == "triumph")
    wound(scene, doer, max(0, _price(roll) - armour(scene, doer)), target.name)
    return Done(roll.outcome, (target.name,))


def _attack_threat(scene: Scene, doer: Agent, threat: str, bonus: int) -> Done:
    rules = scene.ground.threats[threat]
    roll = scene.roll(doer, "attack", rules.difficulty, bonus=bonus)
    strength = scene.state.dangers[threat].strength
    harm = min(strength, _harm(scene, doer, roll) + (1 if roll.done else 0))
    _strike(scene, doer, threat, roll, harm)
    if roll.done:
        scene.hold_up(threat)
    weaken(scene, threat, harm, doer.name)
    wound(scene, doer, max(0, _price(roll) - armour(scene, doer)), threat)
    return Done(roll.outcome, (threat,))


def _strike(scene: Scene, doer: Agent, target: str, roll: Roll, harm: int) -> None:
    scene.add(
        Attacked(
            agent=doer.name,
            target=target,
            place=doer.place,
            weapon=weapon(scene, doer),
            harm=harm,
            roll=roll.total,
            against=roll.against,
            outcome=roll.outcome,
            seen_by=scene.at(doer.place),
        )
    )


def _harm(scene: Scene, doer: Agent, roll: Roll) -> int:
    """Bare hands do 2 points in triumph, else 1; a weapon adds its own, half of it in a setback."""
    armed = weapon(scene, doer)
    edge = scene.ground.things[armed].harm if armed else 0
    return by_outcome(roll.outcome, 2 + edge, 1 + edge, 1 + edge // 2, 0, 0)


def _price(roll: Roll) -> int:
    """Points that the attacker takes itself."""
    return by_outcome(roll.outcome, 0, 0, 1, 0, 2)


def _resent(scene: Scene, doer: Agent, target: Agent) -> None:
    trusted = scene.bond(target.name, doer.name) >= FRIENDLY
    scene.feel(target.name, doer.name, BETRAYED if trusted else ATTACKED, "betrayed" if trusted else "attacked")
    for name in scene.here(doer.place):
        if name not in (doer.name, target.name) and scene.bond(name, target.name) >= DEAR:
            scene.feel(name, doer.name, APPALLED, "attacked")
