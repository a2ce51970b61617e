"""What all pages of a story share: the table of contents and how chapters are called in it."""

from collections.abc import Iterator

from fabula.chronicle.story import Chapter, Story


def contents(story: Story) -> Iterator[tuple[str, str]]:
    """The table of contents: anchor and label of each part."""
    if story.cast.entries:
        yield "cast", story.cast_heading
    for chapter in story.chapters:
        yield numbered(chapter), f"{chapter.ordinal} {chapter.title}".strip()


def numbered(chapter: Chapter) -> str:
    """The anchor of a chapter."""
    return f"chapter-{chapter.number}" if chapter.number else "end"


def turns_told(chapter: Chapter) -> str:
    """Which turns a chapter tells, in words; empty for one that tells none."""
    if chapter.turns is None:
        return ""
    first, last = chapter.turns
    return f"Turn {first}" if first == last else f"Turns {first}–{last}"
