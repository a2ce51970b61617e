"""Folding: the words of a text as patterns see them, so that no way to write a word hides it from a rule.

Case, accents, width and apostrophes do not matter, and marks such as `*` and `_` are no letters: `I can’t`, `i cant`
and `_I_ **can't**` are the same two words. What is said keeps its own form; only what is looked at is folded.
"""

import re
import unicodedata
from functools import lru_cache

WORD_LETTERS_MAX = 64
"""Of a word that are looked at."""

_NO_APOSTROPHES = dict.fromkeys(map(ord, "'`´‘’‛ʹʻʼʽˈ΄᾽`´′‵ꞌ＇｀"))
"""What people and keyboards set for an apostrophe: `can´t`, `` can`t ``."""
_LIKE_LATIN = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u051b\u04cf"  # Cyrillic
    "\u03b1\u03b5\u03b9\u03ba\u03bd\u03bf\u03c1\u03c4\u03c5\u0131",  # Greek, and an i without a dot
    "aeopcyxijsdql" + "aeikvoptui",
)
"""Letters of other alphabets that look like Latin ones, small."""
_UNSEEN = frozenset("\u115f\u1160\u3164\uffa0\u2800")
"""Letters without a shape."""
_PARTING = frozenset("\u200b\u2060\ufeff")
"""Marks without width that may part words, or stand within one."""
_MARKS = re.compile("(?<=[^\\W_])[_*~\u200b\u2060\ufeff]++(?=[^\\W_])")
"""Marks between two letters."""
_NUMBER = re.compile(r"\d++(?:[.,]\d++)*")
_WORD = re.compile(rf"{_NUMBER.pattern}(?![^\W_])|[^\W_]++|[%€$£]")
_COUNT = re.compile(r"\d[\d.,]*(?:k|m|bn)?")

Words = tuple[str, ...]


@lru_cache(maxsize=256)
def readings(text: str) -> tuple[Words, ...]:
    """The words of a text; twice, if marks stand between letters: `kill_myself` is two words, `guar*an*teed` one."""
    plain = _folded(text)
    if not _MARKS.search(plain):
        return (_words(plain),)
    return (_words(_MARKS.sub("", plain)), _words(_MARKS.sub(" ", plain)))


def is_number(word: str) -> bool:
    """Whether a word is a number: `5`, `4.5`, `20k`."""
    return word[:1].isdigit() and _COUNT.fullmatch(word) is not None


def _words(plain: str) -> Words:
    return tuple(_one_alphabet(word[:WORD_LETTERS_MAX]) for word in _WORD.findall(plain))


def _folded(text: str) -> str:
    text = text.translate(_NO_APOSTROPHES)
    if text.isascii():
        return text.casefold()
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(char for char in apart if char.isascii() or char in _PARTING or not _is_unseen(char))


def _is_unseen(char: str) -> bool:
    """Whether it is an accent, or nothing that could be seen."""
    return char in _UNSEEN or unicodedata.category(char) in {"Mn", "Me", "Cf"}


def _one_alphabet(word: str) -> str:
    """A word that mixes alphabets, in the Latin one."""
    if word.isascii() or not any(char.isascii() for char in word):
        return word
    return word.translate(_LIKE_LATIN)
