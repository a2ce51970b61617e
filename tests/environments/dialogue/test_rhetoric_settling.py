"""Speakers by rules: what they bid, propose, vote for and object to, and how one leads."""

from msgspec.structs import replace
from tests.environments.dialogue.test_rhetoric import COSIMO, HESTER, MAREN, TOWER, answer, outlook, speaker, talk

from fabula.environments.dialogue.actions import Bid, Call, Close, Consent, Propose, Vote
from fabula.environments.dialogue.outlook import Proposal
from fabula.environments.dialogue.rhetoric.english import folded


def test_who_just_spoke_wishes_less_to_speak_than_who_was_asked() -> None:
    who = speaker(MAREN)
    asked = answer(
        who, outlook(who, ["Tom"], (who.persona.name, "No."), ("Tom", "And why not, Maren?"), topic=TOWER), Bid
    )
    spoke = answer(who, outlook(who, ["Tom"], ("Tom", "Yes."), (who.persona.name, "No."), topic=TOWER), Bid)
    assert isinstance(asked, Bid)
    assert isinstance(spoke, Bid)
    assert 0 <= spoke.wish < asked.wish <= 100


def test_a_moderator_calls_whoever_was_not_heard_and_closes_at_the_end() -> None:
    who = speaker(MAREN)
    lines = (("Tom", "It should be rebuilt."), ("Ada", "It costs too much."), ("Tom", "It does not."))
    seen = outlook(who, ["Tom", "Ada", "Kim"], *lines, topic=TOWER, turns=30, leads=True, silent=("Kim", "Ada", "Tom"))
    called = answer(who, seen, Call | Close)
    assert isinstance(called, Call)
    assert called.speaker == "Kim"
    assert "Kim" in called.text
    closed = answer(who, replace(seen, turns=seen.turn), Call | Close)
    assert isinstance(closed, Close)
    assert closed.text


def test_a_vote_follows_the_stance() -> None:
    for stance, choice in ((80, "for"), (-80, "against")):
        who = speaker(MAREN, stance=stance)
        action = answer(who, outlook(who, topic=TOWER, stance=stance, options=("for", "against")), Vote)
        assert isinstance(action, Vote)
        assert (action.choice, bool(action.reason)) == (choice, True)


def test_a_vote_between_things_follows_what_was_said_of_them() -> None:
    who = speaker(MAREN, stance=80)
    seen = outlook(who, topic="tea or coffee", stance=80, options=("coffee", "tea"))
    assert answer(who, seen, Vote) == replace(answer(who, seen, Vote), choice="tea")


def test_a_proposal_is_a_sentence_and_an_objection_says_why() -> None:
    who = speaker(MAREN, stance=90)
    proposed = answer(who, outlook(who, topic=TOWER, stance=90), Propose)
    assert isinstance(proposed, Propose)
    assert proposed.text.endswith(".")
    strange = Proposal(number=4, speaker="Ann", text="That we do nothing.")
    asked = answer(who, outlook(who, topic=TOWER, stance=90, proposals=(strange,), round=1), Consent)
    assert isinstance(asked, Consent)
    assert asked.objects_to == (4,)
    assert asked.objection.endswith(".")
    late = answer(who, outlook(who, topic=TOWER, stance=90, proposals=(strange,), round=3), Consent)
    assert isinstance(late, Consent)
    assert late.objects_to == ()


def test_options_that_have_names_are_argued_for_by_name_and_voted_for() -> None:
    options = ("rebuild it", "sell it", "turn it into a school")
    cast = [speaker(MAREN), speaker(COSIMO), speaker(HESTER)]
    lines = talk(cast, "What should we do with the old mill?", turns=9, options=options)
    nouns = ("rebuilding it", "selling it", "turning it into a school")
    firsts = [folded(line.text) for line, _ in lines[:3]]
    named = [min(nouns, key=lambda noun: text.find(noun) % 10_000) for text in firsts]
    assert len(set(named)) == 3
    said = tuple((line.speaker, line.text) for line, _ in lines[:3])
    for who, noun in zip(cast, named, strict=True):
        others = [each.persona.name for each in cast if each is not who]
        voted = answer(
            who, outlook(who, others, *said, topic="What should we do with the old mill?", options=options), Vote
        )
        assert isinstance(voted, Vote)
        assert nouns[options.index(voted.choice)] == noun
        assert voted.reason


def test_a_matter_of_fact_is_proposed_to_be_left_open() -> None:
    who = speaker(MAREN)
    proposed = answer(who, outlook(who, topic="Did the gods make the world?"), Propose)
    assert isinstance(proposed, Propose)
    assert "the gods made the world" in proposed.text
    asked = answer(who, outlook(who, topic="Should we close the gate?"), Propose)
    assert isinstance(asked, Propose)
    assert "closing the gate" in asked.text
