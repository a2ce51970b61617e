"""Typed lines: what a person at a terminal means by them, and what they are told before a deed comes to nothing."""

import pytest

from fabula.agents.minds.typed import WORDS_CHARACTERS_MAX, doubt, examples, typed_action, worded_kinds
from fabula.engine import Action, AgentId, Observation, Option
from fabula.environments.campaign.actions import (
    Attempt,
    CharacterAction,
    Give,
    Investigate,
    Move,
    Persuade,
    Sneak,
    Take,
    Talk,
    Use,
    Wait,
)
from fabula.environments.dialogue.actions import Bid, Call, Close, Consent, Leading, Pass, Propose, Say, Speaking, Vote

OPEN = (
    Move(to="the Salt Gate"),
    Talk(to="Ruben Stallard", about="the ledger"),
    Take(object="the grey ledger", from_whom="Ruben Stallard"),
    Wait(),
)
CARRIED = ("the lead line",)


def observed(*options: Action) -> Observation:
    return Observation(
        agent=AgentId("Mira"),
        step=1,
        due=1,
        perceives=None,
        accepts=CharacterAction,
        reflex=Wait(),
        options=tuple(Option(action=action) for action in options),
    )


@pytest.mark.parametrize(
    ("line", "action"),
    [
        ("go Salt Gate", Move(to="Salt Gate")),
        ("go to the Salt Gate", Move(to="the Salt Gate")),
        ("slip unseen to the Salt Gate", Sneak(to="the Salt Gate")),
        ("talk Ruben: good evening", Talk(to="Ruben", text="good evening")),
        ("talk to Ruben about the ledger", Talk(to="Ruben", about="the ledger")),
        ("give the lead line to Ruben", Give(object="the lead line", to="Ruben")),
        ("take the grey ledger from Ruben", Take(object="the grey ledger", from_whom="Ruben")),
        ("use the lead line on Ruben", Use(object="the lead line", on="Ruben")),
        ("persuade Ruben to open the gate", Persuade(whom="Ruben", to_what="open the gate")),
        ("search the old well", Investigate(what="the old well")),
        ("give a speech to the crowd", Attempt(text="give a speech to the crowd")),
        ("climb the mast and look for sails", Attempt(text="climb the mast and look for sails")),
    ],
)
def test_a_line_is_read_as_the_deed_it_names(line: str, action: Action) -> None:
    assert typed_action(line, observed(*OPEN), CARRIED) == action


def test_a_deed_aimed_at_nobody_who_is_here_is_doubted() -> None:
    why = doubt(Talk(to="Oskar Venn"), observed(*OPEN), CARRIED)
    assert why == "Nobody and nothing called 'Oskar Venn' is here for that."
    assert "Did you mean 'the Salt Gate'?" in doubt(Move(to="the Silt Gate"), observed(*OPEN))
    assert "'Edda'" in doubt(Give(object="the lead line", to="Edda"), observed(*OPEN), CARRIED)


@pytest.mark.parametrize(
    "action",
    [
        Talk(to="ruben"),
        Move(to="SALT gate"),
        Take(object="ledger"),
        Give(object="lead line", to="Stallard"),
        Investigate(what="the dust"),
        Attempt(text="call for Oskar Venn"),
        Wait(),
    ],
)
def test_a_deed_that_may_come_to_something_is_not_doubted(action: Action) -> None:
    assert doubt(action, observed(*OPEN), CARRIED) == ""


def test_nothing_is_doubted_where_it_is_not_known_what_is_there() -> None:
    assert doubt(Talk(to="Oskar Venn"), observed()) == ""


def test_a_huge_name_is_not_said_back_whole() -> None:
    assert len(doubt(Talk(to="x" * 5000), observed(*OPEN))) < 200


def test_the_kinds_that_take_words_are_known() -> None:
    assert worded_kinds(observed()) == ["talk", "persuade", "threaten"]


@pytest.mark.parametrize("options", [(), OPEN])
def test_every_example_can_be_typed_as_it_stands(options: tuple[Action, ...]) -> None:
    shown = examples(observed(*options))
    assert len(shown) == 14, "one for each kind but the deed in one's own words"
    for example in shown:
        action = typed_action(example, observed(*options), ("NAME",))
        assert isinstance(action, Action), example
        assert action.__struct_config__.tag == example.split()[0].rstrip(":"), example


def test_an_example_has_the_names_of_an_option() -> None:
    shown = examples(observed(*OPEN))
    assert "move the Salt Gate" in shown
    assert "talk Ruben Stallard about the ledger: what you say" in shown
    assert "give NAME to NAME" in shown


def asked_for_words(accepts: object, *options: Action) -> Observation:
    """A question of a dialogue, where a line is words, not the name of a deed."""
    return Observation(
        agent=AgentId("Mira"),
        step=1,
        due=1,
        perceives=None,
        accepts=accepts,
        reflex=Pass(),
        options=tuple(Option(action=action) for action in options),
    )


@pytest.mark.parametrize(
    "line",
    [
        "Yes.",
        "42",
        "I would rather walk.",
        "Note: the gate sticks in wet weather.",
        "pass me the salt, would you",
        "say that again",
        "say: what you mean",
        "talk to Ruben about the ledger",
        '{"is": "this"}',
        "<b>bold</b>",
    ],
)
def test_where_words_are_asked_for_a_line_is_said_as_it_stands(line: str) -> None:
    assert typed_action(f"  {line} ", asked_for_words(Speaking)) == Say(text=line)


def test_one_word_passes_where_words_are_asked_for() -> None:
    assert typed_action("Pass", asked_for_words(Speaking)) == Pass()
    assert examples(asked_for_words(Speaking)) == ["pass"]


def test_words_have_a_bound_of_their_own() -> None:
    assert typed_action("x" * WORDS_CHARACTERS_MAX, asked_for_words(Speaking)) == Say(text="x" * WORDS_CHARACTERS_MAX)
    assert "characters long" in str(typed_action("x" * (WORDS_CHARACTERS_MAX + 1), asked_for_words(Speaking)))


@pytest.mark.parametrize(
    ("line", "accepts", "action"),
    [
        ("70", Bid, Bid(wish=70)),
        ("70 the mill", Bid, Bid(wish=70, about="the mill")),
        ("the mill", Bid, Bid(wish=100, about="the mill")),
        ("no", Bid, Bid(wish=0)),
        ("Ruben: what do you say?", Leading, Call(speaker="Ruben", text="what do you say?")),
        ("call on Ruben", Leading, Call(speaker="Ruben")),
        ("close: good night", Leading, Close(text="good night")),
        ("burn the ledger", Propose, Propose(text="burn the ledger")),
        ("the north bank", Vote, Vote(choice="the north bank")),
        ("none", Consent, Consent()),
        ("1 and 3: too dear by 40", Consent, Consent(objects_to=(1, 3), objection="too dear by 40")),
    ],
)
def test_each_question_of_a_dialogue_makes_of_a_line_what_it_asks_for(
    line: str, accepts: object, action: Action
) -> None:
    assert typed_action(line, asked_for_words(accepts)) == action
