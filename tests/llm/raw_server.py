"""A server that answers any request with bytes of the test's choosing, and remembers what it was sent."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


class RawServer:
    """What it heard."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.port = 0
        self.heads: list[str] = []
        self.connections = 0
        self._open: dict[asyncio.StreamWriter, asyncio.Task[None]] = {}
        self.asked = asyncio.Event()
        """A request has come."""
        self.left = asyncio.Event()
        """A client has closed its connection."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def header(self, name: str) -> str | None:
        """Of the last request; None: it was not sent."""
        lines = (line.partition(": ") for line in self.heads[-1].split("\r\n")[1:])
        return next((value for found, _, value in lines if found.lower() == name.lower()), None)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._open[writer] = task
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                self.heads.append(head)
                await reader.readexactly(int(self.header("content-length") or 0))
                self.asked.set()
                await self._answer(writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            self.left.set()
        finally:
            del self._open[writer]
            writer.close()

    async def end(self) -> None:
        """Close what is open, and wait until nobody is served."""
        served = list(self._open.values())
        for writer in list(self._open):
            writer.transport.abort()
        await asyncio.gather(*served, return_exceptions=True)


@asynccontextmanager
async def a_raw_server(answer: bytes | Answer) -> AsyncIterator[RawServer]:
    """answer: the same bytes each time, or what writes them."""

    async def same(writer: asyncio.StreamWriter) -> None:
        assert isinstance(answer, bytes)
        writer.write(answer)

    server = RawServer(same if isinstance(answer, bytes) else answer)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        await server.end()


def http(body: bytes = b"{}", *, status: str = "200 OK", headers: str = "", kind: str = "application/json") -> bytes:
    """An answer, whole."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
    return head.encode() + body
