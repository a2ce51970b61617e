"""Condensing: a full memory sums up what is least, keeps what matters, and forgets no step it rests on."""

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings
from tests.agents.memory.lives import ADA, BAS, CATO, DORA, after, blow, deed, gift, lived_through, memory, news

from fabula.agents.memory.entries import Entry, EntryKind
from fabula.agents.memory.experience import Experience
from fabula.agents.memory.memory import Memory


def rests_on(entry: Entry) -> tuple[int, ...]:
    return entry.steps or (entry.step,)


def a_long_life(steps: int) -> list[Experience]:
    people = [BAS, CATO, DORA]
    return [
        (gift if step % 3 else blow)(people[step % 2], [ADA, DORA][step % 5 == 0], step=step, place=f"place {step % 4}")
        for step in range(steps)
    ]


@pytest.mark.parametrize("kept_max", [10, 40, 200])
def test_no_more_is_kept_than_may_be(kept_max: int) -> None:
    kept = memory(kept_max=kept_max)
    for lived in a_long_life(500):
        kept.perceive(lived)
        assert len(kept.entries) <= kept_max


def test_every_step_is_still_accounted_for() -> None:
    kept = after(memory(kept_max=20), a_long_life(300))
    assert {step for entry in kept.entries for step in rests_on(entry)} == set(range(300))
    assert sum(entry.count for entry in kept.entries) == 300


def test_what_somebody_did_again_and_again_becomes_one_sentence() -> None:
    helped = [gift(BAS, ADA, step=step, place="the Mill") for step in range(7)]
    later = [news(f"News {number}.", step=80) for number in range(14)]
    kept = lived_through(memory(kept_max=20), *helped, *later)
    (reflection,) = [entry for entry in kept.entries if entry.kind is EntryKind.REFLECTION]
    assert reflection.text == "Bas has helped Ada seven times, last at the Mill."
    assert (reflection.steps, reflection.count) == ((0, 1, 2, 3, 4, 5, 6), 7)


def test_reflections_grow_as_more_of_the_same_is_summed_up() -> None:
    kept = memory(kept_max=12)
    for step in range(200):
        kept.perceive(gift(BAS, ADA, step=step))
    (reflection,) = [entry for entry in kept.entries if entry.kind is EntryKind.REFLECTION]
    assert reflection.count == len(reflection.steps) > 150
    assert reflection.text == f"Bas has helped Ada {reflection.count} times, last at the Mill."


def test_what_is_recent_and_what_nobody_forgets_stays_as_it_was() -> None:
    unforgettable = deed(BAS, "killed Dora", "kill Dora", to=DORA, kindness=-1.0, importance=1.0, step=0)
    kind = [gift(BAS, ADA, step=step) for step in range(1, 400)]
    kept = after(memory(kept_max=30, feels={DORA: 0.8}), [unforgettable, *kind])
    assert kept.entries[0].plain == "Bas killed Dora."
    assert [entry.step for entry in kept.entries if entry.kind is EntryKind.OBSERVATION][-4:] == [396, 397, 398, 399]


def test_entries_keep_the_order_of_their_numbers_and_numbers_are_never_given_twice() -> None:
    kept, seen = memory(kept_max=15), dict[int, Entry]()
    for lived in a_long_life(120):
        kept.perceive(lived)
        numbers = [entry.number for entry in kept.entries]
        assert numbers == sorted(set(numbers))
        for entry in kept.entries:
            assert seen.setdefault(entry.number, entry) == entry


def test_what_was_condensed_is_still_found() -> None:
    helped = [gift(BAS, ADA, step=step) for step in range(4)]
    kept = after(memory(kept_max=10), [*helped, *(news(f"News {number}.", step=60) for number in range(30))])
    assert "Bas has helped Ada" in kept.recall("has Bas helped Ada?", turn=15, most=1)[0].entry.text


def test_new_is_what_was_perceived_not_what_was_condensed() -> None:
    kept = after(memory(kept_max=20), a_long_life(100))
    assert [entry.step for entry in kept.since(95)] == [95, 96, 97, 98, 99]


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from([BAS, CATO, ""]), st.integers(0, 9), st.booleans()), max_size=120),
    st.integers(10, 30),
)
def test_bounds_and_provenance_hold_whatever_happens(life: list[tuple[str, int, bool]], kept_max: int) -> None:
    kept = Memory(memory().persona, kept_max=kept_max)
    for step, (doer, weight, thinks) in enumerate(life):
        if thinks:
            kept.think([f"It is {step} o'clock."], step=step, turn=step // 4)
        elif doer:
            kept.perceive(deed(doer, "waved", "wave", step=step, importance=weight / 10))
        else:
            kept.perceive(news(f"News {step}.", step=step, importance=weight / 10))
        assert len(kept.entries) <= kept_max
    assert sorted(step for entry in kept.entries for step in rests_on(entry)) == list(range(len(life)))
