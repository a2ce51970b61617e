"""RabbitBus keeps the contract of every bus, and what is its own."""

import asyncio
from collections.abc import Iterator

import aio_pika
import pytest
from tests.bus.contract import *  # noqa: F403
from tests.bus.cut_wire import Wire
from tests.bus.rabbitmq_corner import SERVER, Corner, a_corner_of_rabbitmq
from tests.bus.samples import (
    Buses,
    Handled,
    Held,
    Inject,
    a_request,
    an_event,
    letters_until,
    number_of,
    refused_without,
    until,
)

from fabula.bus import Bus, BusDown, BusFull, Delivery, Message
from fabula.bus.rabbitmq import RabbitBus
from fabula.bus.rabbitmq.names import PRIORITIES, Names
from fabula.errors import UsageError


@pytest.fixture
def corner() -> Iterator[Corner]:
    with a_corner_of_rabbitmq() as corner:
        yield corner


@pytest.fixture
def buses(corner: Corner) -> Buses:
    return corner.bus


@pytest.fixture
def inject(corner: Corner) -> Inject:
    async def put(bus: Bus, address: str, group: str, body: bytes) -> None:
        queue = corner.names.group(address, group).waiting[1]
        async with await aio_pika.connect(SERVER) as connection, connection.channel() as channel:
            await channel.default_exchange.publish(aio_pika.Message(body), queue)

    return put


# --- names and addresses ---


def test_no_two_queues_share_a_name_whatever_they_are_called() -> None:
    names = Names.under("tale.1")
    odd = ["a", "a.b", "a.main", "a b", "a+2Eb", "ä", "龍" * 200, "龍" * 199 + "虎", "A" * 200, "#", "player:mira", "~"]
    queues = [queue for address in odd for group in odd for queue in names.group(address, group).waiting]
    assert len(set(queues)) == len(odd) ** 2 * 3
    assert max(map(len, queues)) <= 255
    assert names.whose(names.group("player.ä b", "page").waiting[0]) == ("player.ä b", "page")
    assert len({names.key(address, priority) for address in odd for priority in PRIORITIES}) == len(odd) * 3


@pytest.mark.parametrize("prefix", ["", "amq.x", "tale 1", "x" * 65])
def test_a_prefix_that_cannot_be_one_is_refused(prefix: str) -> None:
    with pytest.raises(UsageError, match="prefix"):
        RabbitBus(SERVER, prefix=prefix)


@pytest.mark.parametrize(
    "url", ["redis://u:sesame@127.0.0.1/", "amqp://u:sesame@127.0.0.1:port/", "amqp://u:sesame@", "u:sesame@127.0.0.1"]
)
def test_what_is_no_address_is_refused_and_no_password_shown(url: str) -> None:
    with pytest.raises(UsageError) as refused:
        RabbitBus(url)
    assert "sesame" not in str(refused.value)


async def test_any_name_may_be_an_address(corner: Corner) -> None:
    async with corner.bus() as bus:
        handled = Handled()
        for address in ("龍" * 200, "a.b # *", "a.b # +"):
            await bus.subscribe(address, handled, group="who.ever")
            await bus.publish(an_event(len(address), to=address))
        await until(lambda: len(handled.numbers) == 3)
        assert sorted(handled.numbers) == [7, 7, 200]


# --- a server that is away ---


async def test_calls_to_a_server_that_is_not_there_say_where_and_show_no_password() -> None:
    async with Wire(1) as wire:
        wire.cut()
        async with RabbitBus(f"amqp://guest:open-sesame@127.0.0.1:{wire.port}/", wait_s=0.2) as bus:
            for call in (
                bus.declare("player"),
                bus.publish(an_event(1), wait_s=0.2),
                bus.request(a_request(), deadline_s=0.2),
                bus.subscribe("player", Handled()),
                bus.listen("player", Handled()),
                bus.dead_letters(),
            ):
                with pytest.raises(BusDown, match=f"127.0.0.1:{wire.port}") as down:
                    await call
                assert "sesame" not in str(down.value)
    with pytest.raises(BusDown, match="closed"):
        await bus.publish(an_event(1))


