"""The journal: what became of each message, step by step, so that a whole conversation can be read again with times.

It is a measure and no truth: it may be cut, lost and deleted, and no delivery ever waits for it.
"""

from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from fabula.bus.envelope import Message, MessageType


class What(StrEnum):
    """What happened to a message."""

    PUBLISHED = "published"
    HANDLED = "handled"
    FAILED = "failed"
    """Once; it will be tried again."""
    DEAD = "dead"
    REPLIED = "replied"
    """A response was sent to whoever asked."""
    ANSWERED = "answered"
    """A response came to whoever asked."""
    HEARD = "heard"
    """By a listener."""
    REDRIVEN = "redriven"


class Hop(Struct, frozen=True, kw_only=True):
    """One step on a message's way."""

    at: float
    """Seconds since 1970."""
    what: What
    message: str
    """The message's id."""
    correlation: str
    session: str
    sender: str
    to: str
    kind: str
    """`request`, `response`, `event`, `update`."""
    about: str
    """The action of a request, the type of an event; of a response `ok` or `not ok`."""
    group: str = ""
    took_ms: float = 0.0
    """Of HANDLED, FAILED: in the handler; of ANSWERED: since the request was published."""
    why: str = ""


class Journal(Protocol):
    """Where hops are noted."""

    def note(self, hop: Hop) -> None:
        """Take note; never waits, never raises."""
        ...


def hop_of(message: Message, what: What, *, at: float, group: str = "", took_ms: float = 0.0, why: str = "") -> Hop:
    """The hop that says what happened to that message."""
    return Hop(
        at=at,
        what=what,
        message=message.message_id,
        correlation=message.correlation_id,
        session=message.session_id,
        sender=message.from_agent,
        to=message.to_agent,
        kind=message.message_type.value,
        about=_about(message),
        group=group,
        took_ms=took_ms,
        why=why,
    )


def _about(message: Message) -> str:
    match message.message_type:
        case MessageType.REQUEST:
            return str(message.payload.get("action", ""))
        case MessageType.EVENT:
            return str(message.payload.get("eventType", ""))
        case MessageType.RESPONSE:
            return "ok" if message.payload.get("success") else "not ok"
        case MessageType.UPDATE:
            return ""
