"""Queries: what people type into a search, read so that nothing they type is an error of the index."""

import re
import unicodedata
from typing import NamedTuple

from fabula.errors import UsageError

TERMS_MAX = 32
"""Words and phrases that can be looked for at once; more of them are refused."""

LETTERS_MAX = 1_000
"""Of a query; a longer one is refused."""

_TERM = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class Query(NamedTuple):
    """What is looked for, as FTS5 understands it (https://sqlite.org/fts5.html)."""

    match: str
    """All of it must be there; empty: anything may."""
    excludes: str
    """None of it may be there; empty: nothing is excluded."""


def read_query(text: str) -> Query:
    """Words must all be there, in any order; `"a phrase"` as it stands; `begin*` by how it begins; `-word` must not be
    there. Whatever else the index knows as an operator is a word like any other. Case and accents do not matter.

    Raises UsageError for a query that is too long, or has no letter or digit to look for.
    """
    if len(text) > LETTERS_MAX:
        raise UsageError(f"a search has {LETTERS_MAX:,} letters at most, and this one has {len(text):,}")
    found = list(_TERM.finditer(_UNSEEN.sub(" ", text)))
    if len(found) > TERMS_MAX:
        raise UsageError(f"{TERMS_MAX} words can be looked for at once, and these are {len(found)}: leave some out")
    wanted = [_quoted(term) for term in found if not term["minus"]]
    excluded = [_quoted(term) for term in found if term["minus"]]
    query = Query(match=" ".join(filter(None, wanted)), excludes=" OR ".join(filter(None, excluded)))
    if text.strip() and not any(query):
        raise UsageError(f"there is no letter or digit to look for in {text.strip()!r}")
    return query


def fold(name: str) -> str:
    """A name as names are compared: without case, accents and surplus spaces."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())


def is_called(name: str, wanted: str) -> bool:
    """Whether somebody of that name is meant: by the whole name, or by its first words."""
    return f"{fold(name)} ".startswith(f"{fold(wanted)} ")


def _quoted(term: re.Match[str]) -> str:
    """The term as a string of FTS5, in which no letter means anything; empty for one that has nothing to look for."""
    words = term["phrase"] if term["phrase"] is not None else term["word"]
    if not any(letter.isalnum() for letter in words):
        return ""
    begins = term["word"] is not None and words.endswith("*")
    return f'"{words}"' + ("*" if begins else "")
