"""Patterns: how a rule of a service agent says which words it is about, so that whoever knows the domain can write it.

    guarantee* ... return*       `guaranteed`, then up to six words, then `returns`
    sell|buy everything          either of several words
    want to (live|be here)       either of several words or rows of words, brackets within brackets too
    my? pin                      a word or a bracket that may be missing
    # percent                    any number: 5, 4.5, 20k
    = human please?              the whole of what was said, not a part of it

Words are whole words, whatever their case, accents and apostrophes (see `folding`); `*` at the end of a word stands for
any ending. However long and hostile a text is, it is read once (see `automaton`).
"""

from collections.abc import Sequence
from functools import lru_cache

from fabula.environments.dialogue.service.automaton import Automaton
from fabula.environments.dialogue.service.folding import Words, readings
from fabula.environments.dialogue.service.grammar import read_pattern


def matches(patterns: Sequence[str], text: str) -> bool:
    """Whether one of the patterns stands in the text; none never does."""
    return bool(patterns) and _found(_automaton(tuple(patterns)), text)


def stands(patterns: Sequence[str], unless: Sequence[str], text: str) -> bool:
    """Whether one of the patterns stands in the text where none of `unless` has a word in common with it. No patterns
    stand in every text but one with `unless` in it.

    So `desperate` unless `desperate to buy` stands in `desperate to buy a house, and desperate without one`.
    """
    if not patterns:
        return not matches(unless, text)
    found = _automaton(tuple(patterns))
    if not unless:
        return _found(found, text)
    waived = _automaton(tuple(unless))
    return any(found.finds(words) and _stands_free(found, waived, words) for words in readings(text))


def check_pattern(pattern: str) -> None:
    """Raises UsageError if it is no pattern."""
    read_pattern(pattern)


def _found(automaton: Automaton, text: str) -> bool:
    return any(automaton.finds(words) for words in readings(text))


def _stands_free(found: Automaton, waived: Automaton, words: Words) -> bool:
    taken = bytearray(len(words))
    for start, end in waived.spans(words):
        taken[start:end] = b"\x01" * (end - start)
    return any(1 not in taken[start:end] for start, end in found.spans(words))


@lru_cache(maxsize=1_024)
def _automaton(patterns: tuple[str, ...]) -> Automaton:
    return Automaton([read_pattern(pattern) for pattern in patterns])
