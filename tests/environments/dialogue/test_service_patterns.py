"""Patterns: what they find, what is none, and that no text takes them long."""

import time

import pytest

from fabula.environments.dialogue.service.folding import readings
from fabula.environments.dialogue.service.grammar import DEPTH_MAX, PATTERN_LETTERS_MAX
from fabula.environments.dialogue.service.patterns import check_pattern, matches, stands
from fabula.environments.dialogue.service_speakers import _patterns, service_names, service_speaker
from fabula.errors import UsageError

MEGABYTE = 1_000_000
SECONDS_MAX = 5.0
"""Of one set of patterns and a megabyte; some tenths of a second where nothing else runs."""


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("(don't|not) want to (live|be here)", "I don't want to live", True),
        ("(don't|not) want to (live|be here)", "I do not want to be here", True),
        ("(don't|not) want to (live|be here)", "I do not want to be", False),
        ("(go on|carry|cope)", "I go on", True),
        ("(go on|carry|cope)", "I go", False),
        ("(up and|goes) down", "it goes down", True),
        ("(up and|goes) down", "it is up, and down", True),
        ("(five|# years)", "in 12 years", True),
        ("(five|# years)", "in 12 months", False),
        ("(# percent|#|return*)", "7", True),
        ("(i'm|i am) in", "I am in", True),
        ("(i'm|i am) in", "I’m in", True),
        ("a ((very|so) bad|bad) day", "a so bad day", True),
        ("a ((very|so)? bad|bad) day", "a bad day", True),
        ("(a b|c)? d", "d", True),
        ("x (a b|c)? d", "x a d", False),
        ("(a ... b|c) d", "a quite other b d", True),
        ("make|file a complaint", "I file a complaint", True),
        ("= (a b|c)", "a b", True),
        ("= (a b|c)", "a b c", False),
        ("wi-fi", "my wi fi", True),
        ("can't", "i cant", True),
        ("cant", "i can`t", True),
        ("café", "a CAFE\u0301", True),
        ("#", "20k", True),
        ("#", "mp3", False),
        ("# (%|percent)", "12 % a year", True),
        ("# (%|percent)", "12% a year", True),
        ("kill myself", "kill_myself", True),
        ("guaranteed", "guar*an*teed", True),
        ("guaranteed", "guar\u200banteed", True),
        ("kill myself", "kill\u200bmyself", True),
        ("sure thing", "\u0430 \u0455ure thing", True),
        ("да", "да", True),
    ],
)
def test_a_pattern_finds_its_words_however_they_are_written(pattern: str, text: str, found: bool) -> None:
    assert matches((pattern,), text) is found


@pytest.mark.parametrize(
    "pattern",
    [
        "(a|b",
        "a|b)",
        "a (b c",
        "()",
        "(a|)",
        "(|a)",
        "(a||b)",
        "a||b",
        "a|",
        "|a",
        "a | b",
        "a ?",
        "a??",
        "my?",
        "(a|b)? c?",
        "(a ...|b)",
        "a = b",
        "(" * (DEPTH_MAX + 1) + "a" + ")" * (DEPTH_MAX + 1),
        "(" * PATTERN_LETTERS_MAX,
        "(" * 100_000,
        "a" * (PATTERN_LETTERS_MAX + 1),
        "_a_",
    ],
)
def test_what_is_no_pattern_is_told(pattern: str) -> None:
    with pytest.raises(UsageError, match="pattern "):
        check_pattern(pattern)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I am desperate", True),
        ("I am desperate to buy", False),
        ("I am desperate to buy, and desperate without one", True),
        ("I am desperate to buy. My wife is desperate.", True),
        ("nothing", False),
    ],
)
def test_an_exception_holds_for_the_words_it_stands_in(text: str, found: bool) -> None:
    assert stands(("desperate",), ("desperate to (buy|sell)",), text) is found


def test_without_patterns_an_exception_holds_for_the_text() -> None:
    assert stands((), ("no",), "yes")
    assert not stands((), ("no",), "yes and no")
    assert stands((), (), "")


def test_a_word_is_read_with_its_marks_as_part_of_it_and_without() -> None:
    assert readings("kill_myself 1.5") == (("killmyself", "1.5"), ("kill", "myself", "1.5"))
    assert readings("It’s _so_!") == (("its", "so"),)


def _hostile() -> dict[str, str]:
    openings = [
        patterns[0].split()[0].strip("=()?*").split("|")[0]
        for name in service_names()
        for _, patterns in _all_patterns(name)
        if patterns
    ]
    return {
        "digits and dots": "1." * (MEGABYTE // 2),
        "digits and a letter": "1.1.1.1a," * (MEGABYTE // 9),
        "digits": "9" * (MEGABYTE - 1) + "x",
        "one word": "invest " * (MEGABYTE // 7),
        "marks": "a*" * (MEGABYTE // 2),
        "no letters": "_" * MEGABYTE,
        "accents": "e\u0301\u200b" * (MEGABYTE // 4),
        "openings": (" ".join(openings) + " ") * (MEGABYTE // len(" ".join(openings))),
    }


def _all_patterns(name: str) -> list[tuple[object, tuple[str, ...]]]:
    """Those of a service agent that ships, set by set."""
    found = service_speaker(name)[0].service
    assert found is not None
    return [(path, tuple(patterns)) for path, patterns in _patterns(found)]


@pytest.mark.parametrize("kind", sorted(_hostile()))
def test_a_megabyte_takes_no_longer_than_it_is_long(kind: str) -> None:
    text = _hostile()[kind]
    gaps = ("a* ... 1* ... invest* ... e* ... nowhere", "# ... # ... # ... # ... nowhere")
    rules = dict(_all_patterns("financial_adviser"))
    for patterns in (gaps, rules[("rules", 0, "matches")]):
        begun = time.process_time()
        assert not matches(patterns, text)
        assert not stands(patterns, ("# ... nowhere",), text)
        assert time.process_time() - begun < SECONDS_MAX
