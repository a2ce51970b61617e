"""Opening a bus by its address."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from fabula.bus.journal import Journal
from fabula.bus.memory import MemoryBus
from fabula.bus.protocol import Bounds, Bus
from fabula.errors import UsageError, did_you_mean

_REDIS = ("fabula.bus.redis", "RedisBus", "redis", "redis")
_AMQP = ("fabula.bus.rabbitmq", "RabbitBus", "aio_pika", "amqp")
_BUSES = {"redis": _REDIS, "rediss": _REDIS, "unix": _REDIS, "amqp": _AMQP, "amqps": _AMQP}
"""Where the bus of a scheme is, what it is called, the library that it needs, and the extra which brings that."""
_SCHEMES = ("memory", *_BUSES)
_PREFIX = "prefix"


def open_bus(url: str, *, bounds: Bounds = Bounds(), journal: Journal | None = None) -> Bus:  # noqa: B008 - frozen
    """The bus at that address, to be entered: `memory:` for this program alone, `redis://`, `rediss://` or `unix://`
    for Redis, `amqp://` or `amqps://` for RabbitMQ. No server is called yet. With `?prefix=NAME` all that it keeps on a
    server begins with that name, so that several buses share one and never meet.

    Raises UsageError for any other address, and if a library is missing. No error shows a password.
    """
    scheme = url.partition(":")[0].strip().lower() if ":" in url else ""
    if scheme == "memory":
        return MemoryBus(bounds=bounds, journal=journal)
    if scheme not in _BUSES:
        raise UsageError(f"{shown(url)!r} is no address of a bus: {_wrong_with(scheme)}")
    module, name, library, extra = _BUSES[scheme]
    if find_spec(library) is None:
        raise UsageError(f"This bus needs: pip install 'fabula[{extra}]'")
    made: Any = getattr(import_module(module), name)
    plain, given = _parted(url)
    bus: Bus = made(plain, bounds=bounds, journal=journal, **given)
    return bus


def shown(url: str) -> str:
    """The address as it may be shown: with `***` for a password, wherever one may stand; cut to 200 characters."""
    head, at, rest = url.rpartition("@")
    if at:
        scheme, slashes, user = head.partition("://")
        if not slashes:
            scheme, user = "", head
        name, colon, _ = user.partition(":")
        url = f"{scheme}{slashes}{name}{':***' if colon else ''}@{rest}"
    try:
        parts = urlsplit(url)
    except ValueError:
        return url[:200]
    return urlunsplit(parts._replace(query="***" if parts.query else ""))[:200]


def _parted(url: str) -> tuple[str, dict[str, str]]:
    """The address as a server's library reads it, and the parameters in it that are ours."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url, {}  # The bus says what is wrong with it.
    query = parse_qsl(parts.query, keep_blank_values=True)
    given = {name: value for name, value in query if name == _PREFIX}
    if not given:
        return url, {}
    rest = urlencode([(name, value) for name, value in query if name != _PREFIX])
    return urlunsplit(parts._replace(query=rest)), given


def _wrong_with(scheme: str) -> str:
    if not scheme:
        return "it must begin with memory:, redis://, rediss://, unix://, amqp:// or amqps://"
    return f"there is no bus for {scheme!r}.{did_you_mean(scheme, _SCHEMES)}"
