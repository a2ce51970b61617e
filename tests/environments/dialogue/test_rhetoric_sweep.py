"""Speakers by rules over some hundred lines: no line has a fault of grammar that once was seen."""

import re
from functools import cache

import pytest
from msgspec.structs import replace
from tests.environments.dialogue.test_rhetoric import COSIMO, FENN, HESTER, MAREN, speaker, talk

from fabula.environments.dialogue.outlook import Other, Outlook
from fabula.environments.dialogue.rhetoric.english import contracted, folded, sentences
from fabula.environments.dialogue.rhetoric.life import life_of
from fabula.environments.dialogue.rhetoric.matter import Matter
from fabula.environments.dialogue.rhetoric.topics import topic_of
from fabula.environments.dialogue.rhetoric.wordfiles import words_of

EMERIC, MARIT = "emeric_lunt", "marit_holub"
LONG = (
    "Should we open the gates to the refugees?",
    "Should the old tower be rebuilt?",
    "Who killed the miller?",
    "What shall we do about the rats in the granary?",
    "Is it better to be feared or loved?",
    "Does money make people happy?",
)
"""Topics whose claims are long enough to grate when they are said over and over."""
TOPICS = (
    "Should we sell the bakery?",
    "Should we leave the town?",
    "Should we wait for spring?",
    "Did the gods make the world?",
    "Who killed the miller?",
    "What should we do about the rats in the granary?",
    "Why do people lie?",
    "cats or dogs",
    "Should I marry?",
    "Warum lügen Menschen?",
    "",
)
CASTS = ((MAREN, COSIMO), (EMERIC, MARIT), (HESTER, FENN))
SEEN = {
    "agreement": r"\b(?:those|they|people) who \w+ says\b|\bthose who (?:is|has|says)\b|\bwhoever (?:are|have|say|do)\b"
    r"|\bsomebody who \w+ by [\w ]+ say\b|\b(?:dogs|cats) fail by inches, and leaves\b",
    "it's across two clauses": r"\b(?:by|behind|after|with|of|for|to|from|in|on) (?:it|that)'s\b",
    "that's that it is not": r"\bhaven't \w+ing\b|\bwouldn't not\b|\bnot not\b",
    "a word twice": r"\b(?!that\b|had\b|is\b|it\b)(\w+) \1\b|\bwhat then what\b|\bdid what was said touched\b",
    "two prepositions": r"(?<!goes )\b[Aa]bout (?:on|in|at|of|with|are|is)\b|\bthan that a\b|\bpretend than\b",
    "a name in small letters": r"\b(?:maren|cosimo|hester|emeric|marit|saltmere|lunt|holub)\b",
    "stress without cause": r"\bthe gods did make\b",
    "a capital within": r"\bthat (?:The|A|An|Two|People|War|It|We)\b",
    "no name for the other side": r"\bdoing without\b",
    "a slot": r"[{}\[\]|~<>]",
    "they called I": r"\b(?:you|we|they) am\b|\bI are\b",
}


@cache
def lines() -> tuple[str, ...]:
    """Some hundred lines."""
    return tuple(
        line.text
        for at, topic in enumerate(TOPICS)
        for cast in CASTS
        for line, _ in talk([speaker(sheet) for sheet in cast], topic, turns=12, seed=at)
    )


@cache
def debates(topic: str) -> tuple[tuple[str, ...], ...]:
    """What is said in some talks on a topic, turn by turn."""
    casts = ((EMERIC, MARIT), (MAREN, COSIMO), (HESTER, FENN, EMERIC))
    talks = (talk([speaker(sheet) for sheet in cast], topic, turns=16, seed=seed) for cast in casts for seed in (1, 2))
    return tuple(tuple(line.text for line, _ in said) for said in talks)


def claims(topic: str) -> list[str]:
    """The claims of a topic in full, on either side, and what is asked."""
    read = topic_of(topic)
    wholes = [read.view, read.nay, read.one, read.other, read.clause]
    return [folded(each) for each in wholes if len(each.split()) > 1]


def times_in_full(topic: str, text: str) -> int:
    said = f" {folded(text)} "
    return sum(said.count(f" {claim} ") for claim in claims(topic))


@pytest.mark.parametrize("topic", [topic for topic in LONG if "feared" not in topic])
def test_a_claim_is_said_in_full_in_a_quarter_of_the_turns_at_most(topic: str) -> None:
    turns = [text for said in debates(topic) for text in said]
    full = [text for text in turns if times_in_full(topic, text)]
    assert 0 < 4 * len(full) < len(turns)