async def test_whoever_calls_while_the_server_is_away_goes_on_when_it_is_back(corner: Corner) -> None:
    async with Wire(5672) as wire:
        wire.cut()
        async with corner.bus(url=f"amqp://guest:guest@127.0.0.1:{wire.port}/") as bus:
            handled = Handled()
            subscribing = asyncio.create_task(bus.subscribe("player", handled))
            await asyncio.sleep(0.1)
            sending = [asyncio.create_task(bus.publish(an_event(number))) for number in range(20)]
            await asyncio.sleep(0.1)
            wire.join()
            await subscribing
            await asyncio.gather(*sending)
            await until(lambda: len(handled.numbers) == 20)
            assert handled.numbers == list(range(20))


async def test_a_server_that_falls_silent_is_told_of_and_what_it_was_given_arrives_when_it_speaks_again(
    corner: Corner,
) -> None:
    async with Wire(5672) as wire, corner.bus(url=f"amqp://guest:guest@127.0.0.1:{wire.port}/") as bus:
        handled = Handled()
        await bus.subscribe("player", handled)
        await bus.publish(an_event(1))
        wire.hold()
        with pytest.raises(BusDown, match=r"'player': RabbitMQ at .* is connected, but did not say for 0\.3 s"):
            await bus.publish(an_event(2), wait_s=0.3)
        wire.release()
        await bus.publish(an_event(3))
        await until(lambda: len(handled.numbers) == 3)
        assert handled.numbers == [1, 2, 3]


async def test_when_the_wire_is_cut_again_and_again_nothing_is_lost_and_order_is_kept(corner: Corner) -> None:
    first: dict[int, list[int]] = {session: [] for session in range(5)}
    seen = set[str]()

    async def handle(delivery: Delivery) -> None:
        message = delivery.message
        if message.message_id not in seen:
            seen.add(message.message_id)
            data = message.payload["data"]
            first[data["session"]].append(data["number"])

    async with Wire(5672) as wire, corner.bus(url=f"amqp://guest:guest@127.0.0.1:{wire.port}/") as bus:
        await bus.subscribe("player", handle)
        for part in range(4):
            sending = [
                asyncio.create_task(bus.publish(an_event(number, session=session)))
                for number in range(part * 100, part * 100 + 100)
                for session in range(5)
            ]
            await asyncio.sleep(0.05 * part)
            wire.cut()
            wire.join()
            await asyncio.gather(*sending)
        await until(lambda: len(seen) == 2000)
        assert first == {session: list(range(400)) for session in range(5)}
        assert await bus.dead_letters() == []


async def test_what_was_handled_when_the_wire_was_cut_is_not_handled_again(corner: Corner) -> None:
    async with Wire(5672) as wire, corner.bus(url=f"amqp://guest:guest@127.0.0.1:{wire.port}/", concurrent=1) as bus:
        held = Held()
        await bus.subscribe("player", held)
        async with corner.bus() as other:
            for number in range(5):
                await other.publish(an_event(number))
        await until(lambda: held.begun == [0])
        wire.cut()
        held.free.set()
        await until(lambda: 0 in held.numbers)
        wire.join()
        await until(lambda: len(held.numbers) == 5)
        assert held.numbers == [0, 1, 2, 3, 4]


async def test_a_server_that_came_back_empty_is_furnished_anew(corner: Corner) -> None:
    async with Wire(5672) as wire:
        url = f"amqp://guest:guest@127.0.0.1:{wire.port}/"
        async with corner.bus(url=url) as bus, corner.bus(url=url) as other:
            handled, heard = Handled(), Handled()
            await bus.subscribe("player", handled)
            await bus.listen("page", heard)
            await other.publish(an_event(0))
            await until(lambda: handled.numbers == [0])
            corner.groups.update(bus._topology._groups)
            wire.cut()
            await corner.clear()
            wire.join()
            update = Message.update({"data": {"number": 1}}, sender="dm", to="player", session=an_event(1).session_id)
            await other.publish(update)
            await other.publish(an_event(2))
            await until(lambda: handled.numbers == [0, 1, 2])
            while not heard.numbers:
                await other.publish(an_event(3, to="page"))
                await asyncio.sleep(0.02)


