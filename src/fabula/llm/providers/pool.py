"""The pool: open connections, by place, so that not every question has to connect anew."""

import asyncio
import ssl
from collections import defaultdict, deque
from typing import NamedTuple

import httpx2

from fabula.llm.providers.addresses import Address, Addresses
from fabula.llm.providers.connection import Connection

CONNECTIONS_MAX = 1024
"""At once, over all places; who wants one more waits."""
IDLE_S_MAX = 20.0
"""How long one is kept open unused. Shorter than what servers allow, so that they do not close it under a question."""
CONNECT_S_MAX = 10.0
"""To one address, TLS included."""


class Place(NamedTuple):
    """Where connections lead."""

    scheme: str
    host: str
    port: int
    written: bool
    """A person wrote it: it may be on this machine or near it."""


class Leased(NamedTuple):
    """A connection in use, and where it leads."""

    connection: Connection
    place: Place
    address: Address


class Pool:
    """Connections of one event loop."""

    def __init__(self) -> None:
        self._addresses = Addresses()
        self._room = asyncio.Semaphore(CONNECTIONS_MAX)
        self._idle: defaultdict[Place, deque[Leased]] = defaultdict(deque)
        self._in_use: set[Connection] = set()
        self._tls: ssl.SSLContext | None = None

    async def lease(self, place: Place) -> Leased:
        """A connection to that place; `give_back` must follow, whatever becomes of it.

        Raises Refused if the place may not be connected to, OSError if it cannot be.
        """
        await self._room.acquire()
        try:
            leased = self._reused(place) or await self._connected(place)
        except BaseException:
            self._room.release()
            raise
        self._in_use.add(leased.connection)
        return leased

    def give_back(self, leased: Leased) -> None:
        """The exchange is over."""
        self._in_use.remove(leased.connection)
        self._room.release()
        if leased.connection.release():
            leased.connection.idle_since_s = _now_s()
            idle = self._idle[leased.place]
            idle.append(leased)
            while idle and not _fresh(idle[0]):
                idle.popleft().connection.abort()

    def close(self) -> None:
        """Close all of them, those in use too."""
        for connection in self._in_use:
            connection.abort()
        for idle in self._idle.values():
            while idle:
                idle.pop().connection.abort()

    def _reused(self, place: Place) -> Leased | None:
        # The one used last is the likeliest to be alive still; the others grow old and are closed.
        idle = self._idle[place]
        while idle:
            leased = idle.pop()
            if leased.connection.usable and _fresh(leased):
                return leased
            leased.connection.abort()
        return None

    async def _connected(self, place: Place) -> Leased:
        addresses = await self._addresses.of(place.host, place.port, written=place.written)
        refusal: OSError = OSError("it has no address")
        for address in addresses:
            try:
                async with asyncio.timeout(CONNECT_S_MAX):
                    return Leased(await self._connect(place, address), place, address)
            except TimeoutError:
                refusal = OSError(f"no connection in {CONNECT_S_MAX:.0f} s")
            except OSError as error:
                refusal = error
        raise refusal

    async def _connect(self, place: Place, address: Address) -> Connection:
        """To the address that was checked, so that no second look-up can lead elsewhere; TLS checks the host's name."""
        secure = place.scheme == "https"
        _, connection = await asyncio.get_running_loop().create_connection(
            Connection,
            str(address),
            place.port,
            ssl=await self._context() if secure else None,
            server_hostname=place.host if secure else None,
        )
        return connection

    async def _context(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = await asyncio.to_thread(_tls_context)
        return self._tls


def _tls_context() -> ssl.SSLContext:
    # The platform's certificates, whatever the environment says.
    context = httpx2.create_ssl_context(trust_env=False)
    context.set_alpn_protocols(["http/1.1"])
    return context


def _fresh(leased: Leased) -> bool:
    return _now_s() - leased.connection.idle_since_s < IDLE_S_MAX


def _now_s() -> float:
    return asyncio.get_running_loop().time()
