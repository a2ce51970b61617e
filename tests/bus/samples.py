"""What the tests of this room share: how a bus is opened, messages to send, handlers that remember."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

import pytest

from fabula.bus import Bounds, Bus, Delivery, Hop, Journal, Message, NotLetIn, Priority

SETTLE_S = 30.0
"""How long a test waits for what must come; only a failing one waits so long."""


class Buses(Protocol):
    """Opens another client of one and the same broker, which nobody else uses. Where a bus has no broker, clients are
    one object, with the bounds and the journal of the first.
    """

    def __call__(self, *, journal: Journal | None = None, **bounds: Any) -> AbstractAsyncContextManager[Bus]: ...


Inject = Callable[[Bus, str, str, bytes], Awaitable[None]]
"""Puts bytes before a group (address, group) of that client's broker, whatever they are."""


def quick_bounds(**bounds: Any) -> Bounds:
    """Bounds under which failures are tried again soon."""
    return Bounds(**{"backoff_s": 0.005, "backoff_s_max": 0.02, **bounds})


def a_session(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def an_event(
    number: int, *, session: int = 1, to: str = "player", priority: Priority = Priority.NORMAL, kind: str = "turn_end"
) -> Message:
    return Message.event(
        kind, {"number": number, "session": session}, sender="dm", to=to, session=a_session(session), priority=priority
    )


def a_request(number: int = 1, *, to: str = "generator", session: int = 1, timeout_ms: int = 30_000) -> Message:
    return Message.request(
        "generate_map", {"number": number}, sender="dm", to=to, session=a_session(session), timeout_ms=timeout_ms
    )


def number_of(message: Message) -> int:
    number: int = (message.payload.get("data") or message.payload["parameters"])["number"]
    return number


class Handled:
    """A handler that is content with everything and remembers it."""

    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []

    async def __call__(self, delivery: Delivery) -> None:
        self.deliveries.append(delivery)

    @property
    def numbers(self) -> list[int]:
        return [number_of(delivery.message) for delivery in self.deliveries]


class Held(Handled):
    """A handler that notes what it begins, and is not done with anything until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.begun: list[int] = []
        self.free = asyncio.Event()

    async def __call__(self, delivery: Delivery) -> None:
        self.begun.append(number_of(delivery.message))
        await self.free.wait()
        await super().__call__(delivery)


class Notes:
    """A journal that is read at once."""

    def __init__(self) -> None:
        self.hops: list[Hop] = []

    def note(self, hop: Hop) -> None:
        self.hops.append(hop)


async def until(condition: Callable[[], bool]) -> None:
    """Wait until that holds."""
    async with asyncio.timeout(SETTLE_S):
        while not condition():  # noqa: ASYNC110 - of things that know nothing of being waited for
            await asyncio.sleep(0.002)


async def letters_until(bus: Bus, count: int) -> list[str]:
    """The causes of the dead letters, once there are so many, latest first."""
    async with asyncio.timeout(SETTLE_S):
        while len(letters := await bus.dead_letters()) < count:  # noqa: ASYNC110 - they tell nobody
            await asyncio.sleep(0.01)
    return [letter.cause for letter in letters]


async def refused_without(bus: Bus, secret: str) -> None:
    """Assert that each call says that the server refuses the password, at once and without showing it."""
    async with bus, asyncio.timeout(10):
        for call in (
            bus.publish(an_event(1)),
            bus.request(a_request()),
            bus.declare("player"),
            bus.subscribe("player", Handled()),
            bus.listen("player", Handled()),
            bus.dead_letters(),
        ):
            with pytest.raises(NotLetIn, match="the server refused the name or password") as refused:
                await call
            assert secret not in str(refused.value)
