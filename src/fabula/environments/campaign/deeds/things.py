"""Things: picking up, stealing, handing over and using objects."""

from fabula.engine.values import AgentId
from fabula.environments.campaign import difficulty, names
from fabula.environments.campaign.actions import Give, Take, Use
from fabula.environments.campaign.checks import Roll
from fabula.environments.campaign.deeds.done import Done, one_of, person, quoted, thing_of
from fabula.environments.campaign.effects import apply, mend
from fabula.environments.campaign.events import Gave, Took, Used
from fabula.environments.campaign.scene import Refusal, Scene
from fabula.environments.campaign.setting import Heal, Thing
from fabula.environments.campaign.state import Agent

GIVEN, ROBBED, BETRAYED = 10, -20, -35
"""What a gift does to the bond of who gets it; a theft to that of who is robbed, and of one who trusted the thief.
"""
TRUSTING = 30


def take(scene: Scene, doer: Agent, action: Take) -> Done:
    """Pick up what lies here, or take it from someone: unseen in triumph, before all eyes in setback and failure."""
    if action.from_whom:
        return _take_from(scene, doer, person(scene, doer, action.from_whom), action.object)
    held = _who_has(scene, doer, action.object)
    thing = one_of(action.object, scene.lying(doer.place), f"no {quoted(action.object)} lies here{held}")
    roll = scene.roll(doer, "take", difficulty.picking_up(scene, doer))
    seen_by = scene.witnesses(doer)
    if roll.done:
        _get(scene, doer, thing)
    scene.add(_took(doer, thing, roll, "", seen_by))
    return Done(roll.outcome, (thing,))


def give(scene: Scene, doer: Agent, action: Give) -> Done:
    """Hand an object over."""
    thing = thing_of(scene, doer, action.object)
    to = person(scene, doer, action.to)
    scene.reveal(doer)
    _get(scene, to, thing)
    scene.add(Gave(agent=doer.name, object=thing, to=to.name, place=doer.place, seen_by=scene.at(doer.place)))
    scene.feel(to.name, doer.name, GIVEN, "given")
    return Done("success", (to.name, thing))


def use(scene: Scene, doer: Agent, action: Use) -> Done:
    """Use an object one carries. Raises Refusal where its effects do not work."""
    name = thing_of(scene, doer, action.object)
    thing, item = scene.ground.things[name], scene.state.items[name]
    if thing.where and thing.where != doer.place:
        raise Refusal(f"{name} is of use only at {thing.where}")
    here = [doer.name, *scene.visible(doer), *scene.threats(doer.place), doer.place]
    on = one_of(action.on, here, f"no {quoted(action.on)} here to use {name} on") if action.on else ""
    healed = _heal(scene, doer, thing, on)
    scene.reveal(doer)
    seen_by = scene.at(doer.place)
    if thing.uses:
        item.left -= 1
    spent = bool(thing.uses) and item.left <= 0
    scene.add(Used(agent=doer.name, object=name, place=doer.place, on=on, healed=healed, spent=spent, seen_by=seen_by))
    if spent:
        scene.use_up(name)
    if healed and on and on != doer.name:
        scene.feel(on, doer.name, 9, "aided")
    apply(scene, thing.effects, place=doer.place, because=doer.name)
    return Done("success", (on, name) if on else (name,))


def _heal(scene: Scene, doer: Agent, thing: Thing, on: str) -> int:
    """Give vigour to whom it is used on, else to who uses it. Raises Refusal if there is nobody it could help and
    it does nothing else.
    """
    vigour = sum(effect.vigour for effect in thing.effects if isinstance(effect, Heal))
    if not vigour:
        return 0
    patient = scene.state.agents.get(on, doer)
    if patient.vigour == patient.vigour_max and all(isinstance(effect, Heal) for effect in thing.effects):
        raise Refusal(f"{patient.name} has no wound that {thing.name} could mend")
    return mend(patient, vigour)


def _take_from(scene: Scene, doer: Agent, whom: Agent, text: str) -> Done:
    thing = one_of(text, scene.shown(whom.name), f"{whom.name} is not seen to carry {quoted(text)}")
    roll = scene.roll(doer, "take", difficulty.stealing(scene, whom.name))
    unseen = roll.outcome == "triumph" or (roll.outcome == "success" and doer.hidden)
    if not unseen:
        scene.reveal(doer)
    if roll.done:
        _get(scene, doer, thing)
    if unseen:
        seen_by = scene.only(doer.name)
    else:
        seen_by = scene.only(doer.name, whom.name) if roll.outcome == "success" else scene.at(doer.place)
    scene.add(_took(doer, thing, roll, whom.name, seen_by))
    if not unseen:
        trusted = scene.bond(whom.name, doer.name) >= TRUSTING
        scene.feel(whom.name, doer.name, BETRAYED if trusted else ROBBED, "betrayed" if trusted else "robbed")
    return Done(roll.outcome, (thing, whom.name))


def _who_has(scene: Scene, doer: Agent, text: str) -> str:
    """A hint for one who would pick up what somebody carries: to take from them is another matter."""
    holders = [name for name in scene.visible(doer) if names.find(text, scene.shown(name))]
    return f"; {holders[0]} has it" if holders else ""


def _get(scene: Scene, agent: Agent, thing: str) -> None:
    scene.hand_over(thing, agent.name)
    scene.state.now.tally.finds += 1


def _took(doer: Agent, thing: str, roll: Roll, from_whom: str, seen_by: tuple[AgentId, ...]) -> Took:
    return Took(
        agent=doer.name,
        object=thing,
        place=doer.place,
        from_whom=from_whom,
        roll=roll.total,
        against=roll.against,
        outcome=roll.outcome,
        seen_by=seen_by,
    )
