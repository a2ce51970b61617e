"""Resting: to recover vigour, or to let the turn pass, watching."""

from fabula.environments.campaign.actions import Rest, Wait
from fabula.environments.campaign.deeds.done import Done
from fabula.environments.campaign.effects import mend
from fabula.environments.campaign.events import Rested, Waited
from fabula.environments.campaign.scene import Scene
from fabula.environments.campaign.state import Agent

SHELTERED = 50
"""From this shelter on, rest gives 2 points of vigour instead of 1; none where a threat stands."""


def rest(scene: Scene, doer: Agent, _: Rest) -> Done:
    """Recover vigour."""
    sheltered = scene.ground.places[doer.place].shelter >= SHELTERED
    recovered = 0 if scene.menaces(doer) else mend(doer, 2 if sheltered else 1)
    scene.add(Rested(agent=doer.name, place=doer.place, recovered=recovered, seen_by=scene.witnesses(doer)))
    return Done("success")


def wait(scene: Scene, doer: Agent, _: Wait) -> Done:
    """Let the turn pass."""
    scene.add(Waited(agent=doer.name, place=doer.place, seen_by=scene.witnesses(doer)))
    return Done("success")
