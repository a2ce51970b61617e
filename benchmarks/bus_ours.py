"""Our buses as ways of carrying messages: each message published by itself, and handled by itself."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager

from benchmarks.peers.bus_load import Told, at_a_time

from fabula.bus import Bus, Delivery, Message

ADDRESS = "player"
SESSIONS = 16
"""The messages belong to so many in turns."""
_TEXT = "The lamp is out, the door stands open, and nobody in the hall says who was here before the bell rang twice. "


def events(count: int) -> list[Message]:
    """Messages such as agents send each other, about 600 bytes on the wire."""
    sessions = [f"00000000-0000-4000-8000-{number:012d}" for number in range(SESSIONS)]
    return [
        Message.event(
            "turn_end",
            {"number": number, "turn": number // SESSIONS, "text": 2 * _TEXT},
            sender="dm",
            to=ADDRESS,
            session=sessions[number % SESSIONS],
        )
        for number in range(count)
    ]


class Ours:
    """A bus that is open."""

    def __init__(self, bus: Bus, messages: Sequence[Message], *, width: int) -> None:
        """width: messages that are published at any time."""
        self._bus = bus
        self._messages = messages
        self._width = width

    async def send(self, numbers: Iterable[int]) -> None:
        """As Way says."""
        await at_a_time(self.send_one, numbers, width=self._width)

    async def send_one(self, number: int) -> None:
        """As Way says."""
        await self._bus.publish(self._messages[number])

    @asynccontextmanager
    async def handling(self, told: Told) -> AsyncIterator[None]:
        """As Way says."""

        async def handle(delivery: Delivery) -> None:
            told(delivery.message.payload["data"]["number"])

        subscription = await self._bus.subscribe(ADDRESS, handle)
        try:
            yield
        finally:
            await subscription.close()
