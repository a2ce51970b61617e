"""A dead letter as it lies in its queue: what stands in its headers, and what the server adds that gave one up itself.

Anybody may put something into that queue: whatever it is, it is shown as what it is.
"""

import hashlib
from datetime import UTC, datetime
from typing import Any

from fabula.bus.causes import writable
from fabula.bus.envelope import BadMessage, Message, MessageType, decode
from fabula.bus.protocol import NOBODY_WAITS, Bounds, DeadLetter, is_death_notice
from fabula.bus.rabbitmq.channel import Incoming
from fabula.bus.rabbitmq.names import Names

_RESPONSE = MessageType.RESPONSE
_EXPIRED = "expired"
_KILLED = "whoever handled it died of it, or was lost, each time (delivery limit reached)"


def letter_of(incoming: Incoming, names: Names, bounds: Bounds) -> DeadLetter:
    """What is known of it."""
    properties = incoming.header.properties
    headers: dict[str, Any] = properties.headers or {}
    death = _death(incoming)
    queue = _text(death.get("queue"))
    address, group = names.whose(queue) if queue else ("", "")
    tries = _number(headers.get("fabula-tries"))
    group = _text(headers.get("fabula-group", group))
    message, when = _message(incoming.body), death.get("time")
    cause = _KILLED if queue else ""
    if _expired(incoming):
        cause = NOBODY_WAITS  # Only responses expire.
    elif queue:
        tries = max(tries, bounds.tries_max)
    if message is not None and group:
        message = message.tried_again(tries)
    return DeadLetter(
        id=id_of(incoming),
        address=_text(headers.get("fabula-address", message.to_agent if message is not None else address)),
        group=group,
        cause=_text(headers.get("fabula-cause", cause)),
        tries=tries,
        at=_text(headers.get("fabula-at", _iso(when) if isinstance(when, datetime) else "")),
        body=incoming.body,
        message=message,
    )


def is_unheard_notice(incoming: Incoming) -> bool:
    """Whether it tells of a dead letter, and nobody came to hear it: then it is none itself."""
    if not _expired(incoming):
        return False
    message = _message(incoming.body)
    return message is not None and message.message_type is _RESPONSE and is_death_notice(message)


def headers_of(*, address: str, group: str, cause: str, tries: int, now: float) -> dict[str, Any]:
    """The headers of a dead letter. now: seconds since 1970."""
    return {
        "fabula-address": address,
        "fabula-group": group,
        "fabula-cause": writable(cause),
        "fabula-tries": tries,
        "fabula-at": _iso(datetime.fromtimestamp(now, UTC)),
    }


def id_of(incoming: Incoming) -> str:
    """By the sending it came from and the queue it died in, since one sending may die in several groups."""
    sending = incoming.header.properties.message_id or hashlib.sha256(incoming.body).hexdigest()
    return hashlib.sha256(f"{sending} {_text(_death(incoming).get('queue'))}".encode()).hexdigest()[:12]


def _death(incoming: Incoming) -> dict[str, Any]:
    """How it died last, as the server says; empty if it was put there, or says something else than a server does."""
    deaths = (incoming.header.properties.headers or {}).get("x-death")
    last = deaths[0] if isinstance(deaths, list) and deaths else {}
    return last if isinstance(last, dict) else {}


def _expired(incoming: Incoming) -> bool:
    return _text(_death(incoming).get("reason")) == _EXPIRED


def _number(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 1


def _message(body: bytes) -> Message | None:
    try:
        return decode(body)
    except BadMessage:
        return None


def _iso(when: datetime) -> str:
    return when.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value or "")
