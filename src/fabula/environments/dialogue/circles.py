"""Circles: whether a talk goes round in them, by saying the same again or by only agreeing; first the speakers are
told, then it ends.

Loads numpy, for the likeness of turns: only a dialogue that is under way needs it.
"""

from fabula.environments.dialogue.agreement import only_agrees
from fabula.environments.dialogue.events import EndKind, Nudged
from fabula.environments.dialogue.likeness import likeness
from fabula.environments.dialogue.scene import Scene, talk

LOOKED_BACK = 24
"""Turns in which a word must have been said not to be new."""
GRACE_MIN = 2
"""Turns after a nudge in which a circle may be left, at least; half a window where that is more."""

_STALE = "Say something that has not been said: a doubt, a cost, an example, a question of your own; or take leave."


def note_agreement(scene: Scene) -> None:
    """Count the turn that was just said, if it only agrees with what was said before."""
    state = scene.state
    *before, last = talk(scene.setting, state, LOOKED_BACK + 1)
    agrees = bool(before) and only_agrees(last.text, [line.text for line in before], scene.setting.names)
    state.agreed = state.agreed + 1 if agrees else 0


def circling(scene: Scene) -> tuple[EndKind, str] | None:
    """Why the talk goes round in circles for good; None while it does not. The speakers are nudged first."""
    state, ends = scene.state, scene.setting.ends
    if ends.agreement and state.agreed >= ends.agreement:
        return EndKind.AGREEMENT, f"{_turns(state.agreed)} in a row only agreed."
    alike = _alike(scene)
    if alike:
        told = f"The last {ends.window} turns were alike by {alike} of 100 (a circle from {ends.similarity} on)"
        if state.nudge and state.spoken - state.nudged >= max(GRACE_MIN, ends.window // 2):
            return EndKind.LOOP, f"{told}, and a nudge changed nothing."
        _nudge(scene, f"{told}. {_STALE}")
    elif ends.agreement and state.agreed >= max(1, ends.agreement // 2):
        count = "turn" if state.agreed == 1 else f"{state.agreed} turns"
        _nudge(scene, f"The last {count} only agreed. {_STALE}")
    else:
        state.nudge = ""
    return None


def _alike(scene: Scene) -> int:
    """How alike the turns of the window are, if that is too much; else 0."""
    ends = scene.setting.ends
    lines = talk(scene.setting, scene.state, ends.window)
    if not ends.similarity or len(lines) < ends.window:
        return 0
    figure = likeness([line.text for line in lines])
    return figure if figure >= ends.similarity else 0


def _nudge(scene: Scene, why: str) -> None:
    """Tell them, once until they have left the circle."""
    state = scene.state
    if not state.nudge:
        state.nudge, state.nudged = why, state.spoken
        scene.add(Nudged(number=state.spoken, why=why, seen_by=scene.everyone))


def _turns(count: int) -> str:
    return "One turn" if count == 1 else f"{count} turns"
