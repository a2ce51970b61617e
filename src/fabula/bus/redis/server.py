"""One Redis server: how it is reached, asked, and waited for when it is away."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import redis.asyncio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, NoScriptError, RedisError, ResponseError

from fabula.bus.opening import shown
from fabula.bus.protocol import BusDown, NotLetIn
from fabula.bus.redis.scripts import Script
from fabula.errors import UsageError

CONNECT_S_MAX = 5.0
ANSWER_S_MAX = 10.0
"""A server that does not answer for so long is taken to be away, and the connection is given up."""
PAUSE_S, PAUSE_S_MAX = 0.05, 1.0
"""Between attempts to reach a server that is away: the first pause, doubled up to the longest."""

TROUBLE = (RedisError, OSError, TimeoutError)
"""Whatever is raised while a server is away, full, loading or otherwise not to be had."""

T = TypeVar("T")


class Server:
    """A server that may be away at any time. Nothing is sent before the first call."""

    def __init__(self, url: str) -> None:
        """Raises UsageError if that is no address of a Redis server."""
        self.shown = shown(url)
        try:
            # Nothing is retried behind our back: a batch must stay in order, and what was read and never arrived has
            # to be looked for.
            self.client: Any = redis.asyncio.Redis.from_url(
                url,
                socket_timeout=ANSWER_S_MAX,
                socket_connect_timeout=CONNECT_S_MAX,
                retry=Retry(NoBackoff(), 0),
                protocol=2,
            )
        except (ValueError, RedisError) as wrong:
            raise UsageError(f"{self.shown}: no address of a Redis server: write redis://HOST:PORT/NUMBER") from wrong
        self.trouble = ""
        """Why it was away when it was last asked; empty: it was not."""
        self.refused = False
        """Whether that was since it refused our name or password."""
        self._closed = False

    async def run(self, script: Script, keys: Sequence[Any], args: Sequence[Any]) -> Any:
        """Run a script, once. Raises what TROUBLE lists."""
        try:
            found = await self.client.execute_command("EVALSHA", script.sha, len(keys), *keys, *args)
        except NoScriptError:
            found = await self.client.execute_command("EVAL", script.text, len(keys), *keys, *args)
        self.trouble, self.refused = "", False
        return found

    async def surely(self, attempt: Callable[[], Awaitable[T]], *, wait_s: float) -> T:
        """What that comes to, attempted again and again while the server is away. Raises BusDown after `wait_s` or once
        this is closed, NotLetIn at once.
        """
        pauses = Pauses()
        loop = asyncio.get_running_loop()
        until = loop.time() + wait_s
        try:
            async with asyncio.timeout_at(until):
                while loop.time() < until and not self._closed:
                    try:
                        return await attempt()
                    except TROUBLE as trouble:
                        self.away(trouble)
                        if self.refused:
                            break
                    await pauses.wait()
        except TimeoutError:
            pass  # Said below, as it is where the time ran out between two attempts.
        if self._closed:
            raise BusDown("this bus is closed")
        raise self.down(wait_s)

    def away(self, trouble: BaseException) -> None:
        """Take note that it did not answer."""
        self.trouble = str(trouble) or type(trouble).__name__
        self.refused = isinstance(trouble, AuthenticationError)

    def down(self, wait_s: float) -> BusDown:
        """The error for whoever waited so long, or need not wait."""
        if self.refused:
            return NotLetIn(f"{self.shown}: the server refused the name or password: mend the bus's address (bus.url)")
        why = self.trouble or "no answer"
        return BusDown(
            f"{self.shown}: no Redis server answered within {wait_s:g} s ({why}): is it running and can it be reached "
            "from here? What was sent may have been kept; to send it again is safe."
        )

    async def close(self) -> None:
        """Let go of all connections, and make no more."""
        self._closed = True
        await self.client.aclose()


class Pauses:
    """The pauses between attempts at a server that is away: each twice as long as the one before, up to a bound."""

    def __init__(self) -> None:
        self._next_s = PAUSE_S

    async def wait(self) -> None:
        """Until the next attempt."""
        pause_s, self._next_s = self._next_s, min(self._next_s * 2.0, PAUSE_S_MAX)
        await asyncio.sleep(pause_s)

    def begin_again(self) -> None:
        """It was there: the next pause is short."""
        self._next_s = PAUSE_S


def is_no_group(trouble: BaseException) -> bool:
    """Whether the server came back without our streams."""
    text = str(trouble)
    return isinstance(trouble, ResponseError) and (
        "NOGROUP" in text or "no longer exists" in text or "no such key" in text
    )
