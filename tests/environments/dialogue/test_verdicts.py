"""What a few plain words choose, object to, or wish; what is not plain comes to nothing."""

import pytest
from tests.environments.dialogue.tables import a_setting, agent

from fabula.agents.minds.typed import typed_action
from fabula.engine.values import Observation
from fabula.environments.dialogue import Outlook
from fabula.environments.dialogue.actions import (
    UNCLEAR_CONSENT,
    UNCLEAR_VOTE,
    UNCLEAR_WISH,
    Bid,
    Consent,
    Pass,
    Propose,
    Vote,
)
from fabula.environments.dialogue.checks import check
from fabula.environments.dialogue.objections import objections_in
from fabula.environments.dialogue.outlook import Other, Proposal
from fabula.environments.dialogue.setting import Decision
from fabula.environments.dialogue.verdicts import choice_in
from fabula.errors import UsageError

POLL = ("for", "against")
NAMED = ("the Assay", "the Guns")
ASSAY, GUNS = NAMED
NESTED = ("the tower", "the old tower", "1", "2026")
BANKS = ("the north bank", "the south bank", "no dam at all")
UNCLEAR = None


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("for", "for"),
        ("For!", "for"),
        ("yes", "for"),
        ("Aye.", "for"),
        ("in favour", "for"),
        ("I am in favor of it.", "for"),
        ("I support it", "for"),
        ("I vote yes, please", "for"),
        ("I am for it, not against it", "for"),
        ("Yes, nothing against it", "for"),
        ("1", "for"),
        ("against", "against"),
        ("No, for we cannot afford it.", "against"),
        ("No, for it is dear", "against"),
        ("I vote no", "against"),
        ("nay", "against"),
        ("No way!", "against"),
        ("I oppose it", "against"),
        ("against it, for many reasons", "against"),
        ("I am not for it.", UNCLEAR),
        ("not for", UNCLEAR),
        ("never for this", UNCLEAR),
        ("Not against", UNCLEAR),
        ("I don't oppose it", UNCLEAR),
        ("no objection", UNCLEAR),
        ("yes, but not now", UNCLEAR),
        ("Yes and no", UNCLEAR),
        ("Yes. No.", UNCLEAR),
        ("For we cannot afford it not to be done", UNCLEAR),
        ("Are we for it?", UNCLEAR),
        ("Agree? No.", "against"),
        ("I agree to disagree", UNCLEAR),
        ("I cannot agree", UNCLEAR),
        ("I have nothing against it", UNCLEAR),
        ("nobody is against it", UNCLEAR),
    ],
)
def test_yes_and_no_are_votes_for_and_against(said: str, meant: str | None) -> None:
    assert choice_in(said, POLL) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("the Guns", GUNS),
        ("“the Guns”", GUNS),
        ("The  GUNS", GUNS),
        ("guns.", GUNS),
        ("I vote for the Guns", GUNS),
        ("my vote goes to the Guns", GUNS),
        ("The Assay should have it.", ASSAY),
        ("2", GUNS),
        ("２", GUNS),
        ("#2", GUNS),
        ("2.", GUNS),
        ("2)", GUNS),
        ("No. 2", GUNS),
        ("two", GUNS),
        ("option 2", GUNS),
        ("the second", GUNS),
        ("the second one, please", GUNS),
        ("2. the Guns", GUNS),
        ("the Guns, never the Assay", GUNS),
        ("not the Guns but the Assay", ASSAY),
        ("instead of the Guns, the Assay", ASSAY),
        ("I vote the Assay rather than the Guns", ASSAY),
        ("nothing but the Guns", GUNS),
        ("The Guns must never have it; I vote the Assay.", ASSAY),
        ("I vote for the Guns. They will not fail us.", GUNS),
        ("I vote for the Guns because nobody else can", GUNS),
        ("not the Guns", UNCLEAR),
        ("I will not vote for the Guns", UNCLEAR),
        ("Anything but the Guns", UNCLEAR),
        ("Vote against the Guns!", UNCLEAR),
        ("The Guns must never have it.", UNCLEAR),
        ("the Guns never", UNCLEAR),
        ("The Guns? Never!", UNCLEAR),
        ("The Guns frighten me", UNCLEAR),
        ("No, the Guns", UNCLEAR),
        ("the Guns, but I do not like it", UNCLEAR),
        ("I vote for the Guns. No, wait.", UNCLEAR),
        ("I would vote for the Guns if they paid", UNCLEAR),
        ("both the Guns and the Assay", UNCLEAR),
        ("If it is the Guns, I leave.", UNCLEAR),
        ("the Guns?", UNCLEAR),
        ("the Guns, as long as they pay", UNCLEAR),
        ("Should we have the Guns", UNCLEAR),
        ("I take back my vote for the Guns", UNCLEAR),
        ("Ben votes for the Guns", UNCLEAR),
        ("the Guns 👎", UNCLEAR),
        ("!the Guns", UNCLEAR),
        ("no Guns", UNCLEAR),
        ("I have one idea", UNCLEAR),
        ("it is my second choice", UNCLEAR),
        ("1. the Guns", UNCLEAR),
        ("3", UNCLEAR),
        ("the one", UNCLEAR),
        ("I have my doubts about this.", UNCLEAR),
        ("A", UNCLEAR),
        ("The", UNCLEAR),
        ("👍", UNCLEAR),
        ("the Guns " + "and so on " * 200, UNCLEAR),
        ("", ""),
        ("I abstain.", ""),
        ("none of them", ""),
        ("nobody", ""),
    ],
)
def test_an_option_is_chosen_by_its_name_or_its_number(said: str, meant: str | None) -> None:
    assert choice_in(said, NAMED) == meant


