"""MemoryBus keeps the contract of every bus."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from tests.bus.contract import *  # noqa: F403
from tests.bus.samples import Buses, Handled, Held, a_request, an_event, quick_bounds, until

from fabula.bus import Bus, BusDown, Delivery, Journal, MemoryBus, NoAnswer


@pytest.fixture
def buses() -> Buses:
    opened: list[MemoryBus] = []

    @asynccontextmanager
    async def open_(*, journal: Journal | None = None, **bounds: Any) -> AsyncIterator[Bus]:
        if opened:
            yield opened[0]
            return
        async with MemoryBus(bounds=quick_bounds(**bounds), journal=journal) as bus:
            opened.append(bus)
            yield bus

    return open_


@pytest.fixture
def inject() -> None:
    return None


async def test_who_waits_for_room_in_two_groups_keeps_no_room_from_others() -> None:
    async with MemoryBus(bounds=quick_bounds(queue_max=1)) as bus:
        slow, quick = Held(), Handled()
        await bus.subscribe("both", slow, group="slow")
        await bus.declare("both", group="quick")
        await bus.publish(an_event(0, to="both"))
        waiting = [asyncio.create_task(bus.publish(an_event(number, to="both"))) for number in (1, 2)]
        await asyncio.sleep(0.01)
        await bus.subscribe("both", quick, group="quick")
        await until(lambda: quick.numbers == [0])
        slow.free.set()
        await asyncio.gather(*waiting)
        await until(lambda: slow.numbers == quick.numbers == [0, 1, 2])


async def test_a_publisher_that_gives_up_passes_its_turn_on() -> None:
    async with MemoryBus(bounds=quick_bounds(queue_max=1)) as bus:
        handled = Handled()
        await bus.declare("player")
        await bus.publish(an_event(0))
        first, second = (asyncio.create_task(bus.publish(an_event(number))) for number in (1, 2))
        await asyncio.sleep(0)
        subscription = await bus.subscribe("player", handled)
        await until(lambda: handled.numbers[:1] == [0])
        first.cancel()
        await second
        await until(lambda: 2 in handled.numbers)
        await subscription.close()


async def test_closing_tells_all_who_wait() -> None:
    bus = MemoryBus(bounds=quick_bounds(queue_max=1))
    await bus.declare("player")
    await bus.declare("generator")
    await bus.publish(an_event(0))
    publishing = asyncio.create_task(bus.publish(an_event(1)))
    asking = asyncio.create_task(bus.request(a_request()))
    await asyncio.sleep(0)
    await bus.close()
    with pytest.raises(BusDown, match="closed"):
        await publishing
    with pytest.raises(NoAnswer, match="closed"):
        await asking
    for late in (bus.publish(an_event(2)), bus.declare("x"), bus.listen("x", Handled())):
        with pytest.raises(BusDown, match="closed"):
            await late


async def test_what_handlers_send_while_they_finish_is_sent() -> None:
    bus = MemoryBus()
    begun, free, heard = asyncio.Event(), asyncio.Event(), Handled()

    async def handle(delivery: Delivery) -> None:
        begun.set()
        await free.wait()
        await bus.publish(an_event(2, to="page"))

    await bus.listen("page", heard)
    await bus.subscribe("player", handle)
    await bus.publish(an_event(1))
    await begun.wait()
    closing = asyncio.create_task(bus.close())
    await asyncio.sleep(0.01)
    free.set()
    await closing
    assert bus.figures.report()["player"].errors == 0
    assert bus.figures.counts().published == 2


async def test_a_handler_may_close_the_bus() -> None:
    bus = MemoryBus()
    closed = asyncio.Event()

    async def handle(delivery: Delivery) -> None:
        await bus.close()
        closed.set()

    await bus.subscribe("player", handle)
    await bus.publish(an_event(1))
    async with asyncio.timeout(30):
        await closed.wait()


async def test_a_group_is_kept_in_order_through_many_takeovers() -> None:
    async with MemoryBus(bounds=quick_bounds()) as bus:
        handled = Handled()
        for number in range(50):
            await bus.declare("player")
            await bus.publish(an_event(number))

        async def handle(delivery: Delivery) -> None:
            await asyncio.sleep(0)
            await handled(delivery)

        seats = [await bus.subscribe("player", handle) for _ in range(20)]
        for seat in seats[:-1]:
            await asyncio.sleep(0)
            await seat.close()
        await until(lambda: len(handled.numbers) == 50)
        assert handled.numbers == list(range(50))
