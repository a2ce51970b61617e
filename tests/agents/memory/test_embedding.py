"""Embedding: whole numbers, the same on every machine; near texts are near, and kinds are never mixed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabula.agents.memory.embedding import NORM, NgramEmbedder, embedder, nearness
from fabula.errors import UsageError

EMBEDDER = NgramEmbedder()
GOLDEN_SUM, GOLDEN_FIRST = -86752, [30, 35, 42, 49, 59, 66]
"""Of the vector's numbers, each times its dimension; and its first dimensions that are not zero."""


def near(one: str, other: str) -> int:
    return nearness(EMBEDDER.embed(one), EMBEDDER.embed(other))


def test_a_vector_is_the_same_on_every_machine() -> None:
    """Written down once; another machine, numpy or Python that gives another one would rank memories otherwise."""
    vector = EMBEDDER.embed("Edda sold the lantern codes.")
    assert vector.dtype == np.int8
    assert int(np.dot(vector.astype(int), np.arange(len(vector)))) == GOLDEN_SUM
    assert [int(at) for at in np.flatnonzero(vector)[:6]] == GOLDEN_FIRST


def test_equal_texts_are_as_near_as_can_be() -> None:
    assert near("The mill has weighed short.", "the MILL has weighed short") >= 970


def test_forms_of_a_word_are_near_and_other_words_are_not() -> None:
    assert near("Bas was wounded", "a wound of Bas") > 400
    assert near("Bas was wounded", "the price of tallow") < 150


@pytest.mark.parametrize("silent", ["", " ", "the of and", "!?…", "\u200b"])
def test_a_text_that_says_nothing_is_near_to_nothing(silent: str) -> None:
    assert not EMBEDDER.embed(silent).any()
    assert near(silent, "the mill") == 0


@given(st.text(max_size=300))
def test_every_text_has_a_vector_of_the_right_length(text: str) -> None:
    vector = EMBEDDER.embed(text)
    length = float(np.sqrt(np.sum(vector.astype(float) ** 2)))
    assert vector.shape == (EMBEDDER.dimensions,)
    assert length == 0 or abs(length - NORM) < NORM / 10


def test_an_embedder_that_is_not_here_is_named_with_the_one_that_is() -> None:
    assert embedder("ngrams").name == "ngrams/1"
    with pytest.raises(UsageError, match="ngrams"):
        embedder("n-grams")
