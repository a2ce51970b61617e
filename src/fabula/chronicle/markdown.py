"""A story as Markdown."""

from collections.abc import Callable, Iterator
from typing import Any

from fabula.chronicle.letters import visible
from fabula.chronicle.markdown_text import escaped
from fabula.chronicle.story import Block, Break, Entry, Heading, Listing, Paragraph, Sentence, Story, Table


def to_markdown(story: Story) -> str:
    """The whole story as one Markdown text. Nothing in it is markup but what is written here."""
    return "\n\n".join(_parts(story)) + "\n"


def _parts(story: Story) -> Iterator[str]:
    yield f"# {_text(story.title)}"
    if story.subtitle:
        yield f"### {_text(story.subtitle)}"
    if story.epigraph:
        yield f"> {_run_together(story.epigraph)}"
    if story.cast.entries:
        yield f"## {_text(story.cast_heading)}"
        yield _listing(story.cast)
    for chapter in story.chapters:
        yield f"## {f'{chapter.ordinal} ' if chapter.ordinal else ''}{_text(chapter.title)}"
        yield from (_BLOCKS[type(block)](block) for block in chapter.blocks)
    yield "---"
    yield f"*{_text(story.colophon)}*"


def _text(text: str) -> str:
    return escaped(visible(text))


def _run_together(sentences: tuple[Sentence, ...]) -> str:
    return _text(" ".join(sentence.text for sentence in sentences))


def _paragraph(block: Paragraph) -> str:
    label = f"**{_text(block.label)}.** " if block.label else ""
    return f"{'> ' if block.aside else ''}{label}{_run_together(block.sentences)}"


def _listing(block: Listing) -> str:
    return "\n".join(map(_entry, block.entries))


def _entry(entry: Entry) -> str:
    return f"- **{_text(entry.term)}** — {_run_together(entry.sentences)}"


def _table(block: Table) -> str:
    def row(cells: tuple[str, ...]) -> str:
        return f"| {' | '.join(map(_text, cells))} |"

    return "\n".join(
        [f"*{_text(block.caption)}*", "", row(block.heads), "|---" * len(block.heads) + "|", *map(row, block.rows)]
    )


_BLOCKS: dict[type[Block], Callable[[Any], str]] = {
    Break: lambda _: "* * *",
    Heading: lambda block: f"### {_text(block.text)}",
    Listing: _listing,
    Paragraph: _paragraph,
    Table: _table,
}
