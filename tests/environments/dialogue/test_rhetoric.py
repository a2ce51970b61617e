"""Speakers by rules: what they say to one another, and how they decide."""

import asyncio
import re
from collections.abc import Sequence
from functools import cache
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

import fabula
from fabula.agents import read_sheet_file
from fabula.agents.persona import Persona, Trait
from fabula.engine.chance import Chance
from fabula.engine.values import Action, AgentId, Observation
from fabula.environments.dialogue.actions import Bid, Call, Close, Consent, Pass, Propose, Say, Vote
from fabula.environments.dialogue.outlook import LINES_MAX, Line, Other, Outlook, Proposal
from fabula.environments.dialogue.rhetoric import SpeakerRules
from fabula.environments.dialogue.rhetoric.english import folded, sentences
from fabula.environments.dialogue.rhetoric.sides import named_side
from fabula.environments.dialogue.rhetoric.topics import topic_of
from fabula.environments.dialogue.setting import Speaker

PACKS = Path(fabula.__file__).parent / "packs"
TOWER = "Should the old tower be rebuilt?"
MAREN, COSIMO, HESTER, FENN = "maren_tolliver", "cosimo_barrault", "hester_garrod", "fenn_sallow"
TOPICS = (
    TOWER,
    "tea or coffee",
    "Is honesty the best policy?",
    "What makes a good life?",
    "Kant",
    "Was ist Heimat?",
    "",
)
HOSTILE = (
    "x" * 2_000,
    "word " * 400,
    "DROP TABLE users; --",
    "🍕",
    "<script>",
    "{thing} [a|b]",
    "??",
    "~",
    "“",
    "a: b",
)


@cache
def persona(sheet: str) -> Persona:
    """A character of a pack that ships."""
    read: Any = read_sheet_file(next(PACKS.glob(f"*/characters/{sheet}.md")))
    found = read[0] if isinstance(read, tuple) else read
    assert isinstance(found, Persona)
    return found


def speaker(sheet: str, **kept: Any) -> Speaker:
    return Speaker(persona=persona(sheet), **kept)


def observation(seen: Outlook, accepts: Any = Say | Pass) -> Observation:
    step = seen.turn
    return Observation(agent=AgentId(seen.me), step=step, due=step, perceives=seen, accepts=accepts, reflex=Pass())


def answer(who: Speaker, seen: Outlook, accepts: Any = Say | Pass, seed: int = 1) -> Action:
    return asyncio.run(SpeakerRules(who, Chance(seed)).decide(observation(seen, accepts)))


def outlook(who: Speaker, others: Sequence[str] = ("Ann",), *said: tuple[str, str], **more: Any) -> Outlook:
    """What `who` perceives after others said so."""
    lines = tuple(Line(number=at, speaker=name, text=text) for at, (name, text) in enumerate(said, start=1))
    return Outlook(
        me=who.persona.name,
        others=tuple(Other(name=name) for name in others),
        turn=len(lines) + 1,
        lines=lines,
        **more,
    )


def talk(
    cast: Sequence[Speaker],
    topic: str,
    turns: int = 14,
    seed: int = 1,
    *,
    limited: bool = True,
    options: tuple[str, ...] = (),
) -> list[tuple[Line, Say]]:
    """What the cast says, in turn, each seeing what was said before."""
    lines: list[Line] = []
    said: list[tuple[Line, Say]] = []
    for turn in range(1, turns + 1):
        who = cast[(turn - 1) % len(cast)]
        me = who.persona.name
        seen = Outlook(
            me=me,
            others=tuple(Other(name=each.persona.name, role=each.persona.role) for each in cast if each is not who),
            topic=topic,
            turn=turn,
            turns=turns if limited else 0,
            lines=tuple(lines[-LINES_MAX:]),
            earlier=max(0, len(lines) - LINES_MAX),
            options=options,
            stance=who.stance,
            points=who.points,
            wants_to_know=who.wants_to_know,
        )
        action = answer(who, seen, seed=seed)
        if isinstance(action, Say):
            lines.append(Line(number=turn, speaker=me, text=action.text, to=action.to))
            said.append((lines[-1], action))
    return said


def sentences_of(said: Sequence[tuple[Line, Say]]) -> list[str]:
    return [folded(sentence) for line, _ in said for sentence in sentences(line.text)]


FAULTS = {
    "a word twice": r"\b(?!that|had|is|it)(\w+) \1\b",
    "a slot that was not filled": r"[{}\[\]|~]",
    "signs in a row": r" [,.;:!?]|,[,.;:]|;[;:,.]|:[:;,.]|[?!]\.",
    "no capital": r"[a-z]\. [a-z]|^[a-z]",
    "i": r"\bi\b",
    "agreement": r"\b(?:they|people) is\b|\bI (?:is|are|has|does)\b|\bit are\b",
    "a for an": r"\ba [aeio]\w",
    "no end": r"[^.!?…”]$",
}


