"""The outbox: what a bus sends, for whoever publishes and for those who handle messages."""

from collections.abc import Callable
from functools import lru_cache

from fabula.bus.envelope import Message, MessageType, checked
from fabula.bus.journal import What
from fabula.bus.protocol import NOBODY_WAITS, Delivery, NobodyThere, is_death_notice
from fabula.bus.rabbitmq.letters import Letters
from fabula.bus.rabbitmq.names import Names
from fabula.bus.rabbitmq.parcel import Parcel
from fabula.bus.rabbitmq.publisher import Publisher

KEYS_MAX = 10_000
"""Addresses and priorities of which it is remembered how messages to them are routed."""

_EVENT = MessageType.EVENT


class Outbox:
    """The post (post.Post) of all subscriptions of one bus, and of the bus itself."""

    def __init__(
        self,
        publisher: Publisher,
        letters: Letters,
        names: Names,
        *,
        width: int,
        wait_s: float,
        now: Callable[[], float],
        sent: Callable[[Message, What, float], None],
    ) -> None:
        """width: messages under way to one address and priority. now: seconds since 1970. sent: told of each message
        that was sent, and when.
        """
        self._publisher = publisher
        self._letters = letters
        self._names = names
        self._key = lru_cache(KEYS_MAX)(names.key)
        self._width = width
        self._wait_s = wait_s
        self._now = now
        self._sent = sent

    async def publish(self, message: Message, *, wait_s: float, reply_to: str) -> None:
        """Send a message to whoever is at its address. Raises BadMessage, and what Publisher raises."""
        body = checked(message)
        address, is_event = message.to_agent, message.message_type is _EVENT
        parcel = Parcel(
            exchange=self._names.exchange,
            key=self._key(address, message.priority),
            body=body,
            about=repr(address),
            reply_to=reply_to,
            asks="" if is_event else self._names.place(address),
            must_arrive=not is_event,
            width=self._width,
        )
        at = self._now()
        await self._publisher.send(parcel, wait_s=wait_s)
        self._sent(message, What.PUBLISHED, at)

    async def send(self, parcel: Parcel, *, wait_s: float) -> None:
        """As Publisher says."""
        await self._publisher.send(parcel, wait_s=wait_s)

    async def answer(self, delivery: Delivery, response: Message) -> None:
        """Send a response to whoever asked; if nobody waits for it, it is a dead letter, unless it tells of one."""
        body = checked(response)
        at, address = self._now(), response.to_agent
        try:
            if not delivery.reply_to:
                raise NobodyThere(NOBODY_WAITS)
            parcel = Parcel(exchange="", key=delivery.reply_to, body=body, about=repr(address))
            await self._publisher.send(parcel, wait_s=self._wait_s)
        except NobodyThere:
            if is_death_notice(response):
                return
            await self.bury(address=address, group="", cause=NOBODY_WAITS, tries=1, body=body)
        self._sent(response, What.REPLIED, at)

    async def bury(self, *, address: str, group: str, cause: str, tries: int, body: bytes) -> None:
        """Put it among the dead letters."""
        await self._letters.bury(address=address, group=group, cause=cause, tries=tries, body=body)
