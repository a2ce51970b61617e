"""Speakers by rules over some hundred lines: no line has a fault of grammar that once was seen."""

import re
from functools import cache

import pytest
from msgspec.structs import replace
from tests.environments.dialogue.test_rhetoric import COSIMO, FENN, HESTER, MAREN, speaker, talk

from fabula.environments.dialogue.outlook import Other, Outlook
from fabula.environments.dialogue.rhetoric.english import contracted
from fabula.environments.dialogue.rhetoric.life import life_of
from fabula.environments.dialogue.rhetoric.matter import Matter

EMERIC, MARIT = "emeric_lunt", "marit_holub"
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
    "two prepositions": r"\b[Aa]bout (?:on|in|at|of|with|are|is)\b|\bthan that a\b|\bpretend than\b",
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
