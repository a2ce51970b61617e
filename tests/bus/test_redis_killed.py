"""What is kept when processes are killed: the server, consumers, and consumers by what they are given."""

import asyncio
import random
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.bus import redis_consumer
from tests.bus.redis_consumer import Sink, count, prepare, said
from tests.bus.redis_server import RedisServer
from tests.bus.samples import a_session, an_event, number_of, quick_bounds

from fabula.bus import BusDown, Delivery, Inbox, Message, Priority
from fabula.bus.redis import RedisBus
from fabula.bus.redis.keys import GROUP, Keys

PATIENCE_S = 300.0
SESSIONS = 8
PRIORITIES = tuple(Priority)


@pytest.fixture
def server() -> Iterator[RedisServer]:
    with RedisServer() as running:
        yield running


def messages(session: int, each: int) -> Iterator[Message]:
    """What is said in one session."""
    return (an_event(number, session=session, priority=PRIORITIES[session % 3]) for number in range(each))


async def publish_all(bus: RedisBus, session: int, each: int) -> None:
    """One after another, each until it is confirmed."""
    for message in messages(session, each):
        while True:
            try:
                await bus.publish(message, wait_s=2.0)
            except BusDown:
                continue  # To send it again is safe.
            break


def nothing_is_left(server: RedisServer, prefix: str) -> bool:
    """No entry waits, none is pending."""
    queue = Keys.under(prefix).queue("player", "main")
    with server.client() as client:
        pending = [client.xpending(stream, GROUP)["pending"] for stream in queue.streams]
        return not any(pending) and not any(client.xlen(stream) for stream in queue.streams)


def tidied(server: RedisServer, prefix: str) -> bool:
    """Whether that comes to hold soon: what was handled is acknowledged a little later."""
    until = time.monotonic() + 10.0
    while not nothing_is_left(server, prefix):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


# --- the server ---


async def kill_the_server(server: RedisServer, file: Path, *, kills: int, each: int) -> None:
    """While messages of several sessions go through it."""
    total = SESSIONS * each
    prepare(file)
    with Inbox.open(file) as inbox:
        sink = Sink(inbox)
        async with RedisBus(server.url) as sender, RedisBus(server.url) as receiver:
            await receiver.subscribe("player", sink)
            sending = [asyncio.create_task(publish_all(sender, session, each)) for session in range(SESSIONS)]
            async with asyncio.timeout(PATIENCE_S):
                for number in range(kills):
                    while count(file) < total * (number + 1) // (kills + 2):  # noqa: ASYNC110 - a file tells nobody
                        await asyncio.sleep(0.005)
                    server.kill()
                    await asyncio.sleep(random.Random(number).uniform(0.0, 0.3))
                    server.start()
                await asyncio.gather(*sending)
                while count(file) < total:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            letters = await receiver.dead_letters()
    assert said(file) == {a_session(session): list(range(each)) for session in range(SESSIONS)}
    assert letters == []
    assert server.kills == kills
    assert tidied(server, "fabula")


async def test_a_server_that_is_killed_loses_nothing_and_order_is_kept(server: RedisServer, tmp_path: Path) -> None:
    await kill_the_server(server, tmp_path / "said.db", kills=2, each=250)


@pytest.mark.nightly
async def test_ten_kills_of_the_server_during_twenty_thousand_messages(server: RedisServer, tmp_path: Path) -> None:
    await kill_the_server(server, tmp_path / "said.db", kills=10, each=2_500)


# --- poison ---


