"""Circles: whether a talk goes round in them, by saying the same again or by only agreeing; first the speakers are
told, then it ends.

Loads numpy, for the likeness of turns: only a dialogue that is under way needs it.
"""

from fabula.environments.dialogue.agreement import only_agrees
from fabula.environments.dialogue.events import EndKind, Nudged
from fabula.environments.dialogue.likeness import likeness, said_before
from fabula.environments.dialogue.scene import Scene, talk

LOOKED_BACK = 24
"""Turns in which a word must have been said not to be new."""
LOOKED_FAR_BACK = 60
"""Turns that are looked through for what is only said again: a circle may be wide."""
WINDOWS = 4
"""How many windows of turns are looked at for that."""
STALE = 25
"""Of 100: how much of them on the whole must have been said before; lively talk has about 5."""
GRACE_MIN = 2
"""Turns after a nudge in which a circle may be left, at least; half a window where that is more."""

_STALE = "Say something that has not been said: a doubt, a cost, an example, a question of your own; or take leave."


def note_turn(scene: Scene) -> None:
    """Count the turn that was just said, if it only agrees with what was said before, or only says it again."""
    state = scene.state
    *before, last = talk(scene.setting, state, LOOKED_FAR_BACK + 1)
    texts = [line.text for line in before]
    agrees = bool(before) and only_agrees(last.text, texts[-LOOKED_BACK:], scene.setting.names)
    state.agreed = state.agreed + 1 if agrees else 0
    state.stale = [*state.stale, said_before(last.text, texts)][-WINDOWS * scene.setting.ends.window :]


def circling(scene: Scene) -> tuple[EndKind, str] | None:
    """Why the talk goes round in circles for good; None while it does not. The speakers are nudged first."""
    state, ends = scene.state, scene.setting.ends
    if ends.agreement and state.agreed >= ends.agreement:
        return EndKind.AGREEMENT, f"{_turns(state.agreed)} in a row only agreed."
    told = _alike(scene) or _stale(scene)
    if told:
        if state.nudge and state.spoken - state.nudged >= max(GRACE_MIN, ends.window // 2):
            return EndKind.LOOP, f"{told}, and a nudge changed nothing."
        _nudge(scene, f"{told}. {_STALE}")
    elif ends.agreement and state.agreed >= max(1, ends.agreement // 2):
        count = "turn" if state.agreed == 1 else f"{state.agreed} turns"
        _nudge(scene, f"The last {count} only agreed. {_STALE}")
    else:
        state.nudge = ""
    return None


def _alike(scene: Scene) -> str:
    """That the turns of the window are alike, in words with the figure; empty if they are not."""
    ends = scene.setting.ends
    lines = talk(scene.setting, scene.state, ends.window)
    if not ends.similarity or len(lines) < ends.window:
        return ""
    figure = likeness([line.text for line in lines])
    alike = f"The last {ends.window} turns were alike by {figure} of 100 (a circle from {ends.similarity} on)"
    return alike if figure >= ends.similarity else ""


def _stale(scene: Scene) -> str:
    """That a wider circle is gone round in: much of what is said was said before, in words with the figure."""
    ends, figures = scene.setting.ends, scene.state.stale
    if not ends.similarity or len(figures) < WINDOWS * ends.window:
        return ""
    share = sum(figures) // len(figures)
    stale = f"Of the last {len(figures)} turns {share} of 100 had been said before (a circle from {STALE} on)"
    return stale if share >= STALE else ""


def _nudge(scene: Scene, why: str) -> None:
    """Tell them, once until they have left the circle."""
    state = scene.state
    if not state.nudge:
        state.nudge, state.nudged = why, state.spoken
        scene.add(Nudged(number=state.spoken, why=why, seen_by=scene.everyone))


def _turns(count: int) -> str:
    return "One turn" if count == 1 else f"{count} turns"
