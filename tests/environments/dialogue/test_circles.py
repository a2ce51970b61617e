"""Who only agrees, and which turns are alike: figures in whole numbers."""

import pytest
from tests.environments.dialogue.tables import SUBJECTS

from fabula.environments.dialogue.agreement import Agreeing, agreeing
from fabula.environments.dialogue.likeness import SAME, likeness, overlap

NAMES = ("Ada Lovell", "Ben")
BEFORE = ("The old mill should be closed before winter.", "It costs the village forty crowns a year.")


@pytest.mark.parametrize(
    "text",
    [
        "I agree.",
        "Yes, exactly.",
        "You're right.",
        "You’re absolutely right, Ada!",
        "Well said, Ben. I couldn't agree more.",
        "Absolutely. The old mill should be closed.",
        "Yes, I wholeheartedly agree with everything you said, my friend.",
        "That is a wonderful point, Ada Lovell; I completely agree.",
        "Oh, indeed! Quite so.",
        "Hear, hear!",
        "I AGREE",
        "…",
        "👍",
        "",
    ],
)
def test_a_turn_only_agrees_if_it_brings_no_word_of_its_own(text: str) -> None:
    assert agreeing(text, BEFORE, NAMES) is Agreeing.ONLY


@pytest.mark.parametrize(
    "text",
    [
        "I agree, but the race still needs digging.",
        "Yes. On Thursday, with lanterns.",
        "I disagree.",
        "I don't agree.",
        "Right bank or left, the mill is old.",
        "The old mill should be closed.",
        "Exactly what would you close?",
        "You're right, and I would sell the wheel to the Board.",
        "No.",
        "Sure, if my brother pays.",
    ],
)
def test_a_turn_with_something_of_its_own_does_more_than_agree(text: str) -> None:
    assert agreeing(text, BEFORE, NAMES) is not Agreeing.ONLY


def test_turns_that_are_the_same_are_alike_by_a_hundred() -> None:
    assert likeness(["I agree."] * 6) == SAME
    assert likeness(["We should wait.", "We should go."] * 3) == SAME
    assert likeness(["Ja, genau.", "Ja, genau!"] * 2) == SAME
    assert likeness(["好的。"] * 4) == SAME


def test_turns_that_have_nothing_in_common_are_hardly_alike() -> None:
    assert likeness(SUBJECTS[:6]) < 35
    assert likeness(SUBJECTS[6:]) < 35


def test_turns_on_one_matter_are_less_alike_than_a_circle() -> None:
    talk = [
        "The sluice at Saltholm should be opened before the tide comes in.",
        "If we open the sluice, my wheat is salt for seven years.",
        "Wheat can be paid for. The school behind the dyke cannot.",
        "The dyke was drawn for eleven feet, and the tide brings ten.",
        "And the wind? It went round to the west at six.",
        "Then the tide brings ten and a half, and the dyke still holds.",
    ]
    assert likeness(talk) < 60


def test_a_few_changed_words_do_not_hide_a_circle() -> None:
    turns = [
        f"I think that we should really open the old sluice {when}." for when in ("now", "today", "tonight", "soon")
    ]
    assert likeness(turns) >= 85


def test_overlap_counts_runs_of_two_words() -> None:
    assert overlap("a b c", "a b c") == SAME
    assert overlap("a b c d", "a b x y") == SAME // 3
    assert overlap("", "") == SAME
    assert overlap("a", "") == 0
    assert likeness(["alone"]) == likeness([]) == 0
