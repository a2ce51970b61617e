"""What of a state somebody has perceived: all that was said while they were there, and nothing of what came after."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from fabula.engine.values import Ending
from fabula.environments.dialogue.events import DialogueEnded
from fabula.environments.dialogue.outlook import Line, Proposal
from fabula.environments.dialogue.state import DialogueState


class Perceived(NamedTuple):
    """The state of a talk, as far as somebody knows."""

    lines: Sequence[Line]
    turn: int
    """Turns so far."""
    next: str
    """Whose turn it is; empty for one who left."""
    present: Sequence[str]
    """Who is there; for one who left, who stayed behind then."""
    nudge: str
    proposals: Sequence[Proposal]
    round: int
    ending: Ending | None


def perceived(state: DialogueState, viewer: str | None) -> Perceived:
    """What the viewer knows; None is the keeper, who knows all."""
    if viewer is None or viewer in state.present:
        whole = (state.lines, state.spoken, state.next, state.present, state.nudge, state.proposals, state.round)
        return Perceived(*whole, state.ended)
    # Whoever takes leave does so with its own last turn.
    left = state.last.get(viewer, 0)
    heard = state.lines[: bisect_right(state.lines, left, key=lambda line: line.number)]
    behind = [name for name in state.last if state.last[name] > left and name not in state.present]
    return Perceived(heard, left, "", [*state.present, *behind], "", (), 0, _ending_seen(state, viewer))


def _ending_seen(state: DialogueState, viewer: str) -> Ending | None:
    """How it ended, if they were there: what ends by somebody's leave, that one still perceives."""
    last = state.news[-1] if state.news else None
    return state.ended if isinstance(last, DialogueEnded) and viewer in last.seen_by else None
