"""Opening sessions by an address."""

from importlib import import_module
from urllib.parse import parse_qsl, urlsplit

from fabula.errors import UsageError, did_you_mean
from fabula.store.sessions.memory import MemorySessions
from fabula.store.sessions.protocol import Sessions

PREFIX = "fabula:sessions"
"""What all keys in Redis begin with, unless the address says `?prefix=…`."""

_REDIS = ("redis", "rediss")


def open_sessions(url: str, *, ttl_s: float) -> Sessions:
    """Sessions at an address: `memory:` (of this process, and new with every call) or `redis://HOST:PORT/N`, with
    `?prefix=NAME` to share a server with others. ttl_s: how long a value lasts where nothing else is said.

    Nothing is asked of the server yet. Raises UsageError for an address or a time that is none, or where a library is
    missing.
    """
    scheme, _, rest = url.partition(":")
    if scheme == "memory" and not rest:
        return MemorySessions(ttl_s=ttl_s)
    if scheme in _REDIS:
        return _in_redis(url, ttl_s)
    known = ("memory", *_REDIS)
    raise UsageError(
        f"sessions.url: {scheme!r:.40} is nothing that sessions are kept in.{did_you_mean(scheme, known)} "
        "Give memory: or redis://HOST:PORT/N."
    )


def _in_redis(url: str, ttl_s: float) -> Sessions:
    try:
        parts = urlsplit(url)
        where = f"{parts.hostname}:{parts.port or 6379}"
        given = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
        database = parts.path.strip("/") or "0"
        if not parts.hostname or not (database.isascii() and database.isdecimal()):
            raise ValueError(database)
    except ValueError:
        # Without what caused it, which may quote a password.
        raise UsageError("sessions.url: this is no address of a Redis; it looks like redis://HOST:PORT/N") from None
    prefix = given.pop("prefix", PREFIX)
    if given:
        raise UsageError(f"sessions.url: no parameter {min(given)!r:.40} is known, only `prefix`")
    try:
        redis = import_module("fabula.store.sessions.redis")
    except ModuleNotFoundError as missing:
        raise UsageError("sessions in Redis need: pip install 'fabula[redis]'") from missing
    sessions: Sessions = redis.RedisSessions(parts._replace(query="").geturl(), where=where, prefix=prefix, ttl_s=ttl_s)
    return sessions
