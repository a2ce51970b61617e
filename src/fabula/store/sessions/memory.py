"""Sessions within one process: for whoever runs everything in it, and for tests."""

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager

import msgspec

from fabula.errors import RunError
from fabula.store.sessions.lock import holding
from fabula.store.sessions.protocol import (
    KEYS_MAX,
    LISTED_MAX,
    Fence,
    Value,
    changed,
    checked_data,
    checked_key,
    checked_ttl,
)


class _Entry(msgspec.Struct, frozen=True):
    value: Value
    until_s: float


class _Lock(msgspec.Struct, frozen=True):
    token: int
    until_s: float


class MemorySessions:
    """Keeps everything in this process, for the coroutines of one event loop."""

    def __init__(self, *, ttl_s: float, now: Callable[[], float] = time.monotonic) -> None:
        """ttl_s: how long a value lasts where nothing else is said. now: the clock, in seconds. Raises UsageError for a
        time that is none.
        """
        self._ttl_s = checked_ttl("sessions.ttl_s", ttl_s)
        self._now = now
        self._entries: dict[str, _Entry] = {}
        self._version = 0
        self._locks: dict[str, _Lock] = {}
        self._tokens: dict[str, int] = {}
        self._token = 0
        """The greatest that was ever given."""

    async def get(self, key: str) -> Value | None:
        """See Sessions."""
        return self._value(checked_key(key))

    async def put(self, key: str, data: bytes, *, ttl_s: float | None = None) -> int:
        """See Sessions."""
        return self._keep(checked_key(key), checked_data(key, data), self._lasts_s(key, ttl_s))

    async def compare_and_set(self, key: str, data: bytes, version: int, *, ttl_s: float | None = None) -> int:
        """See Sessions."""
        value = self._value(checked_key(key))
        checked_data(key, data)
        lasts_s = self._lasts_s(key, ttl_s)
        found = value.version if value else 0
        if found != version:
            raise changed(key, expected=version, found=found)
        return self._keep(key, data, lasts_s)

    async def delete(self, key: str) -> bool:
        """See Sessions."""
        there = self._value(checked_key(key)) is not None
        self._entries.pop(key, None)
        return there

    async def keys(self, prefix: str = "", *, most: int = LISTED_MAX) -> Sequence[str]:
        """See Sessions."""
        now = self._now()
        found = (key for key, entry in self._entries.items() if entry.until_s > now and key.startswith(prefix))
        return sorted(found)[:most]

    def lock(self, key: str, *, ttl_s: float, wait_s: float = 0.0) -> AbstractAsyncContextManager[Fence]:
        """See Sessions."""
        return holding(self, key, ttl_s=ttl_s, wait_s=wait_s)

    async def close(self) -> None:
        """See Sessions."""

    # The locks, each in one stroke: nothing here waits.

    async def take(self, key: str, ttl_s: float) -> int:
        """See Locks."""
        if self._holder(key):
            return 0
        self._make_room(self._locks)
        if len(self._tokens) >= KEYS_MAX:
            # Whoever takes one of these locks next is given a greater token than anybody ever was.
            self._tokens.clear()
        token = self._tokens.get(key, self._token) + 1
        self._tokens[key] = token
        self._token = max(self._token, token)
        self._locks[key] = _Lock(token, self._now() + ttl_s)
        return token

    async def prolong(self, key: str, token: int, ttl_s: float) -> bool:
        """See Locks."""
        if self._holder(key) != token:
            return False
        self._locks[key] = _Lock(token, self._now() + ttl_s)
        return True

    async def free(self, key: str, token: int) -> bool:
        """See Locks."""
        if self._holder(key) != token:
            return False
        del self._locks[key]
        return True

    def _holder(self, key: str) -> int:
        lock = self._locks.get(key)
        return lock.token if lock and lock.until_s > self._now() else 0

    def _value(self, key: str) -> Value | None:
        entry = self._entries.get(key)
        return entry.value if entry and entry.until_s > self._now() else None

    def _lasts_s(self, key: str, ttl_s: float | None) -> float:
        return self._ttl_s if ttl_s is None else checked_ttl(key, ttl_s)

    def _keep(self, key: str, data: bytes, lasts_s: float) -> int:
        if key not in self._entries:
            self._make_room(self._entries)
        self._version += 1
        self._entries[key] = _Entry(Value(data=data, version=self._version), self._now() + lasts_s)
        return self._version

    def _make_room(self, kept: dict[str, _Entry] | dict[str, _Lock]) -> None:
        """Forget what is over, once there is too much. Raises RunError if all of it lasts."""
        if len(kept) < KEYS_MAX:
            return
        now = self._now()
        for key in [key for key, entry in kept.items() if entry.until_s <= now]:
            del kept[key]
        if len(kept) >= KEYS_MAX:
            raise RunError(
                f"{KEYS_MAX:,} sessions are kept in memory, and none is over: let them last less long, or keep them in "
                "Redis with FABULA_SESSIONS__URL"
            )
