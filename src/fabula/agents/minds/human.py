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


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A question as a person reads it. It holds the agent's side of the truth, names as they stand: whoever shows it
    makes them harmless.
    """

    agent: str
    step: int
    lines: tuple[str, ...]
    """What the agent perceives, in sentences; an empty one parts paragraphs."""
    brief: tuple[str, ...]
    """The same for one who has read `lines` before: what is new, and what changes from one question to the next."""
    offers: tuple[Offer, ...] = ()


class LeftToRules(RunError):
    """The person would rather have rules decide this once."""

    def __init__(self) -> None:
        super().__init__("left this one to rules")


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
        """The question; holds nothing but what the observation does."""
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
