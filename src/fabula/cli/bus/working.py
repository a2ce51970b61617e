"""Working through dead letters: one after another, by one program at a time, with what was done kept in mind."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fabula.cli.context import Call
from fabula.cli.later import later
from fabula.errors import FabulaError

if TYPE_CHECKING:
    from fabula.store.sessions import Fence

DEAD = "bus:dead"
"""The lock of whoever works through dead letters, so that none is sent twice by two of them."""
HELD_S = 60.0
"""How long that lock lasts; it is renewed between two letters when a quarter of it is over."""
TELL_S = 2.0
"""After so long, and then again and again, it is told how far the work is."""

_sessions_of = later("fabula.app.presence", "sessions_of")


Deed = Callable[[Sequence[str]], Awaitable[Mapping[str, FabulaError]]]
"""Does something with some dead letters; returns why it failed, for each with which it did."""


class Work:
    """What is to be done with some dead letters, and how far it is."""

    def __init__(self, call: Call, done: str, *, now: Callable[[], float] = time.monotonic) -> None:
        """done: what was done with those that went well, such as `dropped`. now: in seconds."""
        self._call = call
        self._done = done
        self._now = now
        self.named: Sequence[str] = ()
        self.well: list[str] = []
        self.failed: dict[str, str] = {}
        """By letter: why."""

    @property
    def is_over(self) -> bool:
        """Whether each of them had its turn."""
        return len(self.well) + len(self.failed) == len(self.named)

    async def do(self, named: Sequence[str], deed: Deed, *, at_once: int = 1) -> None:
        """Do it with each of these, in this order. One that fails does not keep the others, but if it is the only one
        that is raised. at_once: so many are given to the deed together.

        Raises Taken, Lost, and RunError where the sessions cannot be reached.
        """
        self.named = list(dict.fromkeys(named))
        async with self._alone() as fence:
            renewed_s = told_s = self._now()
            for first in range(0, len(self.named), at_once):
                await self._do(self.named[first : first + at_once], deed)
                now_s = self._now()
                if fence is not None and now_s - renewed_s > HELD_S / 4:
                    await fence.renew()
                    renewed_s = now_s
                if now_s - told_s > TELL_S and not self.is_over:
                    tried = len(self.well) + len(self.failed)
                    self._call.shown.say(f"{tried:,} of {len(self.named):,} …", style="dim")
                    told_s = now_s

    async def _do(self, letters: Sequence[str], deed: Deed) -> None:
        failed = await deed(letters)
        if len(self.named) == 1:
            for failure in failed.values():
                raise failure
        self.failed |= {letter: str(failure) for letter, failure in failed.items()}
        self.well += [letter for letter in letters if letter not in failed]

    @asynccontextmanager
    async def _alone(self) -> "AsyncIterator[Fence | None]":
        """With sessions in memory nobody is kept out, and there is no fence."""
        async with _sessions_of(self._call.settings.sessions) as sessions:
            if sessions is None:
                yield None
                return
            async with sessions.lock(DEAD, ttl_s=HELD_S) as fence:
                yield fence
