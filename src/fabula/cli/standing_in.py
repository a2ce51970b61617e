"""Standing in: who was decided for by whom, and why, in lines for whoever watches."""

import re
from collections.abc import Iterable, Iterator

from fabula.agents.minds.human import LeftToRules
from fabula.engine import Note

_AMOUNT = re.compile(r"\$\d[\d,.]*\d|\b\d[\d,.]*(?= (?:s|tokens)\b)")
"""Waits and figures, which differ from one agent to the next though the reason is one."""


def stood_in(notes: Iterable[Note]) -> Iterator[str]:
    """A line for all with whom it was the same."""
    groups: dict[tuple[str, str], list[Note]] = {}
    for note in notes:
        if note.why:
            groups.setdefault((note.by, _AMOUNT.sub("", note.why)), []).append(note)
    for (by, _), alike in groups.items():
        whom = alike[0].agent if len(alike) == 1 else f"{len(alike)} agents"
        yield f"({by} decided for {whom}: {alike[0].why})"


def stood_in_for_you(notes: Iterable[Note], you: str) -> Iterator[str]:
    """Who decided for the person that plays, and why, if that was not their own wish."""
    for note in notes:
        if note.why and note.agent == you:
            why = "" if note.why.endswith(LeftToRules.said) else f": {note.why}"
            yield f"({note.by} decided this one for you{why})"
