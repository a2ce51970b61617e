"""The phases of a turn, each one step: perceive, decide, adjudicate, consequences."""

from collections.abc import Iterator, Sequence

import msgspec

from fabula.engine.values import Acted, kind_of
from fabula.environments.campaign import names, tension
from fabula.environments.campaign.actions import (
    Adjudicate,
    Aid,
    AnyAction,
    CharacterAction,
    Defend,
    Direct,
    DirectorAction,
    Move,
    Sneak,
    Wait,
)
from fabula.environments.campaign.consequences import conclude
from fabula.environments.campaign.deeds import resolve
from fabula.environments.campaign.director import DIRECTOR
from fabula.environments.campaign.events import TurnBegan
from fabula.environments.campaign.opening import open_campaign
from fabula.environments.campaign.scene import Scene
from fabula.environments.campaign.sightings import look_around
from fabula.environments.campaign.state import Phase, Status, Turn

Answers = Sequence[Acted[AnyAction]]


def take_phase(scene: Scene, acted: Answers) -> None:
    """Play the present phase and go on to the next."""
    state = scene.state
    match state.phase:
        case Phase.PERCEIVE:
            _perceive(scene, acted)
        case Phase.DECIDE:
            state.news = []
            _decide(scene, acted)
        case Phase.ADJUDICATE:
            _adjudicate(scene, acted)
        case Phase.CONSEQUENCES:
            _end_turn(scene, acted)
    state.phase = state.phase.next


def _perceive(scene: Scene, acted: Answers) -> None:
    state, turns = scene.state, scene.ground.setting.turns
    _refuse_all(scene, acted)
    if state.step == 0:
        open_campaign(scene)
    act = tension.act_of(state.turn, turns)
    scene.add(TurnBegan(turn=state.turn, tension=state.tension, act=act, seen_by=scene.everyone()))
    look_around(scene)


def _decide(scene: Scene, acted: Answers) -> None:
    for answer in acted:
        _take_deed(scene, answer)


def _adjudicate(scene: Scene, acted: Answers) -> None:
    """The director rules, then the deeds are done. A deed that was decided a step late is still in time."""
    for answer in acted:
        if answer.agent == DIRECTOR and isinstance(answer.action, Adjudicate):
            scene.rulings = answer.action
        elif answer.agent not in scene.state.now.deeds and answer.asked == scene.state.step - 1:
            _take_deed(scene, answer)
        else:
            _refuse(scene, answer)
    for each in scene.everyone():
        agent = scene.state.agents[each]
        agent.guard = agent.cowed_by = agent.urged_by = agent.urged_to = ""
    for name, deed in _in_order(scene):
        doer = scene.state.agents[name]
        if doer.status is Status.ACTIVE:
            resolve(scene, doer, deed)
    scene.state.now.deeds = {}


def _end_turn(scene: Scene, acted: Answers) -> None:
    direct: Direct | None = None
    for answer in acted:
        if answer.agent == DIRECTOR and isinstance(answer.action, Direct):
            direct = answer.action
        else:
            _refuse(scene, answer)
    conclude(scene, DIRECTOR, direct)
    scene.state.turn += 1
    scene.state.now = Turn()


def _take_deed(scene: Scene, answer: Acted[AnyAction]) -> None:
    agent = scene.state.agents.get(answer.agent)
    if agent is None or agent.status is not Status.ACTIVE or isinstance(answer.action, DirectorAction):
        _refuse(scene, answer)
    else:
        scene.state.now.deeds[agent.name] = _tidy(answer.action)


def _in_order(scene: Scene) -> Iterator[tuple[str, CharacterAction]]:
    """Everyone's deed, in an order drawn for the turn: first who guards and aids, last who goes elsewhere, so that
    nobody speaks to one who was there a moment ago. Who decided nothing waits.
    """
    deeds = scene.state.now.deeds
    drawn = [(name, deeds.get(name) or Wait()) for name in scene.chance.stream("initiative").shuffled(scene.everyone())]
    return iter(sorted(drawn, key=lambda pair: _rank(pair[1])))


def _rank(deed: CharacterAction) -> int:
    if isinstance(deed, Defend | Aid):
        return 0
    return 2 if isinstance(deed, Move | Sneak) else 1


def _tidy(action: CharacterAction) -> CharacterAction:
    """The deed without the doer's private thoughts, its texts fit for the log."""
    texts = {field: getattr(action, field) for field in action.__struct_fields__}
    clean = {field: names.clean(value) for field, value in texts.items() if isinstance(value, str)}
    return msgspec.structs.replace(action, **clean | {"reason": "", "thoughts": ()})


def _refuse_all(scene: Scene, acted: Answers) -> None:
    for answer in acted:
        _refuse(scene, answer)


def _refuse(scene: Scene, answer: Acted[AnyAction]) -> None:
    """An answer that nobody asked for, or that came too late to count."""
    agent = scene.state.agents.get(answer.agent)
    tried = kind_of(type(answer.action).__name__)
    if isinstance(answer.action, DirectorAction) != (answer.agent == DIRECTOR):
        why = "that is not for this seat to decide"
    elif agent is None and answer.agent != DIRECTOR:
        why = f"there is no agent {names.clean(answer.agent, most=names.NAME_MAX)!r}"
    elif agent is not None and agent.status is not Status.ACTIVE:
        why = f"{agent.name} has {agent.status.value}"
    else:
        why = f"nobody was asked: this is the phase in which the turn comes to {scene.state.phase.value}"
    scene.refuse(names.clean(answer.agent, most=names.NAME_MAX), tried, why)
