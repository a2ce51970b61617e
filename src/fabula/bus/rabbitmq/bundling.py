"""Bundling: what is written to a connection in rounds of the event loop that follow one another goes out in one piece.

The client library writes each frame by itself, and a call to the operating system for each costs more than all else
that is done for a message.
"""

import asyncio
from typing import Any

READ_BYTES_MAX = 2**20
"""Read ahead of what was looked at; then the server waits."""


ROUNDS_MAX = 32
"""For so many rounds, some microseconds each, the first waits for the last."""


class BundlingWriter(asyncio.StreamWriter):
    """A writer that keeps what it is given until the event loop has come round and nothing more was given."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._bundle: list[bytes] = []
        self._rounds = 0
        self._given = False

    def write(self, data: Any) -> None:
        """Write it soon."""
        if not self._bundle:
            self._rounds = 0
            asyncio.get_running_loop().call_soon(self._come_round)
        self._bundle.append(bytes(data))
        self._given = True

    async def drain(self) -> None:
        """Write it now, and wait until there is room for more."""
        self._send()
        await super().drain()

    def write_eof(self) -> None:
        """Write what there is, and the end."""
        self._send()
        super().write_eof()

    def close(self) -> None:
        """Write what there is, and close."""
        self._send()
        super().close()

    def _come_round(self) -> None:
        self._rounds += 1
        if self._given and self._bundle and self._rounds < ROUNDS_MAX:
            self._given = False
            asyncio.get_running_loop().call_soon(self._come_round)
        else:
            self._send()

    def _send(self) -> None:
        if self._bundle:
            bundle, self._bundle = self._bundle, []
            if not self.is_closing():
                super().write(b"".join(bundle))


class Bundling:
    """Opens connections whose writers bundle, for aiormq (`transport_factory`)."""

    async def create(self, url: Any, **kwargs: Any) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """As aiormq's TransportFactory says. Raises OSError."""
        security = kwargs.pop("ssl_context_provider", None)
        context = await security.get_context() if security is not None and url.scheme == "amqps" else None
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=READ_BYTES_MAX, loop=loop)
        protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
        transport, _ = await loop.create_connection(lambda: protocol, url.host, url.port, ssl=context, **kwargs)
        return reader, BundlingWriter(transport, protocol, reader, loop)
