"""The Sessions protocol: what programs share about what goes on now, and the locks by which they take turns.

Session state is a convenience: it may be forgotten at any moment, and a lock that expires is given to the next who asks
while its holder still believes in it. **The store remains the guard of correctness**: whoever writes to something that
lasts lets that check a fence itself (a `Lease` of the store, or a lock's `Fence.token`, refusing smaller ones).

Bounds, and what happens at them:
- a key has `KEY_LETTERS_MAX` letters, a value `VALUE_BYTES_MAX` bytes of JSON; longer is refused
- `ttl_s` is more than 0 and at most `TTL_S_MAX`; anything else is refused
- a value is forgotten `ttl_s` seconds after it was last written; reading does not make it last
- a lock is free again `ttl_s` seconds after it was taken or renewed, whatever became of its holder
- `wait_s` seconds are waited for a lock; then `Taken` is raised
- in memory `KEYS_MAX` keys are kept; then writing a further one fails. In Redis the bound is the server's own
"""

import math
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import msgspec

from fabula.errors import RunError, UsageError

KEY_LETTERS_MAX = 500
VALUE_BYTES_MAX = 262_144
KEYS_MAX = 100_000
TTL_S_MAX = 316_224_000.0
"""Ten years: nothing that is of now lasts longer."""
LISTED_MAX = 1_000
"""Keys that are listed where nothing else is said."""


class Changed(RunError):
    """The value is not of the version that was expected any more; nothing was written."""


class Taken(RunError):
    """Somebody else holds the lock, and did for as long as was waited."""


class Lost(RunError):
    """The lock is not ours any more: it expired, and somebody else may hold it."""


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of a key."""

    data: bytes
    """JSON."""
    version: int
    """Names this writing of it; a later one has a greater version, also after the key was deleted or forgotten."""


class Fence(Protocol):
    """A lock that is held."""

    @property
    def token(self) -> int:
        """One more than whoever held the lock before had, as long as that was within a month; in any case greater. What
        is guarded refuses whoever comes with a smaller one than it has seen.
        """
        ...

    async def renew(self) -> None:
        """Hold it for another `ttl_s` from now. Raises Lost."""
        ...


class Sessions(Protocol):
    """Keeps values and locks by key. Keys of values and of locks do not meet. Raises UsageError for a key, a value
    or a time that cannot be kept, RunError where what keeps them cannot be reached.
    """

    async def get(self, key: str) -> Value | None:
        """The value; None: there is none, or none any more."""
        ...

    async def put(self, key: str, data: bytes, *, ttl_s: float | None = None) -> int:
        """Keep a value, whatever was there; returns its version. ttl_s: None: as `open_sessions` was told."""
        ...

    async def compare_and_set(self, key: str, data: bytes, version: int, *, ttl_s: float | None = None) -> int:
        """Keep a value if what is there has that version (0: if nothing is there); returns the new version.

        Raises Changed.
        """
        ...

    async def delete(self, key: str) -> bool:
        """Forget a value; returns whether there was one."""
        ...

    async def keys(self, prefix: str = "", *, most: int = LISTED_MAX) -> Sequence[str]:
        """The keys of values that begin so, sorted; of more than `most`, any that many. It looks through all keys, so
        it is for people who look, not for a step that is taken often.
        """
        ...

    def lock(self, key: str, *, ttl_s: float, wait_s: float = 0.0) -> AbstractAsyncContextManager[Fence]:
        """Hold a lock: `async with sessions.lock("table-1", ttl_s=10) as fence:`.

        Entering raises Taken. Leaving gives it back; if it was lost by then, that raises Lost, unless the body raised
        something itself. A lock that was lost is never taken from whoever holds it now.
        """
        ...

    async def close(self) -> None:
        """Let go of connections. Safe to call twice."""
        ...


def checked_key(key: str) -> str:
    """The same. Raises UsageError if it is no key."""
    if not key or len(key) > KEY_LETTERS_MAX or not key.isprintable():
        raise UsageError(f"no key of a session: {key!r:.60}. It has 1 to {KEY_LETTERS_MAX} letters, all printable")
    return key


def checked_data(key: str, data: bytes) -> bytes:
    """The same. Raises UsageError if it is no value."""
    if len(data) > VALUE_BYTES_MAX:
        raise UsageError(
            f"the value of {key!r} is {len(data):,} bytes long, more than {VALUE_BYTES_MAX:,}: keep what is large in "
            "the store and here where it is"
        )
    try:
        msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        raise UsageError(f"the value of {key!r} is no JSON: {wrong}") from wrong
    return data


def checked_ttl(key: str, ttl_s: float) -> float:
    """The same. Raises UsageError if nothing can last so long."""
    if not 0 < ttl_s <= TTL_S_MAX:
        raise UsageError(
            f"{key!r} cannot be held for {ttl_s:g} s: ttl_s is more than 0 and at most {TTL_S_MAX:,.0f} seconds"
        )
    return ttl_s


def checked_wait(key: str, wait_s: float) -> float:
    """The same. Raises UsageError if that is no time to wait."""
    if math.isnan(wait_s):
        raise UsageError(f"the lock {key!r} cannot be waited for during {wait_s:g} s: wait_s is a number of seconds")
    return wait_s


def changed(key: str, *, expected: int, found: int) -> Changed:
    """What is raised when a value changed meanwhile."""
    if not found:
        return Changed(f"{key!r} was to have version {expected}, and is not there any more: read it again")
    was = f"to have version {expected}" if expected else "not to be there"
    return Changed(f"{key!r} was {was}, and has version {found}: somebody wrote it meanwhile, read it again")
