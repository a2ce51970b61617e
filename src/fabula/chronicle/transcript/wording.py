"""The sentences of a transcript: what happened besides what was said. Names and reasons in them are foreign text."""

from typing import assert_never

from fabula.chronicle.transcript.transcript import Entry
from fabula.environments.dialogue.actions import Cause
from fabula.environments.dialogue.events import (
    Called,
    DialogueEnded,
    EndKind,
    Faltered,
    HandedOver,
    Held,
    Nudged,
    Passed,
    Said,
)

_CAUSES = {
    Cause.FAILED: "its mind failed",
    Cause.BREAKER: "its model failed too often of late",
    Cause.BUDGET: "what it may spend is spent",
    Cause.TIME: "it did not answer in time",
}
_ENDS = {
    EndKind.TURNS: "all turns were taken",
    EndKind.PHRASE: "the words that end it were said",
    EndKind.LOOP: "it went round in circles",
    EndKind.AGREEMENT: "everybody only agreed",
    EndKind.SILENCE: "nobody had anything more to say",
    EndKind.LEFT: "a speaker took leave",
    EndKind.CLOSED: "the moderator closed it",
    EndKind.DECIDED: "the group decided",
    EndKind.UNDECIDED: "the group could not decide",
    EndKind.BREAKER: "a speaker's model failed too often",
    EndKind.BUDGET: "the budget was spent",
    EndKind.FAILED: "a speaker could not answer",
    EndKind.DEADLINE: "its time was up",
    EndKind.HANDED_OVER: "it was handed to a person",
    EndKind.STOPPED: "its keeper stopped it",
}


Told = Passed | Faltered | HandedOver | Called | Nudged
"""Events that are told in a sentence."""

_STOPS, _CLOSING = ".!?…", "\"'’”)]"
"""What ends a sentence, and what may stand behind it."""

CUT = "(cut off here)"
ADJUSTED = "(adjusted)"
"""On a page, where a rule changed what was said; which one is the keeper's to know."""


def happening(event: Told) -> str:
    """What happened, in a sentence."""
    match event:
        case Passed(speaker=speaker, why=why):
            return f"{speaker} passed{_reason(why)}."
        case Faltered(speaker=speaker, cause=cause, why=why, instead=instead):
            return f"{speaker} could not answer{_reason(why or _CAUSES[cause])}; {instead or 'the turn passed'}."
        case HandedOver(speaker=speaker, why=why):
            return f"{speaker} handed the conversation to a person{_reason(why)}."
        case Called(by=by, speaker=speaker):
            return f"{by} gave {speaker} the word."
        case Nudged(why=why):
            return f"The speakers were nudged{_reason(why)}."
        case _:
            assert_never(event)


def stood_in_words(entry: Entry) -> str:
    """Who decided in a speaker's place, and why; empty: nobody did, or the event says it."""
    if entry.answer is None or not entry.answer.why or isinstance(entry.event, Faltered):
        return ""
    did = "spoke" if isinstance(entry.event, Said) else "decided"
    who = entry.event.by if isinstance(entry.event, Called) else getattr(entry.event, "speaker", "")
    return f"({entry.answer.by} {did} for {who}{_reason(entry.answer.why)})"


def held_words(event: Held) -> str:
    """That a rule changed what was said, and which, for the keeper."""
    return f"(adjusted: {event.rule})"


def ended_words(ending: DialogueEnded) -> str:
    """How it ended, and why."""
    told = f"It ended: {ending.why.strip() or _ENDS[ending.how]}"
    return told if told.rstrip(_CLOSING)[-1:] in _STOPS else f"{told}."


def _reason(why: str) -> str:
    """`: its budget is spent`, without the full stop that may be there; empty for no reason."""
    bare = why.strip().rstrip(".")
    return f": {bare}" if bare else ""
