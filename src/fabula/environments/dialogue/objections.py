"""Objections: which proposals a few plain words object to. What is not plain is neither an objection nor a consent.

The words are taken clause by clause, as in `verdicts`: a clause names proposals by their numbers, all or none of them,
and says no more than that one objects to them, or can live with them. Numbers alone are objected to.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from fabula.environments.dialogue.tokens import (
    CONDITIONS,
    NEGATIONS,
    NUMBERS,
    ORDINALS,
    SAID_CHARACTERS_MAX,
    TURNS,
    tokens_of,
    without_reasons,
)

_CONDITIONS = CONDITIONS - {"except"}
_COUNT = "|".join([r"\d{1,9}", *NUMBERS, *ORDINALS])
_ONE = rf"(?:(?:the|number|proposal|proposals) )*(?<!that )(?<!this )(?:{_COUNT})(?: ones?| proposals?)?"
_NUMBERED = re.compile(rf"(?<![\w<])(?!one of)({_ONE}(?:(?: ,)?(?: and| or| ,| nor) {_ONE})*)(?!\w)")
_ALL = (
    r"(?:all(?: of)?(?: the| these| those| them| it)?(?: <\d+>)?(?: proposals)?|them all|everything"
    r"|(?:each|every one|any|either)(?: of them| of these| proposal)?|any proposals)"
)
_NONE = r"(?:none(?: of (?:them|these|it))?|nothing|neither(?: of them)?|no proposals?)"
_WHICH = rf"(?P<which>(?:{_ALL}|both(?: of them)?|{_NONE})(?: (?:but|except|save) <[\d ]+>)?|<[\d ]+>)"
_I = r"(?:i (?:do |must |have to |strongly |would |will )*)?"
_OBJECTS = (
    rf"{_I}object(?:ing|s)? to|(?:i am |im )?(?:against|opposed to)|{_I}(?:oppose|reject|refuse|veto|block)|no(?: to)?"
    r"|(?:i )?(?:cannot|cant|can not|could not|couldnt) (?:live with|accept|agree to|support|stand)"
    r"|(?:i have )?(?:an )?objections? to|my objections? (?:is|are) to|not with"
)
_LIVES = (
    r"(?:i )?(?:can|could) (?:well |also |gladly )?(?:live with|accept|agree to|support)"
    r"|(?:i )?(?:gladly )?(?:accept|support|approve|like|agree to|agree with|consent to)"
    r"|(?:i )?(?:do not|dont|would not|wouldnt) object to|(?:i have )?(?:no objections? to|nothing against)"
    r"|(?:i am |im )?(?:fine|ok|okay|happy|content) with|yes to|(?:i am |im )?(?:for|in favou?r of)"
)
_BAD = (
    "absurd bad costly dangerous dear expensive foolish hopeless impossible madness nonsense unacceptable unfair"
    " unjust unwise useless wrong"
)
_GOOD = "acceptable best better fine good great ok okay reasonable right well"
_IS = r"(?P<verb>is|are|seems?|sounds?|would be|will be) "
_TAIL = r"(?: (?:at all|please|this time|too \w+))?"
_THOSE = _WHICH.replace("which", "those")
_OBJECTING = re.compile(
    rf"(?:(?:{_OBJECTS}) )?{_WHICH}{_TAIL}"
    rf"|(?P<bad>{_THOSE} {_IS}(?:simply |just |so |very )?(?:too \w+|{_BAD.replace(' ', '|')}))"
)
_LIVING = re.compile(
    rf"(?:{_LIVES}) {_WHICH}{_TAIL}"
    rf"|(?P<good>{_THOSE} {_IS}(?:all |quite |very |the )*(?:{_GOOD.replace(' ', '|')}))"
)
_AGREEING = re.compile(
    r"(?:i )?(?:agree|consent)|(?:i have )?no objections?(?: at all)?|(?:i am |im )?(?:fine|ok|okay)"
    r"|all (?:good|right|fine)|(?:i )?can live with (?:it|that|this|them)"
)


_ANNOUNCING = re.compile(r"(?:my )?objections?(?: are| is)?|i object(?: to)?|against", re.IGNORECASE)
"""Before a colon: what follows it are the numbers."""


class _Read(NamedTuple):
    """What a clause says of proposals."""

    against: frozenset[int] = frozenset()
    lives_with: frozenset[int] = frozenset()
    settles: bool = False
    """It speaks of all there are."""


def objections_in(said: str, on_table: Sequence[int] | None) -> tuple[int, ...] | None:
    """The numbers of the proposals that an answer objects to, in order; none: it can live with all. None: it cannot be
    told. What follows a colon says why.

    on_table: the numbers there are; None: nobody here knows, and then `all` are not told either.
    """
    head, _, rest = said.partition(":")
    looked_at = rest if _ANNOUNCING.fullmatch(head.strip()) else head
    return _objections(looked_at, on_table) if len(looked_at) <= SAID_CHARACTERS_MAX else None


def _objections(said: str, on_table: Sequence[int] | None) -> tuple[int, ...] | None:
    against: set[int] = set()
    lives_with: set[int] = set()
    settles = False
    for clause in _clauses(said):
        read = _read(clause, on_table)
        if read is None:
            return None
        against |= read.against
        lives_with |= read.lives_with
        settles = settles or read.settles
    known = set(on_table) if on_table is not None else against | lives_with
    if against & lives_with or not against | lives_with <= known:
        return None
    if against:
        return tuple(sorted(against))
    return () if settles or (on_table is not None and known <= lives_with and known) else None


def _clauses(said: str) -> Iterator[str]:
    """Its clauses, numbers in angle brackets: `i object to <1 3>`."""
    plain = " ".join(map(str, without_reasons(tokens_of(said))))
    marked = _NUMBERED.sub(lambda found: f"<{' '.join(_numbers(found[0]))}>", plain)
    for clause in re.split(r" ?[,.] ?| ?\? ?(?=\Z)", marked):
        words = clause.split()
        if words and (words[0] in TURNS - _CONDITIONS or words[0] in {"and", "so", "well"}):
            words = words[1:]
        if words:
            yield " ".join(words)


def _numbers(listed: str) -> Iterator[str]:
    # `the first one` is but the first.
    for word in re.sub(rf"({'|'.join(ORDINALS)}) one\b", r"\1", listed).split():
        if word.isdecimal():
            yield str(int(word))
        elif word in ORDINALS:
            yield str(ORDINALS.index(word) + 1)
        elif word in NUMBERS:
            yield str(NUMBERS.index(word) + 1)


def _read(clause: str, on_table: Sequence[int] | None) -> _Read | None:
    """What a clause says; None if nobody can tell, though it does speak of it."""
    if _AGREEING.fullmatch(clause):
        return _Read(settles=True)
    if (found := _LIVING.fullmatch(clause)) is not None:
        return _meant(found, "good", on_table, objects=False)
    if (found := _OBJECTING.fullmatch(clause)) is not None:
        return _meant(found, "bad", on_table, objects=True)
    words = clause.split()
    speaks = NEGATIONS.union(TURNS, ["all", "both", "everything"]).intersection(words) or "<" in clause or "?" in clause
    return None if speaks else _Read()


def _meant(found: re.Match[str], judged: str, on_table: Sequence[int] | None, *, objects: bool) -> _Read | None:
    which = found["those"] if found[judged] else found["which"]
    numbers = frozenset(int(number) for number in re.findall(r"\d+", which.partition("<")[2]))
    if found["verb"] == "is" and len(numbers) > 1:
        return None
    if which.startswith("<"):
        return _Read(against=numbers) if objects else _Read(lives_with=numbers)
    spared = numbers if re.search(r" (?:but|except|save) <", which) else frozenset()
    every = re.match(_NONE, which) is None
    if every == objects:
        return _all_but(spared, which, on_table)
    return _Read(against=spared, settles=True)


def _all_but(spared: frozenset[int], which: str, on_table: Sequence[int] | None) -> _Read | None:
    """All are objected to, but those."""
    if on_table is None or (which.startswith("both") and len(on_table) != 2):
        return None
    return _Read(against=frozenset(on_table) - spared, lives_with=spared, settles=True)
