"""The transcript: what happened in a dialogue, entry by entry, with who decided for whom."""

from msgspec import Struct

from fabula.engine.values import Event, Spent
from fabula.environments.dialogue.events import (
    Bade,
    Called,
    Consented,
    DialogueEnded,
    Faltered,
    HandedOver,
    Held,
    Nudged,
    Passed,
    Proposed,
    Said,
    Settled,
    Voted,
)


class Answered(Event):
    """A mind answered, and nothing else in the transcript comes of it, as of a bid; it counts in what was spent."""

    speaker: str


Happened = (
    Said
    | Passed
    | Faltered
    | Held
    | HandedOver
    | Bade
    | Called
    | Nudged
    | Proposed
    | Voted
    | Consented
    | Settled
    | DialogueEnded
    | Answered
)
"""What an entry can hold: all but that a dialogue opened, which is in the heading."""


class Heading(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a transcript begins with."""

    run: str = ""
    began: str = ""
    """UTC, ISO 8601; empty: nobody knows."""
    title: str = ""
    topic: str = ""
    background: str = ""
    speakers: tuple[str, ...] = ()
    """In the order of the setting."""

    @property
    def called(self) -> str:
        """What the pages are headed with."""
        if self.title or self.topic:
            return self.title or self.topic
        return f"A dialogue of {listed(self.speakers)}" if self.speakers else "A dialogue"


class Answer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who decided what an entry holds; see fabula.engine.values.Note."""

    by: str
    why: str = ""
    """Why it was not the mind in the seat, when it was not."""
    latency_ms: float | None = None
    """To a tenth."""
    spent: Spent | None = None


class Entry(Struct, frozen=True, kw_only=True):
    """One thing that happened, at a step."""

    step: int
    event: Happened
    """Without `seen_by`: a transcript is for the keeper and whoever it is handed to."""
    answer: Answer | None = None
    """Of what a mind decided; None: nobody was asked for it."""


class Transcript(Struct, frozen=True, kw_only=True):
    """A dialogue as it was held."""

    heading: Heading
    entries: tuple[Entry, ...] = ()

    @property
    def ending(self) -> DialogueEnded | None:
        """How it ended; None: it can go on."""
        for entry in reversed(self.entries):
            if isinstance(entry.event, DialogueEnded):
                return entry.event
        return None


def listed(names: tuple[str, ...]) -> str:
    """`Ada`, `Ada and Ben`, `Ada, Ben and Cy`."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
