"""Patterns: how a rule of a service agent says which words it is about, so that whoever knows the domain can write it.

    guarantee* ... return*       `guaranteed`, then up to six words, then `returns`
    sell|buy (all|everything)    either of several words; brackets are for the eye
    my? pin                      a word that may be missing
    # percent                    any number
    = human please?              the whole of what was said, not a part of it

Words are whole words, whatever their case; `*` at the end of a word stands for any ending. A pattern never takes long,
whatever text it is held against: it has no repetition but the gap, and that is short.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from fabula.errors import UsageError

GAP_WORDS_MAX = 6
PATTERN_WORDS_MAX = 30

_GAPS = frozenset(("...", "…"))
_WHOLE = "="
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*\*?|#|%|€|\$|£")
_BETWEEN = r"[^\w#%€$£]+"
_GAP = rf"(?:[\w'’-]+{_BETWEEN}){{0,{GAP_WORDS_MAX}}}?"


def matches(patterns: Sequence[str], text: str) -> bool:
    """Whether one of the patterns stands in the text; none never does."""
    return any(_compiled(pattern).search(_plain(text)) for pattern in patterns)


def check_pattern(pattern: str) -> None:
    """Raises UsageError if it is no pattern."""
    _compiled(pattern)


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    tokens = pattern.split()
    whole = tokens[:1] == [_WHOLE]
    tokens = tokens[whole:]
    if not tokens or len(tokens) > PATTERN_WORDS_MAX:
        raise UsageError(f"pattern {pattern!r:.60}: 1 to {PATTERN_WORDS_MAX} words are needed")
    if tokens[0] in _GAPS or tokens[-1] in _GAPS:
        raise UsageError(f"pattern {pattern!r:.60}: a gap stands between words, not at the end")
    written = ""
    for token in tokens:
        if token in _GAPS:
            written += _GAP
            continue
        words, optional = token.strip("()"), token.endswith("?")
        alternatives = "|".join(_word(word, pattern) for word in words.removesuffix("?").strip("()").split("|"))
        piece = rf"(?:{alternatives})(?!\w){_BETWEEN}"
        written += f"(?:{piece})?" if optional else piece
    return re.compile(rf"\A\W*{written}\Z" if whole else rf"(?<!\w){written}")


def _word(word: str, pattern: str) -> str:
    if not _WORD.fullmatch(word):
        raise UsageError(f"pattern {pattern!r:.60}: {word!r:.30} is no word; see fabula.environments.dialogue.service")
    if word == "#":
        return r"\d[\d.,]*"
    stem = re.escape(_plain(word.removesuffix("*")).strip())
    return rf"{stem}\w*" if word.endswith("*") else stem


@lru_cache(maxsize=256)
def _plain(text: str) -> str:
    # A separator at the end, so that the last word of a pattern may be the last of the text.
    return text.casefold().replace("’", "'") + " "


def first_match(patterns: Iterable[str], text: str) -> str:
    """The first pattern that stands in the text; empty if none does."""
    return next((pattern for pattern in patterns if matches((pattern,), text)), "")
