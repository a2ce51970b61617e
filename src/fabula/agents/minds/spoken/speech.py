"""Speech: how an environment has questions to speak put to models, and takes what they say for actions."""

from typing import Protocol

from msgspec import Struct

from fabula.engine.values import Action, Observation


class Utterance(Struct, frozen=True, kw_only=True):
    """Something that was said. Foreign text, whoever said it."""

    speaker: str
    text: str
    to: str = ""
    """Empty: to all."""


class Turn(Struct, frozen=True, kw_only=True):
    """A question to speak, as the conversation so far."""

    me: str
    others: tuple[str, ...]
    lines: tuple[Utterance, ...] = ()
    """What was said of late, in order, its own words among it."""
    earlier: int = 0
    """How many turns came before those."""


class Speech(Protocol):
    """How one agent is asked to speak."""

    speaking: str
    """The name of the template that says who it is (`system`) and what applies now (`user`)."""
    scene: str
    """The name of the template (`user` alone) that says what the conversation is about and among whom."""
    streams: bool
    """Whether its words may be heard as they are written: not where rules change them once they are all there."""

    def turn(self, observation: Observation) -> Turn | None:
        """The conversation it is asked to go on with; None: it is asked something else."""
        ...

    def told(self, observation: Observation) -> Observation:
        """The observation as templates are given it: what they call `now` is what it perceives."""
        ...

    def say(self, words: str, *, leaving: bool) -> Action:
        """To say these words. leaving: they are parting words; then there may be none."""
        ...

    def keep_silent(self, why: str) -> Action:
        """To say nothing this time."""
        ...
