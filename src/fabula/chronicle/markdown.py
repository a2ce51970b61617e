"""A story as Markdown."""

from collections.abc import Callable, Iterator
from typing import Any

from fabula.chronicle.markdown_text import escaped
from fabula.chronicle.story import Block, Break, Chapter, Entry, Heading, Listing, Paragraph, Sentence, Story, Table


def to_markdown(story: Story) -> str:
    """The whole story as one Markdown text. Nothing in it is markup but what is written here."""
    return "\n\n".join(part for part in _parts(story) if part) + "\n"


def _parts(story: Story) -> Iterator[str]:
    yield f"# {escaped(story.title)}"
    yield f"*{_run_together(story.epigraph)}*" if story.epigraph else ""
    if story.cast.entries:
        yield "## The Cast"
        yield _listing(story.cast)
    for chapter in story.chapters:
        yield _chapter(chapter)


def _chapter(chapter: Chapter) -> str:
    number = f"{chapter.number}. " if chapter.number else ""
    return "\n\n".join(
        [f"## {number}{escaped(chapter.title)}", *(_BLOCKS[type(block)](block) for block in chapter.blocks)]
    )


def _run_together(sentences: tuple[Sentence, ...]) -> str:
    return escaped(" ".join(sentence.text for sentence in sentences))


def _paragraph(block: Paragraph) -> str:
    label = f"**{escaped(block.label)}.** " if block.label else ""
    return f"{'> ' if block.aside else ''}{label}{_run_together(block.sentences)}"


def _listing(block: Listing) -> str:
    return "\n".join(map(_entry, block.entries))


def _entry(entry: Entry) -> str:
    return f"- **{escaped(entry.term)}** — {_run_together(entry.sentences)}"


def _table(block: Table) -> str:
    def row(cells: tuple[str, ...]) -> str:
        return f"| {' | '.join(map(escaped, cells))} |"

    return "\n".join(
        [f"*{escaped(block.caption)}*", "", row(block.heads), "|---" * len(block.heads) + "|", *map(row, block.rows)]
    )


_BLOCKS: dict[type[Block], Callable[[Any], str]] = {
    Break: lambda _: "\\* \\* \\*",
    Heading: lambda block: f"### {escaped(block.text)}",
    Listing: _listing,
    Paragraph: _paragraph,
    Table: _table,
}
