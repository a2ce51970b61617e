"""The stenographer: hears a dialogue step by step and keeps its transcript."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from fabula.chronicle.transcript.transcript import Answer, Answered, Entry, Happened, Heading, Transcript
from fabula.engine.values import Event, Note
from fabula.environments.dialogue.events import (
    Called,
    Consented,
    Faltered,
    Held,
    Opened,
    Passed,
    Proposed,
    Said,
    Voted,
)

_ACTED = Said | Passed | Faltered | Proposed | Voted | Consented
"""Events that are a speaker's own answer."""


class Stenographer:
    """Joins what happened with who decided it. Tell it every step, from the first."""

    def __init__(self, *, run: str = "", began: str = "") -> None:
        self.heading = Heading(run=run, began=began)
        self.entries: list[Entry] = []
        self._step = 0

    def hear(self, events: Iterable[Event], notes: Iterable[Note] = ()) -> list[Entry]:
        """Take in one step; returns the entries that came of it. That a dialogue opened is in the heading instead."""
        new = list(self._entries(events, list(notes)))
        self._step += 1
        self.entries += new
        return new

    def transcript(self) -> Transcript:
        """All that was heard."""
        return Transcript(heading=self.heading, entries=tuple(self.entries))

    def _entries(self, events: Iterable[Event], notes: list[Note]) -> Iterator[Entry]:
        for event in events:
            if isinstance(event, Opened):
                self.heading = replace(
                    self.heading,
                    title=event.title,
                    topic=event.topic,
                    background=event.background,
                    speakers=event.speakers,
                )
                continue
            assert isinstance(event, Happened), type(event)
            yield Entry(step=self._step, event=_told(event), answer=_taken(notes, _author(event)))
        for note in notes:
            if note.why or note.spent is not None or note.latency_ms is not None:
                yield Entry(step=self._step, event=Answered(speaker=note.agent), answer=_answer(note))


def _told(event: Happened) -> Happened:
    """The event as it may be handed on."""
    if isinstance(event, Held):
        return replace(event, seen_by=(), instead_of="")
    return replace(event, seen_by=())


def _author(event: Happened) -> str:
    if isinstance(event, _ACTED):
        return event.speaker
    return event.by if isinstance(event, Called) else ""


def _taken(notes: list[Note], agent: str) -> Answer | None:
    """The answer of an agent, taken from the notes: each is told once."""
    note = next((note for note in notes if note.agent == agent), None)
    if note is None:
        return None
    notes.remove(note)
    return _answer(note)


def _answer(note: Note) -> Answer:
    latency_ms = None if note.latency_ms is None else round(note.latency_ms, 1)
    return Answer(by=note.by, why=note.why, latency_ms=latency_ms, spent=note.spent)
