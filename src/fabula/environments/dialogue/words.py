"""Words: what two ways to write the same have in common, and whom a name means."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

_WORD = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)*")
_APOSTROPHES = str.maketrans("", "", "'’ʼ")
_TITLES = frozenset(
    "the a an dr doctor mr mrs ms miss sir lady lord captain father mother sister brother saint st old young".split()
)
"""Words with which a name may begin and that alone mean nobody."""


def name_key(name: str) -> str:
    """What two ways to write a name have in common: case, width and blanks do not matter."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def words_of(text: str) -> list[str]:
    """The words of a text in order, without case, accents and apostrophes: `you're` is `youre`."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(char for char in folded if not unicodedata.combining(char))
    return [word.translate(_APOSTROPHES) for word in _WORD.findall(plain)]


def spaced(text: str) -> str:
    """The words of a text between blanks, so that a whole phrase is found in it by ` phrase `."""
    return f" {' '.join(words_of(text))} "


def phrase_in(text: str, phrases: Sequence[str]) -> str:
    """The first of the phrases that stands in the text as whole words, whatever the case; empty if none does."""
    said = _unquoted(text)
    return next((phrase for phrase in phrases if re.search(rf"(?<!\w){re.escape(_unquoted(phrase))}(?!\w)", said)), "")


def _unquoted(text: str) -> str:
    return name_key(text.replace("’", "'"))


def called(names: Sequence[str]) -> Mapping[str, str]:
    """Key -> name: each name itself and, where it means but one of them, its first word: `ada` for `Ada Lovell`."""
    firsts = [name_key(name).split()[0] for name in names]
    short = {
        first: name
        for first, name in zip(firsts, names, strict=True)
        if firsts.count(first) == 1 and first not in _TITLES
    }
    return short | {name_key(name): name for name in names}


def named(said: str, names: Sequence[str]) -> str:
    """Which of the names is meant, case and width aside, by its first word too; empty if none."""
    key = name_key(said[:400]).strip(" @.,:;!?\"'")
    return called(names).get(key, "")
