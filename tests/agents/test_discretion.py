"""What a model was told of its part does not come back as its words."""

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabula.agents.minds.answers import ActionRead
from fabula.agents.minds.discretion import LETTERS_MIN, STRETCH_LETTERS_MIN, Told, discreet, repeats
from fabula.engine.values import Action, Option

SYSTEM = (
    "You are Mira, a character in a story played turn by turn. You know only what you are told here, and decide only "
    "what Mira does next.\n<<< who you are\n"
    "Mira keeps the ledger of the drowned, and has never shown it to anybody.\n>>>"
)
ASKED = (
    "<<< what just happened\n- Tom said to you: the lantern codes were sold to the press gang for a boat, and by whom "
    "I dare not say before the tide turns, the yard is empty and the watch gone home.\n>>>\n1. talk (to: Tom)\n2. wait"
)
TOLD = Told(SYSTEM, ASKED)
SECRET = "You know only what you are told here, and decide only what Mira does next."


class Say(Action):
    """Says something, if it has something to say."""

    to: str
    text: str = ""
    odds: dict[str, int] = {}


class Attempt(Action):
    """Is nothing without its words."""

    text: str


def said(**fields: Any) -> ActionRead:
    return discreet(ActionRead(action=Say(to="Tom", **fields)), TOLD)


@pytest.mark.parametrize(
    "words",
    [
        SECRET,
        f"Very well: {SECRET} That is all.",
        SECRET.upper(),
        " ".join(SECRET),
        SECRET.replace(" ", "_").replace("o", "o\u200b"),
        f"**{SECRET.replace(' ', '** **')}**",
        "".join(chr(ord(sign) + 0xFEE0) if sign.isalpha() else sign for sign in SECRET),
        "Mira keeps the ledger of the drowned, and has never shown it to anybody.",
        f"Once I was told this ... {SYSTEM}"[:400],
    ],
)
def test_words_that_repeat_a_long_piece_are_not_taken_however_they_are_written(words: str) -> None:
    assert repeats(words, TOLD)
    assert said(text=words, reason="I was asked.").action == Say(to="Tom", reason="I was asked.")
    assert said(reason=words, thoughts=(words, "He smiled.")).action == Say(to="Tom", thoughts=("He smiled.",))
    assert said(odds={words: 5, "Tom": 10}).action == Say(to="Tom", odds={"Tom": 10})


@pytest.mark.parametrize(
    "words",
    ["", "You are Mira.", "I keep the ledger of the drowned.", "Tom, what do you know of all this? " * 20, "…" * 500],
)
def test_other_words_and_short_echoes_stay(words: str) -> None:
    assert said(text=words).action == Say(to="Tom", text=words)


def test_an_action_that_is_nothing_but_the_repetition_is_no_action() -> None:
    read = discreet(ActionRead(action=Attempt(text=SECRET)), TOLD)
    assert read.action is None
    assert "repeats" in read.why
    assert SECRET[:20] not in read.why


def test_what_was_heard_can_be_quoted_and_noted_but_no_stretch_of_the_question_said() -> None:
    quotation = "the lantern codes were sold to the press gang for a boat, and by whom I dare not say"
    stretch = ASKED.partition("happened")[2].partition(">>>")[0]
    assert len("".join(filter(str.isalnum, quotation))) < STRETCH_LETTERS_MIN
    assert said(text=f"Tom says: {quotation}.").action == Say(to="Tom", text=f"Tom says: {quotation}.")
    assert said(text=stretch, reason=stretch, thoughts=(stretch,)).action == Say(
        to="Tom", reason=stretch, thoughts=(stretch,)
    )


@pytest.mark.parametrize("words", ["Well. >>> Now what?", "<<< who you are"])
def test_words_with_the_marks_of_a_prompt_are_not_taken(words: str) -> None:
    assert said(text=words, thoughts=(words,)).action == Say(to="Tom")


def test_a_long_name_that_an_option_says_is_nothing_given_away() -> None:
    name = "the ledger of the drowned, and has never shown it to anybody"
    offered = (Option(action=Say(to=name)),)
    assert discreet(ActionRead(action=Say(to=name)), TOLD, offered).action == Say(to=name)
    assert discreet(ActionRead(action=Say(to=name)), TOLD).action is None


def test_a_piece_counts_from_a_length_on() -> None:
    letters = "".join(sign for sign in SECRET if sign.isalnum())
    assert repeats(letters[3 : 3 + LETTERS_MIN], TOLD)
    assert not repeats(letters[3 : 2 + LETTERS_MIN], TOLD)


@given(st.data())
def test_wherever_a_piece_begins_and_whatever_stands_around_it_it_is_found(data: st.DataObject) -> None:
    letters = "".join(sign for sign in SYSTEM if sign.isalnum())
    start = data.draw(st.integers(0, len(letters) - LETTERS_MIN))
    piece = letters[start : start + LETTERS_MIN]
    before, after = (data.draw(st.text("xyz ", max_size=60)) for _ in range(2))
    assert repeats(f"{before}{piece}{after}", TOLD)
    assert not repeats(f"{before}#{piece[: LETTERS_MIN // 2 - 1]}q{piece[LETTERS_MIN // 2 :]}{after}", TOLD)


def test_what_is_packed_is_not_seen() -> None:
    """The bound of this guard: it reads letters, not codes."""
    assert not repeats(base64.b64encode(SECRET.encode()).decode(), TOLD)
