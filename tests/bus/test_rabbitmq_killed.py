"""RabbitMQ killed, programs killed, messages that kill: nothing is lost, nothing is done twice, order is kept."""

import asyncio
import contextlib
import os
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import aio_pika
import pytest
from tests.bus.rabbitmq_consumer import TABLES
from tests.bus.rabbitmq_server import RabbitServer, script
from tests.bus.samples import an_event, number_of, quick_bounds

from fabula.bus import Delivery, Inbox
from fabula.bus.rabbitmq import RabbitBus

pytestmark = pytest.mark.nightly

ROOT = Path(__file__).parents[2]
SESSIONS = 20
LONG_S = 600.0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitServer]:
    if script() is None:
        if "CI" in os.environ:
            pytest.fail("no RabbitMQ is installed")
        pytest.skip("no RabbitMQ is installed")
    node = RabbitServer(tmp_path_factory.mktemp("rabbitmq"))
    try:
        node.start()
        yield node
    finally:
        node.stop()


async def publish(bus: RabbitBus, numbers: range) -> None:
    """Publish so many, all sessions side by side, many of each under way at once."""
    gate = asyncio.Semaphore(500)

    async def one(number: int) -> None:
        async with gate:
            await bus.publish(an_event(number, session=number % SESSIONS), wait_s=LONG_S)

    await asyncio.gather(*(one(number) for number in numbers))


def done(file: Path) -> list[tuple[int, int]]:
    """Sessions and numbers, in the order in which they were done."""
    with contextlib.closing(sqlite3.connect(file, timeout=30)) as database:
        return list(database.execute("SELECT session, number FROM done ORDER BY place"))


def how_many(file: Path) -> int:
    """How many are done."""
    with contextlib.closing(sqlite3.connect(file, timeout=30)) as database:
        count: int = database.execute("SELECT count(*) FROM done").fetchone()[0]
        return count


def a_file(folder: Path) -> Path:
    """Where it is noted what is done."""
    file = folder / "done.sqlite"
    with contextlib.closing(sqlite3.connect(file)) as database, database:
        database.executescript(TABLES)
    return file


def assert_once_and_in_order(found: list[tuple[int, int]], numbers: list[int]) -> None:
    assert Counter(number for _, number in found) == Counter(numbers)
    for session in range(SESSIONS):
        assert [number for of, number in found if of == session] == [n for n in numbers if n % SESSIONS == session]


async def waiting(url: str, bus: RabbitBus) -> int:
    """How many messages lie in the queues of `player`."""
    group = bus._names.group("player", "main")
    async with await aio_pika.connect(url) as connection, connection.channel() as channel:
        queues = [await channel.declare_queue(queue, passive=True) for queue in (*group.waiting, group.again)]
        return sum(queue.declaration_result.message_count or 0 for queue in queues)


async def test_ten_kills_of_the_server_during_20_000_messages(server: RabbitServer, tmp_path: Path) -> None:
    file = a_file(tmp_path)
    troubles = list[dict[str, object]]()
    asyncio.get_running_loop().set_exception_handler(lambda _, context: troubles.append(context))
    comings = 0
    with Inbox.open(file) as inbox:

        async def handle(delivery: Delivery) -> None:
            nonlocal comings
            comings += 1
            number, session = number_of(delivery.message), delivery.message.payload["data"]["session"]

            def effect(database: sqlite3.Connection) -> None:
                database.execute("INSERT INTO done (session, number) VALUES (?, ?)", [session, number])

            await asyncio.to_thread(inbox.apply, delivery.message, effect, consumer="player")

        bounds = quick_bounds()
        async with (
            RabbitBus(server.url, prefix="killed", bounds=bounds, wait_s=LONG_S) as sender,
            RabbitBus(server.url, prefix="killed", bounds=bounds, wait_s=LONG_S) as taker,
        ):
            await taker.subscribe("player", handle)
            sending = asyncio.create_task(publish(sender, range(20_000)))
            for kill in range(10):
                async with asyncio.timeout(LONG_S):
                    while sender.figures.published < (kill + 1) * 1_800:  # noqa: ASYNC110 - figures tell nobody
                        await asyncio.sleep(0.005)
                await asyncio.to_thread(server.kill)
                await asyncio.to_thread(server.start)
            await sending
            await until_done(file, 20_000)
            assert await taker.dead_letters() == []
        assert await waiting(server.url, taker) == 0
    assert_once_and_in_order(done(file), list(range(20_000)))
    assert comings >= 20_000
    assert troubles == []


async def test_a_group_is_there_even_if_its_server_was_killed_as_soon_as_it_was_declared(server: RabbitServer) -> None:
    handled = list[int]()

    async def handle(delivery: Delivery) -> None:
        handled.append(number_of(delivery.message))

    async with RabbitBus(server.url, prefix="young", bounds=quick_bounds(), wait_s=LONG_S) as bus:
        await bus.declare("player")
        await asyncio.gather(*(bus.publish(an_event(number)) for number in range(10)))
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(server.start)
        await bus.subscribe("player", handle)
        async with asyncio.timeout(LONG_S):
            while len(handled) < 10:  # noqa: ASYNC110 - a list tells nobody
                await asyncio.sleep(0.05)
    assert handled == list(range(10))


