"""The cue: a question to a speaker as templates are given it, its outlook put so that they can say it."""

from msgspec import Struct

from fabula.environments.dialogue.outlook import Line, Other, Outlook, Proposal
from fabula.environments.dialogue.service.form import Service

RECENT = 8
"""Turns of the talk that stand apart as the last ones."""


class Cue(Struct, frozen=True, kw_only=True):
    """What a template calls `now`."""

    topic: str
    background: str
    others: tuple[Other, ...]
    turn: int
    """Number of the turn to come, from 1."""
    turns: int
    """Turns at most; 0: nobody knows."""
    left: int
    """Turns that can come after this one, others' too; of use only if `turns` is known."""
    last: bool
    """It will hardly have another turn."""
    before: tuple[Line, ...]
    """What was said before the last few turns."""
    recent: tuple[Line, ...]
    """The last few turns."""
    earlier: int
    """How many turns came before all those."""
    addressed_by: str
    nudge: str
    take: int
    """The how-manieth other answer to the same words this is; 0: it is the first."""
    stance: int
    points: tuple[str, ...]
    wants_to_know: tuple[str, ...]
    leads: bool
    silent: tuple[str, ...]
    options: tuple[str, ...]
    proposals: tuple[Proposal, ...]
    round: int
    steps_done: tuple[str, ...]
    service: Service | None
    """Of a service agent: its personality and the rules of its domain."""


def cue_of(outlook: Outlook, service: Service | None) -> Cue:
    """The cue to an outlook."""
    left = max(0, outlook.turns - outlook.turn)
    return Cue(
        topic=outlook.topic,
        background=outlook.background,
        others=outlook.others,
        turn=outlook.turn,
        turns=outlook.turns,
        left=left,
        # In rounds, each of the others speaks once before it is one's turn again.
        last=bool(outlook.turns) and left <= len(outlook.others),
        before=outlook.lines[:-RECENT],
        recent=outlook.lines[-RECENT:],
        earlier=outlook.earlier,
        addressed_by=outlook.addressed_by,
        nudge=outlook.nudge,
        take=outlook.take,
        stance=outlook.stance,
        points=outlook.points,
        wants_to_know=outlook.wants_to_know,
        leads=outlook.leads,
        silent=outlook.silent,
        options=outlook.options,
        proposals=outlook.proposals,
        round=outlook.round,
        steps_done=outlook.steps_done,
        service=service,
    )
