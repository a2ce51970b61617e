"""The step: what the commands and answers of one step come to, phase by phase."""

from collections.abc import Sequence
from typing import Any

from fabula.engine.values import Acted, Commanded, Input, Stop
from fabula.environments.dialogue.asking import asked
from fabula.environments.dialogue.closing import conclude, go_on
from fabula.environments.dialogue.commands import Finish
from fabula.environments.dialogue.deciding import take_consents, take_proposals, take_votes
from fabula.environments.dialogue.events import EndKind
from fabula.environments.dialogue.opening import open_dialogue
from fabula.environments.dialogue.policy import take_bids, take_call
from fabula.environments.dialogue.scene import Answers, Scene
from fabula.environments.dialogue.speaking import take_turn
from fabula.environments.dialogue.speech import sentence
from fabula.environments.dialogue.state import NEWS_MAX, Phase


def take_step(scene: Scene, inputs: Sequence[Input]) -> None:
    """Carry out the commands, then play the present phase with the answers of those who were asked."""
    state = scene.state
    names = asked(scene.setting, state)
    for given in inputs:
        if isinstance(given, Commanded) and state.ended is None:
            _obey(scene, given)
    if state.ended is None:
        _play(scene, _answers(scene, inputs, names))
    state.heard |= dict.fromkeys(names, state.happened)
    state.happened += len(scene.events)
    state.news = [*state.news, *scene.events][-NEWS_MAX:]
    state.step += 1


def _answers(scene: Scene, inputs: Sequence[Input], names: Sequence[str]) -> Answers:
    """What those answered who were asked at this step; whatever else came is nobody's turn, and is not heard."""
    given: list[Acted[Any]] = [each for each in inputs if isinstance(each, Acted)]
    return {each.agent: each.action for each in given if each.agent in names and each.asked == scene.state.step}


def _play(scene: Scene, answers: Answers) -> None:
    match scene.state.phase:
        case Phase.OPEN:
            open_dialogue(scene)
        case Phase.BID:
            take_bids(scene, answers)
        case Phase.CALL:
            over = take_call(scene, answers)
            if over is not None:
                conclude(scene, *over)
        case Phase.SPEAK:
            take_turn(scene, answers)
            go_on(scene)
        case Phase.PROPOSE:
            take_proposals(scene, answers)
        case Phase.VOTE:
            take_votes(scene, answers)
        case Phase.CONSENT:
            take_consents(scene, answers)


def _obey(scene: Scene, commanded: Commanded[Any]) -> None:
    """Who sits in which seat is not the dialogue's affair; when it is over, is."""
    match commanded.command:
        case Finish(why=why):
            scene.end(EndKind.DEADLINE, sentence(why) or "Its time was up.")
        case Stop(why=why):
            scene.end(EndKind.STOPPED, sentence(why) or "The keeper stopped it.")