@pytest.mark.parametrize("topic", TOPICS)
def test_what_is_said_is_english(topic: str) -> None:
    for cast in ((MAREN, COSIMO), (HESTER, FENN, "old_marrow")):
        for line, _ in talk([speaker(sheet) for sheet in cast], topic, turns=15):
            for fault, pattern in FAULTS.items():
                assert not re.search(pattern, line.text), (fault, line.text)
            assert line.text.count("“") == line.text.count("”")


@pytest.mark.parametrize("topic", TOPICS)
def test_no_sentence_is_said_twice_in_one_dialogue(topic: str) -> None:
    said = sentences_of(talk([speaker(MAREN), speaker(FENN)], topic, turns=24))
    assert len(said) == len(set(said))


@pytest.mark.parametrize("topic", [TOWER, "tea or coffee", "Is honesty the best policy?", ""])
def test_fewer_than_one_sentence_in_fifty_is_the_same_in_two_runs(topic: str) -> None:
    runs = [sentences_of(talk([speaker(MAREN), speaker(COSIMO)], topic, seed=seed)) for seed in range(10)]
    pairs = [(one, frozenset(other)) for one, other in permutations(runs, 2)]
    same = sum(sentence in other for one, other in pairs for sentence in one)
    assert same * 50 < sum(len(one) for one, _ in pairs)


def test_the_same_seed_says_the_same_and_another_says_otherwise() -> None:
    cast = [speaker(MAREN), speaker(COSIMO)]
    assert talk(cast, TOWER, seed=5) == talk(cast, TOWER, seed=5)
    assert talk(cast, TOWER, seed=5) != talk(cast, TOWER, seed=6)


def test_two_without_a_stance_differ() -> None:
    first, second, *_ = (line.text for line, _ in talk([speaker(HESTER), speaker(FENN)], "Is honesty the best policy?"))
    places = [
        (folded(text).find("honesty is the best policy"), folded(text).find("honesty is not the"))
        for text in (first, second)
    ]
    # Each says first what it holds itself, and may then say what it does not.
    yes = [one >= 0 and (other < 0 or one < other) for one, other in places]
    assert yes[0] != yes[1]


def test_a_stance_that_was_given_is_taken() -> None:
    for stance, view in ((70, "the old tower should be rebuilt"), (-70, "the old tower should not be rebuilt")):
        (line, _), *_ = talk([speaker(MAREN, stance=stance), speaker(COSIMO)], TOWER, turns=2)
        assert folded(view) in folded(line.text)


def test_points_are_said_in_their_words_and_questions_put() -> None:
    points = ("The stones lie in the yard already.", "My father fell from that stair.")
    wants = ("Who keeps the key?",)
    said = talk([speaker(MAREN, stance=60, points=points, wants_to_know=wants), speaker(COSIMO)], TOWER)
    whole = " ".join(folded(line.text) for line, _ in said if line.speaker == "Maren Tolliver")
    assert all(folded(point) in whole for point in (*points, *wants))


def test_they_answer_quote_and_tell_of_their_lives() -> None:
    whys = " ".join(
        action.reason for seed in range(6) for _, action in talk([speaker(MAREN), speaker(COSIMO)], TOWER, seed=seed)
    )
    for move in (
        "answers what it was asked",
        "something from its life",
        "against what was said",
        "gives way",
        "what work teaches",
    ):
        assert move in whys
    quoting = [line.text for seed in range(6) for line, _ in talk([speaker(MAREN), speaker(COSIMO)], TOWER, seed=seed)]
    quoted = [words for text in quoting for words in re.findall(r"“([^”]*)”", text) if words != TOWER]
    assert quoted
    assert all(len(words.split()) <= 8 for words in quoted)


def test_words_in_quotation_marks_were_said_before() -> None:
    said = talk([speaker(HESTER), speaker(FENN)], TOWER, turns=20)
    for at, (line, _) in enumerate(said):
        before = " ".join(folded(earlier.text) for earlier, _ in said[:at])
        for words in re.findall(r"“([^”]*)”", line.text):
            assert words == TOWER or folded(words) in before


def test_every_turn_has_a_reason() -> None:
    assert all(action.reason for _, action in talk([speaker(MAREN), speaker(COSIMO), speaker(HESTER)], TOWER))


def test_they_sum_up_and_take_leave_when_the_turns_run_out() -> None:
    said = talk([speaker(MAREN), speaker(COSIMO)], TOWER)
    for _, action in said[-2:]:
        assert "sums up" in action.reason
        assert "takes leave" in action.reason
    assert not any("takes leave" in action.reason for _, action in said[:-2])
    assert not said[-2][1].leaving
    assert said[-1][1].leaving


