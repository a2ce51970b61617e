"""Repetition: no sentence stands twice in a story."""

import re
from collections import Counter
from collections.abc import Iterable

_SENTENCE_ENDS = re.compile(r"(?<=[.!?…])(?P<closing>[\"”’)]*) +(?=[\"“‘(]?[A-Z])")
WORDS_MIN = 4
"""A shorter sentence may stand twice: `Nobody spoke.`"""


def sentences_in(text: str) -> list[str]:
    """The sentences of a paragraph, on one line; joined by blanks they are the paragraph again."""
    parts, start = [], 0
    for end in _SENTENCE_ENDS.finditer(text):
        parts.append(text[start : end.end("closing")])
        start = end.end()
    return [*parts, text[start:]]


class Told:
    """The sentences that a story tells, while its paragraphs change one after the other."""

    def __init__(self, paragraphs: Iterable[str]) -> None:
        self._told = Counter(key for text in paragraphs for key in _keys(text))

    def fault(self, original: str, new: str) -> str:
        """Why the new words of a paragraph repeat something; empty if they do not."""
        own, keys = Counter(_keys(original)), Counter(_keys(new))
        elsewhere = any(self._told[key] > own[key] for key in keys)
        within = any(count > max(1, own[key]) for key, count in keys.items())
        return "it repeats a sentence of the story" if elsewhere or within else ""

    def take(self, original: str, new: str) -> None:
        """The paragraph was changed."""
        self._told.subtract(_keys(original))
        self._told.update(_keys(new))


def _keys(text: str) -> list[str]:
    words = (re.findall(r"\w+", sentence.casefold()) for sentence in sentences_in(text))
    return [" ".join(sentence) for sentence in words if len(sentence) >= WORDS_MIN]
