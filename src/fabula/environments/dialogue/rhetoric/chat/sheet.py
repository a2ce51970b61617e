"""The sheet: all that a speaker can tell of itself, a sentence each, in the first person."""

import re
from enum import StrEnum
from functools import lru_cache

from msgspec import Struct

from fabula.agents.persona import Persona, Tie
from fabula.environments.dialogue.rhetoric.english import is_past, is_third, lower_first, sentences, words_in
from fabula.environments.dialogue.rhetoric.first_person import (
    PRONOUNS,
    in_first_person,
    in_my_words,
    pronoun_of,
    starts_with_verb,
)
from fabula.environments.dialogue.rhetoric.life import SECRET, Life, Source, life_of, own_name

HISTORY_TOLD_MIN = 2
"""Sentences of a history that are told at least; of a longer one the first half: to what follows its owner keeps."""
STORY_WORDS_MAX = 40
"""A longer sentence of a history is one that nobody says in a breath."""
_TORN = re.compile(
    r"^(?:But|So|And|Instead|Then|There|It|That|This|They|Them|Such|Those|These|Since then|I did not|When I say so)\b"
)
"""What is understood only after the sentence before."""
_FOR_YEARS = re.compile(r"\bis (my|a|the) ([\w' -]+?) for ((?:\w+ )?(?:years|months|weeks))\b")
_ODD = re.compile(r"^I \w+ me\b|\bsince$|^I \w+, \w+,")
"""No sentence: the sheet left out too much."""
_MISREAD = re.compile(r"^(?:met|found)\b|\b(?:mended|buried|cured|nursed|hired|caught|arrested) (?:his|her|their)\b")
"""Of a tie told in the past: who did it the sheet leaves open."""


class Kind(StrEnum):
    """Where on the sheet it stands."""

    HISTORY = "history"
    TRAIT = "trait"
    HABIT = "habit"
    TIE = "tie"
    SKILL = "skill"
    WANT = "want"
    PLACE = "place"
    """Its trade, and where it comes from."""


class Leaf(Struct, frozen=True):
    """A sentence of a life, without a stop."""

    text: str
    kind: Kind
    who: str = ""
    """Of a tie: whom it is about."""
    trust: float = 0.0
    """Of a tie: see fabula.agents.persona.Tie."""
    torn: bool = False
    """Of a history: it says nothing without the one before."""


@lru_cache(maxsize=64)
def leaves_of(persona: Persona) -> tuple[Leaf, ...]:
    """Everything it can tell, in the order of the sheet."""
    life = life_of(persona)
    told = [Leaf(_whole(fact.text), Kind(fact.source)) for fact in life.facts if fact.source is not Source.HISTORY]
    told = [leaf for leaf in told if not _ODD.search(leaf.text)]
    want = [Leaf(f"I want {life.want}", Kind.WANT)] if life.want else []
    places = [Leaf(each, Kind.PLACE) for each in (life.work, life.origin) if each]
    found = [*places, *history_of(persona), *told, *want, *_skills(persona), *_ties(persona, life)]
    by_text = {" ".join(words_in(leaf.text)): leaf for leaf in reversed(found)}
    return tuple(leaf for leaf in found if by_text[" ".join(words_in(leaf.text))] is leaf)


@lru_cache(maxsize=64)
def history_of(persona: Persona) -> tuple[Leaf, ...]:
    """What happened to it, in order, as far as it tells anybody."""
    name, pronoun = own_name(persona), _pronoun(persona)
    found: list[Leaf] = []
    follows = False
    told = sentences(persona.history or persona.about)
    for sentence in told[: max(HISTORY_TOLD_MIN, len(told) // 2)]:
        if withheld(sentence):
            break  # What follows hangs together with it.
        said = in_first_person(sentence, name, pronoun)
        torn = bool(_TORN.match(said))
        tells = (
            not _ODD.search(said) and len(said.split()) <= STORY_WORDS_MAX and bool(re.search(r"\b(?:I|me|my)\b", said))
        )
        follows = tells and (follows or not torn)
        if follows:
            found.append(Leaf(said, Kind.HISTORY, torn=torn))
    return tuple(found)


def _whole(text: str) -> str:
    """With the `I` that a sheet leaves out: `Fined myself once`."""
    return f"I {lower_first(text)}" if is_past(text.split(maxsplit=1)[0]) else text


def withheld(text: str) -> bool:
    """Whether it is nothing that one tells a stranger."""
    return SECRET.search(text) is not None


def _skills(persona: Persona) -> list[Leaf]:
    name, pronoun = own_name(persona), _pronoun(persona)
    told = (in_first_person(each.name, name, pronoun) for each in persona.skills if starts_with_verb(each.name))
    return [Leaf(each, Kind.SKILL) for each in told if each and not withheld(each) and not _ODD.search(each)]


def _ties(persona: Persona, life: Life) -> list[Leaf]:
    told = dict(life.ties)
    found = []
    for tie in persona.ties:
        first = told.get(tie.who, "")
        trust = tie.trust or 0.0
        if first and not _MISREAD.search(tie.text.split(";")[0]):
            found.append(Leaf(_FOR_YEARS.sub(r"has been \1 \2 for \3", first), Kind.TIE, tie.who, trust))
        if (second := _second(persona, tie)) and second != first:
            found.append(Leaf(second, Kind.TIE, tie.who, trust))
    return found


def _second(persona: Persona, tie: Tie) -> str:
    """What the sheet says of somebody behind a semicolon; empty where it makes no sentence of its own."""
    _, mark, rest = tie.text.partition(";")
    rest = rest.strip(" .")
    if not mark or withheld(tie.text) or not 3 <= len(rest.split()) <= STORY_WORDS_MAX:
        return ""
    name, pronoun = own_name(persona), _pronoun(persona)
    first = words_in(rest)[0]
    if first == pronoun:
        said = re.sub(r"\b(?:him|her|them)\b(?! [a-z])", tie.who, in_first_person(rest, name, pronoun), count=1)
        return said if tie.who in said and not re.search(r"\bI (?:\w+ )?\w+ me\b", said) else ""
    if first in PRONOUNS and first not in {"they", "it"}:
        said = in_my_words(f"{tie.who} {rest.split(maxsplit=1)[1]}", name, pronoun)
        return "" if re.search(r"\b(?:he|she|him|his|her)\b.*\bI (?:is|has)\b", said) else said
    if starts_with_verb(tie.text) and is_third(first):
        return in_my_words(f"{tie.who} {rest}", name, pronoun)
    return ""


def _pronoun(persona: Persona) -> str:
    said = next((each.text for each in persona.identity if each.label.casefold().startswith("pronoun")), "")
    if said:
        return pronoun_of(said)
    words = words_in(" ".join([persona.history, persona.about, *persona.behaviour]))
    best = max(("he", "she", "they"), key=words.count)
    return best if best in words else ""


def named_like(persona: Persona, text: str) -> str:
    """Whom of those it knows a text names; empty: nobody."""
    words = words_in(text)
    for tie in persona.ties:
        first, *_, last = [each for each in words_in(tie.who) if each not in _TITLES] * 2 or [""]
        if first in words:
            return tie.who
        # Somebody else of the family is somebody else.
        if last in words and not re.search(rf"\b[A-Z][\w'’-]+ {re.escape(last.capitalize())}\b", text):
            return tie.who
    return ""


_TITLES = frozenset("old mother father brother sister the lady lord captain master young".split())
