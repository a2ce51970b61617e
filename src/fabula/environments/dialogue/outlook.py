"""What a speaker perceives when it is asked: its own side of the dialogue and nothing else."""

from msgspec import Struct

LINES_MAX = 40
"""Turns of the dialogue that an outlook holds; what came before is the memory's."""


class Line(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One turn, as it was heard."""

    number: int
    speaker: str
    text: str
    to: str = ""


class Other(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody else who speaks, as anybody can see them."""

    name: str
    role: str = ""


class Proposal(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A proposal on the table."""

    number: int
    speaker: str
    text: str
    objections: int = 0
    """In the round before."""
    support: int = 1
    """How many put it."""


class Outlook(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A question to a speaker, as it perceives it."""

    me: str
    others: tuple[Other, ...]
    topic: str = ""
    background: str = ""
    turn: int = 0
    """Number of the turn to come, from 1."""
    turns: int = 0
    """Turns at most; 0: nobody knows."""
    lines: tuple[Line, ...] = ()
    """The last of what was said, in order, its own words among them."""
    earlier: int = 0
    """How many turns came before those."""
    addressed_by: str = ""
    """Who last spoke to it by name and had no answer yet."""
    nudge: str = ""
    """Why the talk is about to be stopped, and what would keep it going; empty: it is not."""
    take: int = 0
    """The how-manieth answer to the same words this is."""
    stance: int = 0
    points: tuple[str, ...] = ()
    wants_to_know: tuple[str, ...] = ()
    leads: bool = False
    """It is the moderator."""
    silent: tuple[str, ...] = ()
    """Of a moderator: the others, whoever spoke longest ago first."""
    options: tuple[str, ...] = ()
    """What can be voted for, now or once it is talked out; none where there is no vote."""
    proposals: tuple[Proposal, ...] = ()
    round: int = 0
    steps_done: tuple[str, ...] = ()
    """Of a service agent that helps step by step: the steps that are behind."""
    service: bool = False
    """Whether it is a service agent; its rules stand in the setting."""
