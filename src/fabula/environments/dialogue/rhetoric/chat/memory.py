"""Memory: what the person told and asked so far."""

import re
from collections.abc import Sequence

from msgspec import Struct

from fabula.environments.dialogue.rhetoric.chat.hearing import GOOD, HARD, Words, read
from fabula.environments.dialogue.rhetoric.chat.kinds import plain_of
from fabula.environments.dialogue.rhetoric.chat.nearness import telling


class Kept(Struct, frozen=True):
    """Something that was told."""

    turn: int
    """The how-manieth of the person's turns, from 0."""
    words: Words


class Memory(Struct, frozen=True):
    """All of it, the last turn apart: that is what is answered."""

    kept: tuple[Kept, ...]
    turns: int
    name: str
    """What they say they are called; empty: they did not say."""

    @property
    def confided(self) -> int:
        """How often they told something that mattered to them."""
        return sum(each.words.news in HARD | GOOD | {"plan"} for each in self.kept)

    def knows(self, name: str) -> bool:
        """Whether they said before that they are called so."""
        return any(each.words.name == name for each in self.kept)

    def news(self, *kinds: str) -> list[Words]:
        """What was told of these kinds, the latest first."""
        return [each.words for each in reversed(self.kept) if each.words.news in kinds]

    def asked_before(self, question: str) -> int:
        """How often that was asked."""
        plain = _bare(question)
        return sum(_bare(each.words.question) == plain for each in self.kept if each.words.question)

    def told_before(self, words: Words) -> bool:
        """Whether the same was told, in nearly the same words."""
        new = telling(words.statement)
        return len(new) > 1 and any(
            each.words.news == words.news and new == telling(each.words.statement) for each in self.kept
        )

    def of_them(self) -> tuple[str, str]:
        """Whom of theirs they spoke of last, `your brother`, and what that one is called; empty: not known."""
        who = next((each.words.who for each in reversed(self.kept) if each.words.who), "")
        named = next((each.words.named for each in reversed(self.kept) if each.words.named), "")
        return who, named

    def on(self, about: str) -> Words | None:
        """What was told that shares a word with this: what is news before the rest, the first before the later."""
        wanted = telling(about)
        found = [each.words for each in self.kept if wanted & telling(each.words.statement)]
        return min(found, key=lambda each: each.news not in HARD | GOOD, default=None)


def memory_of(lines: Sequence[str]) -> Memory:
    """What is kept of the person's turns; the last is what is being answered, and only its name is kept."""
    said = [read(line) for line in lines]
    named = [each.name for each in said if each.name]
    kept = tuple(Kept(at, each) for at, each in enumerate(said[:-1]))
    return Memory(kept, len(said), named[-1] if named else "")


def _bare(question: str) -> str:
    return re.sub(r"^(?:(?:so|and|but|well|now|ok|okay|then|please|again|hello|hi|hey) )+", "", plain_of(question))
