"""Phrases: the parts of a question or a sentence by which a topic is known, found without a grammar of English."""

import re

from fabula.environments.dialogue.rhetoric.english import is_gerund, is_participle, is_plural, is_verb, lower_first
from fabula.environments.dialogue.rhetoric.first_person import HE, SHE

NAMED_WORDS_MAX = 8
"""A longer name is no name; then it is `the question`."""
PRONOUNS = frozenset("i we you they he she it one people everyone everybody nobody anyone somebody someone".split())
DETERMINERS = frozenset(
    "a all an any every her his its more most my no our some such that the their these this those your".split()
)
_PREDICATES = frozenset(
    "a alive allowed always an bad better beautiful common cruel dangerous dead ever evil fair false free good "
    "great harmful important"
    " in just justified less like lost more necessary never normal not obsolete of on our overrated possible "
    "real rational right safe"
    " still the too true underrated useful useless worse worth wrong".split()
)

_HEAD_ENDS = re.compile(
    r" (?:about|above|after|against|around|at|before|behind|beside|between|by|during|for|from|in|inside|into|near|of|"
    r"on|onto|out|over|since|through|to|towards?|under|until|upon|with|within|without|who|which|that|where|when)\b.*"
)


_PERSONS = frozenset(
    "baby baker bishop boss captain chancellor chief child clerk criminal director doctor farmer governor guard judge "
    "landlord mayor merchant miller minister neighbour officer owner parent person president priest prisoner "
    "refugee smith soldier stranger student teacher tenant thief warden worker".split()
)
"""Of whom one says `they` where nothing shows whether `he` or `she`."""


def pronoun_of_thing(thing: str) -> tuple[str, str]:
    """What a thing or a person is called once it was named: `they` and `them`, `it` and `it`."""
    head = head_of(thing)
    last = head.rsplit(maxsplit=1)[-1].casefold()
    if is_plural(head) or last in _PERSONS:
        return "they", "them"
    return ("she", "her") if last in SHE else ("he", "him") if last in HE else ("it", "it")


def lowered(phrase: str) -> str:
    """Without the capital that only stood there because it came first."""
    first, _, rest = phrase.partition(" ")
    common = (
        first.casefold() in DETERMINERS | PRONOUNS
        or is_gerund(first)
        or (bool(rest) and not rest[:1].isupper() and not first.isupper())
    )
    return lower_first(phrase) if common and first != "I" else phrase


def parted(rest: str) -> tuple[str, str]:
    """Subject and verb phrase of `the old tower be rebuilt`; no verb phrase where none can be seen."""
    words = rest.split()
    if words and words[0].casefold() in PRONOUNS and len(words) > 1:
        return words[0] if words[0] == "I" else words[0].lower(), " ".join(words[1:])
    start = 2 if words and words[0].casefold() in DETERMINERS else 1
    for at in range(start, len(words)):
        if is_verb(words[at]) and (
            words[at] == "be" or not (at + 1 < len(words) and is_verb(words[at + 1]) and words[at + 1] != words[at])
        ):
            return " ".join(words[:at]), " ".join(words[at:])
    return rest, ""


def predicated(rest: str) -> tuple[str, str]:
    """Subject and predicate of `the harbour safe in winter`; no predicate where there is but one word."""
    words = rest.split()
    if len(words) < 2:
        return rest, ""
    if words[0].casefold() in PRONOUNS | {"there"}:
        return words[0].lower() if words[0] != "I" else "I", " ".join(words[1:])
    start = 2 if words[0].casefold() in DETERMINERS else 1
    for at in range(start, len(words)):
        word = words[at].casefold()
        if (
            word in _PREDICATES
            or is_participle(word)
            or (word.endswith(("able", "ible", "ful", "ous", "ing")) and at >= start)
        ):
            return " ".join(words[:at]), " ".join(words[at:])
    return " ".join(words[:-1]), words[-1]


def head_of(thing: str) -> str:
    """`the gates` of `the gates to the refugees`; `of` stays with short names: `the master of arms`."""
    head = _HEAD_ENDS.sub("", thing)
    determined = re.match(r"(?:the|our|my|your|this|that|these|those|a|an) ", thing)
    return head if determined and len(head.split()) > 1 else thing
