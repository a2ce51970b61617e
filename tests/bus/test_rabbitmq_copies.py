"""What is sent twice to RabbitMQ, since it was refused or a channel was lost, is handled once where it is known."""

import asyncio
from collections import Counter
from collections.abc import Iterator

import aio_pika
import pytest
from tests.bus.rabbitmq_corner import SERVER, Corner, a_corner_of_rabbitmq
from tests.bus.samples import Handled, Held, an_event, until

from fabula.bus import BusFull, encode
from fabula.bus.rabbitmq.parcel import COPY


@pytest.fixture
def corner() -> Iterator[Corner]:
    with a_corner_of_rabbitmq() as corner:
        yield corner


async def test_a_group_that_is_full_gives_the_others_at_its_address_nothing_twice(corner: Corner) -> None:
    async with corner.bus(queue_max=5) as bus:
        handled, heard = Handled(), Handled()
        await bus.declare("player", group="stuck")
        await bus.subscribe("player", handled, group="fine")
        await bus.listen("player", heard)
        full = 0
        for number in range(12):
            try:
                await bus.publish(an_event(number), wait_s=0.5)
            except BusFull:
                full += 1
                if full == 2:
                    break
        assert full == 2
        await until(lambda: len(handled.numbers) > number and len(heard.numbers) > number)
        await asyncio.sleep(0.2)
        assert handled.numbers == heard.numbers == list(range(number + 1))


async def put(corner: Corner, number: int, sending: str, *, copy: bool) -> None:
    """Put a message into a group's queue as a publisher does. sending: its number."""
    queue = corner.names.group("player", "main").waiting[1]
    message = aio_pika.Message(encode(an_event(number)), message_id=sending, headers={COPY: True} if copy else None)
    async with await aio_pika.connect(SERVER) as connection, connection.channel() as channel:
        await channel.default_exchange.publish(message, queue)


async def test_a_copy_is_passed_over_while_the_first_is_at_hand_and_after_it_was_handled(corner: Corner) -> None:
    async with corner.bus() as bus:
        held = Held()
        await bus.subscribe("player", held)
        await put(corner, 1, "sending-1", copy=False)
        await until(lambda: held.begun == [1])
        await put(corner, 1, "sending-1", copy=True)
        await put(corner, 2, "sending-2", copy=True)
        held.free.set()
        await until(lambda: held.numbers == [1, 2])
        await put(corner, 2, "sending-2", copy=True)
        await put(corner, 3, "sending-3", copy=False)
        await until(lambda: 3 in held.numbers)
        assert held.numbers == [1, 2, 3]


async def test_what_somebody_else_puts_there_is_handled_whatever_it_is_called(corner: Corner) -> None:
    async with corner.bus() as bus:
        handled = Handled()
        await bus.subscribe("player", handled)
        for number, sending in enumerate(("", "", "same", "same")):
            await put(corner, number, sending, copy=False)
        await until(lambda: len(handled.numbers) == 4)
        assert Counter(handled.numbers) == Counter(range(4))
