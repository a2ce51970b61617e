"""A channel: what this bus uses of one, with every way in which it can be lost told as such.

The channels are those of aiormq, on which aio-pika stands: acknowledgements can be bundled there, and a message costs
half.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol, TypeVar

import aio_pika
from aio_pika.exceptions import CONNECTION_EXCEPTIONS, ChannelClosed

CLOSE_S_MAX = 5.0
ANSWER_S_MAX = 10.0
"""For so long the server may take over what it answers at once; then the connection counts as lost. The library lets
some calls wait for ever where a connection ends at the wrong moment.
"""

LOST: tuple[type[Exception], ...] = (*CONNECTION_EXCEPTIONS, EOFError)
"""What it looks like when the server, or only a channel, is not there any more."""

T = TypeVar("T")

Take = Callable[["Incoming"], Awaitable[None]]

# Made straight away they cost a sixteenth of what a Message of aio-pika costs, and there is one for each message.
_Properties: Any = type(aio_pika.Message(b"").properties)


class Incoming(Protocol):
    """A message as a channel delivers it."""

    body: bytes
    delivery: Any
    """With `delivery_tag`."""
    header: Any
    """With `properties`: `headers`, `message_id`, `reply_to`."""


class Declared(Protocol):
    """A queue as it was found."""

    queue: str
    """Its name."""
    message_count: int
    """Those that are with no consumer."""
    consumer_count: int


class Channel:
    """A channel. All its calls raise one of LOST when it is lost, or breaks of what the server refuses."""

    def __init__(self, raw: Any, *, errands: "set[asyncio.Task[Any]]") -> None:
        """raw: a channel of aiormq. errands: where it puts what is done to the end, whoever still waits for it."""
        self._raw = raw
        self._errands = errands

    @property
    def is_closed(self) -> bool:
        """By whomever."""
        closed: bool = self._raw.is_closed
        return closed

    async def gone(self) -> None:
        """Wait until it is closed."""
        await asyncio.wait((self._raw.closing,))

    async def shut(self) -> None:
        """Close it; what is unacknowledged on it goes back to its queues. Of one that is lost nothing is said."""
        # To the end: the library would close a channel twice of which the closing was cancelled, and break the
        # connection.
        shutting = asyncio.create_task(self._shut())
        self._errands.add(shutting)
        shutting.add_done_callback(self._errands.discard)
        await asyncio.shield(shutting)

    async def _shut(self) -> None:
        # With a reason, since without one the library cancels the tasks of whoever still waits on the channel.
        with contextlib.suppress(*LOST):
            await told(self._raw.close(ChannelClosed(0, "closed here"), timeout=CLOSE_S_MAX))

    async def publish(
        self,
        body: bytes,
        *,
        exchange: str,
        key: str,
        number: str,
        headers: Mapping[str, Any] | None = None,
        reply_to: str = "",
        kept: bool = True,
    ) -> None:
        """Send a message; returns when the server has it, on a channel that confirms. number: unlike all others under
        way. kept: it survives the server's end. Raises PublishError if it reaches no queue, DeliveryError if one
        refuses.
        """
        properties = _Properties(
            message_id=number,
            headers=headers,
            reply_to=reply_to or None,
            delivery_mode=2 if kept else 1,
            content_type="application/json",
        )
        await told(
            self._raw.basic_publish(
                body, exchange=exchange, routing_key=key, properties=properties, mandatory=True, wait=False
            )
        )

    async def ack(self, tag: int, *, all_up_to: bool = False) -> None:
        """Acknowledge a message, or all up to that one."""
        await told(self._raw.basic_ack(tag, multiple=all_up_to, wait=False))

    async def give_back_all(self) -> None:
        """Put what is unacknowledged back to its place."""
        await told(self._raw.basic_nack(0, multiple=True, requeue=True))

    async def give_back(self, tag: int) -> None:
        """Put one message back to its place; the server counts that."""
        await told(self._raw.basic_nack(tag, requeue=True))

    async def get(self, queue: str) -> int | None:
        """Take the next message of a queue that nobody consumes from; returns its tag, None if there is none."""
        found = await answered(self._raw.basic_get(queue))
        tag: int | None = getattr(found.delivery, "delivery_tag", None)
        return tag

    async def consume(
        self,
        queue: str,
        take: Take,
        *,
        tag: str = "",
        most: int = 0,
        acks: bool = True,
        exclusive: bool = False,
        arguments: Mapping[str, Any] | None = None,
    ) -> None:
        """Take what comes. most: unacknowledged messages at once; 0: any number. acks: False if none is needed."""
        if acks:
            await answered(self._raw.basic_qos(prefetch_count=most))
        await answered(
            self._raw.basic_consume(
                queue,
                take,
                no_ack=not acks,
                exclusive=exclusive,
                consumer_tag=tag or None,
                arguments=dict(arguments or {}),
            )
        )

    async def cancel(self, tag: str) -> None:
        """Take nothing more of that."""
        await answered(self._raw.basic_cancel(tag))

    def when_cancelled(self, tell: Callable[[], None]) -> None:
        """Call that when the server ends a consumer, since its queue is gone."""
        self._raw.on_consumer_cancel_callbacks.add(lambda _: tell())

    async def declare_exchange(self, name: str) -> None:
        """A durable exchange that routes by key."""
        await answered(self._raw.exchange_declare(name, exchange_type="direct", durable=True))

    async def declare_queue(
        self, name: str, arguments: Mapping[str, Any] | None = None, *, exclusive: bool = False
    ) -> Declared:
        """A queue, durable but for an `exclusive` one, which goes with the connection; name "": the server names it."""
        declared: Declared = await answered(
            self._raw.queue_declare(name, durable=not exclusive, exclusive=exclusive, arguments=dict(arguments or {}))
        )
        return declared

    async def delete_queue(self, name: str, *, if_empty: bool = False) -> None:
        """Delete a queue with all that is in it; it need not be there. if_empty: not if anything is in it."""
        await answered(self._raw.queue_delete(name, if_empty=if_empty))

    async def look_at(self, queue: str) -> Declared:
        """A queue that is there."""
        declared: Declared = await answered(self._raw.queue_declare(queue, passive=True))
        return declared

    async def bind(self, queue: str, exchange: str, key: str) -> None:
        """Route what comes to that exchange by that key to the queue as well."""
        await answered(self._raw.queue_bind(queue, exchange, key))


async def told(work: Awaitable[T]) -> T:
    """Wait for that, and raise one of LOST when the connection ends: the library sometimes raises something else then,
    and sometimes says that the task was cancelled though nobody did so.
    """
    try:
        return await work
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise ConnectionError("the connection fell silent") from error
    except LOST:
        raise
    except Exception as error:
        raise ConnectionError(f"the channel was lost ({type(error).__name__})") from error


async def answered(work: Awaitable[T]) -> T:
    """As `told`, for what the server answers at once: silence is a loss too."""
    try:
        async with asyncio.timeout(ANSWER_S_MAX):
            return await told(work)
    except TimeoutError as silent:
        raise ConnectionError(f"the server answered nothing for {ANSWER_S_MAX:g} s") from silent


async def ignore(incoming: Incoming) -> None:
    """Take what is of no use; to a lease nothing is ever sent."""
