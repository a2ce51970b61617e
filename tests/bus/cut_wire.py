"""A wire between a client and a server of this machine that a test can cut, and join again, or only hold still."""

import asyncio
import contextlib
import ssl
from types import TracebackType
from typing import Self


class Wire:
    """Passes everything on between its own port and that of the server, while it is whole."""

    def __init__(self, port: int, *, security: ssl.SSLContext | None = None) -> None:
        """port: of the server, at 127.0.0.1. security: the client's end speaks TLS by that."""
        self._server_port = port
        self._security = security
        self._whole = True
        self._flows = asyncio.Event()
        self._flows.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._door: asyncio.Server | None = None
        self.port = 0

    async def __aenter__(self) -> Self:
        self._door = await asyncio.start_server(self._pass_on, "127.0.0.1", 0, ssl=self._security)
        self.port = self._door.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cut()
        assert self._door is not None, "entered"
        self._door.close()
        await asyncio.sleep(0)

    def cut(self) -> None:
        """End every connection without a word, and let nobody in."""
        self._whole = False
        for writer in self._writers:
            writer.transport.abort()

    def join(self) -> None:
        """Let everybody in again."""
        self._whole = True

    def hold(self) -> None:
        """Pass nothing on any more, and cut nothing."""
        self._flows.clear()

    def release(self) -> None:
        """Pass on what was held, and what comes."""
        self._flows.set()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._whole:
            writer.transport.abort()
            return
        there, back = await asyncio.open_connection("127.0.0.1", self._server_port)
        ends = (writer, back)
        self._writers.update(ends)
        await asyncio.gather(_copy(reader, back, self._flows), _copy(there, writer, self._flows))
        self._writers.difference_update(ends)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, flows: asyncio.Event) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65_536):
            await flows.wait()
            writer.write(data)
            await writer.drain()
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()
