"""Many dead letters on RabbitMQ at once, and what others put among them."""

import asyncio
import contextlib
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import aio_pika
import pytest
from tests.bus.rabbitmq_corner import SERVER, Corner, a_corner_of_rabbitmq
from tests.bus.samples import Handled, an_event, letters_until, until

from fabula.bus import BusFull, Delivery, NobodyThere, NoSuchLetter, encode
from fabula.bus.rabbitmq import RabbitBus


@pytest.fixture
def corner() -> Iterator[Corner]:
    with a_corner_of_rabbitmq() as corner:
        yield corner


async def put(corner: Corner, *messages: aio_pika.Message) -> None:
    """Put these among the dead letters."""
    async with await aio_pika.connect(SERVER) as connection, connection.channel() as channel:
        await asyncio.gather(*(channel.default_exchange.publish(message, corner.names.dead) for message in messages))


def a_letter(number: int, *, to: str = "player") -> aio_pika.Message:
    headers: dict[str, Any] = {"fabula-address": to, "fabula-group": "main", "fabula-cause": "poison"}
    return aio_pika.Message(encode(an_event(number, to=to)), message_id=f"{to}-{number}", headers=headers)


async def the_letters(bus: RabbitBus, count: int) -> list[str]:
    """Their ids, the oldest first."""
    await letters_until(bus, min(count, 100))
    return [letter.id for letter in reversed(await bus.dead_letters(most=10_000))]


async def fill(bus: RabbitBus) -> None:
    """Publish to `stuck` until there is no room."""
    with contextlib.suppress(BusFull):
        while True:
            await bus.publish(an_event(0, to="stuck"), wait_s=0.3)


async def test_many_are_sent_again_in_order_and_dropped_at_the_price_of_one_look(corner: Corner) -> None:
    async with corner.bus() as bus:
        handled = Handled()
        await bus.subscribe("player", handled)
        await put(corner, *(a_letter(number) for number in range(600)))
        ids = await the_letters(bus, 600)
        assert len(ids) == 600
        began = time.monotonic()
        assert await bus.drop_all(ids[:300]) == {}
        failed = await bus.redrive_all([*ids[300:], ids[0]])
        assert time.monotonic() - began < 10  # One look for each letter took a minute.
        assert [type(why) for why in failed.values()] == [NoSuchLetter]
        assert list(failed) == [ids[0]]
        await until(lambda: len(handled.numbers) == 300)
        assert handled.numbers == list(range(300, 600))
        assert await bus.dead_letters() == []


async def test_who_waits_for_room_leaves_the_desk_to_others_and_keeps_no_other_group_waiting(corner: Corner) -> None:
    async with corner.bus(queue_max=1, wait_s=6.0) as bus, corner.bus() as keeper:
        handled = Handled()
        await bus.declare("stuck")
        await bus.subscribe("player", handled)
        await fill(bus)
        await put(corner, a_letter(1, to="stuck"), a_letter(2), a_letter(3))
        ids = await the_letters(keeper, 3)
        redriving = asyncio.create_task(bus.redrive_all(ids))
        await until(lambda: handled.numbers == [2, 3])
        async with asyncio.timeout(5):
            assert await keeper.dead_letters()
        assert not redriving.done()
        await bus.subscribe("stuck", handled)
        assert await redriving == {}
        assert await keeper.dead_letters() == []


async def test_who_finds_no_room_in_time_is_told_and_the_letter_stays(corner: Corner) -> None:
    async with corner.bus(queue_max=1, wait_s=1.0) as bus:
        await bus.declare("stuck")
        await fill(bus)
        await put(corner, a_letter(1, to="stuck"))
        (letter,) = await the_letters(bus, 1)
        with pytest.raises(BusFull, match="stuck"):
            await bus.redrive(letter)
        assert await the_letters(bus, 1) == [letter]


@pytest.mark.parametrize(
    "headers",
    [
        {"x-death": "nonsense"},
        {"x-death": []},
        {"x-death": [7]},
        {"x-death": [{"queue": 7, "reason": True, "time": "now"}]},
        {"x-death": {"queue": "a"}, "fabula-tries": "many"},
        {"fabula-address": 7, "fabula-group": ["a"], "fabula-tries": -5, "fabula-at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"fabula-tries": 2.5, "fabula-cause": {"a": 1}},
    ],
)
async def test_what_others_put_among_the_dead_letters_is_shown_and_can_be_dropped(
    corner: Corner, headers: dict[str, Any]
) -> None:
    async with corner.bus(tries_max=1) as bus:

        async def handle(delivery: Delivery) -> None:
            raise ValueError("poison")

        await bus.subscribe("player", handle)
        await bus.publish(an_event(1))
        await letters_until(bus, 1)
        await put(corner, aio_pika.Message(b"\xff odd", headers=headers))
        await letters_until(bus, 2)
        odd, mine = await bus.dead_letters()
        assert (odd.body, odd.message, mine.cause) == (b"\xff odd", None, "ValueError: poison")
        assert odd.tries >= 1
        await bus.drop(odd.id)
        assert [letter.id for letter in await bus.dead_letters()] == [mine.id]


async def test_a_letter_without_a_group_can_only_be_dropped(corner: Corner) -> None:
    async with corner.bus() as bus:
        await bus.declare("player")
        await put(corner, aio_pika.Message(encode(an_event(1))))
        (letter,) = await the_letters(bus, 1)
        assert [type(why) for why in (await bus.redrive_all([letter])).values()] == [NobodyThere]
        assert await bus.drop_all([letter, "none"]) != {}
        assert await bus.dead_letters() == []
