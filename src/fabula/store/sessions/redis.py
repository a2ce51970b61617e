"""Sessions in Redis, for programs on several machines. What must happen in one stroke is a script on the server.

Keys: `PREFIX:v:KEY` a value with its version, `PREFIX:l:KEY` the token of whoever holds a lock, `PREFIX:t:KEY` the last
token of it, `PREFIX:version` and `PREFIX:token` the greatest that were ever given; these two begin at a time.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from fabula.errors import RunError
from fabula.store.sessions.lock import holding
from fabula.store.sessions.protocol import LISTED_MAX, Fence, Value, changed, checked_data, checked_key, checked_ttl

CALL_S_MAX = 5.0
"""How long one call may take before Redis counts as away."""
TOKENS_S = 30 * 86_400
"""How long the last token of a lock is remembered; after that its next one is greater by more than one."""

_COUNTER_FUNCTIONS = """
local function now()
  local time = redis.call('TIME')
  return string.format('%.0f', tonumber(time[1]) * 1000000 + tonumber(time[2]))
end
local function next_version(key)
  redis.call('SET', key, now(), 'NX')
  return redis.call('INCR', key)
end
"""
"""A counter that is not there begins at the server's time in microseconds, so that a server which came back empty gives
none that was given before it.
"""
_PUT = (
    _COUNTER_FUNCTIONS
    + """
local version = next_version(KEYS[2])
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'data', ARGV[1], 'version', version)
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return version
"""
)
_COMPARE_AND_SET = (
    _COUNTER_FUNCTIONS
    + """
local found = tonumber(redis.call('HGET', KEYS[1], 'version') or '0')
if found ~= tonumber(ARGV[3]) then return {0, found} end
local version = next_version(KEYS[2])
redis.call('HSET', KEYS[1], 'data', ARGV[1], 'version', version)
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return {1, version}
"""
)
_TAKE = (
    _COUNTER_FUNCTIONS
    + """
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
local greatest = tonumber(redis.call('GET', KEYS[3]) or now())
local token = tonumber(redis.call('GET', KEYS[2]) or greatest) + 1
local written = string.format('%.0f', token)
redis.call('SET', KEYS[1], written, 'PX', ARGV[1])
redis.call('SET', KEYS[2], written, 'EX', ARGV[2])
if token > greatest then redis.call('SET', KEYS[3], written) end
return token
"""
)
_PROLONG = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
"""
_FREE = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
"""


class RedisSessions:
    """Keeps values and locks on a Redis server. A Redis that is away is an error of the call, never waited for."""

    def __init__(self, url: str, *, where: str, prefix: str, ttl_s: float) -> None:
        """url: as redis-py reads it, without parameters of ours. where: the server, as people may read it. prefix: what
        all keys begin with. ttl_s: how long a value lasts where nothing else is said. Raises ValueError for a url that
        cannot be read, and UsageError for a time that is none.
        """
        self._where = where
        self._prefix = prefix
        self._ttl_s = checked_ttl("sessions.ttl_s", ttl_s)
        # One try each: whether to try again is the caller's to say, and a script is not safe to repeat.
        self._redis: Any = Redis.from_url(
            url, socket_timeout=CALL_S_MAX, socket_connect_timeout=CALL_S_MAX, retry=Retry(NoBackoff(), 0)
        )
        script = self._redis.register_script
        self._put, self._compare_and_set = script(_PUT), script(_COMPARE_AND_SET)
        self._take, self._prolong, self._free = script(_TAKE), script(_PROLONG), script(_FREE)

    async def get(self, key: str) -> Value | None:
        """See Sessions."""
        data, version = await self._asked(self._redis.hmget(self._key("v", checked_key(key)), "data", "version"))
        return None if data is None else Value(data=data, version=int(version))

    async def put(self, key: str, data: bytes, *, ttl_s: float | None = None) -> int:
        """See Sessions."""
        keys = [self._key("v", checked_key(key)), self._key("version")]
        return int(await self._asked(self._put(keys=keys, args=[checked_data(key, data), self._ttl_ms(key, ttl_s)])))

    async def compare_and_set(self, key: str, data: bytes, version: int, *, ttl_s: float | None = None) -> int:
        """See Sessions."""
        keys = [self._key("v", checked_key(key)), self._key("version")]
        given: list[bytes | int] = [checked_data(key, data), self._ttl_ms(key, ttl_s), version]
        done, found = await self._asked(self._compare_and_set(keys=keys, args=given))
        if not done:
            raise changed(key, expected=version, found=int(found))
        return int(found)

    async def delete(self, key: str) -> bool:
        """See Sessions."""
        return bool(await self._asked(self._redis.delete(self._key("v", checked_key(key)))))

    async def keys(self, prefix: str = "", *, most: int = LISTED_MAX) -> Sequence[str]:
        """See Sessions."""
        begin = self._key("v", "")
        pattern = re.sub(r"([*?\[\]\\^-])", r"\\\1", begin + prefix) + "*"
        found = set[str]()
        async with self._asking():
            async for name in self._redis.scan_iter(match=pattern, count=1000):
                found.add(name.decode(errors="replace").removeprefix(begin))
                if len(found) >= most:
                    break
        return sorted(found)

    def lock(self, key: str, *, ttl_s: float, wait_s: float = 0.0) -> AbstractAsyncContextManager[Fence]:
        """See Sessions."""
        return holding(self, key, ttl_s=ttl_s, wait_s=wait_s)

    async def close(self) -> None:
        """See Sessions."""
        await self._redis.aclose()

    # The locks.

    async def take(self, key: str, ttl_s: float) -> int:
        """See Locks."""
        keys = [self._key("l", key), self._key("t", key), self._key("token")]
        return int(await self._asked(self._take(keys=keys, args=[_ms(ttl_s), TOKENS_S])))

    async def prolong(self, key: str, token: int, ttl_s: float) -> bool:
        """See Locks."""
        return bool(await self._asked(self._prolong(keys=[self._key("l", key)], args=[token, _ms(ttl_s)])))

    async def free(self, key: str, token: int) -> bool:
        """See Locks."""
        return bool(await self._asked(self._free(keys=[self._key("l", key)], args=[token])))

    def _key(self, *parts: str) -> str:
        return ":".join([self._prefix, *parts])

    def _ttl_ms(self, key: str, ttl_s: float | None) -> int:
        return _ms(self._ttl_s if ttl_s is None else checked_ttl(key, ttl_s))

    async def _asked(self, call: Awaitable[Any]) -> Any:
        async with self._asking():
            return await call

    @asynccontextmanager
    async def _asking(self) -> AsyncIterator[None]:
        try:
            yield
        except (TimeoutError, RedisError, OSError) as error:
            # Without what caused it: a library's words may hold the address with its password.
            raise RunError(
                f"Redis at {self._where} did not do what was asked: {type(error).__name__}: {_harmless(error)}. "
                "Is it running? What lasts is in the store; try again, or see FABULA_SESSIONS__URL."
            ) from None


def _ms(seconds: float) -> int:
    return max(1, round(seconds * 1000))


def _harmless(error: BaseException) -> str:
    """What the library says, without addresses in it."""
    return re.sub(r"\S+://\S+|\S+@\S+", "…", str(error))[:300] or "no answer"
