"""Tokens: an answer in plain words, word by word and mark by mark, and the words that turn it round."""

import re
import unicodedata
from collections.abc import Sequence

from fabula.environments.dialogue.words import words_of

SAID_CHARACTERS_MAX = 1_000
"""A longer answer is no plain one."""
NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split()
ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
TURNS = frozenset(
    "although but except however if instead otherwise rather still though unless whereas while yet".split()
)
"""Words after which a sentence goes another way."""
CONDITIONS = frozenset("although except if though unless whereas while".split())
"""Those of them after which nothing is chosen, nor agreed to."""
NEGATIONS = frozenset(
    "against arent avoid cannot cant couldnt deny despise didnt dislike doesnt dont doubt doubts hardly hate havent"
    " isnt least less neither never no nobody none nor not nothing object objection objections oppose opposed refuse"
    " reject scarcely shouldnt stop veto wasnt wont without worst wouldnt".split()
)
_REASONS = frozenset("as because cause for since".split())
_TOKEN = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)*|[.!?…。;\n]+|[,:、()\[\]\"“”«»„—–/|]|(?<=\s)-(?=\s)")
_NUMBER_SIGN = re.compile(r"(?:\bn(?:o|r|um)\.\s*|№\s*|#\s*)(?=\d)", re.IGNORECASE)
_CONDITION = re.compile(r"\b(?:as|so) long as\b|\bprovided(?: that)?\b|\bon condition(?: that)?\b", re.IGNORECASE)
PAUSE, STOP, ASKING = ",", ".", "?"
MARKS = frozenset({PAUSE, STOP, ASKING})

Token = str | int
"""A word, a mark, or the number of an option that is named there."""


def tokens_of(said: str) -> list[Token]:
    """Its words, without case and accents, and its marks."""
    plain = _CONDITION.sub("if", _NUMBER_SIGN.sub("number ", unicodedata.normalize("NFKC", said)))
    tokens: list[Token] = []
    for found in _TOKEN.findall(plain):
        if words := words_of(found):
            tokens += words
        elif found.strip(".!?…。;\n"):
            tokens.append(PAUSE)
        else:
            tokens.append(ASKING if "?" in found else STOP)
    return tokens


def without_reasons(tokens: Sequence[Token]) -> list[Token]:
    """The tokens without what says why: nothing is chosen there."""
    kept: list[Token] = []
    skips = False
    for at, token in enumerate(tokens):
        if token in (STOP, ASKING) or token in TURNS:
            skips = False
        begins = bool(kept) and token in _REASONS and not _is_short(tokens, at)
        if begins and (token in {"because", "since"} or kept[-1] == PAUSE):
            skips = True
        if not skips:
            kept.append(token)
    return kept


def _is_short(tokens: Sequence[Token], at: int) -> bool:
    """Whether hardly anything follows before the next mark: `for it`, `as well`."""
    rest = [token in MARKS for token in tokens[at : at + 3]]
    return any(rest) or len(rest) < 3