@pytest.mark.parametrize(
    ("said", "options", "meant"),
    [
        ("I am for the old tower", NESTED, "the old tower"),
        ("old tower please", NESTED, "the old tower"),
        ("the tower", NESTED, "the tower"),
        ("not the old tower but the tower", NESTED, "the tower"),
        ("1", NESTED, "1"),
        ("2", NESTED, "the old tower"),
        ("third", NESTED, "1"),
        ("option 1", NESTED, UNCLEAR),
        ("no dam", BANKS, BANKS[2]),
        ("I vote for no dam", BANKS, BANKS[2]),
        ("no", BANKS, UNCLEAR),
        ("not the north bank", BANKS, UNCLEAR),
        ("橋を守る。", ("橋を守る", "橋を壊す"), "橋を守る"),
        ("私は橋を守るに投票する", ("橋を守る", "橋を壊す"), UNCLEAR),
        ("I vote for A", ("A", "b"), "A"),
        ("a bridge", ("A", "b"), UNCLEAR),
    ],
)
def test_the_longest_option_that_is_named_is_meant(said: str, options: tuple[str, ...], meant: str | None) -> None:
    assert choice_in(said, options) == meant


@pytest.mark.parametrize(
    ("said", "on_table", "against"),
    [
        ("none", (1, 2, 3), ()),
        ("No objections.", (1, 2, 3), ()),
        ("I agree", (1, 2, 3), ()),
        ("I can live with all 3", (1, 2, 3), ()),
        ("I can live with all of them", (1, 4), ()),
        ("Everything is fine", (1, 2), ()),
        ("Nothing against 1 and 2", (1, 2), ()),
        ("I don't object to any", (1, 2), ()),
        ("2 is the best, I object to none", (1, 2), ()),
        ("I object to all of them!", (1, 4), (1, 4)),
        ("all: too dear", (1, 2, 3), (1, 2, 3)),
        ("No to everything", (1, 2), (1, 2)),
        ("I cannot live with any of them", (1, 2), (1, 2)),
        ("I can live with none of them", (1, 2), (1, 2)),
        ("both", (2, 5), (2, 5)),
        ("I can live with all but 2", (1, 2, 3), (2,)),
        ("everything except the second", (1, 2, 3), (1, 3)),
        ("1 and 3: too dear", (1, 2, 3), (1, 3)),
        ("no 1 and 3: too dear", (1, 2, 3), (1, 3)),
        ("My objections: 1 and 3", (1, 2, 3), (1, 3)),
        ("one and two: too dear", (1, 2, 3), (1, 2)),
        ("2: 300 crowns is 1 too many", (1, 2, 3), (2,)),
        ("#2", (1, 2), (2,)),
        ("I object to 2 because it is dear", (1, 2), (2,)),
        ("the first one is bad", (1, 2), (1,)),
        ("1 is fine, 2 is too dear", (1, 2), (2,)),
        ("I can live with 1, but not with 2", (1, 2), (2,)),
        ("I object to all of them, they are too dear.", (1, 2), (1, 2)),
        ("Nothing against 1 and 2", (1, 2, 3), UNCLEAR),
        ("I can live with 2", (1, 2), UNCLEAR),
        ("I do not object to 1", (1, 2), UNCLEAR),
        ("I cannot live without 2", (1, 2), UNCLEAR),
        ("not 1", (1, 2), UNCLEAR),
        ("1, 2 is fine", (1, 2), UNCLEAR),
        ("9", (1, 2), UNCLEAR),
        ("both", (1, 2, 3), UNCLEAR),
        ("Do I object to 1?", (1, 2), UNCLEAR),
        ("Everything is fine, if you pay", (1, 2), UNCLEAR),
        ("Everything is fine, as long as 2 goes", (1, 2), UNCLEAR),
        ("Everything is fine, except the second", (1, 2), (2,)),
        ("yes", (1, 2), UNCLEAR),
        ("no", (1, 2), UNCLEAR),
        ("the mill is old", (1, 2), UNCLEAR),
        ("", (1, 2), UNCLEAR),
        ("all: too dear", None, UNCLEAR),
        ("1 and 9", None, (1, 9)),
        ("none", None, ()),
    ],
)
def test_objections_are_numbers_all_or_none(
    said: str, on_table: tuple[int, ...] | None, against: tuple[int, ...] | None
) -> None:
    assert objections_in(said, on_table) == against