def test_of_several_it_says_whom_it_speaks_to() -> None:
    names = {persona(sheet).name for sheet in (MAREN, COSIMO, HESTER)}
    said = talk([speaker(MAREN), speaker(COSIMO), speaker(HESTER)], TOWER)
    assert all(line.to in names - {line.speaker} for line, _ in said[1:])


def test_voices_differ_by_traits() -> None:
    curt = Speaker(persona=Persona(name="Ida", traits=(Trait(name="Laconic"),)))
    ornate = Speaker(persona=Persona(name="Otto", traits=(Trait(name="Poetic"),)))
    words = {"Ida": 0, "Otto": 0}
    for seed in range(6):
        for line, _ in talk([curt, ornate], TOWER, turns=10, seed=seed):
            words[line.speaker] += len(line.text.split())
    assert words["Ida"] < words["Otto"]


def test_a_nudge_brings_something_new() -> None:
    who = speaker(MAREN)
    said = talk([who, speaker(COSIMO)], TOWER, turns=9)[:7]
    lines = [(line.speaker, line.text) for line, _ in said[:6]]
    seen = outlook(who, ["Cosimo Barrault"], *lines, topic=TOWER, turns=30, nudge="You go round in circles.")
    action = answer(who, seen)
    assert isinstance(action, Say)
    assert "leaves the circle" in action.reason


@pytest.mark.parametrize("topic", HOSTILE)
def test_any_topic_can_be_talked_about(topic: str) -> None:
    said = talk([Speaker(persona=Persona(name="A")), Speaker(persona=Persona(name="B"))], topic, turns=8)
    assert len(said) == 8
    assert all(len(line.text) < 1_500 for line, _ in said)


def test_a_person_in_whose_seat_rules_sit_says_little() -> None:
    who = Speaker(persona=Persona(name="Ann"), person=True)
    action = answer(who, outlook(who, ["Tom"], ("Tom", "What do you say?"), topic=TOWER))
    assert isinstance(action, Say)
    assert len(sentences(action.text)) == 1


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


@pytest.mark.parametrize("topic", ["cats vs dogs", "Is honesty the best policy?"])
def test_who_has_forgotten_its_first_words_ends_on_the_side_it_began_on(topic: str) -> None:
    views = [folded(view) for view in (topic_of(topic).view, topic_of(topic).nay)]

    def held(text: str) -> str:
        named = [view for view in views if view in folded(text)]
        return min(named, key=folded(text).find, default="")

    for seed in range(2):
        said = [line for line, _ in talk([speaker(MAREN), speaker(COSIMO)], topic, turns=LINES_MAX + 12, seed=seed)]
        for first, last in zip(said[:2], said[-2:], strict=True):
            assert held(last.text) in {"", held(first.text)}


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


def test_a_talk_without_a_limit_ends() -> None:
    for topic in (TOWER, "cats vs dogs", ""):
        said = talk([speaker(MAREN), speaker(COSIMO)], topic, turns=60, limited=False)
        assert len(said) < 50
        assert said[-1][1].leaving


def test_a_farewell_of_a_short_talk_is_one_sentence() -> None:
    for seed in range(3):
        for line, action in talk([speaker(MAREN), speaker(COSIMO)], TOWER, turns=6, seed=seed)[-2:]:
            assert len(sentences(line.text)) == 1
            assert "takes leave" in action.reason


def test_a_matter_of_fact_is_proposed_to_be_left_open() -> None:
    who = speaker(MAREN)
    proposed = answer(who, outlook(who, topic="Did the gods make the world?"), Propose)
    assert isinstance(proposed, Propose)
    assert "the gods made the world" in proposed.text
    asked = answer(who, outlook(who, topic="Should we close the gate?"), Propose)
    assert isinstance(asked, Propose)
    assert "closing the gate" in asked.text


def test_a_proposal_that_was_accepted_is_taken_up_again() -> None:
    again = 0
    for seed in range(8):
        whys = [action.reason for _, action in talk([speaker(MAREN), speaker(FENN)], TOWER, turns=20, seed=seed)]
        accepted = [at for at, why in enumerate(whys) if "accepts" in why]
        if accepted and accepted[0] < 16:
            assert any("comes back to" in why for why in whys[accepted[0] :])
            again += 1
    assert again


def test_who_quotes_the_topic_does_not_hold_it_by_that() -> None:
    topic = topic_of("Cats are better than dogs.")
    assert named_side(topic, "“Cats are better than dogs”: I say that dogs are better than cats.") == -1
    assert named_side(topic, "I say that cats are better than dogs.") == 1
