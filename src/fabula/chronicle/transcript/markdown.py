"""A transcript as Markdown."""

from collections.abc import Iterator, Sequence

from fabula.chronicle.letters import visible
from fabula.chronicle.markdown_text import escaped
from fabula.chronicle.transcript.ballots import Ballot
from fabula.chronicle.transcript.blocks import (
    TOTALS_HEADS,
    Block,
    Speech,
    blocks,
    ending_told,
    minds_told,
    origin,
    paragraphs,
    total_row,
)
from fabula.chronicle.transcript.totals import Total, totals
from fabula.chronicle.transcript.transcript import Heading, Transcript


def to_markdown(transcript: Transcript) -> str:
    """The whole transcript as one Markdown text. Nothing in it is markup but what is written here, and nobody is named
    as a speaker who did not speak.
    """
    return "\n\n".join(_parts(transcript)) + "\n"


def _parts(transcript: Transcript) -> Iterator[str]:
    came_to = totals(transcript)
    yield from _front(transcript.heading, came_to)
    yield "---"
    for block in blocks(transcript):
        yield from _block(block)
    yield "---"
    yield _aside(ending_told(transcript))
    if came_to:
        yield _table(TOTALS_HEADS, [total_row(total) for total in came_to])
    if told := origin(transcript.heading):
        yield _aside(told)


def _front(heading: Heading, came_to: Sequence[Total]) -> Iterator[str]:
    yield f"# {_text(heading.called)}"
    if heading.topic and heading.topic != heading.called:
        yield f"### {_text(heading.topic)}"
    if heading.background:
        yield "\n>\n".join(f"> {_text(part)}" for part in paragraphs(heading.background))
    if came_to:
        yield "\n".join(_speaker(total) for total in came_to)


def _speaker(total: Total) -> str:
    minds = minds_told(total)
    return f"- **{_text(total.speaker)}**" + (f" — {_text(minds)}" if minds else "")


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Ballot):
        yield from _ballot(block)
    elif isinstance(block, Speech):
        to = f" *(to {_text(block.to)})*" if block.to else ""
        first, *others = paragraphs(block.text) or [""]
        yield f"**{_text(block.speaker)}**{to}: {_lines(first)}".rstrip()
        yield from map(_lines, others)
        yield from map(_aside, block.asides)
    else:
        yield _aside(block.text)


def _ballot(ballot: Ballot) -> Iterator[str]:
    yield f"*{_text(ballot.title)}*"
    if ballot.rows:
        yield _table(ballot.heads, ballot.rows)
    if ballot.reasons:
        yield "\n".join(f"- {_text(reason)}" for reason in ballot.reasons)
    if ballot.result:
        yield _aside(ballot.result)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    def row(cells: Sequence[str]) -> str:
        return f"| {' | '.join(map(_text, cells))} |"

    return "\n".join([row(heads), "|---" * len(heads) + "|", *map(row, rows)])


def _aside(text: str) -> str:
    return f"*{_text(text)}*"


def _lines(paragraph: str) -> str:
    """A paragraph whose lines stay lines."""
    return "\\\n".join(map(_text, paragraph.splitlines()))


def _text(text: str) -> str:
    return escaped(visible(text))
