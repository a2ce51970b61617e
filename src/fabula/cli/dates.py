"""Dates as people type them: `2026-03-01`, `2026-03-01 14:30`, `yesterday`, or how long ago: `7d`, `2h`."""

import re
from datetime import UTC, datetime, timedelta, tzinfo

from fabula.errors import UsageError

_AGO = re.compile(r"(\d{1,6})\s*(m|min|h|d|w)", re.IGNORECASE)
_UNITS = {"m": "minutes", "min": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def moment(text: str, option: str, *, now: datetime, zone: tzinfo | None = None, is_end: bool = False) -> str:
    """The moment that was meant, in UTC as ISO 8601; empty for an empty text.

    option: names it in errors. now: with its zone. zone: in which dates are typed; None: this machine's.
    is_end: a day without a time means its end. Raises UsageError with examples.
    """
    typed = text.strip().casefold()
    if not typed:
        return ""
    if match := _AGO.fullmatch(typed):
        return _iso(_before(now, match, text, option))
    day = {"today": now, "yesterday": now - timedelta(days=1)}.get(typed)
    if day is not None:
        typed = day.astimezone(zone).strftime("%Y-%m-%d")
    try:
        read = datetime.fromisoformat(typed.upper())
        if is_end and _DAY.fullmatch(typed):
            read += timedelta(days=1, seconds=-1)
        # What is typed without a zone is meant as the clock on the wall has it.
        return _iso(read if read.tzinfo else read.replace(tzinfo=zone) if zone else read.astimezone())
    except (ValueError, OverflowError, OSError) as failure:
        raise _unread(text, option) from failure


def _before(now: datetime, ago: re.Match[str], text: str, option: str) -> datetime:
    try:
        return now - timedelta(**{_UNITS[ago[2].casefold()]: int(ago[1])})
    except OverflowError as failure:
        raise _unread(text, option) from failure


def _iso(read: datetime) -> str:
    return read.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _unread(text: str, option: str) -> UsageError:
    return UsageError(
        f"{option} {text!r} is no date: write 2026-03-01, '2026-03-01 14:30', today or yesterday, or how long ago, as "
        "30m, 2h, 7d or 3w"
    )
