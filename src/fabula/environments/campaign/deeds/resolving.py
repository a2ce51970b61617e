"""Resolving: from what an agent decided to what comes of it."""

from collections.abc import Callable, Mapping
from typing import Any

from fabula.engine.values import Action, kind_of
from fabula.environments.campaign import actions, difficulty, names
from fabula.environments.campaign.checks import DONE
from fabula.environments.campaign.clocks import heed
from fabula.environments.campaign.deeds.done import Done
from fabula.environments.campaign.deeds.fighting import attack
from fabula.environments.campaign.deeds.guarding import aid, defend
from fabula.environments.campaign.deeds.moving import move, sneak
from fabula.environments.campaign.deeds.pressing import persuade, threaten
from fabula.environments.campaign.deeds.resting import rest, wait
from fabula.environments.campaign.deeds.searching import investigate
from fabula.environments.campaign.deeds.speaking import talk
from fabula.environments.campaign.deeds.standard import standard_difficulty
from fabula.environments.campaign.deeds.things import give, take, use
from fabula.environments.campaign.events import Attempted
from fabula.environments.campaign.reading import UNREAD, read
from fabula.environments.campaign.scene import Refusal, Scene
from fabula.environments.campaign.state import Agent

RECENT_MAX = 6
"""Deeds of its own that an agent remembers, so as not to do the same for ever."""

Deed = Callable[[Scene, Agent, Any], Done]

DEEDS: Mapping[type[Action], Deed] = {
    actions.Move: move,
    actions.Sneak: sneak,
    actions.Investigate: investigate,
    actions.Talk: talk,
    actions.Persuade: persuade,
    actions.Threaten: threaten,
    actions.Aid: aid,
    actions.Attack: attack,
    actions.Defend: defend,
    actions.Take: take,
    actions.Give: give,
    actions.Use: use,
    actions.Rest: rest,
    actions.Wait: wait,
}
"""`Attempt` is resolved as one of these, or by a roll alone."""


def resolve(scene: Scene, doer: Agent, action: actions.CharacterAction) -> None:
    """Do the deed: add what came of it to the scene, keep the turn's figures, move the clocks that it moves."""
    kind = kind_of(type(action).__name__)
    done: Done | None
    try:
        if isinstance(action, actions.Attempt):
            kind, done = _attempt(scene, doer, action)
        else:
            done = DEEDS[type(action)](scene, doer, action)
    except Refusal as refusal:
        scene.refuse(doer.name, _tried(action), str(refusal))
        done = None
    _keep_count(scene, done)
    _remember(doer, kind, done)
    if done is not None:
        heed(scene, doer, kind, done.targets, done.outcome)


def _attempt(scene: Scene, doer: Agent, action: actions.Attempt) -> tuple[str, Done]:
    """Free text: rolled for as what it was read as, a little harder than that; and, if it goes well, done as that."""
    rulings = scene.rulings
    deed = read(
        scene, doer, action.text, kind=rulings.readings.get(doer.name, ""), target=rulings.targets.get(doer.name, "")
    )
    kind = kind_of(type(deed).__name__) if deed else UNREAD
    hard = standard_difficulty(scene, doer, deed) + 1 if deed else difficulty.ATTEMPT
    roll = scene.roll(doer, kind, hard)
    scene.add(
        Attempted(
            agent=doer.name,
            place=doer.place,
            text=action.text,
            read_as=kind,
            roll=roll.total,
            against=roll.against,
            outcome=roll.outcome,
            seen_by=scene.witnesses(doer),
        )
    )
    if deed is None or not roll.done:
        return kind, Done(roll.outcome)
    scene.stand_by(doer, roll)
    done = DEEDS[type(deed)](scene, doer, deed)
    return kind, Done(roll.outcome, done.targets)


def _keep_count(scene: Scene, done: Done | None) -> None:
    tally = scene.state.now.tally
    tally.deeds += 1
    if done is not None and done.outcome in DONE:
        tally.successes += 1
    else:
        tally.failures += 1


def _remember(doer: Agent, kind: str, done: Done | None) -> None:
    target = done.targets[0] if done is not None and done.targets else ""
    doer.recent = [*doer.recent, f"{kind} {target}".strip()][-RECENT_MAX:]


def _tried(action: Action) -> str:
    """A refused deed in words: its kind and what it was aimed at."""
    fields = [getattr(action, field) for field in action.__struct_fields__ if field not in ("reason", "thoughts")]
    texts = [field for field in fields if isinstance(field, str) and field]
    return names.clean(" ".join([kind_of(type(action).__name__), *texts[:2]]), most=names.NAME_MAX)
