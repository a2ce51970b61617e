"""Indexes of things said, without any run: for tests of what is found in them."""

from pathlib import Path

from fabula.knowledge import Conversations, Indexed, Spoken
from fabula.knowledge.conversations import FILE_NAME


def add(index: Conversations, run: str, *lines: tuple[str, str], **fields: str | int) -> None:
    """Index a run of which each step says one thing."""
    said = [Spoken(step, step + 1, speaker, words) for step, (speaker, words) in enumerate(lines)]
    values = {"began": "2026-03-01T10:00:00Z", "changed": "2026-03-02T10:00:00Z", "steps": len(lines)} | fields
    index.add(Indexed(run=run, **values), said, start=0)  # type: ignore[arg-type]


def said(tmp_path: Path, *lines: str) -> Path:
    """An index of lines that Ada said, one a turn."""
    file = tmp_path / FILE_NAME
    with Conversations.open(file) as index:
        add(index, "talk", *(("Ada", line) for line in lines))
    return file


def found(file: Path, words: str = "", **filters: str | int) -> list[str]:
    """Runs and turns: `talk-1:2`, the best first."""
    with Conversations.open(file) as index:
        return [f"{one.run}:{one.number}" for one in index.search(words, **filters)]  # type: ignore[arg-type]
