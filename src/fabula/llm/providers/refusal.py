"""The refusal: what an error answer of a provider means for us, and its short message made fit to be shown."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

import msgspec

from fabula.llm.values import FailureKind

ERROR_BODY_MAX = 64 * 2**10
"""Bytes of an error's body that are looked at."""
WHY_CHARS_MAX = 200
RETRY_S_MAX = 86_400.0

# What is spent does not come back by waiting, though it is told with a 429.
_SPENT = frozenset(
    {
        "billing_hard_limit_reached",
        "credit_balance_exhausted",
        "insufficient_quota",
        "organization_spend_limit_exceeded",
        "organization_usage_limit_exceeded",
        "project_spend_limit_exceeded",
    }
)
_FILTERED = frozenset(
    {"content_filter", "content_policy_violation", "moderation_blocked", "responsible_ai_policy_violation"}
)
_MESSAGES = ("message", "detail", "error", "error_description", "title")
_DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?")
_KEY_LIKE = re.compile(r"\b(?:sk|pk|xai|pplx|gsk|AIza|key)[-_A-Za-z0-9*.]{12,}|Bearer\s+\S+", re.IGNORECASE)
_SPACES = re.compile(r"\s+")


class Refusal(NamedTuple):
    """Why no answer came."""

    kind: FailureKind
    why: str
    retry_after_s: float | None = None
    filtered: bool = False
    """The provider's filter would not: an answer of a kind."""


def refusal_of(status: int, headers: Mapping[str, str], body: bytes, *, hide: Callable[[str], str] = str) -> Refusal:
    """What an answer that is no success means.

    hide: takes the key out of a text.
    """
    error = _error_in(body)
    codes = {code for name in ("code", "type", "status") if isinstance(code := error.get(name), str)}
    told = plain(hide(_message(error)))
    why = f"{_status_words(status)}{': ' if told else ''}{told}"[:WHY_CHARS_MAX]
    if _is_filter(error, codes, status):
        return Refusal(FailureKind.REJECTED, why, filtered=True)
    kind = kind_of_status(status)
    if kind is FailureKind.RATE_LIMITED and codes & _SPENT:
        kind = FailureKind.REJECTED
    if status == 400 and _names_key(error, told):
        # Google refuses a wrong key with a 400.
        kind = FailureKind.NO_KEY
    waits = kind in {FailureKind.RATE_LIMITED, FailureKind.OVERLOADED}
    return Refusal(kind, why, _retry_after_s(headers, error) if waits else None)


def kind_of_status(status: int) -> FailureKind:
    """What a status other than success means, by itself."""
    if status == 429:
        return FailureKind.RATE_LIMITED
    if status in {401, 403}:
        return FailureKind.NO_KEY
    if status in {408, 409, 425} or status >= 500:
        return FailureKind.OVERLOADED
    return FailureKind.GARBLED if status < 300 else FailureKind.REJECTED


def plain(text: str) -> str:
    """Foreign text as one short line: printable characters only, and nothing that looks like a key."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text[:4000])
    return _SPACES.sub(" ", _KEY_LIKE.sub("…", printable)).strip()[:WHY_CHARS_MAX]


def _status_words(status: int) -> str:
    if 300 <= status < 400:
        return f"it answered {status}, a redirect, and none is followed"
    return f"it answered {status}"


def _error_in(body: bytes) -> Mapping[str, Any]:
    """The object that tells of the error, wherever the provider puts it; without one, an object with the text."""
    try:
        told = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        text = body.decode("utf-8", "replace")
        return {} if text.lstrip().startswith("<") else {"message": text}
    if isinstance(told, list) and told:
        told = told[0]
    if not isinstance(told, dict):
        return {}
    inner = told.get("error")
    return inner if isinstance(inner, dict) else told


def _message(error: Mapping[str, Any]) -> str:
    found = next((error[name] for name in _MESSAGES if error.get(name)), "")
    return found if isinstance(found, str) else str(found)


def _is_filter(error: Mapping[str, Any], codes: set[str], status: int) -> bool:
    metadata = error.get("metadata")
    moderated = isinstance(metadata, dict) and ("flagged_input" in metadata or "reasons" in metadata)
    return (status == 403 and moderated) or (status == 400 and bool(codes & _FILTERED))


def _names_key(error: Mapping[str, Any], told: str) -> bool:
    reasons = {detail.get("reason") for detail in _details(error)}
    return "API_KEY_INVALID" in reasons or told.startswith("API key not valid")


def _details(error: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    details = error.get("details")
    return (detail for detail in details if isinstance(detail, dict)) if isinstance(details, list) else iter(())


def _retry_after_s(headers: Mapping[str, str], error: Mapping[str, Any]) -> float | None:
    """What the provider asks to be waited, in whichever of the usual ways it says so."""
    waits = (
        _milliseconds(headers.get("retry-after-ms", "")),
        _seconds_or_date(headers.get("retry-after", "")),
        *(_duration(detail["retryDelay"]) for detail in _details(error) if isinstance(detail.get("retryDelay"), str)),
        _used_up(headers),
    )
    wait_s = next((wait_s for wait_s in waits if wait_s is not None), None)
    return None if wait_s is None else min(max(wait_s, 0.0), RETRY_S_MAX)


def _used_up(headers: Mapping[str, str]) -> float | None:
    """The time until whatever of OpenAI's limits has nothing left is filled again."""
    waits = (
        _duration(headers.get(f"x-ratelimit-reset-{what}", ""))
        for what in ("requests", "tokens")
        if headers.get(f"x-ratelimit-remaining-{what}", "").strip() == "0"
    )
    return max((wait_s for wait_s in waits if wait_s is not None), default=None)


def _milliseconds(text: str) -> float | None:
    ms = _number(text)
    return None if ms is None else ms / 1000


def _seconds_or_date(text: str) -> float | None:
    seconds = _number(text)
    if seconds is not None or not text:
        return seconds
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return (when - datetime.now(UTC)).total_seconds()


def _duration(text: str) -> float | None:
    """`1h2m3.5s`, `20ms`, `7s`."""
    found = _DURATION.fullmatch(text.strip())
    if found is None or not any(found.groups()):
        return None
    hours, minutes, seconds, ms = (float(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds + ms / 1000


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"\d{1,12}(\.\d{1,9})?", text.strip()) else None
