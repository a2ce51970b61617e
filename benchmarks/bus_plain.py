"""What whoever carries messages by a bare client writes as well: the same envelopes as dicts, by Python's own json."""

import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from benchmarks.peers.bus_load import Told

from fabula.bus import Message, encode

Envelope = dict[str, Any]

# As dense as a message of ours, and made once, since json.dumps makes one for each call that asks for this.
written: Callable[[Envelope], str] = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode
"""An envelope as it goes over the wire."""


def envelopes(messages: Sequence[Message]) -> list[Envelope]:
    """The same messages; what `written` makes of them is byte for byte what ours are on the wire."""
    plain = [json.loads(encode(message)) for message in messages]
    assert all(written(envelope).encode() == encode(message) for envelope, message in zip(plain, messages, strict=True))
    return plain


def handler(told: Told) -> Callable[[str | bytes], Awaitable[None]]:
    """Reads an envelope and hands it on."""

    async def handle(envelope: Envelope) -> None:
        told(envelope["payload"]["data"]["number"])

    async def read(body: str | bytes) -> None:
        await handle(json.loads(body))

    return read
