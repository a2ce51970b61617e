"""What is handed to a handler on Redis: a delivery that knows where it lies."""

from fabula.bus.protocol import Delivery
from fabula.bus.redis.acknowledging import Entry
from fabula.errors import RunError


class Handed(Delivery, frozen=True, kw_only=True):
    """A delivery that knows where it lies."""

    entry: Entry


class LeaseOver(RunError):
    """The lease ended before a message was begun: whoever holds it now handles that."""


def entry_of(delivery: Delivery) -> Entry:
    """Where that lies, of what was handed out."""
    assert isinstance(delivery, Handed), "the lanes hand on what they were given"
    return delivery.entry
