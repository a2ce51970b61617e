"""Chance: the generator is the published one, and streams depend on seed, step and name only."""

import random

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabula.engine.chance import Chance, philox_4x64
from fabula.errors import UsageError

WORD = st.integers(min_value=0, max_value=2**64 - 1)


@given(counter=st.tuples(WORD, WORD, WORD, WORD), key=st.tuples(WORD, WORD))
def test_the_generator_is_numpys_philox_bit_for_bit(counter: tuple[int, int, int, int], key: tuple[int, int]) -> None:
    # NumPy counts up before it draws, so its first block is that of the next counter.
    number = sum(word << 64 * i for i, word in enumerate(counter))
    before = (number - 1) % 2**256
    words = [before >> 64 * i & (2**64 - 1) for i in range(4)]
    theirs = numpy.random.Philox(counter=numpy.array(words, numpy.uint64), key=numpy.array(key, numpy.uint64))
    assert philox_4x64(counter, key) == tuple(theirs.random_raw(4).tolist())


def test_a_stream_does_not_depend_on_other_streams() -> None:
    alone = [Chance(7, 3).stream("mira").random() for _ in range(1)]
    chance = Chance(7, 3)
    chance.stream("tom").random()
    assert [chance.stream("mira").random()] == alone


@pytest.mark.parametrize(
    "other", [Chance(8, 3).stream("a", "bc"), Chance(7, 4).stream("a", "bc"), Chance(7, 3).stream("ab", "c")]
)
def test_another_seed_step_or_name_is_another_stream(other: object) -> None:
    assert Chance(7, 3).stream("a", "bc").word() != other.word()  # type: ignore[attr-defined]


def test_the_numbers_never_change() -> None:
    """A golden value: if this fails, every recorded run replays differently."""
    stream = Chance(7, 12).stream("attack", "Mira Kest")
    assert [stream.integer(1, 20) for _ in range(8)] == [1, 8, 13, 9, 14, 2, 3, 20]


def test_integers_cover_their_range_evenly() -> None:
    stream = Chance(1).stream("dice")
    counts = [0] * 6
    for _ in range(6000):
        counts[stream.integer(1, 6) - 1] += 1
    assert all(880 < count < 1120 for count in counts)


def test_weights_are_kept_to() -> None:
    stream = Chance(1).stream("lots")
    drawn = [stream.weighted("abc", [1, 0, 3]) for _ in range(4000)]
    assert "b" not in drawn
    assert 0.70 < drawn.count("c") / 4000 < 0.80


def test_shuffling_keeps_every_item_and_the_list_it_was_given() -> None:
    items = list(range(50))
    shuffled = Chance(1).stream("deck").shuffled(items)
    assert items == list(range(50)) != shuffled
    assert sorted(shuffled) == items


@pytest.mark.parametrize(("dice", "low", "high"), [("d20", 1, 20), ("2d6", 2, 12), ("3d8+2", 5, 26), ("1d4 - 1", 0, 3)])
def test_dice_stay_within_what_they_can_show(dice: str, low: int, high: int) -> None:
    stream = Chance(random.Random(dice).randint(0, 999)).stream("roll")
    rolled = {stream.roll(dice) for _ in range(3000)}
    assert (min(rolled), max(rolled)) == (low, high)


@pytest.mark.parametrize("dice", ["", "d", "d0", "2x6", "1000d6", "d20+", "d20;"])
def test_what_is_not_dice_is_told_so(dice: str) -> None:
    with pytest.raises(UsageError, match="write them like 'd20'"):
        Chance(1).stream("roll").roll(dice)
