"""The one rule by which words, marks and figures become numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabula.agents.persona import Skill, Tie, Weight
from fabula.agents.sheet import read_sheet
from fabula.agents.sheet.scale import (
    AMOUNTS,
    COMPETENCE,
    TIES,
    full_mark,
    is_value,
    join_trust,
    join_value,
    level,
    rate,
    split_trust,
    split_value,
    trust,
)


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("7", 0.7),
        ("0", 0.0),
        ("10", 1.0),
        ("6.5", 0.65),
        ("6,5", 0.65),
        ("+7", 0.7),
        ("7/10", 0.7),
        ("7 / 10", 0.7),
        ("3/5", 0.6),
        ("8 out of 10", 0.8),
        ("seven out of ten", 0.7),
        ("70%", 0.7),
        ("70 %", 0.7),
        ("70 percent", 0.7),
        ("0.7", 0.7),
        ("0,7", 0.7),
        (".7", 0.7),
        ("★★★☆☆", 0.6),
        ("★★★", 0.6),
        ("☆☆☆☆☆", 0.0),
        ("⭐⭐⭐⭐", 0.8),
        ("●●○○", 0.5),
        ("3 stars", 0.6),
        ("~7", 0.7),
        ("about 7", 0.7),
        ("7ish", 0.7),
        ("7 (would rather run)", 0.7),
        ("high (8)", 0.8),
        ("6-8", 0.7),
        ("6–8/10", 0.7),
        ("6 to 8", 0.7),
        ("between 6 and 8", 0.7),
        ("seven", 0.7),
        ("７／１０", 0.7),
        ("٧", 0.7),
        ("7½", 0.75),
        ("**7**", 0.7),
        ("high", 0.75),
        ("HIGH!", 0.75),
        ("Very High", 0.9),
        ("very low", 0.1),
        ("low", 0.25),
        ("low to medium", 0.375),
        ("none", 0.0),
        ("never", 0.0),
        ("always", 1.0),
        ("sehr hoch", 0.9),
        ("nízká", 0.25),
        ("высокий", 0.75),
        ("高", 0.75),
        ("11", 1.0),
        ("12/10", 1.0),
        ("-1", 0.0),
        ("−1", 0.0),
        ("999999999999999999999", 1.0),
    ],
)  # fmt: skip
def test_a_weight_is_read_from_figures_marks_and_words(said: str, value: float) -> None:
    assert rate(said).value == pytest.approx(value)


@pytest.mark.parametrize(
    "said", ["", "??", "-", "–", "tbd", "n/a", "depends", "not very high", "NaN", "inf", "7/0", "d20", "x"]
)
def test_what_gives_no_number_is_undecided_and_says_so(said: str) -> None:
    reading = rate(said)
    assert reading.value is None
    assert "undecided (0.5 is used in play)" in reading.oddity


@pytest.mark.parametrize("said", ["11", "-1", "6-8", "0.7", "low to high", "pretty high, I think", "he got 7 once"])
def test_what_is_read_with_some_goodwill_says_so(said: str) -> None:
    assert rate(said).value is not None
    assert rate(said).oddity


@given(said=st.text())
def test_whatever_is_said_gives_a_share_or_nothing(said: str) -> None:
    for mark in (1.0, 5.0, 10.0, 100.0):
        value = rate(said, full_mark=mark).value
        assert value is None or 0.0 <= value <= 1.0
    assert (found := level(said)) is None or 0.0 <= found <= 1.0
    assert (bond := trust(said)) is None or -1.0 <= bond <= 1.0


@pytest.mark.parametrize("text", ["7", "8 out of 10", "very low", "★★☆", "70 %", "about 7"])
def test_a_value_stands_alone(text: str) -> None:
    assert is_value(text)
    assert not is_value(f"Duty {text}")


@pytest.mark.parametrize(
    ("declared", "mark"),
    [
        ("Weights (1-5)", 5.0),
        ("Weights (0–100)", 100.0),
        ("Weights (out of 20)", 20.0),
        ("Weights (/20)", 20.0),
        ("Weights (%)", 100.0),
        ("on a scale of 1 to 7", 7.0),
        ("Scale: 6", 6.0),
        ("Decision Making Weights", 10.0),
        ("Weights (2)", 10.0),
        ("the seven of spades", 10.0),
    ],
)
def test_a_heading_or_a_remark_may_declare_the_full_mark(declared: str, mark: float) -> None:
    assert full_mark(["3", "7"], declared=[declared]) == mark


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("expert", 0.9),
        ("Expert (harbours only)", 0.9),
        ("an expert in tides", 0.9),
        ("working knowledge", 0.5),
        ("novice", 0.15),
        ("8/10", 0.8),
        ("★★★★☆", 0.8),
        ("what her father taught her", None),
        ("learned at sea, 3 years", None),
        ("", None),
    ],
)
def test_a_level_is_read_where_one_is_meant(said: str, found: float | None) -> None:
    assert level(said) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("enemy", -0.8),
        ("old friends", 0.6),
        ("not a friend", -0.3),
        ("a friend who became an enemy", -0.1),
        ("owes him money, trust 7/10", 0.4),
        ("Trust: 1", -0.8),
        ("the harbour master", None),
    ],
)
def test_trust_is_read_from_figures_or_from_the_mean_of_the_words(text: str, found: float | None) -> None:
    assert trust(text) == (pytest.approx(found) if found is not None else None)


@given(text=st.text(alphabet="a =?(trust+0.5)1-"), share=st.none() | st.integers(0, 10_000))
def test_a_number_that_is_written_behind_a_text_is_found_again(text: str, share: int | None) -> None:
    said = " ".join(text.split())
    value = None if share is None else share / 10_000
    assert split_value(join_value(said, value)) == (said, value)
    assert split_trust(join_trust(said, value)) == (said, value)


def test_no_word_stands_for_two_amounts() -> None:
    for table, lowest in ((AMOUNTS, 0.0), (COMPETENCE, 0.0), (TIES, -1.0)):
        assert all(phrase == phrase.casefold() and lowest <= value <= 1.0 for phrase, value in table.items())
    text = "name: Bo\n## Weights\n" + "".join(f"- W{index}: {phrase}\n" for index, phrase in enumerate(AMOUNTS))
    weights = read_sheet(text, source="amounts.md")[0].weights
    assert [weight.value for weight in weights] == list(AMOUNTS.values())


def test_numbers_keep_to_their_bounds() -> None:
    for wrong in (-0.1, 1.1, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="is not between"):
            Weight(name="Duty", value=wrong)
        with pytest.raises(ValueError, match="is not between"):
            Skill(name="Rowing", level=wrong)
    with pytest.raises(ValueError, match="is not between -1 and 1"):
        Tie(who="Tom", trust=-1.5)
    assert Weight(name="Duty", value=1 / 3).value == 0.3333
    assert str(Tie(who="Tom", trust=-0.0).trust) == "0.0"