async def test_what_its_handler_dies_of_is_a_dead_letter_and_what_waits_beside_it_is_not(corner: Corner) -> None:
    tries: list[tuple[int, int]] = []

    async def one_life() -> None:
        """Handle until the first message; die of it."""
        begun, end = asyncio.Event(), asyncio.Event()

        async def handle(delivery: Delivery) -> None:
            tries.append((number_of(delivery.message), delivery.tries))
            begun.set()
            await end.wait()

        async with Wire(5672) as wire, corner.bus(url=f"amqp://guest:guest@127.0.0.1:{wire.port}/") as bus:
            await bus.subscribe("player", handle)
            await begun.wait()
            wire.cut()
            end.set()

    async with corner.bus() as bus:
        await bus.declare("player")
        for number in range(30):
            await bus.publish(an_event(number))
        for _ in range(5):
            await one_life()
        assert tries == [(0, 1), (0, 2), (0, 3), (0, 4), (0, 5)]
        (cause,) = await letters_until(bus, 1)
        assert "died of it" in cause
        (letter,) = await bus.dead_letters()
        assert (letter.address, letter.group, letter.tries) == ("player", "main", 5)
        assert letter.at.endswith("Z")
        handled = Handled()
        await bus.subscribe("player", handled)
        await until(lambda: len(handled.numbers) == 29)
        assert handled.numbers == list(range(1, 30))
        await bus.redrive(letter.id)
        await until(lambda: len(handled.numbers) == 30)
        assert (handled.numbers[-1], handled.deliveries[-1].tries) == (0, 1)
        assert await bus.dead_letters() == []


# --- bounds ---


async def test_a_queue_keeps_the_bounds_it_was_made_with(corner: Corner) -> None:
    async with corner.bus(queue_max=1) as bus, corner.bus(queue_max=100) as other:
        await bus.declare("player")
        await other.declare("player")
        await other.publish(an_event(0))
        with pytest.raises(BusFull):
            await asyncio.gather(*(other.publish(an_event(number), wait_s=0.3) for number in range(1, 40)))


async def test_order_is_kept_however_many_are_under_way_and_whoever_comes_meanwhile(corner: Corner) -> None:
    async with corner.bus(queue_max=100_000) as bus:
        gate = asyncio.Semaphore(50)
        handled = Handled()

        async def publish(number: int) -> None:
            async with gate:
                await bus.publish(an_event(number))

        await bus.declare("player")
        await asyncio.gather(*(publish(number) for number in range(500)))
        await bus.subscribe("player", handled)
        await until(lambda: len(handled.numbers) == 500)
        assert handled.numbers == list(range(500))


async def test_order_is_kept_at_a_queue_that_is_full_again_and_again(corner: Corner) -> None:
    async with corner.bus(queue_max=20, at_hand_max=4) as bus:
        handled = Handled()

        async def handle(delivery: Delivery) -> None:
            await asyncio.sleep(0.002)
            await handled(delivery)

        await bus.declare("player")
        sending = [asyncio.create_task(bus.publish(an_event(number))) for number in range(200)]
        await asyncio.sleep(0.3)
        await bus.subscribe("player", handle)
        await asyncio.gather(*sending)
        await until(lambda: len(handled.numbers) == 200)
        assert handled.numbers == list(range(200))


# --- dead letters ---


async def test_several_may_look_at_the_dead_letters_at_once_and_their_order_stays(corner: Corner) -> None:
    async with corner.bus(tries_max=1) as bus, corner.bus() as keeper:

        async def handle(delivery: Delivery) -> None:
            raise ValueError(f"poison {number_of(delivery.message)}")

        await bus.subscribe("player", handle)
        for number in range(20):
            await bus.publish(an_event(number))
        causes = await letters_until(bus, 20)
        assert causes == [f"ValueError: poison {number}" for number in reversed(range(20))]
        looks = await asyncio.gather(*(one.dead_letters() for one in (bus, keeper) * 4))
        assert [[letter.cause for letter in look] for look in looks] == [causes] * 8
        await keeper.drop(looks[0][7].id)
        assert [letter.id for letter in await bus.dead_letters()] == [x.id for x in looks[0] if x is not looks[0][7]]


async def test_a_server_that_refuses_the_password_is_told_at_once_and_without_it(corner: Corner) -> None:
    address = SERVER.replace("guest:guest", "guest:s3cr3t")
    await refused_without(RabbitBus(address, prefix=corner.names.prefix), "s3cr3t")
