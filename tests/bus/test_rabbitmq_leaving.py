"""What a subscription on RabbitMQ has at hand when it is left, or its bus is closed."""

import asyncio
from collections.abc import Iterator

import pytest
from tests.bus.cut_wire import Wire
from tests.bus.rabbitmq_corner import SERVER, Corner, a_corner_of_rabbitmq
from tests.bus.samples import Handled, Held, a_request, an_event, letters_until, number_of, until

from fabula.bus import BusDown, Delivery
from fabula.bus.ending import end
from fabula.bus.rabbitmq import RabbitBus
from fabula.bus.rabbitmq.link import Link


@pytest.fixture
def corner() -> Iterator[Corner]:
    with a_corner_of_rabbitmq() as corner:
        yield corner


async def test_order_is_kept_when_one_after_another_leaves_while_messages_come_in(corner: Corner) -> None:
    numbers: list[int] = []

    async def handle(delivery: Delivery) -> None:
        number = number_of(delivery.message)
        if number not in numbers:
            numbers.append(number)
        await asyncio.sleep(0.001)

    async def handled(count: int) -> None:
        await until(lambda: len(numbers) >= count)

    async with corner.bus() as one, corner.bus() as other, corner.bus() as sender:
        at_work = await one.subscribe("player", handle)

        async def publish() -> None:
            for number in range(600):
                await sender.publish(an_event(number))

        sending = asyncio.create_task(publish())
        for turn in range(5):
            await handled(80 * (turn + 1))
            stands_by = await (other if turn % 2 else one).subscribe("player", handle)
            await at_work.close()
            at_work = stands_by
        await sending
        await handled(600)
        assert numbers == list(range(600))


async def test_whoever_takes_over_counts_every_attempt_that_failed_before(corner: Corner) -> None:
    tries: list[int] = []

    async def one_life() -> None:
        """Fail twice, or as often as is left, and leave."""
        before = len(tries)

        async def handle(delivery: Delivery) -> None:
            tries.append(delivery.tries)
            raise ValueError("poison")

        async with corner.bus(backoff_s=0.05, backoff_s_max=0.05) as bus:
            await bus.subscribe("player", handle)
            await until(lambda: len(tries) == min(before + 2, 5))
            if len(tries) == 5:
                await letters_until(bus, 1)

    async with corner.bus() as bus:
        await bus.declare("player")
        await bus.publish(an_event(1))
        for _ in range(3):
            await one_life()
        assert tries == [1, 2, 3, 4, 5]
        assert await letters_until(bus, 1) == ["ValueError: poison"]
        handled = Handled()
        await bus.subscribe("player", handled)
        await bus.publish(an_event(2))
        await until(lambda: handled.numbers == [2])


async def test_a_handler_that_closes_its_bus_is_finished_and_what_it_did_is_acknowledged(corner: Corner) -> None:
    handled: list[int] = []
    async with corner.bus() as asker, corner.bus() as heard:
        for turn in range(2):
            async with corner.bus() as bus:

                async def stop(delivery: Delivery, bus: RabbitBus = bus, turn: int = turn) -> dict[str, str]:
                    handled.append(turn)
                    await bus.close()
                    await asyncio.sleep(0.1)
                    return {"stopped": "yes"}

                await bus.subscribe("generator", stop)
                if turn == 0:
                    asking = asyncio.create_task(asker.request(a_request(), deadline_s=10))
                    response = await asking
                    assert response.payload == {"success": True, "data": {"stopped": "yes"}}
        assert handled == [0]
        ended = asyncio.Event()

        async def stop_hearing(delivery: Delivery) -> None:
            await heard.close()
            ended.set()

        await heard.listen("page", stop_hearing)
        await asker.publish(an_event(1, to="page"))
        await asyncio.wait_for(ended.wait(), 10)


async def test_while_a_bus_is_being_closed_nothing_new_is_begun_and_its_handlers_may_still_send(corner: Corner) -> None:
    async with corner.bus() as bus, corner.bus() as other:
        handled, held = Handled(), Held()
        await other.subscribe("page", handled)

        async def handle(delivery: Delivery) -> None:
            await held(delivery)
            await bus.publish(an_event(2, to="page"))

        await bus.subscribe("player", handle)
        await bus.publish(an_event(1))
        await until(lambda: held.begun == [1])
        closing = asyncio.create_task(bus.close())
        await asyncio.sleep(0)
        for call in (bus.subscribe("player", held), bus.listen("player", held)):
            with pytest.raises(BusDown, match="being closed"):
                await call
        held.free.set()
        await closing
        await until(lambda: handled.numbers == [2])


async def test_whoever_waits_for_a_server_that_is_away_is_told_when_the_bus_is_closed(corner: Corner) -> None:
    async with Wire(5672) as wire, corner.bus(url=f"amqp://guest:guest@127.0.0.1:{wire.port}/") as bus:
        await bus.declare("generator")
        wire.cut()
        calls = [
            asyncio.create_task(call)
            for call in (
                bus.request(a_request(), deadline_s=60),
                bus.publish(an_event(1, to="generator")),
                bus.listen("generator", Handled()),
                bus.declare("player"),
            )
        ]
        await asyncio.sleep(0.1)
        await bus.close()
        done, _ = await asyncio.wait(calls, timeout=5)
        assert [type(call.exception()) for call in calls if call in done] == [BusDown] * 4


async def test_who_waits_no_longer_for_a_channel_to_open_or_shut_does_not_break_the_connection(corner: Corner) -> None:
    link = Link(SERVER)

    async def open_and_shut() -> None:
        await (await link.channel()).shut()

    try:
        await open_and_shut()
        connection = link._connection
        for rounds in range(120):
            working = asyncio.create_task(open_and_shut())
            for _ in range(rounds):
                await asyncio.sleep(0)
            await end(working)
            await until(lambda: not connection.channels)  # All were shut.
        assert not connection.is_closed
        assert link._connection is connection
    finally:
        await link.close()
