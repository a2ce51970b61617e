"""Experience: an event as one agent met with it, told without any environment's own words, for its memory to take
in.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

import msgspec

from fabula.agents.persona import Persona
from fabula.engine.values import AgentId, Event, Input


class Kind(StrEnum):
    """What kind of thing an experience is."""

    DEED = "deed"
    """Somebody did something."""
    WORDS = "words"
    """Somebody said something."""
    LEARNED = "learned"
    """The agent came to take something to be so: `claim` says what."""
    BOND = "bond"
    """How the agent feels about somebody (`to`) moved by `feels`; with `feels` 0.0, how it is from the start."""
    WORLD = "world"
    """Something happened that nobody did."""


SEEN, KNOWN = "seen", "known"
"""Sources of what was LEARNED that are not somebody's word: found out for oneself; known from the start."""


class Experience(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one agent perceived of one event, as it is, before the agent makes something of it."""

    kind: Kind
    step: int
    turn: int = 0
    text: str
    """One plain sentence in the past tense, third person, that nobody's feelings colour: `Edda gave Tom the lamp.`"""
    deed: str = ""
    """Of DEED and WORDS: what the doer did, as it follows `chose to`: `give Tom the lamp`; empty if it cannot be put
    so.
    """
    doer: str = ""
    """Who did or said it; may be the agent itself."""
    to: str = ""
    """To whom it was done or said; may be the agent itself."""
    others: tuple[str, ...] = ()
    """Who else it concerns."""
    place: str = ""
    about: str = ""
    """The topic: name of the secret, person, object or clock it is about."""
    claim: str = ""
    """What is said to be so, in a sentence; of LEARNED and of WORDS that pass something on."""
    source: str = ""
    """Of LEARNED: `seen`, `known` from the start, or who told it."""
    sure: float = 0.0
    """Of LEARNED: 0.0 to 1.0."""
    kindness: float = 0.0
    """What it did to `to`: -1.0 a deadly harm, 0.0 neither, 1.0 a life saved."""
    feels: float = 0.0
    """Of BOND: how far the agent's feeling for `to` moved, -2.0 to 2.0."""
    now: float = 0.0
    """Of BOND: where it stands after that, -1.0 an enemy to 1.0 a beloved."""
    side: str = ""
    """Of BOND: the side that `to` is on, as far as the agent can know; of a bond to itself, its own side."""
    importance: float
    """0.0 a trifle, 1.0 what nobody forgets."""


class Senses(Protocol):
    """How an environment's events reach its agents. It is shown every event once, in order, and remembers what it needs
    to put the later ones into words; what it lets an agent know, that agent perceived.
    """

    @property
    def turn(self) -> int:
        """The turn that the events shown last belong to."""
        ...

    def persona(self, agent: AgentId) -> Persona | None:
        """Who an agent is; None for a seat that is no character, as a director's."""
        ...

    def open_step(self, inputs: Sequence[Input]) -> None:
        """Take note of the inputs of a step, before its events."""
        ...

    def notice(self, event: Event) -> None:
        """Take note of an event that is about to be experienced, whoever perceives it."""
        ...

    def experiences(self, event: Event, viewer: AgentId, step: int) -> Sequence[Experience]:
        """What `viewer`, who is in `event.seen_by`, meets with by the event that was noticed last."""
        ...
