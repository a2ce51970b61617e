"""A token: a message by which a shift knows what to acknowledge."""

from typing import Any

from msgspec import Struct

from fabula.bus.rabbitmq.channel import Incoming
from fabula.bus.rabbitmq.names import GroupQueues
from fabula.bus.rabbitmq.parcel import COPY, Parcel

AGAIN = 3
"""The place of the queue `again` among a group's queues; before it come high, normal, low."""
TRIES = "fabula-tries"
"""A header: which attempt at a message in `again` is next, had its consumer not died since."""


PROBE = "fabula-probe"
"""A header: it is no message, and whoever gets it throws it away."""


class Token(Struct, eq=False):
    """A message as a shift knows it."""

    tag: int
    place: int
    number: str
    """The id that its publisher gave this one sending."""
    body: bytes
    reply_to: str
    deaths: int
    """How often it was handed out from this queue and not finished."""
    tries: int
    """Which attempt at it is next."""
    is_probe: bool = False
    is_copy: bool = False
    """Whether it may have come before, under the same number."""


def token_of(place: int, incoming: Incoming) -> Token:
    """The token of a message that came from the queue at that place."""
    properties = incoming.header.properties
    headers = properties.headers
    deaths = _count(headers, "x-delivery-count", 0) if headers else 0
    # Whether what was handed out once was begun when its consumer died, nobody knows: it counts as begun.
    tries = _count(headers or {}, TRIES, 2) + deaths if place == AGAIN else 1 + bool(deaths)
    return Token(
        incoming.delivery.delivery_tag,
        place,
        properties.message_id or "",
        incoming.body,
        properties.reply_to or "",
        deaths,
        tries,
        bool(headers) and PROBE in headers,
        bool(headers) and COPY in headers,
    )


def probe_for(queues: GroupQueues, queue: str) -> Parcel:
    """What asks one of these queues whether it takes anything."""
    about = f"{queues.address!r}, group {queues.group!r}"
    return Parcel(exchange="", key=queue, body=b"", about=about, headers={PROBE: True})


def _count(headers: dict[str, Any], name: str, default: int) -> int:
    value = headers.get(name, default)
    return value if isinstance(value, int) else default
