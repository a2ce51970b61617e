"""Closing: after every turn, whether the talk is over, and what follows if it is."""

from importlib import import_module
from typing import Any

from fabula.environments.dialogue.events import EndKind
from fabula.environments.dialogue.policy import give_turn
from fabula.environments.dialogue.scene import Scene
from fabula.environments.dialogue.setting import Decision
from fabula.environments.dialogue.state import Phase
from fabula.environments.dialogue.words import phrase_in

TALKED_OUT = frozenset(
    {EndKind.TURNS, EndKind.PHRASE, EndKind.CLOSED, EndKind.SILENCE, EndKind.AGREEMENT, EndKind.LOOP}
)
"""Ends of the talk after which a group can still decide."""


def go_on(scene: Scene) -> None:
    """After a turn: end the talk, or give the next one."""
    state = scene.state
    if state.ended is not None:
        return
    over = _over(scene)
    if over is not None:
        conclude(scene, *over)
    else:
        give_turn(scene)


def conclude(scene: Scene, how: EndKind, why: str) -> None:
    """The talk is over: the group decides, where it is to; else the dialogue ends."""
    state, decision = scene.state, scene.setting.decision
    if decision is Decision.NONE or how not in TALKED_OUT:
        scene.end(how, why)
        return
    state.talked_out, state.round, state.next, state.nudge = why, 1, "", ""
    state.phase = Phase.VOTE if decision is Decision.VOTE else Phase.PROPOSE


def _over(scene: Scene) -> tuple[EndKind, str] | None:
    """Why the talk is over; None if it goes on."""
    state, ends = scene.state, scene.setting.ends
    words_now = state.lines[-1] if state.lines and state.lines[-1].number == state.spoken else None
    # Who greets has not begun to talk, and says nothing again.
    if words_now is not None and state.step > 0 and (phrase := phrase_in(words_now.text, ends.phrases)):
        return EndKind.PHRASE, f"{words_now.speaker} said {phrase!r}."
    silence = ends.silence or len(state.present)
    if state.quiet >= silence:
        return EndKind.SILENCE, f"In {state.quiet} turns in a row nobody had anything to say."
    circles = _circling(scene) if words_now is not None and words_now.speaker != scene.leader else None
    if circles is not None:
        return circles
    if ends.turns and state.spoken >= ends.turns:
        return EndKind.TURNS, f"All {ends.turns} turns are spent." if ends.turns > 1 else "The one turn is spent."
    return None


def _circling(scene: Scene) -> tuple[EndKind, str] | None:
    if not (scene.setting.ends.agreement or scene.setting.ends.similarity):
        return None
    # Loads numpy, which nobody needs who only reads a pack or shows a run.
    circles: Any = import_module("fabula.environments.dialogue.circles")
    circles.note_turn(scene)
    found: tuple[EndKind, str] | None = circles.circling(scene)
    return found
