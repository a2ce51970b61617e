"""The mover: takes what was handed out and not finished to the group's queue `again`, in its order."""

import asyncio
from collections import deque
from collections.abc import Sequence

from fabula.bus.rabbitmq.acks import Acks
from fabula.bus.rabbitmq.names import GroupQueues
from fabula.bus.rabbitmq.parcel import Parcel
from fabula.bus.rabbitmq.post import Post
from fabula.bus.rabbitmq.token import TRIES, Token

MOVED_MAX = 100
"""Messages that are moved at once."""


class Mover:
    """Moves what it is given, as long as it works; each message is acknowledged where it came from once it is sure to
    be there.
    """

    def __init__(self, queues: GroupQueues, acks: Acks, post: Post, *, wait_s: float) -> None:
        """wait_s: for how long a message may be on its way."""
        self._queues = queues
        self._acks = acks
        self._post = post
        self._wait_s = wait_s
        self._waiting: deque[Token] = deque()
        self._woken = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def busy(self) -> bool:
        """Whether something is still where it came from."""
        return not self._idle.is_set()

    def add(self, token: Token) -> None:
        """Move that as well."""
        self._waiting.append(token)
        self._idle.clear()
        self._woken.set()

    async def idle(self) -> None:
        """Wait until all was moved."""
        await self._idle.wait()

    def stop(self) -> Sequence[Token]:
        """Move nothing more but what is on its way; returns the rest."""
        rest = list(self._waiting)
        self._waiting.clear()
        self._woken.set()
        return rest

    async def work(self) -> None:
        """Move until cancelled. Raises one of UNSENT."""
        while True:
            await self._woken.wait()
            self._woken.clear()
            while self._waiting:
                await self.move([self._waiting.popleft() for _ in range(min(len(self._waiting), MOVED_MAX))])
            self._idle.set()

    async def move(self, tokens: Sequence[Token]) -> None:
        """Move them, in that order. Raises one of UNSENT."""
        await asyncio.gather(*(self._post.send(self._parcel(token), wait_s=self._wait_s) for token in tokens))
        for token in tokens:
            self._acks.settle(token.tag)

    def _parcel(self, token: Token) -> Parcel:
        queues = self._queues
        return Parcel(
            exchange="",
            key=queues.again,
            body=token.body,
            about=f"{queues.address!r}, group {queues.group!r}",
            headers={"fabula-address": queues.address, "fabula-group": queues.group, TRIES: token.tries},
            reply_to=token.reply_to,
        )
