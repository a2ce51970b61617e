"""The book: the templates that chats are made by, those of each voice, and by which of them a line was made.

A rule `rule@voice` adds templates to `rule` for one voice.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from fabula.environments.dialogue.rhetoric.english import sentences, words_in
from fabula.environments.dialogue.rhetoric.grammar import MARK_WORDS, marks
from fabula.environments.dialogue.rhetoric.voice import Voice
from fabula.environments.dialogue.rhetoric.wordfiles import words_of

BOOKS = ("chat_courtesies", "chat_self", "chat_news", "chat_counsel", "chat_views", "trades")
_FULL = (
    (r"\bshan't\b", "shall not"),
    (r"\bwon't\b", "will not"),
    (r"\bcan't\b", "cannot"),
    (r"n't\b", " not"),
    (r"\b([Ii])'m\b", r"\1 am"),
    (r"\b(you|we|they)'re\b", r"\1 are"),
    (
        r"\b(it|that|there|here|what|who|he|she|everything|nothing)'s (been|got|gone|read|thought|had|never)\b",
        r"\1 has \2",
    ),
    (r"\b(it|that|there|here|what|who|he|she|everything|nothing)'s\b", r"\1 is"),
    (r"'ve\b", " have"),
    (r"'ll\b", " will"),
    (r"'d (been|got|gone|had|meant|never)\b", r" had \1"),
    (r"'d\b", " would"),
)
"""How who never says `don't` says it."""


@cache
def rules_of(voice: Voice) -> Mapping[str, tuple[str, ...]]:
    """Every rule with its templates, those of the voice last."""
    rules: dict[str, tuple[str, ...]] = {}
    for name, ways in _all().items():
        rule, _, of = name.partition("@")
        if of in {"", voice.name}:
            rules[rule] = (*rules.get(rule, ()), *(ways if voice.contracts else map(_written_out, ways)))
    for name in ("hello", "bye"):
        rules[f"voice.{name}"] = words_of("voices")[f"{voice.name}.{name}"]
    return rules


def own_of(voice: Voice, rule: str) -> int:
    """How many of a rule's templates are the voice's own."""
    return len(_all().get(f"{rule}@{voice.name}", ()))


@cache
def traces(line: str) -> frozenset[str]:
    """The rules by which a line was made, as far as its words tell."""
    words = words_in(line)
    runs = [tuple(words[at : at + MARK_WORDS]) for at in range(len(words) - MARK_WORDS + 1)]
    # What is shorter than a mark is known whole.
    runs += [tuple(short) for each in sentences(line) if len(short := words_in(each)) < MARK_WORDS]
    found = (_index().get(run, frozenset()) for run in runs)
    return frozenset(rule for rules in found if len(rules) == 1 for rule in rules)


@cache
def _all() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for book in BOOKS:
        twice = found.keys() & words_of(book).keys()
        assert not twice, f"{book}.txt: the rule {min(twice)!r} stands in another book"
        found |= {rule: ways for rule, ways in words_of(book).items() if not rule.startswith("matter.")}
    return {rule: ways for rule, ways in found.items() if not rule.endswith((".who", ".of"))}


@cache
def _index() -> Mapping[tuple[str, ...], frozenset[str]]:
    found: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for name, ways in _all().items():
        for mark in set().union(*map(marks, ways)):
            found[mark].add(name.partition("@")[0])
        for short in (tuple(words_in(way)) for way in ways):
            if len(short) < MARK_WORDS:
                found[short].add(name.partition("@")[0])
    return {mark: frozenset(rules) for mark, rules in found.items()}


def _written_out(template: str) -> str:
    for short, full in _FULL:
        template = re.sub(short, full, template)
    return template
