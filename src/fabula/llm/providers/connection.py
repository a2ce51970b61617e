"""The connection: one HTTP/1.1 connection to a provider, one exchange at a time, read within bounds."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import h11

HEAD_MAX = 64 * 2**10
"""Bytes of an answer's head."""
UNREAD_MAX = 128 * 2**10
"""Bytes taken in before they are read; the rest waits in the network."""

RawHeaders = Sequence[tuple[bytes, bytes]]


class Lost(Exception):
    """The connection ended before the answer did."""


class Misspoken(Exception):
    """What came is not HTTP."""


class Connection(asyncio.Protocol):
    """A connection that was made. Used by one task at a time."""

    def __init__(self) -> None:
        self._protocol = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEAD_MAX)
        self._transport: asyncio.Transport
        self._arrival: asyncio.Future[None] | None = None
        self._unread = 0
        self._ended = False
        self.idle_since_s = 0.0
        """When its last exchange ended, by the loop's clock."""

    @property
    def usable(self) -> bool:
        """Another exchange may begin."""
        return self._protocol.our_state is h11.IDLE and not self._ended and not self._transport.is_closing()

    def send(self, *, method: bytes, target: bytes, headers: RawHeaders, body: bytes) -> None:
        """Ask."""
        events = (
            h11.Request(method=method, target=target, headers=list(headers)),
            h11.Data(data=body),
            h11.EndOfMessage(),
        )
        self._transport.write(b"".join(self._protocol.send(event) or b"" for event in events))

    async def head(self) -> h11.Response:
        """The head of the answer. Raises Lost or Misspoken."""
        while True:
            event = await self._next()
            if isinstance(event, h11.Response):
                return event
            if not isinstance(event, h11.InformationalResponse):
                raise Misspoken("no head came")

    async def pieces(self) -> AsyncIterator[bytes]:
        """The body, as it comes. Raises Lost if it is cut off, Misspoken if it is not HTTP."""
        while isinstance(event := await self._next(), h11.Data):
            yield bytes(event.data)

    def release(self) -> bool:
        """End the exchange; whether another may begin. What was not read to its end is closed."""
        if self._protocol.our_state is h11.DONE and self._protocol.their_state is h11.DONE and not self._ended:
            self._protocol.start_next_cycle()
        else:
            self.abort()
        return self.usable

    def abort(self) -> None:
        """Close at once."""
        self._transport.abort()

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It stands."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Something came."""
        if self._protocol.our_state is h11.IDLE:
            # An answer to nothing, meant for whoever asks next.
            self._transport.abort()
            return
        self._protocol.receive_data(data)
        self._unread += len(data)
        if self._unread > UNREAD_MAX:
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> bool:
        """Nothing more will come."""
        self._end()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        self._end()

    def _end(self) -> None:
        if not self._ended:
            self._ended = True
            self._wake()

    def _wake(self) -> None:
        if self._arrival is not None and not self._arrival.done():
            self._arrival.set_result(None)

    async def _next(self) -> h11.Event:
        """What comes next. After the last byte h11 is told so, and says whether that was the end of the answer."""
        told = False
        while True:
            event = self._read()
            if event is h11.NEED_DATA:
                if told:
                    raise Lost("the connection ended before the answer did")
                if self._ended:
                    self._protocol.receive_data(b"")
                    told = True
                else:
                    await self._more()
            elif isinstance(event, h11.ConnectionClosed):
                raise Lost("the connection was closed without an answer")
            else:
                assert isinstance(event, h11.Event), "paused only after the end, where nobody reads on"
                return event

    def _read(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        try:
            return self._protocol.next_event()
        except h11.RemoteProtocolError as error:
            if self._ended:
                raise Lost("the connection ended before the answer did") from None
            raise Misspoken(str(error)) from None

    async def _more(self) -> None:
        if self._unread > UNREAD_MAX:
            self._transport.resume_reading()
        self._unread = 0
        self._arrival = asyncio.get_running_loop().create_future()
        try:
            await self._arrival
        finally:
            self._arrival = None