@pytest.mark.parametrize(
    ("line", "wish", "about"),
    [
        ("70", 70, ""),
        ("70 the mill", 70, "the mill"),
        ("300", 100, ""),
        ("7" * 40, 100, ""),
        ("-5", 0, ""),
        ("zero", 0, ""),
        ("no thanks", 0, ""),
        ("nothing", 0, ""),
        ("Not really.", 0, ""),
        ("Pass!", 0, ""),
        ("the mill", 100, "the mill"),
    ],
)
def test_a_wish_to_speak_is_a_number_or_what_it_is_about(line: str, wish: int, about: str) -> None:
    assert Bid.from_line(line) == Bid(wish=wish, about=about)


@pytest.mark.parametrize("line", ["not the mill", "0.7", "—", "never mind the mill"])
def test_a_wish_that_is_not_plain_is_asked_for_again(line: str) -> None:
    assert Bid.from_line(line) == UNCLEAR_WISH


def asked(accepts: type) -> Observation:
    proposals = tuple(Proposal(number=number, speaker="Ben", text="Wait.") for number in (1, 2))
    outlook = Outlook(me="Ada", others=(Other(name="Ben"),), options=NAMED, proposals=proposals)
    return Observation(agent=agent("Ada"), step=3, due=3, perceives=outlook, accepts=accepts, reflex=Pass())


def test_a_person_whose_vote_is_not_plain_is_told_why_and_asked_again() -> None:
    question = asked(Vote)
    assert Vote.from_line("I will not vote for the Guns", question) == UNCLEAR_VOTE
    assert Vote.from_line("the second", question) == Vote(choice=GUNS)
    assert Vote.from_line("nobody", question) == Vote.from_line("pass", question) == Vote(choice="")
    assert Vote.from_line("the second") == Vote(choice="the second"), "without the question it is read later"


def test_what_is_typed_is_read_beside_the_question() -> None:
    assert typed_action("I will not vote for the Guns", asked(Vote)) == UNCLEAR_VOTE
    assert typed_action("the second", asked(Vote)) == Vote(choice=GUNS)
    assert typed_action("all: too dear", asked(Consent)) == Consent(objects_to=(1, 2), objection="too dear")
    assert typed_action("no thanks", asked(Bid)) == Bid(wish=0)


def test_a_person_may_propose_nothing() -> None:
    assert [Propose.from_line(line).text for line in ("pass", "Nothing.", "none of it", "no dam")] == [
        "",
        "",
        "",
        "no dam",
    ]


def test_a_person_whose_consent_is_not_plain_is_told_why_and_asked_again() -> None:
    question = asked(Consent)
    assert Consent.from_line("I can live with 2", question) == UNCLEAR_CONSENT
    assert Consent.from_line("1 and 9: too dear", question) == "There is no proposal 9 on the table."
    assert Consent.from_line("nope") == UNCLEAR_CONSENT
    assert Consent.from_line("all: too dear", question) == Consent(objects_to=(1, 2), objection="too dear")
    assert Consent.from_line("2 is wrong", question) == Consent(objects_to=(2,), objection="2 is wrong")
    assert Consent.from_line("1 and 2", question) == Consent(objects_to=(1, 2))
    assert Consent.from_line("none: all is well", question) == Consent()


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("Yes", "Yes."), "'Yes.' stands here already, as 'Yes'"),
        (("the Guns", "Guns"), "'Guns' stands here already, as 'the Guns'"),
        (("—", "a bridge"), "'—' has no words"),
        (("👍", "👎"), "'👎' has no words"),
    ],
)
def test_options_that_no_words_tell_apart_are_refused(options: tuple[str, ...], why: str) -> None:
    with pytest.raises(UsageError) as refused:
        check(a_setting(decision=Decision.VOTE, options=options))
    assert why in str(refused.value)


def test_options_of_one_article_each_can_be_told_apart() -> None:
    check(a_setting(decision=Decision.VOTE, options=("A", "An", "The")))
