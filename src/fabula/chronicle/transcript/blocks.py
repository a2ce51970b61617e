"""What the pages of a transcript consist of: speeches, asides and ballots, in plain words, not escaped yet."""

from collections.abc import Iterator

from msgspec import Struct

from fabula.chronicle.letters import visible
from fabula.chronicle.transcript.ballots import Ballot, ballots
from fabula.chronicle.transcript.totals import Total, acting
from fabula.chronicle.transcript.transcript import Answered, Entry, Heading, Transcript
from fabula.chronicle.transcript.wording import ADJUSTED, CUT, Told, ended_words, happening, stood_in_words
from fabula.environments.dialogue.events import (
    Bade,
    Called,
    Consented,
    DialogueEnded,
    EndKind,
    Faltered,
    HandedOver,
    Held,
    Passed,
    Proposed,
    Said,
    Settled,
    Voted,
)

_DECIDING = Proposed | Voted | Consented | Settled
_TURN = Said | Passed | Faltered | Called
_UNTOLD = Answered | Bade | DialogueEnded
"""What stands on no page, or at its end."""


class Speech(Struct, frozen=True, kw_only=True):
    """What somebody said in a turn."""

    number: int
    """Of the turn; 0: it is none, as a moderator's word before one."""
    speaker: str
    to: str
    text: str
    asides: tuple[str, ...] = ()
    """What is to be said of it, a sentence each."""


class Aside(Struct, frozen=True, kw_only=True):
    """What happened besides, in a sentence or two."""

    text: str


Block = Speech | Aside | Ballot


def blocks(transcript: Transcript) -> Iterator[Block]:
    """The dialogue from its opening to before its end."""
    held = _held_by_turn(transcript)
    deciding: list[Entry] = []
    for entry in transcript.entries:
        event = entry.event
        if isinstance(event, _DECIDING):
            deciding.append(entry)
            if isinstance(event, Settled):
                yield from _decided(deciding)
                deciding = []
        elif isinstance(event, Held):
            if (event.number, event.speaker) not in held:
                yield Aside(text=ADJUSTED)
        elif not isinstance(event, _UNTOLD) and not _tells_the_end(entry, transcript.ending):
            yield from _decided(deciding)
            deciding = []
            did = held.get((event.number, acting(entry)), ()) if isinstance(event, _TURN) else ()
            yield _block(event, tuple(filter(None, (stood_in_words(entry), *did))))
    yield from _decided(deciding)


def _tells_the_end(entry: Entry, ending: DialogueEnded | None) -> bool:
    """Whether it is a hand-over of which the end of the page says who did it, and why."""
    event = entry.event
    if not isinstance(event, HandedOver) or ending is None or ending.how is not EndKind.HANDED_OVER:
        return False
    return event.speaker in ending.why and event.why in ending.why and not stood_in_words(entry)


def _held_by_turn(transcript: Transcript) -> dict[tuple[int, str | None], list[str]]:
    """What rules did to turns, by number and speaker: a moderator's call has the number of the turn that comes next."""
    held = {
        (each.event.number, acting(each)): list[str]() for each in transcript.entries if isinstance(each.event, _TURN)
    }
    for entry in transcript.entries:
        event = entry.event
        if isinstance(event, Held) and (event.number, event.speaker) in held:
            held[event.number, event.speaker] = [ADJUSTED]
    return held


def _block(event: Said | Told, asides: tuple[str, ...]) -> Block:
    if isinstance(event, Said):
        cut = (CUT,) if event.cut else ()
        return Speech(number=event.number, speaker=event.speaker, to=event.to, text=event.text, asides=(*asides, *cut))
    if isinstance(event, Called) and event.text:
        # The number is that of the turn it gives.
        return Speech(number=0, speaker=event.by, to=event.speaker, text=event.text, asides=asides)
    return Aside(text=" ".join((happening(event), *asides)))


def _decided(deciding: list[Entry]) -> Iterator[Block]:
    if not deciding:
        return
    yield from ballots([entry.event for entry in deciding])
    for entry in deciding:
        if words := stood_in_words(entry):
            yield Aside(text=words)


TOTALS_HEADS = ("Speaker", "Mind", "Turns", "Words", "Tokens", "Cost", "Mean time")


def total_row(total: Total) -> tuple[str, ...]:
    """A speaker's totals under TOTALS_HEADS."""
    return (
        total.speaker,
        minds_told(total),
        f"{total.turns:,}" + (f" ({total.silent:,} passed)" if total.silent else ""),
        f"{total.words:,}",
        f"{total.tokens:,}" if total.billed else "–",
        total.cost or "–",
        "–" if total.latency_ms is None else f"{total.latency_ms / 1000:,.1f} s",
    )


def minds_told(total: Total) -> str:
    """Who decided for a speaker: `openai:…`, `openai:… (8), rules (2)`; empty: nobody was asked."""
    if len(total.minds) == 1:
        return total.minds[0][0]
    return ", ".join(f"{mind} ({count:,})" for mind, count in total.minds)


def ending_told(transcript: Transcript) -> str:
    """How it ended, in a sentence."""
    ending = transcript.ending
    return "It has not ended; it can go on." if ending is None else ended_words(ending)


def paragraphs(text: str) -> list[str]:
    """The paragraphs of what was said, each with the lines that print anything."""
    found: list[list[str]] = [[]]
    for line in text.splitlines():
        if visible(line):
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return ["\n".join(lines) for lines in found if lines]


def origin(heading: Heading) -> str:
    """Where a transcript is from, in a line; empty: nobody knows."""
    began = heading.began[:16].replace("T", " ")
    run = f"Run {heading.run}" if heading.run else ""
    return ", ".join(filter(None, (run, f"begun {began} UTC" if began else "")))
