"""Likeness: how alike several turns are on the whole, in whole numbers, so that every machine finds the same."""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from fabula.agents.memory.embedding import TEXT_CHARACTERS_MAX, NgramEmbedder, nearness
from fabula.environments.dialogue.words import pieces_of, runs_of

SAME = 100
_RUN, _LONG_RUN = 2, 4
"""Words in a row that are compared; of a longer past, more of them. In scripts without blanks a letter is a word."""

_embedder = NgramEmbedder()


def likeness(texts: Sequence[str]) -> int:
    """How far the texts go round in circles, 0 to SAME: the mean, over all of them, of how near each is to that other
    one which is nearest to it. So a circle of two, three or more different turns is found as well as one.

    The nearness of two is that of their words and pieces of words (the n-gram embedder), or of the runs of words they
    share, whichever is greater. Only the first TEXT_CHARACTERS_MAX characters of each count.
    """
    heads = [text[:TEXT_CHARACTERS_MAX] for text in texts]
    if len(heads) < 2:
        return 0
    vectors = [_embedder.embed(text) for text in heads]
    nearest = [0] * len(heads)
    for one in range(len(heads)):
        for other in range(one + 1, len(heads)):
            near = max(nearness(vectors[one], vectors[other]) // 10, overlap(heads[one], heads[other]))
            nearest[one], nearest[other] = max(nearest[one], near), max(nearest[other], near)
    return sum(nearest) // len(nearest)


def overlap(one: str, other: str) -> int:
    """What share of their runs of two words two texts have in common, 0 to SAME (Dice's coefficient)."""
    these, those = _runs(one), _runs(other)
    both = sum(these.values()) + sum(those.values())
    if not both:
        return SAME if one == other else 0
    return 2 * SAME * sum((these & those).values()) // both


def said_before(text: str, before: Sequence[str]) -> int:
    """What share of a text's runs of four words stand in what was said before, 0 to SAME; 0 of a text that has none."""
    said = _quadruples(text)
    if not said:
        return 0
    unheard = said.difference(*map(_quadruples, before))
    return SAME * (len(said) - len(unheard)) // len(said)


def new_words(text: str, before: Sequence[str]) -> int:
    """How many words of a text, or pairs of letters in scripts without blanks, were never said before; numbers are
    nothing new.
    """
    return len(_vocabulary(text).difference(*map(_vocabulary, before)))


@lru_cache(maxsize=512)
def _vocabulary(text: str) -> frozenset[str]:
    words = {word for word in _pieces(text) if len(word) > 1 and word.isalpha()}
    return runs_of(text[:TEXT_CHARACTERS_MAX]) | words


@lru_cache(maxsize=512)
def _quadruples(text: str) -> frozenset[tuple[str, ...]]:
    words = _pieces(text)
    return frozenset(zip(*(words[at:] for at in range(_LONG_RUN)), strict=False))


@lru_cache(maxsize=512)
def _runs(text: str) -> Counter[tuple[str, ...]]:
    words = _pieces(text)
    return Counter(tuple(words[at : at + _RUN]) for at in range(max(1, len(words) - _RUN + 1)) if words)


@lru_cache(maxsize=64)
def _pieces(text: str) -> tuple[str, ...]:
    return tuple(pieces_of(text[:TEXT_CHARACTERS_MAX]))
