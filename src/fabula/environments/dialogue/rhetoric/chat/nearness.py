"""Nearness: how much two texts have to do with one another, by the words they share and the matters they touch."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from fabula.agents.lexicon import stem
from fabula.environments.dialogue.rhetoric.english import words_in
from fabula.environments.dialogue.rhetoric.reading import COMMON, WEAK
from fabula.environments.dialogue.rhetoric.wordfiles import words_of

SHARED = 3
MAIN = 2
"""What a word in common counts, and that both are about one matter before others, against 1 for a matter in common."""
LETTERS_MIN = 3
_NO_MATTERS = frozenset(["english", "little"])
_SAYS_LITTLE = COMMON | WEAK | frozenset(" ".join(words_of("chat_near")["little"]).split())


@lru_cache(maxsize=4096)
def telling(text: str) -> frozenset[str]:
    """The stems of the words that say something."""
    return frozenset(_stem(word) for word in words_in(text) if len(word) >= LETTERS_MIN and word not in _SAYS_LITTLE)


@lru_cache(maxsize=4096)
def matters(text: str) -> tuple[str, ...]:
    """The matters that a text touches, those with most of its words first: `death`, `home`."""
    words = set(words_in(text)) - COMMON
    counts = {matter: len(words & of) for matter, of in _matters().items()}
    return tuple(sorted((each for each in counts if counts[each]), key=lambda each: (-counts[each], each)))


def said_in(text: str, whole: str) -> bool:
    """Whether one text stands in another, word for word."""
    return " ".join(words_in(text)) in " ".join(words_in(whole))


def nearness(asked: str, told: str) -> int:
    """0 for nothing in common."""
    shared = len(telling(asked) & telling(told))
    mine, theirs = matters(asked), matters(told)
    main = MAIN - 1 if mine[:1] and mine[0] in theirs[:2] else 0
    return SHARED * shared + len(set(mine) & set(theirs)) + main


def is_of_a_matter(text: str) -> bool:
    """Whether all its telling words are of one matter: it asks for that, and not for something that touches it."""
    said = {word for word in words_in(text) if telling(word)}
    return any(said <= _matters()[matter] for matter in matters(text))


@cache
def _matters() -> Mapping[str, frozenset[str]]:
    return {
        matter: frozenset(" ".join(lines).split())
        for matter, lines in words_of("chat_near").items()
        if matter not in _NO_MATTERS
    }


_IRREGULAR = {"children": "child", "wives": "wife", "lives": "life", "knives": "knife", "mice": "mouse", "feet": "foot"}


def _stem(word: str) -> str:
    word = re.sub(r"'s?$", "", word)
    word = re.sub(r"([aeilo]|al|ar)ves$", r"\1f", _IRREGULAR.get(word, word))
    return stem(word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > LETTERS_MIN else word)
