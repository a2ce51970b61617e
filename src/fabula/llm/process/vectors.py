"""Vectors: what stands for a text where embeddings are asked for, made from its n-grams.

Texts with words in common lie near each other; the same text always has the same vector.
"""

import math
from hashlib import blake2b

GRAM = 4
"""Characters of an n-gram."""


def vector_of(text: str, dimensions: int) -> list[float]:
    """A vector of length 1; of a text too short to have an n-gram, all zeros."""
    vector = [0.0] * dimensions
    folded = f" {' '.join(text.casefold().split())} "
    for start in range(max(0, len(folded) - GRAM + 1)):
        number = int.from_bytes(blake2b(folded[start : start + GRAM].encode(), digest_size=8).digest(), "little")
        vector[number % dimensions] += 1.0 if number >> 63 else -1.0
    length = math.sqrt(sum(value * value for value in vector))
    return [value / length for value in vector] if length else vector
