"""Signs: what a text may consist of, whatever it says."""

import re
import unicodedata
from collections import Counter

SHORTEST, LONGEST = 0.5, 1.8
"""Of the original's length."""

_ORDINARY = frozenset(" .,;:!?'’‘“”\"()-–—…")
_ADDRESS = re.compile(r"\w[.:@]\w|//|\bwww\b", re.IGNORECASE)
_ENDED = re.compile(r"[.!?…][\"”’)]*$")
_LISTED = re.compile(r"\s*(?:[-–—.:]|\w{1,2}[.)])\s")


def length(original: str, new: str) -> str:
    """It is about as long."""
    if len(new) < SHORTEST * len(original):
        return "it is much shorter"
    if len(new) > LONGEST * len(original):
        return "it is much longer"
    return ""


def unfinished(original: str, new: str) -> str:
    """It comes to its end."""
    return "it breaks off" if _ENDED.search(original) and not _ENDED.search(new) else ""


def foreign_signs(original: str, new: str) -> str:
    """It consists of letters, digits and what parts them; of other signs it has no more than the original."""
    found = Counter(sign for sign in new if sign not in _ORDINARY and not sign.isalnum())
    if found - Counter(original):
        return "it holds signs or markup"
    if _LISTED.match(new) and not _LISTED.match(original):
        return "it begins like a list"
    return ""


def addresses(original: str, new: str) -> str:
    """It holds no address of anything."""
    known = set(_ADDRESS.findall(original))
    return "it holds an address" if set(_ADDRESS.findall(new)) - known else ""


def another_writing(original: str, new: str) -> str:
    """It is written in the letters of the original: those of another alphabet may only look like them."""
    return "it is in other letters" if _alphabets(new) - _alphabets(original) - {"LATIN"} else ""


def _alphabets(text: str) -> set[str]:
    letters = {letter for letter in text if letter.isalpha()}
    return {unicodedata.name(letter, "NO NAME").split()[0].split("-")[0] for letter in letters}