@pytest.mark.parametrize("topic", [topic for topic in LONG if "feared" not in topic])
def test_a_claim_is_said_in_full_once_in_a_turn_at_most(topic: str) -> None:
    assert [text for said in debates(topic) for text in said if times_in_full(topic, text) > 1] == []


def test_of_two_things_neither_is_preferred_in_full_in_most_turns() -> None:
    topic = "Is it better to be feared or loved?"
    turns = [text for said in debates(topic) for text in said]
    assert 4 * sum("better than" in text for text in turns) < len(turns)


@pytest.mark.parametrize("topic", LONG)
def test_the_claim_comes_up_in_full_at_the_start(topic: str) -> None:
    wholes = [folded(each) for each in (topic, *claims(topic))]
    for said in debates(topic):
        assert any(whole in folded(said[0]) for whole in wholes)


def test_turns_are_of_different_lengths_and_mostly_short() -> None:
    lengths = [len(sentences(text)) for topic in LONG for said in debates(topic) for text in said]
    share = {count: 100 * lengths.count(count) // len(lengths) for count in range(1, 6)}
    assert 12 < share[1] < 35
    assert share[2] + share[3] > 55
    assert 0 < share[4] < 15
    assert share[5] < 2
    assert max(lengths) < 7


def test_who_did_it_is_guessed_in_few_words_and_by_each_otherwise() -> None:
    for said in debates("Who killed the miller?"):
        assert "one has to look for" not in " ".join(said)
        guesses = [found[1] for text in said[:2] if (found := re.search(r"\bit was ((?:\w+ ){1,7}\w+)", text))]
        assert len(set(guesses)) == 2


@pytest.mark.parametrize("topic", LONG)
def test_some_turns_end_with_a_question_and_most_do_not(topic: str) -> None:
    turns = [text for said in debates(topic) for text in said]
    assert 0.05 < sum(text.endswith("?") for text in turns) / len(turns) < 0.4


def test_nobody_opens_as_another_did_in_the_same_talk() -> None:
    leads = {folded(way.split("~")[0]) for name, ways in words_of("voices").items() for way in ways if "~" in way}
    leads = {lead for lead in leads if len(lead.split()) > 2}
    for topic in LONG:
        for said in debates(topic):
            whole = f" {folded(' '.join(said))} "
            assert all(whole.count(f" {lead} ") < 2 for lead in leads)


@pytest.mark.parametrize("fault", SEEN)
def test_no_line_has_a_fault_that_was_seen(fault: str) -> None:
    assert len(lines()) > 300
    assert [text for text in lines() if re.search(SEEN[fault], text)] == []


def test_a_speaker_under_another_name_speaks_of_itself_as_i() -> None:
    who = speaker(EMERIC)
    renamed = replace(who, persona=replace(who.persona, name="Bertram"))
    said = " ".join(
        line.text
        for topic in ("Should the old tower be rebuilt?", "Should we leave the town?", "")
        for seed in range(3)
        for line, _ in talk([renamed, speaker(COSIMO)], topic, turns=14, seed=seed)
        if line.speaker == "Bertram"
    )
    assert "emeric" not in said.casefold()
    assert any(fact.text.startswith("I was born on a water wagon") for fact in life_of(renamed.persona).facts)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("whoever loses by it is paid", "whoever loses by it is paid"),
        ("what lies behind it is sparing others", "what lies behind it is sparing others"),
        ("I think it is so, and it is well", "I think it's so, and it's well"),
        ("one would have not waiting in hand", "one would have not waiting in hand"),
    ],
)
def test_only_a_subject_is_drawn_together_with_its_verb(text: str, said: str) -> None:
    assert contracted(text) == said


@pytest.mark.parametrize(
    "topic", ["Why do people lie?", "What should we do about the rats?", "Should we leave the town?"]
)
def test_nobody_changes_what_it_holds_without_saying_so(topic: str) -> None:
    cast = [speaker(EMERIC), speaker(MARIT)]
    for seed in range(3):
        said = [line for line, _ in talk(cast, topic, turns=12, seed=seed)]
        for at, who in enumerate(cast):
            mine, other = who.persona.name, cast[1 - at].persona.name
            views = {
                Matter(who, Outlook(me=mine, others=(Other(name=other),), topic=topic, lines=tuple(said[:end]))).view
                for end in range(2, len(said) + 1)
            }
            assert len(views) == 1
