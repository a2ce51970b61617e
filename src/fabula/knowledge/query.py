"""Queries: what people type into a search, read so that nothing they type is an error of the index."""

import re
from typing import NamedTuple

from fabula.errors import UsageError
from fabula.knowledge.excerpt import Term
from fabula.knowledge.folding import plain, tokens

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
    terms: tuple[Term, ...]
    """What must be there, one by one."""


def read_query(text: str) -> Query:
    """Words must all be there, in any order; `"a phrase"` as it stands; `begin*` by how it begins; `-word` must not be
    there. Whatever else the index knows as an operator is a word like any other. Case, accents, width and ligatures do
    not matter. In scripts without blanks, such as Han, Kana and Thai, any letters in a row are found as they stand.

    Raises UsageError for a query that is too long, or has no letter or digit to look for.
    """
    if len(text) > LETTERS_MAX:
        raise UsageError(f"a search has {LETTERS_MAX:,} letters at most, and this one has {len(text):,}")
    found = list(_TERM.finditer(_UNSEEN.sub(" ", text)))
    if len(found) > TERMS_MAX:
        raise UsageError(f"{TERMS_MAX} words can be looked for at once, and these are {len(found)}: leave some out")
    wanted = tuple(term for each in found if not each["minus"] if (term := _term(each)).words)
    excluded = [term for each in found if each["minus"] if (term := _term(each)).words]
    query = Query(match=" ".join(map(_quoted, wanted)), excludes=" OR ".join(map(_quoted, excluded)), terms=wanted)
    if text.strip() and not any(query):
        raise UsageError(f"there is no letter or digit to look for in {text.strip()!r}")
    return query


def fold(name: str) -> str:
    """A name as names are compared: without case, accents, width and surplus spaces."""
    return " ".join(plain(name).split())


def is_called(name: str, wanted: str) -> bool:
    """Whether somebody of that name is meant: by the whole name, or by its first words."""
    return f"{fold(name)} ".startswith(f"{fold(wanted)} ")


def _term(found: re.Match[str]) -> Term:
    words = found["phrase"] if found["phrase"] is not None else found["word"]
    begins = found["word"] is not None and words.endswith("*")
    return Term(tuple(token.text for token in tokens(words)), begins)


def _quoted(term: Term) -> str:
    """The term as a string of FTS5, in which no letter means anything."""
    return f'"{" ".join(term.words)}"' + ("*" if term.begins else "")
