"""A lock that is held for the time of a block: waiting for it, holding it, giving it back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Protocol

from fabula.errors import RunError
from fabula.store.sessions.protocol import Lost, Taken, checked_key, checked_ttl, checked_wait

LOOK_S_MIN, LOOK_S_MAX = 0.01, 0.1
"""How often is looked whether a lock is free: at first often, then less."""


class Locks(Protocol):
    """What takes, keeps and frees locks, each in one stroke."""

    async def take(self, key: str, ttl_s: float) -> int:
        """The token, if the lock was free; else 0."""
        ...

    async def prolong(self, key: str, token: int, ttl_s: float) -> bool:
        """Hold it from now on as long again; False: whoever has that token does not hold it."""
        ...

    async def free(self, key: str, token: int) -> bool:
        """Give it back; False: whoever has that token does not hold it, and nothing was done."""
        ...


class Held:
    """A lock that is held; a `Fence`."""

    def __init__(self, locks: Locks, key: str, token: int, ttl_s: float) -> None:
        self.token = token
        self._locks = locks
        self._key = key
        self._ttl_s = ttl_s

    async def renew(self) -> None:
        """Hold it for another `ttl_s` from now. Raises Lost."""
        if not await self._locks.prolong(self._key, self.token, self._ttl_s):
            raise self.lost()

    def lost(self) -> Lost:
        """What is raised when it is."""
        return Lost(
            f"the lock {self._key!r} is not held any more: its {self._ttl_s:g} s were over before it was renewed or "
            "given back. What was done under it may have met what others did; renew it sooner, or take it for longer."
        )


@asynccontextmanager
async def holding(locks: Locks, key: str, *, ttl_s: float, wait_s: float) -> AsyncIterator[Held]:
    """As `Sessions.lock`."""
    checked_ttl(checked_key(key), ttl_s)
    checked_wait(key, wait_s)
    held = Held(locks, key, await _taken(locks, key, ttl_s, wait_s), ttl_s)
    try:
        yield held
    except BaseException:
        # What the body raised is what counts; a lock that cannot be given back is free when its time is over.
        with suppress(RunError):
            await locks.free(key, held.token)
        raise
    if not await locks.free(key, held.token):
        raise held.lost()


async def _taken(locks: Locks, key: str, ttl_s: float, wait_s: float) -> int:
    loop = asyncio.get_running_loop()
    until_s = loop.time() + wait_s
    look_s = LOOK_S_MIN
    while not (token := await locks.take(key, ttl_s)):
        left_s = until_s - loop.time()
        if left_s <= 0:
            raise Taken(f"the lock {key!r} is held by somebody else, and was for {wait_s:g} s: try again later")
        await asyncio.sleep(min(look_s, left_s))
        look_s = min(2 * look_s, LOOK_S_MAX)
    return token
