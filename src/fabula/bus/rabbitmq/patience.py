"""Patience: how long what needs the server waits for it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from fabula.bus.protocol import BusDown
from fabula.bus.rabbitmq.channel import LOST
from fabula.bus.rabbitmq.link import PAUSE_S, PAUSE_S_MAX, Link

T = TypeVar("T")


async def in_time(link: Link, wait_s: float, work: Callable[[], Awaitable[T]]) -> T:
    """Do that once the server is reached, and again whenever a connection is lost over it, to be done within so many
    seconds from now. Raises BusDown if that is not to be had, NotLetIn at once.
    """
    why = ""
    pause_s = PAUSE_S
    try:
        async with asyncio.timeout(wait_s):
            while True:
                await link.reached()
                try:
                    return await work()
                except LOST as error:
                    why = link.note(error)
                await asyncio.sleep(pause_s)
                pause_s = min(pause_s * 2, PAUSE_S_MAX)
    except TimeoutError:
        why = link.trouble or why
        because = f" ({why})" if why else ""
        raise BusDown(f"RabbitMQ at {link.where} did not answer within {wait_s:g} s{because}: is it running?") from None


def unconfirmed(link: Link, about: str, wait_s: float, *, connected: bool) -> BusDown:
    """That nothing was confirmed for so long, and why. about: to whom it was sent."""
    server = f"RabbitMQ at {link.where}"
    if connected:
        return BusDown(
            f"{about}: {server} is connected, but did not say for {wait_s:g} s that it keeps the message: "
            "is it short of memory or disk? (docs/bus.md: When RabbitMQ takes nothing)"
        )
    why = f" ({link.trouble})" if link.trouble else ""
    return BusDown(f"{server} confirmed nothing for {wait_s:g} s{why}: is it running?")
