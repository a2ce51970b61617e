"""A transcript as one HTML file that needs nothing else: no script, no font, no picture from anywhere."""

from collections.abc import Iterator, Sequence
from functools import cache
from html import escape
from importlib.resources import files

from fabula.chronicle.letters import visible
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

MARKS = "●▲■◆★✚▼◗"
"""By which speakers are told apart where colours are not; the ninth begins anew, with another edge."""
EDGES = ("solid", "double", "dashed")


def to_html(transcript: Transcript) -> str:
    """The whole transcript as one HTML5 document. Everything that was said is text in it, never markup."""
    return "".join(f"{line}\n" for line in _lines(transcript))


def _lines(transcript: Transcript) -> Iterator[str]:
    came_to = totals(transcript)
    voices = {total.speaker: number for number, total in enumerate(came_to)}
    yield "<!DOCTYPE html>"
    yield '<html lang="en">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    # Nothing is fetched and nothing runs, whatever anybody said.
    yield "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    yield f"<title>{_text(transcript.heading.called)}</title>"
    yield f"<style>\n{_style_sheet()}</style>"
    yield "</head>"
    yield '<body class="transcript">'
    yield from _front(transcript.heading, came_to)
    yield "<main>"
    for block in blocks(transcript):
        yield from _block(block, voices)
    yield f'<p class="ending">{_text(ending_told(transcript))}</p>'
    yield "</main>"
    if came_to:
        yield '<section id="totals">'
        yield _table("What it came to", TOTALS_HEADS, [total_row(total) for total in came_to])
        yield "</section>"
    if told := origin(transcript.heading):
        yield f"<footer><p>{_text(told)}</p></footer>"
    yield "</body>"
    yield "</html>"


def _front(heading: Heading, came_to: Sequence[Total]) -> Iterator[str]:
    yield "<header>"
    yield f"<h1>{_text(heading.called)}</h1>"
    if heading.topic and heading.topic != heading.called:
        yield f'<p class="question">{_text(heading.topic)}</p>'
    yield from (f'<p class="background">{_text(part)}</p>' for part in paragraphs(heading.background))
    yield "</header>"
    if not came_to:
        return
    yield '<section id="cast">'
    yield "<h2>Who speaks</h2>"
    yield "<ul>"
    for number, total in enumerate(came_to):
        minds = minds_told(total)
        mind = f' <span class="mind">{_text(minds)}</span>' if minds else ""
        yield f'<li class="{_voice(number)}">{_mark(number)} <b>{_text(total.speaker)}</b>{mind}</li>'
    yield "</ul>"
    yield "</section>"


def _block(block: Block, voices: dict[str, int]) -> Iterator[str]:
    if isinstance(block, Ballot):
        yield from _ballot(block)
    elif isinstance(block, Speech):
        number = voices[block.speaker]
        to = f' <span class="to">to {_text(block.to)}</span>' if block.to else ""
        yield f'<article class="{_voice(number)} {EDGES[number // len(MARKS) % len(EDGES)]}">'
        turn = f' <span class="number">{block.number}</span>' if block.number else ""
        yield f"<h3>{_mark(number)} {_text(block.speaker)}{to}{turn}</h3>"
        yield from (f"<p>{_kept_lines(part)}</p>" for part in paragraphs(block.text))
        yield from map(_aside, block.asides)
        yield "</article>"
    else:
        yield _aside(block.text)


def _ballot(ballot: Ballot) -> Iterator[str]:
    yield '<section class="ballot">'
    if ballot.rows:
        yield _table(ballot.title, ballot.heads, ballot.rows)
    if ballot.reasons:
        yield "<ul>"
        yield from (f"<li>{_text(reason)}</li>" for reason in ballot.reasons)
        yield "</ul>"
    if ballot.result:
        yield f'<p class="result">{_text(ballot.result)}</p>'
    yield "</section>"


def _table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{_text(each)}</th>' for each in heads)
    body = "".join(f"<tr>{''.join(f'<td>{_text(cell)}</td>' for cell in row)}</tr>" for row in rows)
    caption = f"<caption>{_text(caption)}</caption>"
    return f'<div class="wide"><table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _aside(text: str) -> str:
    return f'<p class="aside">{_text(text)}</p>'


def _voice(number: int) -> str:
    return f"voice-{number % len(MARKS) + 1}"


def _mark(number: int) -> str:
    return f'<span class="mark" aria-hidden="true">{MARKS[number % len(MARKS)]}</span>'


def _kept_lines(paragraph: str) -> str:
    return "<br>".join(map(_text, paragraph.splitlines()))


def _text(text: str) -> str:
    return escape(visible(text), quote=True)


@cache
def _style_sheet() -> str:
    sheets = files("fabula.chronicle")
    return "".join(sheets.joinpath(name).read_text(encoding="utf-8") for name in ("page.css", "transcript/page.css"))
