"""The one way out: an HTTP client through which every provider is asked, and the transport that guards it.

The transport resolves a host once and connects to the address it has checked, sends the few headers that a provider
needs and no other, adds the key where the request goes to the key's own origin, reads no more than `BODY_MAX`, and lets
only a success through: whatever else comes is noted on the `Wire` of the call, in our words. No proxy, no redirect, no
cookie, nothing from the environment.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NoReturn
from urllib.parse import quote

import httpx2

from fabula.llm.keys import Key, origin_of
from fabula.llm.providers.addresses import Refused
from fabula.llm.providers.connection import Lost, Misspoken, RawHeaders
from fabula.llm.providers.pool import Leased, Place, Pool
from fabula.llm.providers.refusal import ERROR_BODY_MAX, Refusal, refusal_of
from fabula.llm.values import Asker, FailureKind

BODY_MAX = 2 * 2**20
"""Bytes of an answer."""
USER_AGENT = "fabula"
ASKED_HEADER = b"X-Fabula-Asked"
"""`STEP/AGENT/NUMBER`, to this machine only: so that `fabula provider` can count what it answered whom."""

# All others are left out: keys and their placeholders, telemetry, cookies, what an SDK found in the environment.
_SENT = frozenset({b"accept", b"anthropic-beta", b"anthropic-version", b"content-type", b"host"})
# Said plainly, since a packed answer of a few bytes can unfold to gigabytes, and answers are small.
_OURS = ((b"User-Agent", USER_AGENT.encode()), (b"Accept-Encoding", b"identity"))
_UNREAD = frozenset({b"set-cookie"})


class Wire:
    """One call as the transport sees it: what it may use, and what became of it."""

    def __init__(
        self, *, url: str, written: bool = False, key: Key | None = None, key_header: str = "", asker: Asker
    ) -> None:
        """url: where the call goes; the key goes nowhere else.
        written: a person wrote the address, so that it may be on this machine or near it.
        key_header: in what the key travels: `Authorization` (as a bearer), `x-api-key`, `x-goog-api-key`.
        """
        self.origin = origin_of(url)
        self.written = written
        self.asked = f"{asker.step}/{quote(asker.agent, safe='')}/{asker.number}".encode()
        self.sent = False
        """The request has left."""
        self.status = 0
        """Of the answer; 0: none came."""
        self.refusal: Refusal | None = None
        """Why there is no answer, or not the whole of it."""
        self._key = key
        self._key_header = key_header
        self._bodies: list[_Body] = []

    def carry(self, body: "_Body") -> None:
        """An answer that is on its way."""
        self._bodies.append(body)

    def hang_up(self) -> None:
        """Close what was not read to its end, whatever those who read it have left undone."""
        for body in self._bodies:
            body.end()

    def hidden(self, text: str) -> str:
        """The text without the key."""
        return text if self._key is None else self._key.hide(text.replace(self._key.reveal(), "…"))

    def key_headers(self, origin: str) -> list[tuple[bytes, bytes]]:
        """The key's header, if the request goes to the key's origin."""
        if self._key is None or origin != self.origin:
            return []
        text = self._key.reveal()
        value = f"Bearer {text}" if self._key_header == "Authorization" else text
        return [(self._key_header.encode(), value.encode())]


_WIRE: ContextVar[Wire | None] = ContextVar("wire", default=None)


@contextmanager
def through(wire: Wire) -> Iterator[None]:
    """What this task sends within goes by that wire. What is still under way at the end is closed."""
    token = _WIRE.set(wire)
    try:
        yield
    finally:
        _WIRE.reset(token)
        wire.hang_up()


def new_client() -> httpx2.AsyncClient:
    """The client, for one event loop. Close it at the end."""
    # No time-outs here: whoever asks has a deadline, and the transport bounds the time to connect.
    return httpx2.AsyncClient(
        transport=Outgoing(), timeout=None, trust_env=False, follow_redirects=False, headers={"User-Agent": USER_AGENT}
    )


class Outgoing(httpx2.AsyncBaseTransport):
    """The transport. Its errors are httpx2's, without causes, and say nothing of what was sent."""

    def __init__(self) -> None:
        self._pool = Pool()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send it, and give the answer if it is a success. Raises httpx2.TransportError."""
        origin = origin_of(str(request.url))
        wire = _WIRE.get() or Wire(url=origin, asker=Asker())
        leased = await self._lease(request, origin, wire)
        body = _Body(leased, wire, self._pool)
        wire.carry(body)
        try:
            return await _exchange(request, origin, wire, leased, body)
        except BaseException:
            body.end()
            raise

    async def aclose(self) -> None:
        """Close all connections."""
        self._pool.close()

    async def _lease(self, request: httpx2.Request, origin: str, wire: Wire) -> Leased:
        scheme, port = request.url.scheme, request.url.port or (443 if request.url.scheme == "https" else 80)
        host = request.url.raw_host.decode("ascii")
        try:
            return await self._pool.lease(Place(scheme, host, port, wire.written and origin == wire.origin))
        except Refused as error:
            _fail(wire, Refusal(FailureKind.REJECTED, f"{host} is not connected to: {error}"))
        except OSError as error:
            _fail(wire, Refusal(FailureKind.UNREACHABLE, _unreached(host, port, error)))


def _unreached(host: str, port: int, error: OSError) -> str:
    at = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    if isinstance(error, ConnectionRefusedError):
        return f"nothing listens at {at}"
    return f"{at} cannot be reached ({error.strerror or str(error) or type(error).__name__})"[:200]


async def _exchange(request: httpx2.Request, origin: str, wire: Wire, leased: Leased, body: "_Body") -> httpx2.Response:
    content = await request.aread()
    wire.status, wire.refusal = 0, None
    leased.connection.send(
        method=request.method.encode("ascii"),
        target=request.url.raw_path,
        headers=_headers(request, origin, wire, length=len(content), loopback=leased.address.is_loopback),
        body=content,
    )
    wire.sent = True
    with _told(wire):
        head = await leased.connection.head()
    wire.status = head.status_code
    headers = [(name, value) for name, value in head.headers if name not in _UNREAD]
    response = httpx2.Response(head.status_code, headers=headers, stream=body)
    if head.status_code != 200:
        told = await body.beginning(ERROR_BODY_MAX)
        _fail(wire, refusal_of(head.status_code, response.headers, told, hide=wire.hidden))
    if response.headers.get("content-encoding", "identity") != "identity":
        _fail(wire, Refusal(FailureKind.GARBLED, "the answer is packed, though that was not asked for"))
    return response


def _headers(request: httpx2.Request, origin: str, wire: Wire, *, length: int, loopback: bool) -> RawHeaders:
    kept = [(name, value) for name, value in request.headers.raw if name.lower() in _SENT]
    measured = (b"Content-Length", str(length).encode())
    asked = [(ASKED_HEADER, wire.asked)] if loopback else []
    return [*kept, *_OURS, measured, *wire.key_headers(origin), *asked]


class _Body(httpx2.AsyncByteStream):
    """The body of an answer, on its way. Closing it before its end closes the connection."""

    def __init__(self, leased: Leased, wire: Wire, pool: Pool) -> None:
        self._leased = leased
        self._wire = wire
        self._pool = pool
        self._ended = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        try:
            with _told(self._wire):
                async for piece in self._leased.connection.pieces():
                    size += len(piece)
                    if size > BODY_MAX:
                        _fail(self._wire, Refusal(FailureKind.TOO_LARGE, f"it answered more than {BODY_MAX >> 20} MiB"))
                    yield piece
        finally:
            self.end()

    async def beginning(self, size_max: int) -> bytes:
        """Its first bytes. What breaks off counts as its end."""
        read = bytearray()
        try:
            async for piece in self._leased.connection.pieces():
                read += piece
                if len(read) >= size_max:
                    break
        except (Lost, Misspoken):
            pass
        return bytes(read[:size_max])

    async def aclose(self) -> None:
        """As `end`."""
        self.end()

    def end(self) -> None:
        """Whatever is left of it is not wanted. A second time does nothing."""
        if not self._ended:
            self._ended = True
            self._pool.give_back(self._leased)


@contextmanager
def _told(wire: Wire) -> Iterator[None]:
    """What goes wrong with a connection, noted and said in httpx2's words."""
    try:
        yield
    except Lost as error:
        _fail(wire, Refusal(FailureKind.CUT_OFF, str(error)))
    except Misspoken:
        _fail(wire, Refusal(FailureKind.GARBLED, "the answer is not HTTP"))


def _fail(wire: Wire, refusal: Refusal) -> NoReturn:
    wire.refusal = refusal
    raise httpx2.TransportError(refusal.why) from None