async def test_50_poison_messages_among_5_000(server: RabbitServer) -> None:
    handled = Counter[int]()

    async def handle(delivery: Delivery) -> None:
        number = number_of(delivery.message)
        if number % 100 == 50:
            raise ValueError(f"poison {number}")
        handled[number] += 1

    async with RabbitBus(server.url, prefix="poisoned", bounds=quick_bounds()) as bus:
        await bus.subscribe("player", handle)
        await publish(bus, range(5_000))
        async with asyncio.timeout(LONG_S):
            while len(letters := await bus.dead_letters(most=1_000)) < 50 or handled.total() < 4_950:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        poison = set(range(50, 5_000, 100))
        assert {letter.cause for letter in letters} == {f"ValueError: poison {number}" for number in poison}
        assert ({letter.tries for letter in letters}, len(letters)) == ({5}, 50)
        assert handled == Counter(set(range(5_000)) - poison)
    assert await waiting(server.url, bus) == 0


async def test_50_kills_of_the_consumer_leave_nothing_pending(server: RabbitServer, tmp_path: Path) -> None:
    file = a_file(tmp_path)
    async with RabbitBus(server.url, prefix="consumed", bounds=quick_bounds()) as bus:
        await bus.declare("player")
        sending = asyncio.create_task(publish(bus, range(5_000)))
        for kill in range(50):
            before = await asyncio.to_thread(how_many, file)
            consumer = started(server, "consumed", file)
            await until_done(file, min(before + (20 if kill % 2 else 90), 4_900))
            consumer.kill()
            await asyncio.to_thread(consumer.wait)
        await sending
        consumer = started(server, "consumed", file)
        try:
            await until_done(file, 5_000)
            assert await bus.dead_letters() == []
        finally:
            consumer.kill()
            await asyncio.to_thread(consumer.wait)
        handled: list[int] = []

        async def handle(delivery: Delivery) -> None:
            handled.append(number_of(delivery.message))

        # What was done but not acknowledged when the last one died comes once more, and then nothing is left.
        subscription = await bus.subscribe("player", handle)
        async with asyncio.timeout(LONG_S):
            while await waiting(server.url, bus):  # noqa: ASYNC110 - a queue tells nobody
                await asyncio.sleep(0.1)
        await asyncio.sleep(1)
        await subscription.close()
        assert await waiting(server.url, bus) == 0
        assert len(handled) < 256
    assert_once_and_in_order(done(file), list(range(5_000)))


async def until_dead(consumer: "subprocess.Popen[bytes]", file: Path, count: int) -> None:
    """Wait until it died, or so many are done."""
    while consumer.poll() is None and await asyncio.to_thread(how_many, file) < count:  # noqa: ASYNC110
        await asyncio.sleep(0.1)


async def test_three_messages_that_kill_whoever_handles_them(server: RabbitServer, tmp_path: Path) -> None:
    file = a_file(tmp_path)
    deadly = (20, 30, 150)
    async with RabbitBus(server.url, prefix="deadly", bounds=quick_bounds()) as bus:
        await bus.declare("player")
        await publish(bus, range(300))
        lives = 0
        async with asyncio.timeout(LONG_S):
            while await asyncio.to_thread(how_many, file) < 297:
                lives += 1
                consumer = started(server, "deadly", file, *deadly)
                await until_dead(consumer, file, 297)
                consumer.kill()
                await asyncio.to_thread(consumer.wait)
        letters = await bus.dead_letters()
        assert sorted(number_of(letter.message) for letter in letters if letter.message) == list(deadly)
        assert all("died of it" in letter.cause for letter in letters)
        assert_once_and_in_order(done(file), [number for number in range(300) if number not in deadly])
        with contextlib.closing(sqlite3.connect(file)) as database:
            begun = Counter(number for (number,) in database.execute("SELECT number FROM begun"))
        assert set(begun) == set(deadly)
        assert max(begun.values()) <= 5
        assert lives <= 16


def started(server: RabbitServer, prefix: str, file: Path, *deadly: int) -> "subprocess.Popen[bytes]":
    """A program that handles messages."""
    command = [sys.executable, "-m", "tests.bus.rabbitmq_consumer", server.url, prefix, str(file), *map(str, deadly)]
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": "src"})


async def until_done(file: Path, count: int) -> None:
    """Wait until so many are done."""
    async with asyncio.timeout(LONG_S):
        while await asyncio.to_thread(how_many, file) < count:  # noqa: ASYNC110 - another program writes there
            await asyncio.sleep(0.02)
