"""Moving: openly, seen where one leaves and where one arrives; or quietly, seen by those who notice."""

from fabula.environments.campaign import difficulty
from fabula.environments.campaign.actions import Move, Sneak
from fabula.environments.campaign.atlas import Exit
from fabula.environments.campaign.checks import Roll
from fabula.environments.campaign.deeds.done import Done, one_of, quoted
from fabula.environments.campaign.events import Moved
from fabula.environments.campaign.scene import Refusal, Scene
from fabula.environments.campaign.state import Agent, Sighting


def move(scene: Scene, doer: Agent, action: Move) -> Done:
    """Go to a neighbouring place."""
    way = _way(scene, doer, action.to)
    origin, left = doer.place, scene.witnesses(doer)
    scene.reveal(doer)
    scene.place(doer, way.to)
    seen_by = scene.only(*left, *scene.at(way.to))
    _remember(scene, doer, left)
    scene.add(Moved(agent=doer.name, origin=origin, to=way.to, how=way.how, seen_by=seen_by))
    return Done("success", (way.to,))


def sneak(scene: Scene, doer: Agent, action: Sneak) -> Done:
    """Go to a neighbouring place unseen: a success hides, a setback is noticed by one, a failure by all."""
    way = _way(scene, doer, action.to)
    roll = scene.roll(doer, "sneak", difficulty.sneaking(scene, doer, way.to))
    origin, left = doer.place, scene.witnesses(doer)
    scene.place(doer, way.to)
    doer.hidden = roll.done
    arrived = [name for name in scene.here(way.to) if name != doer.name]
    noticed = _noticed(scene, arrived, roll)
    seen_left = left if not roll.done else ()
    seen_by = scene.only(doer.name, *seen_left, *noticed)
    _remember(scene, doer, seen_left)
    scene.add(Moved(agent=doer.name, origin=origin, to=way.to, how=way.how, quietly=True, seen_by=seen_by))
    for watcher in noticed if roll.done else noticed[:1]:
        scene.notice(watcher, doer, "sneak", felt=not roll.done)
    return Done(roll.outcome, (way.to,))


def _way(scene: Scene, doer: Agent, text: str) -> Exit:
    exits = scene.exits(doer)
    to = one_of(text, [way.to for way in exits], f"no way from {doer.place} to {quoted(text)}")
    way = next(way for way in exits if way.to == to)
    if way.blocked:
        raise Refusal(f"the way from {doer.place} to {to} is blocked")
    return way


def _noticed(scene: Scene, arrived: list[str], roll: Roll) -> list[str]:
    """Who sees a sneaking agent come in."""
    if not roll.done:
        return arrived
    if roll.outcome != "setback" or not arrived:
        return []
    return [max(arrived, key=lambda name: scene.role(name).aptitude("notice"))]


def _remember(scene: Scene, doer: Agent, watchers: tuple[str, ...]) -> None:
    """Those who saw it go know where it went."""
    sighting = Sighting(doer.place, scene.state.turn)
    for name in watchers:
        if name != doer.name:
            scene.state.agents[name].sightings[doer.name] = sighting
