"""Of those who subscribe to a group on Redis only whoever certainly holds its lease begins anything."""

import asyncio
import gc
import time
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("redis", reason="what this bus needs")

from redis import Redis
from tests.bus.cut_wire import Wire
from tests.bus.prefixed import SERVER, a_corner_of_redis
from tests.bus.samples import Handled, Held, a_request, an_event, number_of, quick_bounds, until

from fabula.bus import BusDown, Delivery
from fabula.bus.figures import Figures
from fabula.bus.listening import Listener
from fabula.bus.redis import RedisBus
from fabula.bus.redis.acknowledging import Acknowledgements
from fabula.bus.redis.handed import Handed
from fabula.bus.redis.hearing import Hearing
from fabula.bus.redis.keys import GROUP, Keys
from fabula.bus.redis.reading import Reader
from fabula.bus.redis.server import Server
from fabula.bus.redis.shift import Shift

LEASE_S = 1.1


@pytest.fixture
def prefix() -> Iterator[str]:
    with a_corner_of_redis() as name:
        yield name


@pytest.fixture
def client(prefix: str) -> Iterator[Any]:
    """To look into the server, and to meddle."""
    with Redis.from_url(SERVER) as client:
        yield client


def at_work() -> list[str]:
    """The tasks of this room that have not ended."""
    coroutines: list[Any] = [task.get_coro() for task in asyncio.all_tasks()]
    return [each.__qualname__ for each in coroutines if "fabula/bus" in each.cr_code.co_filename]


async def test_whoever_is_cut_off_begins_nothing_more_once_another_is_in_charge(prefix: str) -> None:
    begun: list[str] = []

    def handler(name: str) -> Any:
        async def handle(delivery: Delivery) -> None:
            begun.append(name)
            await asyncio.sleep(0.02)

        return handle

    async with (
        Wire(6379) as wire,
        RedisBus(f"redis://127.0.0.1:{wire.port}/0", prefix=prefix, lease_s=LEASE_S) as one,
        RedisBus(SERVER, prefix=prefix, lease_s=LEASE_S) as other,
    ):
        await one.subscribe("player", handler("one"))
        await other.subscribe("player", handler("other"))
        for number in range(150):
            await other.publish(an_event(number))
        await until(lambda: len(begun) > 5)
        wire.hold()
        await until(lambda: "other" in begun)
        taken_over = begun.index("other")
        await asyncio.sleep(LEASE_S / 2)
        assert set(begun[taken_over:]) == {"other"}
        wire.release()


async def test_whoever_was_frozen_begins_nothing_while_another_holds_the_lease(prefix: str, client: Any) -> None:
    keys = Keys.under(prefix)
    lease = keys.lease(keys.queue("player", "main"))
    holders: list[bytes | None] = []

    async def handle(delivery: Delivery) -> None:
        holders.append(client.get(lease))
        await asyncio.sleep(0)
        if number_of(delivery.message) == 0 and delivery.tries == 1:
            # Nothing of this process goes on, as when it is stopped, and meanwhile another takes over.
            time.sleep(LEASE_S + 0.1)  # noqa: ASYNC251
            client.set(lease, "somebody-else", px=300)

    async with RedisBus(SERVER, prefix=prefix, lease_s=LEASE_S, bounds=quick_bounds()) as bus:
        await bus.declare("player")
        for number in range(4):
            await bus.publish(an_event(number))
        await bus.subscribe("player", handle)
        await until(lambda: len(holders) >= 4)
    assert b"somebody-else" not in holders


