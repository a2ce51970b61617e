"""What happens in a dialogue. All speakers perceive what is said; what is nobody's to know has no `seen_by`."""

from enum import StrEnum

from fabula.engine.values import Event
from fabula.environments.dialogue.actions import Cause


class Opened(Event):
    """The dialogue began."""

    title: str = ""
    topic: str = ""
    background: str = ""
    speakers: tuple[str, ...] = ()
    first: str = ""
    """Empty: bids or a moderator will say."""


class Said(Event):
    """Somebody said something; the words as they stand, cut, cleaned and held to the rules of their domain."""

    number: int
    """Counts what was said and passed over, from 1: a turn of the transcript."""
    speaker: str
    text: str
    to: str = ""
    leaving: bool = False
    cut: bool = False
    """Something was taken away: it was longer than a turn may be, or went on in somebody else's voice."""
    take: int = 0
    """Of a person: see Say."""


class Passed(Event):
    """Somebody had nothing to say."""

    number: int
    speaker: str
    why: str = ""


class Faltered(Event):
    """A speaker's mind could not answer, and the turn passed; or it was asked something else, see `instead`."""

    number: int
    speaker: str
    cause: Cause
    why: str = ""
    instead: str = ""
    """Where it was not asked to speak: what happened without its answer, in a few words: `it does not vote`. No turn
    has passed then.
    """


def passed(event: object) -> bool:
    """Whether somebody's turn passed, of their own will or not."""
    return isinstance(event, Passed) or (isinstance(event, Faltered) and not event.instead)


class Held(Event):
    """A rule of a speaker's domain changed or replaced what it was about to say. Nobody but the keeper sees it."""

    number: int
    speaker: str
    rule: str
    """The rule's name."""
    did: str
    """What came of it, a word: `refused`, `asked`, `added`, `struck`, `handed_over`, `stepped`, `shortened`."""
    instead_of: str = ""
    """The words as they came from the mind, where something was taken from them."""


class HandedOver(Event):
    """A service agent handed the conversation to a person."""

    speaker: str
    why: str


class Bade(Event):
    """All said how much they want to speak."""

    wishes: dict[str, int]
    next: str


class Called(Event):
    """The moderator said who is next."""

    number: int
    by: str
    speaker: str
    text: str = ""


class Nudged(Event):
    """The talk went round in circles, and the speakers were told so."""

    number: int
    why: str


class Proposed(Event):
    """Somebody put a proposal."""

    speaker: str
    text: str
    number: int
    """Of the proposal, from 1."""
    round: int = 1


class Voted(Event):
    """Somebody voted."""

    speaker: str
    choice: str
    why: str = ""
    round: int = 1


class Consented(Event):
    """Somebody said which proposals it can live with."""

    speaker: str
    objects_to: tuple[int, ...] = ()
    objection: str = ""
    round: int = 1


class Settled(Event):
    """The group decided, or could not."""

    how: str
    """`vote` or `consensus`."""
    result: str = ""
    """What was decided; empty: nothing was."""
    tally: dict[str, int] = {}
    """By option or proposal: votes for it, or objections to it."""
    rounds: int = 1


class EndKind(StrEnum):
    """Why a dialogue ended; the words of `Ending.kind`."""

    TURNS = "turns"
    PHRASE = "phrase"
    LOOP = "loop"
    AGREEMENT = "agreement"
    SILENCE = "silence"
    LEFT = "left"
    """A speaker took leave, and fewer than two were left."""
    CLOSED = "closed"
    """The moderator closed it."""
    DECIDED = "decided"
    UNDECIDED = "undecided"
    BREAKER = "breaker"
    BUDGET = "budget"
    FAILED = "failed"
    DEADLINE = "deadline"
    HANDED_OVER = "handed_over"
    STOPPED = "stopped"
    """The keeper stopped it by hand."""


class DialogueEnded(Event):
    """The dialogue ended."""

    how: EndKind
    why: str


AnyEvent = (
    Opened
    | Said
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
)
