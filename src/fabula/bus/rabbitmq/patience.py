"""Patience: how long what needs the server waits for it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fabula.bus.protocol import BusDown
from fabula.bus.rabbitmq.link import Link


@asynccontextmanager
async def in_time(link: Link, wait_s: float) -> AsyncIterator[None]:
    """Enter it once the server is reached, and be done within so many seconds from now. Raises BusDown if that is not
    to be had, NotLetIn at once.
    """
    try:
        async with asyncio.timeout(wait_s):
            await link.reached()
            yield
    except TimeoutError:
        why = f" ({link.trouble})" if link.trouble else ""
        raise BusDown(f"RabbitMQ at {link.where} did not answer within {wait_s:g} s{why}: is it running?") from None
