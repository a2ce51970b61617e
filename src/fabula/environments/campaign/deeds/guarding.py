"""Guarding: holding a place, standing before somebody, tending wounds, lending a hand. These come before a turn's
other deeds.
"""

from fabula.environments.campaign import difficulty, names
from fabula.environments.campaign.actions import Aid, Defend
from fabula.environments.campaign.checks import by_outcome
from fabula.environments.campaign.deeds.done import Done, one_of, person, quoted
from fabula.environments.campaign.effects import mend
from fabula.environments.campaign.events import Aided, Defended
from fabula.environments.campaign.scene import Scene
from fabula.environments.campaign.state import Agent

HELPED_MOST = 4
"""Whatever hands are lent, a roll gains no more than this."""


def defend(scene: Scene, doer: Agent, action: Defend) -> Done:
    """Hold the place, or stand before someone, until the next turn."""
    place = doer.place
    what = one_of(action.what or place, [place, *scene.visible(doer)], f"no {quoted(action.what)} here to defend")
    scene.reveal(doer)
    roll = scene.roll(doer, "defend", difficulty.defending(scene, place))
    scene.add(
        Defended(
            agent=doer.name,
            what=what,
            place=place,
            roll=roll.total,
            against=roll.against,
            outcome=roll.outcome,
            seen_by=scene.at(place),
        )
    )
    if roll.done:
        doer.guard = what
        for threat in scene.menaces(doer):
            scene.hold_up(threat)
    if what in scene.state.agents and roll.done:
        scene.feel(what, doer.name, 5, "defended")
    return Done(roll.outcome, (what,))


def aid(scene: Scene, doer: Agent, action: Aid) -> Done:
    """Tend someone's wounds (one's own too); one who has none is lent a hand with what it does this turn."""
    whom = doer if names.find(action.whom, [doer.name]) else person(scene, doer, action.whom)
    wounded = whom.vigour < whom.vigour_max
    scene.reveal(doer)
    roll = scene.roll(doer, "aid", difficulty.AID_WOUNDS if wounded else difficulty.AID_DEED)
    healed = mend(whom, by_outcome(roll.outcome, 3, 2, 1, 0, 0)) if wounded else 0
    if not wounded and whom is not doer:
        helped = scene.helped
        helped[whom.name] = min(HELPED_MOST, helped.get(whom.name, 0) + by_outcome(roll.outcome, 4, 3, 1, 0, -1))
    scene.add(
        Aided(
            agent=doer.name,
            whom=whom.name,
            place=doer.place,
            healed=healed,
            roll=roll.total,
            against=roll.against,
            outcome=roll.outcome,
            seen_by=scene.at(doer.place),
        )
    )
    if roll.done:
        scene.feel(whom.name, doer.name, 9 if healed else 4, "aided")
    return Done(roll.outcome, (whom.name,))
