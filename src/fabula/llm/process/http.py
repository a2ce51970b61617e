"""HTTP as the provider sees it: a request that has arrived whole, and the way to answer it."""

from typing import Protocol

import msgspec

Headers = tuple[tuple[str, str], ...]
"""Names in small letters."""


class HttpRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One request, read to its end."""

    method: str
    path: str
    """Without the query, percent-encoding undone."""
    query: tuple[tuple[str, str], ...] = ()
    headers: Headers = ()
    body: bytes = b""

    def header(self, name: str) -> str:
        """The value of a header; empty: it was not sent."""
        return next((value for key, value in self.headers if key == name), "")

    def asked(self, name: str) -> str:
        """A value of the query; empty: there is none of that name."""
        return next((value for key, value in self.query if key == name), "")


class Exchange(Protocol):
    """The way to answer one request. Whoever answers is cancelled as soon as the client has gone."""

    async def reply(self, status: int, body: bytes, *, kind: str = "application/json", headers: Headers = ()) -> None:
        """Answer in one piece. kind: the content type."""
        ...

    async def begin(self, status: int, *, kind: str, length: int | None = None) -> None:
        """Send the head. length: bytes that follow, whether or not they will; None: chunked."""
        ...

    async def piece(self, data: bytes) -> None:
        """Send a part of the body; waits while the client does not read."""
        ...

    async def end(self) -> None:
        """Finish what was begun."""
        ...

    def cut(self) -> None:
        """Close the connection, whether or not the answer is whole."""
        ...

    def reset(self) -> None:
        """Drop the connection so that the client sees it reset."""
        ...
