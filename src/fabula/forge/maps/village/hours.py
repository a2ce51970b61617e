"""When people wake and go to bed, from sentences such as `goes to bed around midnight, awakes up around 8am`."""

import re

WAKES_H, SLEEPS_H = 6, 22
"""For whoever does not say."""

_CLAUSE = re.compile(r"[,;.，；。]|\band\b")
_WAKES = re.compile(r"\bw?a?wakes?\b|\bwoke|\bgets? up\b|\brises?\b|醒|起床", re.IGNORECASE)
_SLEEPS = re.compile(r"\bbed\b|\bsleeps?\b|睡", re.IGNORECASE)
_TIME = re.compile(
    r"(?P<word>midnight|noon|午夜|中午)"
    r"|(?P<before>凌晨|早上|上午|下午|傍晚|晚上)?\s*(?P<hour>\d{1,2})(?::\d{2})?\s*(?P<half>[ap]\.?m\b|点)?",
    re.IGNORECASE,
)
_WORDS = {"midnight": 0, "noon": 12, "午夜": 0, "中午": 12}
_LATE = frozenset(["下午", "傍晚", "晚上"])
_TEXT_MAX = 2_000


def waking_hours(lifestyle: str) -> tuple[int, int]:
    """The hours (0 to 23) of waking and of going to bed; the usual ones where the text does not tell."""
    wakes, sleeps = WAKES_H, SLEEPS_H
    for clause in _CLAUSE.split(lifestyle[:_TEXT_MAX]):
        hour = _hour(clause)
        if hour is None:
            continue
        if _WAKES.search(clause):
            wakes = hour
        elif _SLEEPS.search(clause):
            sleeps = hour
    # Whoever wakes when they go to bed was not understood.
    return (wakes, sleeps) if wakes != sleeps else (WAKES_H, SLEEPS_H)


def _hour(clause: str) -> int | None:
    found = _TIME.search(clause)
    if found is None:
        return None
    if found["word"]:
        return _WORDS[found["word"].casefold()]
    hour = int(found["hour"])
    half = (found["half"] or "").casefold()
    is_late = half.startswith("p") or found["before"] in _LATE
    if hour == 12 and (half.startswith("a") or found["before"] in {"凌晨", "晚上"}):
        hour = 0
    elif is_late and hour < 12:
        hour += 12
    return hour % 24 if hour <= 24 else None
