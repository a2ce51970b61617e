"""The server: where the provider listens, for whom, and how it ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from ipaddress import ip_address

from fabula.errors import RunError, UsageError
from fabula.llm.process.connection import Answer, Connection

CONNECTIONS_MAX = 4096
"""Beyond, a new one is dropped at once."""
SILENCE_S_MAX = 75.0
"""A connection on which nothing is asked or answered is closed after this long."""
_BACKLOG = 4096


@asynccontextmanager
async def serving(answer: Answer, *, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Listen while the body runs; gives the base address, such as `http://127.0.0.1:41234`.

    port: 0 takes a free one.
    Raises UsageError if the host is not this machine's own, RunError if the port cannot be had.
    """
    peers: set[Connection] = set()
    made = partial(Connection, answer, peers, peers_max=CONNECTIONS_MAX)
    try:
        server = await asyncio.get_running_loop().create_server(made, _own(host), port, backlog=_BACKLOG)
    except (OSError, OverflowError) as failure:
        raise RunError(f"{host} port {port} cannot be had ({failure}): leave --port out to take a free one.") from None
    sweeping = asyncio.create_task(_sweep(peers))
    try:
        address = server.sockets[0].getsockname()
        yield f"http://[{address[0]}]:{address[1]}" if ":" in address[0] else f"http://{address[0]}:{address[1]}"
    finally:
        sweeping.cancel()
        server.close()
        for peer in list(peers):
            peer.cut()
        # One round, so that what is being answered hears of it.
        await asyncio.sleep(0)


def _own(host: str) -> str:
    named = "127.0.0.1" if host == "localhost" else host
    try:
        if ip_address(named).is_loopback:
            return named
    except ValueError:
        pass
    raise UsageError(f"host {host!r}: the provider obeys whoever asks it, so it listens on 127.0.0.1 or ::1 only.")


async def _sweep(peers: set[Connection]) -> None:
    """Close the connections on which nothing happens."""
    loop = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(5)
        for peer in [peer for peer in peers if not peer.busy and loop.time() - peer.heard_s > SILENCE_S_MAX]:
            peer.cut()
