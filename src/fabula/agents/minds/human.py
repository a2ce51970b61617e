"""HumanMind: a mind that is a person, asked at a desk: this terminal, or another one that looks into the run's
mailbox.
"""

from typing import Protocol

import msgspec

from fabula.engine import Action, Observation
from fabula.errors import RunError


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """One action that a person may choose by its number."""

    words: str
    """What they read: `Talk to Edda about the lantern codes`."""
    why: str = ""
    """What speaks for it, in the agent's own words."""
    action: msgspec.Raw
    """As it is answered, canonical JSON."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Something that stays as it is until it changes: a place, a clock. Read again, only the change is told."""

    topic: str
    """What it is about; two of the same topic are compared."""
    line: str
    """As it is read."""
    still: str = ""
    """As it is read by one to whom nothing of it is new; empty: not at all."""
    figure: str = ""
    """How far it has come, if that can be said in a figure: `3`."""
    aside: str = ""
    """What is added in brackets."""

    def told(self, before: "Standing | None" = None) -> str:
        """The line for one who read `before` the last time."""
        if before == self:
            return self.still
        was = f"was {before.figure}" if before and before.figure and before.figure != self.figure else ""
        asides = "; ".join(filter(None, [was, self.aside]))
        return f"{self.line} ({asides})" if asides else self.line


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A question as a person reads it. It holds the agent's side of the truth, names as they stand: whoever shows it
    makes them harmless.
    """

    agent: str
    step: int
    lines: tuple[str, ...]
    """What the agent perceives, in sentences; an empty one parts paragraphs."""
    brief: tuple[str | Standing, ...]
    """The same for one who has read `lines` before: what is new, and what changes from one question to the next."""
    offers: tuple[Offer, ...] = ()
    at_hand: tuple[str, ...] = ()
    """Names of all that a deed could be aimed at from here: people, things, ways out."""


class LeftToRules(RunError):
    """The person would rather have rules decide this once."""

    said = "left this one to rules"

    def __init__(self) -> None:
        super().__init__(self.said)


class Desk(Protocol):
    """Where a person sits."""

    async def ask(self, observation: Observation, question: Question) -> Action:
        """The person's action; waits for as long as they take. Raises LeftToRules, or anything: then rules answer in
        their place.
        """
        ...


class Phrases(Protocol):
    """How an environment puts a question into words for a person."""

    def question(self, observation: Observation) -> Question:
        """The question; holds nothing but what the observation does. A line of `brief` about what stays as it is until
        it changes is a Standing.
        """
        ...


class HumanMind:
    """Asks a person, and waits as long as `reply_s_max` says before rules answer in their place."""

    repeatable = False

    def __init__(self, person: str, desk: Desk, phrases: Phrases, *, reply_s_max: float | None = None) -> None:
        """person: who it is, for the record. reply_s_max: seconds to wait for one answer; None: as long as it takes."""
        self.label = f"person:{person}"
        self.reply_s_max = reply_s_max
        self._desk = desk
        self._phrases = phrases

    async def decide(self, observation: Observation) -> Action:
        """What the person does."""
        return await self._desk.ask(observation, self._phrases.question(observation))
