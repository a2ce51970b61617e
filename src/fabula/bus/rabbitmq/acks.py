"""Acknowledgements: what of a channel is not acknowledged yet, told to the server in as few frames as order allows."""

import asyncio

from fabula.bus.rabbitmq.channel import LOST, Channel
from fabula.bus.rabbitmq.token import Token


class Acks:
    """What is settled is acknowledged soon, many at once: all up to one where all of them are settled, the others one
    by one.
    """

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._open: dict[int, Token] = {}
        self._settled: set[int] = set()
        self._woken = asyncio.Event()

    def took(self, token: Token) -> None:
        """A message was delivered."""
        self._open[token.tag] = token

    def settle(self, tag: int) -> None:
        """It may be acknowledged. Raises one of LOST if the channel is closed: then it will come again."""
        if self._channel.is_closed:
            raise ConnectionError("the channel was lost before a message could be acknowledged; it will come again")
        self._settled.add(tag)
        self._woken.set()

    @property
    def unsettled(self) -> list[Token]:
        """Those that were delivered and may not be acknowledged yet, in that order."""
        return [token for tag, token in self._open.items() if tag not in self._settled]

    async def work(self) -> None:
        """Acknowledge until the channel is lost."""
        while True:
            await self._woken.wait()
            self._woken.clear()
            await asyncio.sleep(0)  # So that whatever is settled in this round goes along.
            try:
                await self.flush()
            except LOST:
                return

    async def flush(self) -> None:
        """Acknowledge now what is settled. Raises one of LOST."""
        settled, self._settled = self._settled, set()
        if not settled:
            return
        all_up_to = 0
        for tag in self._open:
            if tag not in settled:
                break
            all_up_to = tag
        for tag in settled:
            del self._open[tag]
        if all_up_to:
            await self._channel.ack(all_up_to, all_up_to=True)
        for tag in sorted(tag for tag in settled if tag > all_up_to):
            await self._channel.ack(tag)
