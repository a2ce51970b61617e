"""Recall: what comes to mind is what is asked for, recent and important, and never what was not perceived."""

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings
from tests.agents.memory.lives import ADA, BAS, CATO, blow, deed, gift, learned, lived_through, memory, news

from fabula.agents.memory.memory import Memory

TOWN = [
    learned(ADA, "the lantern codes", "Edda sold the lantern codes to the Wardenry.", source=BAS),
    news("The breach in the west curtain moved on, and stood at 5 of 20."),
    deed("Dora", "tended the wounds of Bas at the Chapel", "tend", to=BAS, kindness=0.5),
    deed(CATO, "took the toll box from Fen at the Landing", "take", to="Fen", kindness=-0.4),
    deed("Gil", "searched the Crypt and found three kegs of powder", "search"),
    news("A roof slid into the street like a hat."),
    deed("Hal", "spoke to Esk about the drowned surveyor at the Square", "speak", to="Esk"),
    learned(ADA, "the cut page", "The priest burned the register.", source="Hal"),
    deed("Ilse", "went from the Roundhouse to the Drowned Bell", "go", importance=0.1),
]
ASKED = {
    "who sold the lantern codes?": "Edda sold",
    "Cato is a thief": "toll box",
    "explosives: kegs, powder": "powder",
    "Who was wounded, and who tended the wounds?": "tended the wounds",
    "the surveyor who drowned": "drowned surveyor",
    "what became of the chapel register": "register",
    "is the western curtain breached?": "breach in the west",
    "roofs in the streets": "roof slid",
}


@pytest.mark.parametrize(("query", "wanted"), ASKED.items())
def test_what_is_asked_for_comes_first(query: str, wanted: str) -> None:
    kept = lived_through(memory(), *TOWN)
    first, *_ = kept.recall(query, turn=1, most=3)
    assert wanted in first.entry.text


def test_of_two_alike_the_recent_one_comes_first() -> None:
    kept = lived_through(
        memory(), blow(BAS, CATO, step=4, place="the Quay"), blow(BAS, CATO, step=80, place="the Dyke")
    )
    places = [found.entry.place for found in kept.recall("Bas struck Cato", turn=20, most=2)]
    assert places == ["the Dyke", "the Quay"]


def test_of_two_alike_the_important_one_comes_first() -> None:
    little = deed(BAS, "waved to Cato at the Quay", "wave", to=CATO, importance=0.1)
    much = deed(BAS, "waved to Cato at the Dyke", "wave", to=CATO, importance=0.9)
    kept = lived_through(memory(), much, little)
    assert [found.entry.place or found.entry.text for found in kept.recall("Bas waved to Cato", turn=0, most=1)] == [
        "Bas waved to Cato at the Dyke."
    ]


def test_an_old_memory_that_is_asked_for_outweighs_a_fresh_one_that_is_not() -> None:
    kept = lived_through(memory(), TOWN[0], *(news(f"It rained on day {day}.", step=200) for day in range(30)))
    assert "Edda" in kept.recall("the lantern codes that were sold", turn=50, most=1)[0].entry.text


def test_nothing_in_particular_brings_back_what_is_recent_and_important() -> None:
    kept = lived_through(memory(), news("A thing.", importance=0.9), news("Another.", importance=0.2, step=1))
    assert [found.entry.text for found in kept.recall("", turn=1, most=5)] == ["A thing.", "Another."]


def test_the_score_is_the_product_of_the_three() -> None:
    kept = lived_through(memory(), *TOWN)
    for found in kept.recall("the lantern codes", turn=9, most=9):
        assert found.score == found.recency * found.entry.importance * max(20, found.relevance)


def test_what_was_said_twice_comes_to_mind_once() -> None:
    kept = lived_through(memory(), *(news("The bell rang.", step=step) for step in range(6)), news("A dog barked."))
    assert sorted(found.entry.text for found in kept.recall("the bell", turn=1, most=4)) == [
        "A dog barked.",
        "The bell rang.",
    ]


def test_no_more_comes_than_is_asked_for() -> None:
    kept = lived_through(memory(), *TOWN)
    assert [len(kept.recall("Bas", turn=0, most=most)) for most in (0, 1, 4, 50)] == [0, 1, 4, len(TOWN)]
    assert memory().recall("anything", turn=3, most=5) == ()


def test_recalling_changes_nothing() -> None:
    kept = lived_through(memory(), *TOWN)
    before = kept.view()
    first = kept.recall("the lantern codes", turn=4, most=5)
    assert kept.view() == before
    assert kept.recall("the lantern codes", turn=4, most=5) == first


def test_memories_taken_in_after_a_question_are_found_by_the_next() -> None:
    kept = lived_through(memory(), *TOWN)
    kept.recall("bread", turn=0, most=1)
    kept.perceive(gift(BAS, ADA))
    assert "bread" in kept.recall("bread", turn=0, most=1)[0].entry.text


words = st.text(alphabet="abcde \u0130\u00df'\U0001f642", max_size=30)


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(words, max_size=25), query=words, most=st.integers(0, 9), kept_max=st.integers(10, 20))
def test_nothing_comes_to_mind_that_was_not_perceived(texts: list[str], query: str, most: int, kept_max: int) -> None:
    kept = Memory(memory().persona, kept_max=kept_max)
    for step, text in enumerate(texts):
        kept.perceive(news(f"{text}.", step=step))
    found = kept.recall(query, turn=5, most=most)
    assert {each.entry for each in found} <= set(kept.entries)
    assert {step for each in found for step in each.entry.steps or (each.entry.step,)} <= set(range(len(texts)))
