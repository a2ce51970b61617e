"""Polished: a story whose words a model went over, and what became of each paragraph."""

from collections import Counter

import msgspec

from fabula.chronicle.story import Story

WHYS_MAX = 3
"""Reasons for which nobody answered that a summary names."""


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """A paragraph that stands as it was, since what the model made of it cannot stand in its place."""

    chapter: str
    """The chapter's title."""
    paragraph: int
    """Counted from 1 within the chapter."""
    why: str
    """What is wrong, in a few words that quote nothing of the model's."""


class Polished(msgspec.Struct, frozen=True, kw_only=True):
    """What came of polishing. Every paragraph is counted once: polished, kept, refused or unanswered."""

    story: Story
    polished: int = 0
    """Paragraphs with new words."""
    kept: int = 0
    """Paragraphs that nobody asked for (too long, or too many), or that the model left as they were."""
    refusals: tuple[Refusal, ...] = ()
    unanswered: int = 0
    """Paragraphs for which no model gave an answer."""
    failures: tuple[str, ...] = ()
    """Why not, a sentence each."""

    @property
    def refused(self) -> int:
        """How many paragraphs were refused."""
        return len(self.refusals)

    def __str__(self) -> str:
        """For people: `31 of 40 paragraphs polished, 5 left as they were, 4 refused (a new name, 3; …).`"""
        total = self.polished + self.kept + self.refused + self.unanswered
        told = f"{self.polished} of {total} paragraphs polished, {self.kept} left as they were"
        if self.refusals:
            whys = Counter(refusal.why for refusal in self.refusals)
            told += f", {self.refused} refused ({'; '.join(f'{why}, {count}' for why, count in whys.most_common())})"
        if self.unanswered:
            told += f", {self.unanswered} unanswered ({' '.join(self.failures[:WHYS_MAX])})"
        return f"{told}."
