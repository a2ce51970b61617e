"""A story as one HTML file that needs nothing else: no script, no font, no picture from anywhere."""

from collections.abc import Callable, Iterator
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from fabula.chronicle.letters import visible
from fabula.chronicle.pages import contents, numbered, turns_told
from fabula.chronicle.story import Block, Break, Chapter, Heading, Listing, Paragraph, Sentence, Story, Table


def to_html(story: Story) -> str:
    """The whole story as one HTML5 document. Everything that comes from the story is text in it, never markup."""
    return "".join(f"{line}\n" for line in _lines(story))


def _lines(story: Story) -> Iterator[str]:
    title = _text(story.title)
    yield "<!DOCTYPE html>"
    yield '<html lang="en">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    # Nothing is fetched and nothing runs, whatever a name in the story says.
    yield "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    yield f"<title>{title}</title>"
    yield f"<style>\n{_style_sheet()}</style>"
    yield "</head>"
    yield f'<body class="{_text(story.style)}">'
    yield from _front(story)
    yield "<main>"
    for chapter in story.chapters:
        yield from _chapter(chapter)
    yield "</main>"
    yield f"<footer><p>{_text(story.colophon)}</p></footer>"
    yield "</body>"
    yield "</html>"


def _front(story: Story) -> Iterator[str]:
    yield "<header>"
    yield f"<h1>{_text(story.title)}</h1>"
    if story.subtitle:
        yield f'<p class="question">{_text(story.subtitle)}</p>'
    if story.epigraph:
        yield f'<p class="epigraph">{_run_together(story.epigraph)}</p>'
    yield "</header>"
    yield '<nav aria-label="Contents">'
    yield "<h2>Contents</h2>"
    yield "<ol>"
    for anchor, label in contents(story):
        yield f'<li><a href="#{anchor}">{_text(label)}</a></li>'
    yield "</ol>"
    yield "</nav>"
    if story.cast.entries:
        yield '<section id="cast">'
        yield f"<h2>{_text(story.cast_heading)}</h2>"
        yield _listing(story.cast)
        yield "</section>"


def _chapter(chapter: Chapter) -> Iterator[str]:
    yield f'<section id="{numbered(chapter)}">'
    number = f'<span class="number">{_text(chapter.ordinal)}</span> ' if chapter.ordinal else ""
    yield f"<h2>{number}{_text(chapter.title)}</h2>"
    if told := turns_told(chapter):
        yield f'<p class="turns">{_text(told)}</p>'
    for block in chapter.blocks:
        yield _BLOCKS[type(block)](block)
    yield "</section>"


def _text(text: str) -> str:
    return escape(visible(text), quote=True)


def _run_together(sentences: tuple[Sentence, ...]) -> str:
    return _text(" ".join(sentence.text for sentence in sentences))


def _paragraph(block: Paragraph) -> str:
    label = f"<b>{_text(block.label)}.</b> " if block.label else ""
    words = f"<p>{label}{_run_together(block.sentences)}</p>"
    return f"<blockquote>{words}</blockquote>" if block.aside else words


def _listing(block: Listing) -> str:
    rows = (f"<dt>{_text(entry.term)}</dt><dd>{_run_together(entry.sentences)}</dd>" for entry in block.entries)
    return f"<dl>{''.join(rows)}</dl>"


def _table(block: Table) -> str:
    heads = "".join(f'<th scope="col">{_text(head)}</th>' for head in block.heads)
    rows = "".join(f"<tr>{''.join(f'<td>{_text(cell)}</td>' for cell in row)}</tr>" for row in block.rows)
    caption = f"<caption>{_text(block.caption)}</caption>"
    return f'<div class="wide"><table>{caption}<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'


_BLOCKS: dict[type[Block], Callable[[Any], str]] = {
    Break: lambda _: '<hr aria-hidden="true">',
    Heading: lambda block: f"<h3>{_text(block.text)}</h3>",
    Listing: _listing,
    Paragraph: _paragraph,
    Table: _table,
}


@cache
def _style_sheet() -> str:
    return files("fabula.chronicle").joinpath("page.css").read_text(encoding="utf-8")
