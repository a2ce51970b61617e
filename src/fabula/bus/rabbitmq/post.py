"""The post: what a subscription asks of its bus."""

from typing import Protocol

from fabula.bus.envelope import Message
from fabula.bus.protocol import BusDown, BusFull, Delivery, NobodyThere
from fabula.bus.rabbitmq.channel import LOST
from fabula.bus.rabbitmq.parcel import Parcel

UNSENT: tuple[type[Exception], ...] = (BusDown, BusFull, NobodyThere, *LOST)
"""What it looks like when something could not be sent."""


class Post(Protocol):
    """Sends things. All of it raises one of UNSENT if it is not at its place in time."""

    async def send(self, parcel: Parcel, *, wait_s: float) -> None:
        """As Publisher says."""
        ...

    async def answer(self, delivery: Delivery, response: Message) -> None:
        """Send a response; one for which nobody waits goes to the dead letters."""
        ...

    async def bury(self, *, address: str, group: str, cause: str, tries: int, body: bytes) -> None:
        """Put it among the dead letters."""
        ...
