"""The story as a value: chapters of passages of sentences, each sentence with the events it rests on; pages are made
from it elsewhere.
"""

from collections.abc import Iterator

import msgspec

from fabula.environments.campaign.setting import Style


class _Value(msgspec.Struct, frozen=True, kw_only=True):
    """Root of the parts of a story."""


class Sentence(_Value, frozen=True, kw_only=True):
    """One sentence."""

    text: str
    events: tuple[int, ...]
    """Numbers, counted from 0, of the events it rests on; sorted, without repetition."""


class Paragraph(_Value, frozen=True, kw_only=True):
    """Sentences that belong together."""

    sentences: tuple[Sentence, ...]
    label: str = ""
    """Runs in before the first sentence, as `Contact`."""
    aside: bool = False
    """Set apart: an epigraph, a letter, a view from outside."""


class Heading(_Value, frozen=True, kw_only=True):
    """A heading within a chapter."""

    text: str


class Break(_Value, frozen=True, kw_only=True):
    """A white space in which time passes or the place changes."""


class Table(_Value, frozen=True, kw_only=True):
    """Figures side by side."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    events: tuple[int, ...]


class Entry(_Value, frozen=True, kw_only=True):
    """A line of a list: who, and what is to be said of them."""

    term: str
    sentences: tuple[Sentence, ...]


class Listing(_Value, frozen=True, kw_only=True):
    """A list of people or sides."""

    entries: tuple[Entry, ...]


Block = Paragraph | Heading | Break | Table | Listing


class Chapter(_Value, frozen=True, kw_only=True):
    """A part of the story with a title."""

    title: str
    blocks: tuple[Block, ...]
    number: int = 0
    """0: a part without a number, after the chapters."""
    ordinal: str = ""
    """How the number is written."""
    turns: tuple[int, int] | None = None
    """First and last turn told in it."""


class Story(_Value, frozen=True, kw_only=True):
    """A whole telling."""

    title: str
    subtitle: str
    style: Style
    epigraph: tuple[Sentence, ...]
    cast_heading: str
    cast: Listing
    chapters: tuple[Chapter, ...]
    colophon: str
    """What the telling rests on, at the foot of the last page."""

    def sentences(self) -> Iterator[Sentence]:
        """Every sentence, in reading order."""
        yield from self.epigraph
        for entry in self.cast.entries:
            yield from entry.sentences
        for chapter in self.chapters:
            for block in chapter.blocks:
                match block:
                    case Paragraph():
                        yield from block.sentences
                    case Listing():
                        for entry in block.entries:
                            yield from entry.sentences
                    case _:
                        continue
