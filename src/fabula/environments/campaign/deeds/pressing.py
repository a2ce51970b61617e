"""Pressing: winning somebody over, or cowing them; either may get out of them what one wants."""

from fabula.environments.campaign import difficulty, names
from fabula.environments.campaign.actions import Persuade, Threaten
from fabula.environments.campaign.checks import by_outcome
from fabula.environments.campaign.deeds.done import Done, person
from fabula.environments.campaign.deeds.speaking import reveal_to
from fabula.environments.campaign.effects import sway
from fabula.environments.campaign.events import Gave, Persuaded, Threatened
from fabula.environments.campaign.scene import Scene
from fabula.environments.campaign.state import Agent

ALLY = 40
"""A bond like this, newly won from somebody of another faction, also brings the factions nearer."""
ALLY_SWAY = 5
GENEROUS = 10
"""Who is won over hands things over only from a bond like this on, or after a triumph."""
RESENT, RESENT_DEFIED = -12, -16
"""What a threat does to the bond of one who gave way, and of one who did not."""
INDIGNANT = -6
"""What it does to the bond of a witness who is close (a bond of ALLY or more) to the one threatened."""


def persuade(scene: Scene, doer: Agent, action: Persuade) -> Done:
    """Try to win someone over."""
    whom = person(scene, doer, action.whom)
    wish = _wish(scene, whom, action.to_what)
    scene.reveal(doer)
    roll = scene.roll(doer, "persuade", difficulty.persuading(scene, doer, whom.name))
    scene.add(
        Persuaded(
            agent=doer.name,
            whom=whom.name,
            place=doer.place,
            to_what=wish,
            text=action.text,
            roll=roll.total,
            against=roll.against,
            outcome=roll.outcome,
            seen_by=scene.at(doer.place),
        )
    )
    before = scene.bond(whom.name, doer.name)
    by = by_outcome(roll.outcome, 20, 13, 5, -3, -10)
    scene.feel(whom.name, doer.name, by, "persuaded" if by > 0 else "pressed")
    if before < ALLY <= scene.bond(whom.name, doer.name):
        _draw_together(scene, doer, whom)
    if roll.outcome == "triumph" or (roll.outcome == "success" and scene.bond(whom.name, doer.name) >= GENEROUS):
        _grant(scene, whom, doer, wish)
    return Done(roll.outcome, (whom.name, wish) if wish else (whom.name,))


def threaten(scene: Scene, doer: Agent, action: Threaten) -> Done:
    """Try to cow someone: who gives way lets go of what it guards, and resents it."""
    whom = person(scene, doer, action.whom)
    demand = _wish(scene, whom, action.demand)
    scene.reveal(doer)
    roll = scene.roll(doer, "threaten", difficulty.threatening(scene, whom))
    scene.add(
        Threatened(
            agent=doer.name,
            whom=whom.name,
            place=doer.place,
            demand=demand,
            text=action.text,
            roll=roll.total,
            against=roll.against,
            outcome=roll.outcome,
            seen_by=scene.at(doer.place),
        )
    )
    scene.feel(whom.name, doer.name, RESENT if roll.done else RESENT_DEFIED, "threatened")
    for name in scene.here(doer.place):
        if name not in (doer.name, whom.name) and scene.bond(name, whom.name) >= ALLY:
            scene.feel(name, doer.name, INDIGNANT, "threatened")
    if roll.done:
        whom.cowed_by, whom.guard = doer.name, ""
    if roll.outcome in ("triumph", "success"):
        _grant(scene, whom, doer, demand)
    return Done(roll.outcome, (whom.name, demand) if demand else (whom.name,))


def _wish(scene: Scene, whom: Agent, text: str) -> str:
    """What is asked of somebody, by the setting's own name where it has one that can be asked for."""
    if not text:
        return ""
    askable = (*scene.shown(whom.name), *scene.ground.places, *scene.ground.public_clocks, *scene.visible(whom))
    # A secret, or an object that nobody sees, must be named in full: a guess does not bring it to light.
    if text in scene.ground.secrets or text in scene.ground.things:
        return text
    return names.find(text, askable) or text[: names.NAME_MAX]


def _grant(scene: Scene, whom: Agent, doer: Agent, wish: str) -> None:
    """Whoever gave way does, or gives, or tells what was wanted of it."""
    if wish in scene.carried(whom.name):
        scene.hand_over(wish, doer.name)
        scene.state.now.tally.finds += 1
        scene.add(Gave(agent=whom.name, object=wish, to=doer.name, place=doer.place, seen_by=scene.at(doer.place)))
    elif wish in whom.beliefs:
        reveal_to(scene, whom, doer, wish, about=wish)
    elif wish:
        whom.urged_by, whom.urged_to = doer.name, wish


def _draw_together(scene: Scene, doer: Agent, whom: Agent) -> None:
    faction, other = scene.role(whom.name).faction, scene.role(doer.name).faction
    if faction and other and faction != other:
        sway(scene, faction, other, ALLY_SWAY, whom.name)