@pytest.mark.parametrize("tries_max", [1, 5])
async def test_what_was_handed_out_when_the_lease_was_over_is_not_begun_and_has_not_failed(
    prefix: str, client: Any, tries_max: int
) -> None:
    keys, server, figures, handled = Keys.under(prefix), Server(SERVER), Figures(), Handled()
    queue, bounds = keys.queue("player", "main"), quick_bounds(tries_max=tries_max)
    reader = Reader(server, keys, queue, who="one", shared=False, lease_ms=1, first_noted=False)
    await reader.declare()
    assert await reader.hold()
    await asyncio.sleep(0.01)
    acknowledged, answered = Acknowledgements(server), list[object]()

    async def respond(*told: object) -> None:
        answered.append(told)

    shift = Shift(
        handled,
        server=server,
        keys=keys,
        queue=queue,
        reader=reader,
        acknowledged=acknowledged,
        respond=respond,
        shared=False,
        bounds=bounds,
        figures=figures,
        journal=None,
    )
    entry = (queue.streams[1], b"1-1")
    shift.lanes.put_nowait(
        Handed(message=a_request(), group="main", tries=tries_max, entry=entry, reply_to="asker"), entry
    )
    await asyncio.wait_for(shift.over, 5)
    await shift.end()
    assert (handled.deliveries, answered) == ([], [])
    assert client.xlen(keys.dead) == 0
    assert not client.exists(f"{queue.streams[1]}:tries")
    await acknowledged.close()
    await server.close()


async def test_who_subscribes_while_the_bus_is_closed_is_told_so_and_nothing_goes_on(prefix: str) -> None:
    async with Wire(6379) as wire:
        bus = RedisBus(f"redis://127.0.0.1:{wire.port}/0", prefix=prefix)
        await bus.declare("player")
        wire.hold()
        calls = [asyncio.create_task(bus.subscribe("player", Handled())) for _ in range(3)]
        calls.append(asyncio.create_task(bus.listen("player", Handled())))  # type: ignore[arg-type]
        await asyncio.sleep(0.05)
        closing = asyncio.create_task(bus.close())
        await asyncio.sleep(0.05)
        wire.release()
        outcomes = await asyncio.wait_for(asyncio.gather(*calls, return_exceptions=True), 10)
        await asyncio.wait_for(closing, 10)
        assert [type(outcome) for outcome in outcomes] == [BusDown] * 4
        await until(lambda: at_work() == [])


async def test_a_subscription_that_is_given_up_before_it_began_leaves_nothing(prefix: str) -> None:
    async with Wire(6379) as wire:
        bus = RedisBus(f"redis://127.0.0.1:{wire.port}/0", prefix=prefix)
        wire.hold()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(bus.subscribe("player", Handled()), 0.05)
        wire.release()
        await bus.close()
        assert at_work() == []


async def test_a_listener_that_is_given_up_before_it_began_hears_nothing(prefix: str) -> None:
    async with Wire(6379) as wire:
        server, figures = Server(f"redis://127.0.0.1:{wire.port}/0"), Figures()
        hearing = Hearing(server, Keys.under(prefix), figures=figures)
        wire.hold()
        listener = Listener(
            Handled(), bounds=quick_bounds(), figures=figures, closed=lambda gone: hearing.remove("player", gone)
        )
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(hearing.add("player", listener, wait_s=30), 0.05)
        assert hearing.listeners == []
        wire.release()
        await hearing.close()
        await server.close()
        assert at_work() == []


async def test_a_subscription_that_waits_for_room_is_closed_without_a_word(prefix: str, client: Any) -> None:
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, complaint: complaints.append(complaint))
    async with RedisBus(SERVER, prefix=prefix, bounds=quick_bounds(at_hand_max=4, concurrent=1)) as bus:
        await bus.declare("player")
        await asyncio.gather(*(bus.publish(an_event(number)) for number in range(40)))
        # All at once is left behind by somebody who is gone, and taken over.
        client.xreadgroup(GROUP, "gone", {Keys.under(prefix).queue("player", "main").streams[1]: ">"})
        handled = Held()
        subscription = await bus.subscribe("player", handled)
        await until(lambda: bool(handled.begun))
        closing = asyncio.create_task(subscription.close())
        await asyncio.sleep(0.05)
        handled.free.set()
        await closing
    gc.collect()
    await asyncio.sleep(0)
    assert complaints == []
