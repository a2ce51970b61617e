"""Circles: whether a talk goes round in them, by saying the same again, by bringing nothing new or by only agreeing;
first the speakers are told, then it ends.

Loads numpy, for the likeness of turns: only a dialogue that is under way needs it.
"""

from collections.abc import Sequence
from typing import NamedTuple

from fabula.environments.dialogue.agreement import Agreeing, agreeing
from fabula.environments.dialogue.events import EndKind, Nudged
from fabula.environments.dialogue.likeness import likeness, new_words, said_before
from fabula.environments.dialogue.scene import Scene, talk

LOOKED_BACK = 24
"""Turns in which a word must have been said not to be new to one who agrees."""
LOOKED_FAR_BACK = 60
"""Turns that are looked through for what is only said again: a circle may be wide."""
WINDOWS = 4
"""How many windows of turns are looked at for that."""
STALE = 25
"""Of 100: how much of them on the whole must have been said before; lively talk has about 5."""
BARREN_TURNS, BARREN_WORDS = 6, 6
"""So many turns go round in circles if they bring so few new words together; lively talk brings two dozen."""
GRACE_MIN = 2
"""Turns after a nudge in which a circle may be left, at least; half a window where that is more."""

_STALE = "Say something that has not been said: a doubt, a cost, an example, a question of your own; or take leave."


class _Sign(NamedTuple):
    """What tells that a talk goes round in circles."""

    kind: EndKind
    told: str
    """A sentence without its full stop."""
    grace: int
    """Turns after a nudge in which the circle may be left."""
    over: bool = True
    """Whether the talk is over if it goes on like that; else the speakers are only told."""


def note_turn(scene: Scene) -> None:
    """Count what the turn that was just said brings: whether it only agrees with what was said before, or only says it
    again, and how many new words it has.
    """
    state, ends = scene.state, scene.setting.ends
    *before, last = talk(scene.setting, state, LOOKED_FAR_BACK + 1)
    texts = [line.text for line in before]
    agrees = agreeing(last.text, texts[-LOOKED_BACK:], scene.setting.names) if before else Agreeing.OTHERWISE
    state.agreed = state.agreed + 1 if agrees is Agreeing.ONLY else 0
    state.agreeing = [*state.agreeing, int(agrees)][-LOOKED_FAR_BACK:]
    state.stale = [*state.stale, said_before(last.text, texts)][-WINDOWS * ends.window :]
    state.fresh = [*state.fresh, new_words(last.text, texts)][-BARREN_TURNS:]


def circling(scene: Scene) -> tuple[EndKind, str] | None:
    """Why the talk goes round in circles for good; None while it does not. The speakers are nudged first."""
    state = scene.state
    signs = _signs(scene)
    for sign in signs:
        if sign.over and not sign.grace:
            return sign.kind, f"{sign.told}."
        if sign.over and state.nudge and state.spoken - state.nudged >= sign.grace:
            return sign.kind, f"{sign.told}, and a nudge changed nothing."
    if signs:
        _nudge(scene, f"{signs[0].told}. {_STALE}")
    else:
        state.nudge = ""
    return None


def _signs(scene: Scene) -> list[_Sign]:
    """All that tells of a circle, the surest first."""
    agreement = scene.setting.ends.agreement
    signs = _of_agreement(scene, agreement) if agreement else []
    grace = max(GRACE_MIN, scene.setting.ends.window // 2)
    alike = _alike(scene) or _stale(scene)
    if alike:
        signs.append(_Sign(EndKind.LOOP, alike, grace))
    barren = _barren(scene)
    if barren:
        signs.append(_Sign(EndKind.LOOP, barren, grace))
    return sorted(signs, key=lambda sign: not sign.over)


def _of_agreement(scene: Scene, most: int) -> list[_Sign]:
    """That they only agree: so many turns in a row, or by far the most of somewhat more."""
    row = scene.state.agreed
    if row >= most:
        return [_Sign(EndKind.AGREEMENT, f"{_turns(row)} in a row only agreed", grace=0)]
    told = _in_windows(scene.state.agreeing, [(most + 2, most + 1), (_wide(most), -(-_wide(most) * 3 // 5))])
    if told:
        return [_Sign(EndKind.AGREEMENT, told, GRACE_MIN)]
    if row >= max(1, most // 2):
        told = f"The last {'turn' if row == 1 else f'{row} turns'} only agreed"
    else:
        told = _in_windows(scene.state.agreeing, [(most + 1, most), (2 * most, most + 1)])
    return [_Sign(EndKind.AGREEMENT, told, GRACE_MIN, over=False)] if told else []


def _in_windows(latest: Sequence[int], windows: Sequence[tuple[int, int]]) -> str:
    """That in one of the windows enough turns agree, in words; empty if not. A window: its turns, how many suffice."""
    for turns, enough in windows:
        window = latest[-turns:]
        count = sum(each != Agreeing.OTHERWISE for each in window)
        if count >= enough and turns <= LOOKED_FAR_BACK:
            return f"Of the last {len(window)} turns {count} only agreed or added next to nothing"
    return ""


def _wide(most: int) -> int:
    """The wider window in which turns that agree are counted."""
    return 2 * most + 2


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


def _barren(scene: Scene) -> str:
    """That hardly a word is new, in whatever language, in words with the figure."""
    figures = scene.state.fresh
    if not scene.setting.ends.similarity or len(figures) < BARREN_TURNS or sum(figures) > BARREN_WORDS:
        return ""
    count = sum(figures)
    words = f"all words but {count}" if count else "all words"
    return f"Of the last {BARREN_TURNS} turns {words} had been said before (a circle up to {BARREN_WORDS})"


def _nudge(scene: Scene, why: str) -> None:
    """Tell them, once until they have left the circle."""
    state = scene.state
    if not state.nudge:
        state.nudge, state.nudged = why, state.spoken
        scene.add(Nudged(number=state.spoken, why=why, seen_by=scene.everyone))


def _turns(count: int) -> str:
    return "One turn" if count == 1 else f"{count} turns"
