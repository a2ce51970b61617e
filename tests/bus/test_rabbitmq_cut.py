"""Short cuts of the wire to RabbitMQ: what is under way then goes on, and nothing of the library is seen."""

import asyncio
from collections.abc import Iterator
from typing import Any

import aio_pika
import pytest
from tests.bus.cut_wire import Wire
from tests.bus.rabbitmq_corner import SERVER, Corner, a_corner_of_rabbitmq
from tests.bus.samples import Handled, a_request, an_event, letters_until, until

from fabula.bus import Delivery


@pytest.fixture
def corner() -> Iterator[Corner]:
    with a_corner_of_rabbitmq() as corner:
        yield corner


async def test_calls_that_are_under_way_when_the_wire_is_cut_are_done_when_it_is_whole_again(corner: Corner) -> None:
    async with Wire(5672) as wire, corner.bus(url=f"amqp://guest:guest@127.0.0.1:{wire.port}/") as bus:
        await bus.declare("player")
        for turn in range(6):
            calls = [
                asyncio.create_task(call)
                for call in (
                    bus.declare("player"),
                    bus.subscribe("player", Handled()),
                    bus.listen("page", Handled()),
                    bus.dead_letters(),
                    bus.publish(an_event(turn)),
                )
            ]
            await asyncio.sleep(0.003 * turn)
            wire.cut()
            await asyncio.sleep(0.05)
            wire.join()
            await asyncio.gather(*calls)


async def test_an_answer_finds_whoever_asked_though_the_wire_was_cut_meanwhile(corner: Corner) -> None:
    async with (
        Wire(5672) as wire,
        corner.bus(url=f"amqp://guest:guest@127.0.0.1:{wire.port}/") as asker,
        corner.bus() as bus,
    ):
        begun, free = asyncio.Event(), asyncio.Event()

        async def handle(delivery: Delivery) -> dict[str, Any]:
            begun.set()
            await free.wait()
            return {"map": "the attic"}

        await bus.subscribe("generator", handle)
        asking = asyncio.create_task(asker.request(a_request(), deadline_s=30))
        await begun.wait()
        wire.cut()
        free.set()
        await until(lambda: bus.figures.report()["generator"].processed == 1)
        await asyncio.sleep(0.2)  # It is kept for whoever is away.
        assert await bus.dead_letters() == []
        wire.join()
        assert (await asking).payload["data"] == {"map": "the attic"}
        assert await bus.dead_letters() == []


async def test_an_answer_that_its_asker_had_not_read_yet_comes_again(corner: Corner) -> None:
    async with (
        Wire(5672) as wire,
        corner.bus(url=f"amqp://guest:guest@127.0.0.1:{wire.port}/") as asker,
        corner.bus() as bus,
    ):

        async def handle(delivery: Delivery) -> dict[str, Any]:
            wire.hold()
            return {"map": "the attic"}

        await bus.subscribe("generator", handle)
        asking = asyncio.create_task(asker.request(a_request(), deadline_s=30))
        await until(lambda: bus.figures.report()["generator"].processed == 1)
        await asyncio.sleep(0.1)
        wire.cut()
        wire.release()
        wire.join()
        assert (await asking).payload["data"] == {"map": "the attic"}


async def test_answers_to_an_asker_who_never_comes_back_are_dead_letters(corner: Corner) -> None:
    """The server moves them there when their time is up, which is soon in this queue."""
    async with corner.bus() as bus, await aio_pika.connect(SERVER) as connection, connection.channel() as channel:
        asker = "a" * 32
        queue = corner.names.reply(asker)
        await bus.declare("generator")
        arguments: dict[str, Any] = {
            "x-message-ttl": 1,
            "x-expires": 60_000,
            "x-dead-letter-exchange": "",
            "x-dead-letter-routing-key": corner.names.dead,
        }
        await channel.declare_queue(queue, durable=True, arguments=arguments)
        delivery = Delivery(message=a_request(), group="main", tries=1, reply_to=queue)
        await bus.reply(delivery, {"error": "poison", "dead": True}, success=False)
        await bus.reply(delivery, {"map": "the attic"})
        assert await letters_until(bus, 1) == ["nobody waits for this response"]
        (letter,) = await bus.dead_letters()  # What tells of a dead letter is none itself.
        assert letter.message is not None
        assert (letter.tries, letter.group, letter.address) == (1, "", delivery.message.from_agent)
        assert letter.message.payload == {"success": True, "data": {"map": "the attic"}}
        await channel.queue_delete(queue)
