"""Dialogues told: a transcript, page by page and line by line. Loads the dialogue; see fabula.app.tales.registry."""

from collections.abc import Sequence
from typing import Any

from fabula.app.tales.teller import Polisher, Told
from fabula.chronicle.transcript import (
    Stenographer,
    Transcript,
    entry_line,
    heading_line,
    to_html,
    to_markdown,
    transcript_lines,
)
from fabula.engine import Environment, Event, Note
from fabula.environments.dialogue.events import Opened, Said, passed
from fabula.errors import UsageError
from fabula.store import RunRow


class DialogueTeller:
    """See Teller."""

    called = "Transcript"
    pages = ("transcript.md", "transcript.html")
    log = "transcript.jsonl"
    unpolished = "A transcript is what was said, word for word: no model goes over it."
    unstyled = (
        "What was said is told word for word, in no style: `fabula transcript {run}` prints it (--format md, html or "
        "jsonl), `fabula log {run}` has a line for each thing that happened."
    )
    told_when_left = True

    def __init__(self, row: RunRow, environment: Environment[Any], *, style: str) -> None:
        self.turns = 0
        self._stenographer = Stenographer(run=row.id, began=row.created_at)

    def begin(self) -> str:
        """Nothing: what the first line holds is known when the dialogue opens."""
        return ""

    def hear(self, events: Sequence[Event], notes: Sequence[Note]) -> str:
        """See Teller."""
        self.turns += sum(isinstance(event, Said) or passed(event) for event in events)
        lines = "".join(map(entry_line, self._stenographer.hear(events, notes)))
        opened = any(isinstance(event, Opened) for event in events)
        return heading_line(self._stenographer.heading) + lines if opened else lines

    def transcript(self) -> Transcript:
        """All that was heard."""
        return self._stenographer.transcript()

    def told(self) -> Told:
        """See Teller."""
        return transcript_told(self.transcript())

    def log_text(self) -> str:
        """See Teller."""
        return transcript_lines(self.transcript())

    async def polished(self, polish: Polisher) -> Told:
        """Never: raises UsageError."""
        raise UsageError(self.unpolished)


def transcript_told(transcript: Transcript) -> Told:
    """The pages of a transcript."""
    return Told(markdown=to_markdown(transcript), html=to_html(transcript))
