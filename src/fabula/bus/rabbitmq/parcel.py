"""A parcel: a message as it is given up to be sent."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

COPY = "fabula-copy"
"""A header: the same sending, by its number, was tried before, and whoever gets this may have had it then."""


class Parcel(Struct, frozen=True, kw_only=True):
    """A message on its way."""

    exchange: str
    key: str
    body: bytes
    about: str
    """To whom, for errors."""
    headers: Mapping[str, Any] | None = None
    reply_to: str = ""
    asks: str = ""
    """The place at which a group must have been declared; "" if that does not matter."""
    must_arrive: bool = True
    """False: if nobody is there, that is all right."""
    width: int = 256
    """Messages under way on this road at once."""
