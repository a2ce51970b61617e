"""The second person: how people are named in a sentence - by their names, or one of them as `you`."""

import re
from functools import cached_property


class Voice:
    """Who is spoken of how. Sentences about the world stand in the past tense, so that verbs need not agree."""

    def __init__(self, you: str = "") -> None:
        """you: the person who reads it; empty: nobody is spoken to."""
        self.you = you

    def name(self, who: str) -> str:
        """A person, or a place, in the middle of a sentence."""
        return "you" if who and who == self.you else who

    def doer(self, who: str) -> str:
        """Whoever a sentence begins with."""
        return capital(self.name(who))

    def own(self, who: str) -> str:
        """`your`, `Ada's`."""
        return "your" if who and who == self.you else f"{who}'s"

    def was(self, who: str) -> str:
        """`were`, `was`."""
        return "were" if who and who == self.you else "was"

    def clause(self, words: str) -> str:
        """A clause of the world's own making that may name the reader: `taking 3 bread from Ada` is `… from you`."""
        if self._named is None or self.you not in words:
            return words
        return self._named.sub(lambda found: "your" if found[1] else "you", words)

    @cached_property
    def _named(self) -> "re.Pattern[str] | None":
        """The reader's name, where it is no part of another: not Ash in `Ash Lane` or `Old Ash`."""
        if not self.you:
            return None
        return re.compile(rf"(?<![\w-])(?<![A-Z]\w )(?<!\bthe ){re.escape(self.you)}('s|’s)?(?![\w-])(?! [A-Z])")


def capital(words: str) -> str:
    """The words as a sentence begins."""
    return words[:1].upper() + words[1:]
