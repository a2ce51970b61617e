"""The languages in which agreement is known: how one agrees, objects and is courteous in each, from words files."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from fabula.agents.memory.embedding import stems
from fabula.environments.dialogue.words import words_of
from fabula.words_file import read_words

__all__ = ["SPACED", "UNSPACED", "Phrases", "Script", "Tongue", "script", "tongues"]

SPACED = (
    "english",
    "german",
    "french",
    "spanish",
    "italian",
    "portuguese",
    "dutch",
    "polish",
    "swedish",
    "russian",
    "korean",
)
"""Languages that set blanks between words."""
UNSPACED = ("japanese", "chinese")
_STAR = "*"
"""In a phrase, any word; at the end of a word, any ending."""


class Phrases:
    """Phrases, found where they stand in a list of words."""

    def __init__(self, phrases: Sequence[str]) -> None:
        """phrases: as a words file has them."""
        self._by_word: dict[str, list[tuple[str, ...]]] = {}
        self._by_head: dict[str, list[tuple[str, ...]]] = {}
        for phrase in phrases:
            words = tuple(_pattern_words(phrase))
            first = words[0]
            where, key = (self._by_head, first[:-1]) if first.endswith(_STAR) else (self._by_word, first)
            where.setdefault(key, []).append(words)
        self._heads = tuple(self._by_head)

    def at(self, words: Sequence[str], at: int) -> int:
        """How many words the longest phrase has that stands in the words from there on; 0 if none does."""
        word = words[at]
        found = self._by_word.get(word, [])
        if self._heads and word.startswith(self._heads):
            found = [*found, *(each for head in self._heads if word.startswith(head) for each in self._by_head[head])]
        return max([len(each) for each in found if _stands(each, words, at)], default=0) if found else 0

    def begin(self, words: Collection[str]) -> bool:
        """Whether any of the words can be the first of a phrase."""
        return not self._by_word.keys().isdisjoint(words) or (
            bool(self._heads) and any(word.startswith(self._heads) for word in words)
        )


class Tongue(NamedTuple):
    """A language that sets blanks between words."""

    opens: Phrases
    """By which a clause agrees that opens with them."""
    alone: Phrases
    """By which it agrees if it says nothing else."""
    agrees: Phrases
    """By which it agrees wherever they stand."""
    objects: Phrases
    """By which it does not agree, whatever else it says."""
    turns: frozenset[str]
    """Words by which agreement goes on to something of its own."""
    courtesy: frozenset[str]
    """Words of praise, thanks and leave."""
    empty: frozenset[str]
    """All words that tell nothing new: courtesies, turns, and those that every other sentence has."""
    empty_stems: frozenset[str]
    """Those without their endings."""

    def may_agree(self, words: Collection[str]) -> bool:
        """Whether there is anything to agree with among the words at all."""
        begins = any(phrases.begin(words) for phrases in (self.agrees, self.opens, self.alone))
        return begins or not self.courtesy.isdisjoint(words)


class Script(NamedTuple):
    """A language that sets none: its phrases are found anywhere in a text."""

    agrees: re.Pattern[str]
    objects: re.Pattern[str]
    turns: re.Pattern[str]
    little: re.Pattern[str]
    """What tells nothing new, courtesy among it."""
    courtesy: re.Pattern[str]


@cache
def tongues() -> tuple[Tongue, ...]:
    """All the languages of SPACED, in that order."""
    return tuple(map(_tongue, SPACED))


@cache
def script(name: str) -> Script:
    """One of UNSPACED."""
    rules = _rules(name)
    agrees, objects, turns = (_anywhere(rules[rule]) for rule in ("agrees", "objects", "turns"))
    little = _anywhere([*rules["little"], *rules["courtesy"]])
    return Script(agrees, objects, turns, little, _anywhere(rules["courtesy"]))


def _tongue(name: str) -> Tongue:
    rules = _rules(name)
    opens, alone, agrees, objects = (
        Phrases(_listed(rules.get(rule, ()))) for rule in ("opens", "alone", "agrees", "objects")
    )
    turns, little, courtesy = (frozenset(words_of(" ".join(rules[rule]))) for rule in ("turns", "little", "courtesy"))
    empty = little | courtesy | turns
    return Tongue(opens, alone, agrees, objects, turns, courtesy, empty, stems(" ".join(sorted(empty))))


def _rules(name: str) -> Mapping[str, tuple[str, ...]]:
    return read_words(files(__package__).joinpath(f"{name}.txt").read_text(encoding="utf-8"), source=f"{name}.txt")


def _listed(lines: Sequence[str]) -> list[str]:
    return [phrase for line in lines for phrase in line.split(" / ")]


def _pattern_words(phrase: str) -> Iterator[str]:
    for token in phrase.split():
        words = words_of(token)
        yield from words[:-1]
        yield (words[-1] if words else "") + (_STAR if token.endswith(_STAR) else "")


def _stands(phrase: Sequence[str], words: Sequence[str], at: int) -> bool:
    if at + len(phrase) > len(words):
        return False
    return all(
        word.startswith(part[:-1]) if part.endswith(_STAR) else word == part
        for part, word in zip(phrase, words[at:], strict=False)
    )


def _anywhere(lines: Sequence[str]) -> re.Pattern[str]:
    pieces = {"".join(words_of(piece)) for piece in _listed(lines)} - {""}
    # The longest first, so that none hides another.
    return re.compile("|".join(map(re.escape, sorted(pieces, key=lambda piece: (-len(piece), piece)))))
