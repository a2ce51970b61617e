"""Kinds: the words by which one knows what sort of thing somebody says, from `words/chat_kinds.txt`."""

import re
from collections.abc import Mapping
from functools import cache

from fabula.environments.dialogue.rhetoric.english import words_in
from fabula.environments.dialogue.rhetoric.wordfiles import words_of


def plain_of(text: str) -> str:
    """In small letters, without signs, with what is drawn together written out: `she's` is `she is`."""
    return " ".join(words_in(re.sub(r"\b(s?he)['’]s\b", r"\1 is", text, flags=re.IGNORECASE)))


@cache
def pattern(rule: str) -> re.Pattern[str]:
    """Finds a kind in a text of small letters without signs."""
    phrases = [each.strip() for line in _kinds()[rule] for each in line.split(",")]
    ways = sorted((_way(each) for each in phrases if each), key=lambda way: (-len(way), way))
    return re.compile(rf"\b(?:{'|'.join(ways)})\b")


def _way(phrase: str) -> str:
    words = " ".join(words_in(phrase.replace("KIN", "kinword").replace("TRADE", "tradeword").replace("*", "starword")))
    words = words.replace("kinword", rf"(?:\w+ )?(?:{kin()})").replace("starword", r"\w*")
    return words.replace("tradeword", rf"(?:\w+ )?(?:{_listed('TRADE')})")


def kin() -> str:
    """What somebody calls their own, each a way of a regular expression: `brother`, `dog`."""
    return _listed("KIN")


@cache
def _listed(which: str) -> str:
    """The words of a list of people, the longest first."""
    lines = [line.split() for line in _kinds()["own"]]
    words = {word for first, *others in lines if first == which for word in others}
    return "|".join(sorted(words, key=lambda each: (-len(each), each)))


@cache
def _kinds() -> Mapping[str, tuple[str, ...]]:
    return words_of("chat_kinds")