@pytest.mark.nightly
async def test_fifty_poison_messages_among_five_thousand_are_dead_letters_with_their_cause(server: RedisServer) -> None:
    handled: list[tuple[str, int]] = []
    tries: Counter[int] = Counter()

    async def handle(delivery: Delivery) -> None:
        number = number_of(delivery.message)
        if number % 100 == 42:
            tries[number] += 1
            raise ValueError(f"poison {number}")
        handled.append((delivery.message.session_id, number))

    async with RedisBus(server.url, bounds=quick_bounds()) as bus:
        await bus.subscribe("player", handle)
        for first in range(0, 5_000, 500):
            await asyncio.gather(*(bus.publish(an_event(n, session=n % SESSIONS)) for n in range(first, first + 500)))
        async with asyncio.timeout(PATIENCE_S):
            while len(letters := await bus.dead_letters()) < 50 or len(handled) < 4_950:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    poison = set(range(42, 5_000, 100))
    assert {letter.cause for letter in letters} == {f"ValueError: poison {number}" for number in poison}
    assert (set(tries), set(tries.values())) == (poison, {5})
    for session in range(SESSIONS):
        expected = [number for number in range(5_000) if number % SESSIONS == session and number not in poison]
        assert [number for where, number in handled if where == a_session(session)] == expected
    assert tidied(server, "fabula")


# --- consumers ---


@contextmanager
def a_consumer(
    server: RedisServer, prefix: str, file: Path, *, tries_max: int = 5
) -> "Iterator[subprocess.Popen[bytes]]":
    process = subprocess.Popen(
        [sys.executable, redis_consumer.__file__, server.url, prefix, str(file), str(tries_max)],
        stdout=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def test_a_message_that_kills_whoever_handles_it_is_a_dead_letter_and_takes_nothing_with_it(
    server: RedisServer, tmp_path: Path
) -> None:
    file, prefix, each = tmp_path / "said.db", uuid.uuid4().hex, 30
    prepare(file)
    async with RedisBus(server.url, prefix=prefix) as bus:
        await bus.declare("player")
        await asyncio.gather(*(publish_all(bus, session, each // 2) for session in range(SESSIONS)))
        await bus.publish(an_event(each // 2, session=1, priority=PRIORITIES[1], kind="deadly"))
        for session in range(SESSIONS):
            for message in list(messages(session, each))[each // 2 + 1 :]:
                await bus.publish(message)
        async with asyncio.timeout(PATIENCE_S):
            for _ in range(2):
                with a_consumer(server, prefix, file, tries_max=2) as process:
                    while process.poll() is None:  # noqa: ASYNC110 - a process tells nobody
                        await asyncio.sleep(0.01)
            with a_consumer(server, prefix, file, tries_max=2):
                while not (letters := await bus.dead_letters()) or not nothing_is_left(server, prefix):  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
    assert [(letter.cause, letter.tries) for letter in letters] == [("was handed out 2 times and never finished", 2)]
    assert letters[0].message is not None
    assert letters[0].message.payload["eventType"] == "deadly"
    rest = [number for number in range(each) if number != each // 2]
    assert said(file) == {a_session(session): rest for session in range(SESSIONS)}


@pytest.mark.nightly
async def test_fifty_kills_of_consumers_leave_nothing_pending_and_lose_nothing(
    server: RedisServer, tmp_path: Path
) -> None:
    file, prefix, each, kills = tmp_path / "said.db", uuid.uuid4().hex, 1_000, 50
    total, moments, early = SESSIONS * each, random.Random(1), 0
    prepare(file)
    async with RedisBus(server.url, prefix=prefix) as bus:
        await bus.declare("player")
        sending = [asyncio.create_task(publish_all(bus, session, each)) for session in range(SESSIONS)]
        async with asyncio.timeout(2 * PATIENCE_S):
            await asyncio.gather(*sending)
            for number in range(kills):
                with a_consumer(server, prefix, file) as process:
                    goal = count(file) + moments.randrange(1, 2 * (total - count(file)) // (kills - number + 1) + 2)
                    while count(file) < min(goal, total):
                        assert process.poll() is None
                        await asyncio.sleep(0.002)
                    process.kill()
                early += count(file) < total
            with a_consumer(server, prefix, file):
                while not nothing_is_left(server, prefix):  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
        assert await bus.dead_letters() == []
    assert said(file) == {a_session(session): list(range(each)) for session in range(SESSIONS)}
    assert early > kills // 2, "most kills came too late to mean anything"
