"""Embedding: texts as vectors of whole numbers, so that how near two texts are is the same on every machine."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from importlib import import_module
from math import isqrt
from typing import Protocol
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from fabula.errors import UsageError

NORM = 127
"""The length of every vector that is not all zeros; the nearness of two is their product over NORM squared."""

Vector = NDArray[np.int8]


class Embedder(Protocol):
    """What tells how near two texts are. Vectors of different embedders say nothing to each other."""

    name: str
    """Of the embedder and its version: what makes vectors comparable."""
    dimensions: int

    def knows(self, text: str) -> bool:
        """Whether it has the text's vector at hand: whoever works vectors out here always does."""
        ...

    def embed(self, text: str) -> Vector:
        """The vector of a text it knows: of shape (dimensions,), of length NORM as nearly as whole numbers allow, or
        all zeros for a text that says nothing. Equal texts have equal vectors, on every machine.
        """
        ...


class NgramEmbedder:
    """Notes words and their three-letter pieces, hashed into a fixed number of dimensions.

    Weinberger et al. 2009, "Feature Hashing for Large Scale Multitask Learning": a feature's hash chooses its dimension
    and its sign, so that features that meet by chance cancel out on average. Each is hashed to three of them, so that
    in a short text one chance meeting says little.
    """

    name = "ngrams/1"
    dimensions = 512

    def knows(self, text: str) -> bool:
        """See Embedder.knows."""
        return True

    def embed(self, text: str) -> Vector:
        """See Embedder.embed."""
        return _embedded(text[:TEXT_CHARACTERS_MAX], self.dimensions)


TEXT_CHARACTERS_MAX = 2000
"""Of a text; what comes after does not count."""

_WORD_COUNTS, _PIECE_COUNTS = 6, 1
"""What a whole word counts, and each of its pieces."""
_SPREAD = 3
"""Dimensions of a feature."""
_PIECE = 3
_WORD = re.compile(r"[^\W_]+")
_UNTELLING = frozenset(
    "a about all an and any are as at be been but by can did do does for from had has have he her him his how i in into"
    " is it its know knows me my no not of on or s she so some than that the their them then there they this to up was"
    " were what when where which who whom whose why will with would you your".split()
)
"""Words that every other sentence has."""
_ENDINGS = ("ing", "ed", "es", "s")


def embedder(name: str) -> Embedder:
    """The embedder of that name, of those that need nobody else. Raises UsageError for another, and for one that is not
    installed.
    """
    if name == "ngrams":
        return NgramEmbedder()
    if name == "semantic":
        # Loads what the extra brings, and 16 MB of vectors.
        made: Embedder = import_module("fabula.agents.memory.semantic").semantic_embedder()
        return made
    raise UsageError(
        f"memory.embedder: there is no {name!r:.100}. There are 'ngrams', which needs nothing, 'semantic' (pip install "
        "'fabula[semantic]'), and models of providers, such as 'openai:text-embedding-3-small'"
    )


@lru_cache(maxsize=4096)
def _embedded(text: str, dimensions: int) -> Vector:
    counts = [0] * dimensions
    for feature, count in _features(text):
        for dimension, sign in _places(feature, dimensions):
            counts[dimension] += sign * count
    return vector_along(np.array(counts, dtype=np.int64))


def vector_along(told: NDArray[np.int64]) -> Vector:
    """The vector that points where whole numbers do, each less than 2**24; all zeros for zeros."""
    # At least 1, for a text that says nothing.
    length = max(1, isqrt(int(told @ told) * 10_000))
    # Whole numbers throughout, so that a half is rounded alike on every machine: away from zero.
    scaled = np.minimum(NORM, (np.abs(told) * (NORM * 200) + length) // (2 * length))
    vector: Vector = (np.sign(told) * scaled).astype(np.int8)
    vector.flags.writeable = False
    return vector


@lru_cache(maxsize=16_384)
def _places(feature: str, dimensions: int) -> tuple[tuple[int, int], ...]:
    """The dimensions of a feature and its sign in each."""
    hashed = crc32(feature.encode("utf-8", "replace"))
    # Nine bits for the dimension and one for the sign, as often as it is spread.
    parts = [hashed >> (spread * 10) for spread in range(_SPREAD)]
    return tuple([(part % dimensions, 1 if part >> 9 & 1 else -1) for part in parts])


def _features(text: str) -> Iterator[tuple[str, int]]:
    for word in telling_words(text):
        yield _stem(word), _WORD_COUNTS
        edged = f" {word} "
        for at in range(len(edged) - _PIECE + 1):
            yield f"#{edged[at : at + _PIECE]}", _PIECE_COUNTS


def telling_words(text: str) -> tuple[str, ...]:
    """The words of a text that not every other sentence has, without case and accents, each once."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    words = _WORD.findall("".join(char for char in folded if not unicodedata.combining(char)))
    return tuple(dict.fromkeys(word for word in words if word not in _UNTELLING))


def stems(text: str) -> frozenset[str]:
    """The telling words of a text without their endings."""
    return frozenset(map(_stem, telling_words(text)))


def _stem(word: str) -> str:
    """The word without a common English ending, where enough of it is left."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def nearness(one: Vector, other: Vector) -> int:
    """How near two texts are: 1000 the same, 0 nothing in common (or less)."""
    product = int(one.astype(np.int32) @ other.astype(np.int32))
    return max(0, min(1000, product * 1000 // (NORM * NORM)))
