"""Patterns: keys that are regular expressions of strangers, which may be wrong, or take for ever to fail."""

import time
import warnings
from functools import lru_cache
from re import compile as compile_own

import regex  # type: ignore[import-untyped]  # its stubs are a package of their own

from fabula.agents.cards.notices import CardNotices, CardWarning
from fabula.agents.lore.book import Book, Entry

PATTERN_CHARACTERS_MAX = 250
"""Longer ones never match: what the library spends before it looks at the clock grows with them."""
PATTERN_MS_MAX = 20
PATTERNS_MS_MAX = 100
"""Of all patterns of one activation together."""
TEXT_CHARACTERS_MAX = 20_000
"""The last ones of a text are searched."""

_SLASHED = compile_own(r"/((?:[^/\\]|\\.)*)/([a-zA-Z]*)")
_FLAGS = {"i": regex.IGNORECASE, "m": regex.MULTILINE, "s": regex.DOTALL, "u": 0, "g": 0, "y": 0, "v": 0, "d": 0}


class Patterns:
    """Matches patterns for one activation, within its time. What is wrong or too slow never matches and is told."""

    def __init__(self) -> None:
        self._left_s = PATTERNS_MS_MAX / 1000
        self.faults: dict[str, str] = {}
        """Pattern -> why it never matched."""

    def found(self, pattern: str, text: str, *, case_sensitive: bool = True) -> bool:
        """Whether the pattern, bare or `/like this/i`, matches anywhere in the text."""
        if pattern in self.faults:
            return False
        if self._left_s <= 0:
            self.faults[pattern] = f"the patterns before it took {PATTERNS_MS_MAX} ms"
            return False
        # What waits is bounded by time, so the outcome of a hostile pattern may differ from one machine to another;
        # it only ever goes into what a mind is told, never into a rule.
        began_s = time.perf_counter()
        try:
            compiled = _compiled(pattern, case_sensitive=case_sensitive)
            if isinstance(compiled, str):
                self.faults[pattern] = compiled
                return False
            limit_s = min(PATTERN_MS_MAX / 1000, self._left_s)
            return compiled.search(text[-TEXT_CHARACTERS_MAX:], timeout=limit_s) is not None
        except TimeoutError:
            self.faults[pattern] = f"it takes more than {PATTERN_MS_MAX} ms"
            return False
        finally:
            self._left_s -= time.perf_counter() - began_s


def checked_patterns(book: Book) -> tuple[CardWarning, ...]:
    """The keys of a book that are patterns and can never match, and why."""
    notices = CardNotices()
    for entry in book.entries:
        for key in (*entry.keys, *entry.secondary_keys):
            compiled = _compiled(key, case_sensitive=True) if is_pattern(key, entry) else None
            if isinstance(compiled, str):
                notices.add(f"entries[{entry.number}].keys", f"{key[:60]!r} never matches: {compiled}")
    return notices.warnings()


def is_pattern(key: str, entry: Entry) -> bool:
    """Whether a key of an entry is a pattern: all of them are, or it is written `/like this/i`."""
    return entry.use_regex or (entry.slashes and _SLASHED.fullmatch(key) is not None)


@lru_cache(maxsize=2048)
def _compiled(pattern: str, *, case_sensitive: bool) -> "regex.Pattern[str] | str":
    """The pattern ready to search, or why it cannot be."""
    if len(pattern) > PATTERN_CHARACTERS_MAX:
        return f"it is longer than {PATTERN_CHARACTERS_MAX} characters"
    found = _SLASHED.fullmatch(pattern)
    body, letters = (found[1], found[2]) if found else (pattern, "" if case_sensitive else "i")
    if unknown := set(letters) - _FLAGS.keys():
        return f"the flag {min(unknown)!r} is unknown"
    flags = regex.VERSION0
    for letter in letters:
        flags |= _FLAGS[letter]
    try:
        # The library warns of what it may one day read otherwise; that is nobody's concern here.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return regex.compile(body, flags)
    except Exception as error:  # noqa: BLE001 - the library's parser fails in many ways at what strangers write
        return f"it is no pattern ({str(error)[:80] or type(error).__name__})"
