"""Agreement: whether somebody only agrees and adds nothing, in any of the languages of `tongues`. In other languages
nobody ever agrees, and a loop is found by its likeness, or by how little is new.
"""

import re
from collections.abc import Collection, Sequence
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from fabula.agents.memory.embedding import TEXT_CHARACTERS_MAX, stems
from fabula.environments.dialogue.tongues import Script, Tongue, script, tongues
from fabula.environments.dialogue.words import runs_of, sets_blanks, words_of


class Agreeing(IntEnum):
    """What a turn does besides agreeing."""

    OTHERWISE = 0
    """It does not agree, or goes on to something of its own."""
    LITTLE = 1
    """It agrees, and adds next to nothing."""
    ONLY = 2
    """It agrees, and adds nothing at all."""


WORDS_A_NEW_ONE = 10
"""Of a turn that adds next to nothing: it has one new word, and one more for so many words."""
_LETTERS_A_WORD = 2
"""In scripts without blanks."""

_TWICE = re.compile(r"\b(\w+), (?=\1\b)", re.IGNORECASE)
"""A word said twice, as in `hear, hear`."""
_SENTENCE = re.compile(r"([^.!?…\n;؟。！？；]+)([.!?…\n;؟。！？；]*)")
_CLAUSE_END = re.compile(r"[,:—–()\"“”、，：]+| - ")
_LEADS = frozenset("ah oh well and so then hm hmm und et y e en i а и ach och".split())
"""Words behind which a clause still opens with agreement."""


class _Clause(NamedTuple):
    words: tuple[str, ...]
    asks: bool


class _Read(NamedTuple):
    """What is left of a turn besides agreement."""

    agrees: bool
    told: list[str]
    asked: list[str]


def agreeing(text: str, before: Sequence[str], names: Sequence[str]) -> Agreeing:
    """How far a turn only agrees: it neither objects nor asks anything new, and brings few words that were not said
    before. A turn without a word in it only agrees as well; so does one of mere courtesies. Numbers are nothing new.

    before: what was said. names: of those who speak, which are nothing new either.
    """
    head = text[:TEXT_CHARACTERS_MAX]
    clauses = _clauses(head)
    if not any(clause.words for clause in clauses):
        return Agreeing.ONLY
    if not sets_blanks(head):
        return _agreeing_unspaced(head, before)
    people = frozenset(word for name in names for word in words_of(name))
    words = [word for clause in clauses for word in clause.words]
    # Most languages share no word with a text: whatever it says, it does not agree in those.
    possible = [tongue for tongue in tongues() if tongue.may_agree(frozenset(words))]
    found = [_agreeing_in(tongue, clauses, len(words), before, people) for tongue in possible]
    return max(found, default=Agreeing.OTHERWISE)


def _clauses(text: str) -> list[_Clause]:
    found = []
    for body, marks in _SENTENCE.findall(_TWICE.sub(r"\1 ", text)):
        asks = any(mark in "?؟？" for mark in marks)
        found += [_Clause(tuple(words_of(clause)), asks) for clause in _CLAUSE_END.split(body)]
    return found


def _agreeing_in(
    tongue: Tongue, clauses: Sequence[_Clause], count: int, before: Sequence[str], people: Collection[str]
) -> Agreeing:
    read = _read(tongue, clauses, people)
    if read is None or not (read.agrees or _is_courtesy(tongue, [*read.told, *read.asked])):
        return Agreeing.OTHERWISE
    told = _new(tongue, read.told, before)
    if _new(tongue, read.asked, before) or (told and not tongue.turns.isdisjoint(read.told)):
        return Agreeing.OTHERWISE
    return _degree(len(told), count)


def _degree(new: int, words: int) -> Agreeing:
    if not new:
        return Agreeing.ONLY
    return Agreeing.LITTLE if new <= 1 + words // WORDS_A_NEW_ONE else Agreeing.OTHERWISE


def _read(tongue: Tongue, clauses: Sequence[_Clause], people: Collection[str]) -> _Read | None:
    """What the clauses say in that language; None if they object."""
    read = _Read(False, [], [])
    for words, asks in clauses:
        at, opening = 0, True
        while at < len(words):
            agreed = tongue.agrees.at(words, at) or (_opening(tongue, words, at) if opening else 0)
            if _objects(tongue, words, at, agreed):
                return None
            if agreed:
                read = read._replace(agrees=True)
            elif not opening or not (words[at] in _LEADS or words[at] in people):
                opening = False
                if words[at] not in people:
                    (read.asked if asks else read.told).append(words[at])
            at += agreed or 1
    return read


def _opening(tongue: Tongue, words: Sequence[str], at: int) -> int:
    """How many words agree there, where a clause still opens."""
    left = len(words) - at
    return tongue.opens.at(words, at) or (left if tongue.alone.at(words, at) == left else 0)


def _objects(tongue: Tongue, words: Sequence[str], start: int, agreed: int) -> bool:
    """Whether an objection begins there that is no part of the agreement of so many words."""
    if tongue.objects.at(words, start) > agreed:
        return True
    return agreed > 1 and any(at + tongue.objects.at(words, start + at) > agreed for at in range(1, agreed))


def _is_courtesy(tongue: Tongue, words: Sequence[str]) -> bool:
    """Whether next to nothing but courtesies is said: of what is no mere filler, three in four words at least."""
    polite = sum(word in tongue.courtesy for word in words)
    return bool(polite) and polite >= 3 * sum(not _is_empty(tongue, word) for word in words)


def _new(tongue: Tongue, words: Sequence[str], before: Sequence[str]) -> frozenset[str]:
    """Which of the words tell something that was not said before."""
    telling = {_stem(word) for word in words if word.isalpha() and not _is_empty(tongue, word)} - {""}
    return frozenset(telling).difference(*map(_stems, before)) if telling else frozenset()


def _is_empty(tongue: Tongue, word: str) -> bool:
    return len(word) < 2 or word in tongue.empty or _stem(word) in tongue.empty_stems


def _agreeing_unspaced(text: str, before: Sequence[str]) -> Agreeing:
    folded = " ".join(words_of(text))
    language = script("japanese" if any("\u3041" <= char <= "\u30ff" for char in folded) else "chinese")
    return _agreeing_by(language, folded, before)


def _agreeing_by(language: Script, folded: str, before: Sequence[str]) -> Agreeing:
    if language.objects.search(folded):
        return Agreeing.OTHERWISE
    rest, agreed = language.agrees.subn(" ", folded)
    left = language.little.sub(" ", rest)
    if not agreed and not (language.courtesy.search(rest) and not left.strip()):
        return Agreeing.OTHERWISE
    new = runs_of(left).difference(*map(_runs, before))
    if new and language.turns.search(rest):
        return Agreeing.OTHERWISE
    return _degree(-(-len(new) // _LETTERS_A_WORD), len(folded) // _LETTERS_A_WORD)


@lru_cache(maxsize=16_384)
def _stem(word: str) -> str:
    """The word without its ending; empty for one that every other sentence has."""
    return next(iter(stems(word)), "")


@lru_cache(maxsize=512)
def _stems(text: str) -> frozenset[str]:
    return stems(text[:TEXT_CHARACTERS_MAX])


@lru_cache(maxsize=512)
def _runs(text: str) -> frozenset[str]:
    return runs_of(text[:TEXT_CHARACTERS_MAX])
