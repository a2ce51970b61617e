"""The connection: one client, HTTP/1.1 with keep-alive, one request at a time.

Requests are read by h11, a fresh one for each. Answers are framed here, since they are of few forms and a third of the
time would go into checking what we wrote ourselves.
"""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from urllib.parse import parse_qsl, unquote, urlsplit

import h11

from fabula.llm.process.http import Exchange, Headers, HttpRequest

BODY_MAX = 16 * 2**20
"""Bytes of a request's body; beyond: 413."""
HEAD_MAX = 64 * 2**10
"""Bytes of a request's line and headers; beyond: 431."""
DISREGARDED_MAX = 128 * 2**20
"""Bytes that are still taken from a client that was refused; beyond, it is cut off."""
AHEAD_MAX = 256 * 2**10
"""Bytes a client may send while it waits for an answer; beyond, it is cut off."""

_REFUSALS = {413: "the body is too large", 431: "the headers are too large"}
_PHRASES = {status.value: status.phrase for status in HTTPStatus}
_LINGER_NOT = struct.pack("ii", 1, 0)

Answer = Callable[[HttpRequest, Exchange], Awaitable[None]]


class Connection(asyncio.Protocol):
    """What one client sends is read here, and answered by `answer`, request by request. It is an Exchange."""

    def __init__(self, answer: Answer, peers: set["Connection"], *, peers_max: int) -> None:
        """peers: all connections that are open; this one enters and leaves it by itself."""
        self._answer = answer
        self._peers = peers
        self._peers_max = peers_max
        self._reader = h11.Connection(h11.SERVER, max_incomplete_event_size=HEAD_MAX)
        self._head: h11.Request | None = None
        self._chunked = False
        """What was begun is sent in chunks."""
        self._ended = False
        """The answer was sent to its end."""
        self._refused = False
        self._disregarded = 0
        self._body = bytearray()
        self._answering: asyncio.Task[None] | None = None
        self._writable = asyncio.Event()
        self._writable.set()
        self._transport: asyncio.Transport
        self.heard_s = 0.0
        """When the client last sent something, by the loop's clock."""

    @property
    def busy(self) -> bool:
        """A request is being answered."""
        return self._answering is not None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The client is there."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self.heard_s = asyncio.get_running_loop().time()
        if len(self._peers) >= self._peers_max:
            self._transport.abort()
            return
        self._peers.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone: nothing more is done for it."""
        self._peers.discard(self)
        if self._answering is not None:
            self._answering.cancel()

    def pause_writing(self) -> None:
        """The client does not read."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """It reads again."""
        self._writable.set()

    def data_received(self, data: bytes) -> None:
        """The client has sent something."""
        self.heard_s = asyncio.get_running_loop().time()
        if self._refused:
            self._disregard(data)
            return
        self._reader.receive_data(data)
        if self._answering is None:
            self._read()
        elif len(self._reader.trailing_data[0]) > AHEAD_MAX:
            self._transport.abort()

    async def reply(self, status: int, body: bytes, *, kind: str = "application/json", headers: Headers = ()) -> None:
        """Answer in one piece."""
        self._transport.write(_head(status, kind, len(body), headers) + body)
        self._ended = True
        await self._writable.wait()

    async def begin(self, status: int, *, kind: str, length: int | None = None) -> None:
        """Send the head."""
        self._chunked = length is None
        self._transport.write(_head(status, kind, length))
        await self._writable.wait()

    async def piece(self, data: bytes) -> None:
        """Send a part of the body."""
        if data:  # A chunk of nothing would end it.
            self._transport.write(b"%x\r\n%b\r\n" % (len(data), data) if self._chunked else data)
        await self._writable.wait()

    async def end(self) -> None:
        """Finish what was begun."""
        if self._chunked:
            self._transport.write(b"0\r\n\r\n")
        self._ended = True

    def cut(self) -> None:
        """Close the connection."""
        self._transport.close()

    def reset(self) -> None:
        """Drop the connection: with no time to linger, the kernel sends RST where FIN would stand."""
        sock = self._transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
        self._transport.abort()

    def _read(self) -> None:
        """Take in what has come, up to the end of a request."""
        while not (self._refused or self._transport.is_closing()):
            try:
                event = self._reader.next_event()
            except h11.RemoteProtocolError as failure:
                self._refuse(failure.error_status_hint)
                return
            if isinstance(event, h11.Request):
                self._begin_reading(event)
            elif isinstance(event, h11.Data):
                self._body += event.data
                if len(self._body) > BODY_MAX:
                    self._refuse(413)
            elif isinstance(event, h11.EndOfMessage):
                self._begin_answering()
                return
            elif isinstance(event, h11.ConnectionClosed):
                self._transport.close()
            else:
                return

    def _begin_reading(self, head: h11.Request) -> None:
        self._head, self._body = head, bytearray()
        length = next((value for name, value in head.headers if name == b"content-length"), b"0")
        if int(length) > BODY_MAX:
            self._refuse(413)
        elif self._reader.they_are_waiting_for_100_continue:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _refuse(self, status: int) -> None:
        """Answer what cannot be read on from; the connection ends with it."""
        body = f'{{"error": {{"message": "{_REFUSALS.get(status, "this is not HTTP/1.1")}"}}}}'.encode()
        self._transport.write(_head(status, "application/json", len(body), (("connection", "close"),)) + body)
        self._transport.write_eof()
        self._refused = True

    def _disregard(self, data: bytes) -> None:
        """Let a refused client finish: it would not see the refusal if it were cut off while it still sends."""
        self._disregarded += len(data)
        if self._disregarded > DISREGARDED_MAX:
            self._transport.abort()

    def _begin_answering(self) -> None:
        assert self._head is not None
        answering = self._answer(_request(self._head, bytes(self._body)), self)
        self._answering = asyncio.ensure_future(answering)
        self._answering.add_done_callback(self._answered)

    def _answered(self, task: asyncio.Task[None]) -> None:
        self._answering = None
        if not task.cancelled() and task.exception() is not None:
            # A mistake of ours: the client sees a broken connection, and whoever started the provider the traceback.
            self._transport.abort()
            task.result()
        if self._transport.is_closing():
            return
        if self._ended and self._reader.their_state is h11.DONE:
            self._begin_again()
        else:
            self._transport.close()

    def _begin_again(self) -> None:
        """Read the next request, which may have been sent already."""
        ahead, self._ended = self._reader.trailing_data[0], False
        self._reader = h11.Connection(h11.SERVER, max_incomplete_event_size=HEAD_MAX)
        if ahead:
            self._reader.receive_data(ahead)
            self._read()


def _head(status: int, kind: str, length: int | None, more: Headers = ()) -> bytes:
    body = "transfer-encoding: chunked" if length is None else f"content-length: {length}"
    lines = (f"HTTP/1.1 {status} {_PHRASES.get(status, 'Unknown')}", f"content-type: {kind}", body)
    return "\r\n".join((*lines, *(f"{name}: {value}" for name, value in more), "\r\n")).encode("latin-1")


def _request(head: h11.Request, body: bytes) -> HttpRequest:
    target = urlsplit(head.target.decode("latin-1"))
    return HttpRequest(
        method=head.method.decode("latin-1"),
        path=unquote(target.path),
        query=tuple(parse_qsl(target.query, max_num_fields=100)) if target.query else (),
        headers=tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers),
        body=body,
    )
