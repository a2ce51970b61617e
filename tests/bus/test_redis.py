"""RedisBus keeps the contract of every bus, and what only a server outside can do to it."""

import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from typing import Any

import pytest
import redis
from tests.bus.contract import *  # noqa: F403
from tests.bus.redis_server import RedisServer
from tests.bus.samples import (
    Buses,
    Handled,
    Inject,
    a_request,
    a_session,
    an_event,
    letters_until,
    quick_bounds,
    until,
)

from fabula.bus import Bus, BusDown, Delivery, Journal, Message, NobodyThere, NotLetIn, encode
from fabula.bus.redis import RedisBus
from fabula.bus.redis.keys import GROUP, Keys
from fabula.bus.redis.reading import Reader
from fabula.bus.redis.scripts import DECLARE, PUBLISH
from fabula.bus.redis.server import Server
from fabula.errors import UsageError

URL = "redis://127.0.0.1:6379/0"


@pytest.fixture
def prefix() -> Iterator[str]:
    """A prefix that nobody else uses; what lies under it is gone afterwards."""
    name = f"test-{uuid.uuid4().hex}"
    with redis.Redis.from_url(URL) as client:
        try:
            client.ping()
        except redis.ConnectionError:
            if "CI" in os.environ:
                raise
            pytest.skip(f"no Redis server at {URL}")
        yield name
        for key in client.scan_iter(f"{name}*", count=1000):
            client.delete(key)


@pytest.fixture
def buses(prefix: str) -> Buses:
    @asynccontextmanager
    async def open_(*, journal: Journal | None = None, **bounds: Any) -> AsyncIterator[Bus]:
        async with RedisBus(URL, bounds=quick_bounds(**bounds), journal=journal, prefix=prefix) as bus:
            yield bus

    return open_


@pytest.fixture
def inject(prefix: str) -> Inject:
    async def put(bus: Bus, address: str, group: str, body: bytes) -> None:
        with redis.Redis.from_url(URL) as client:
            client.xadd(Keys.under(prefix).queue(address, group).streams[1], {"m": body})

    return put


@pytest.fixture
def client(prefix: str) -> Iterator["redis.Redis"]:
    """To look into the server, and to meddle."""
    with redis.Redis.from_url(URL) as client:
        yield client


def forget_everything(client: "redis.Redis", prefix: str) -> None:
    """As a server does that comes back empty."""
    for key in client.scan_iter(f"{prefix}:*", count=1000):
        client.delete(key)


# --- what others do to the server ---


async def test_entries_of_any_form_are_dead_letters_and_hold_nothing_up(
    buses: Buses, client: "redis.Redis", prefix: str
) -> None:
    async with buses() as bus:
        handled = Handled()
        await bus.subscribe("player", handled)
        high, normal, low = Keys.under(prefix).queue("player", "main").streams
        client.xadd(high, {"hello": "world", b"\xff": b"\x00"})
        client.xadd(low, {"m": b"\xff\xfe", "r": b"\xff"})
        client.xadd(normal, {"m": encode(an_event(0)).replace(b'"version"', b'"x"')[:-1] + b',"version":7}'})
        await bus.publish(an_event(1))
        causes = await letters_until(bus, 3)
        assert sum("no message" in cause for cause in causes) == 2
        assert sum("version 7" in cause for cause in causes) == 1
        await until(lambda: handled.numbers == [1])
        assert {(letter.address, letter.group, letter.message) for letter in await bus.dead_letters()} == {
            ("player", "main", None)
        }


async def test_a_server_that_comes_back_empty_is_set_up_again_by_those_who_use_it(
    buses: Buses, client: "redis.Redis", prefix: str
) -> None:
    async with buses() as bus, buses() as other:
        handled, answered = Handled(), Handled()

        async def answer(delivery: Delivery) -> dict[str, Any]:
            await answered(delivery)
            return {}

        await other.subscribe("player", handled)
        await other.subscribe("generator", answer)
        await bus.publish(an_event(0))
        await bus.request(a_request(0))
        for number in range(1, 4):
            forget_everything(client, prefix)
            # This bus has declared nothing: it knows only that somebody was there.
            await bus.publish(an_event(number))
            await bus.publish(Message.update({}, sender="dm", to="generator", session=a_session(1)))
            await bus.request(a_request(number))
        await until(lambda: len(handled.numbers) == 4)
        assert handled.numbers == [0, 1, 2, 3]
        assert len(answered.deliveries) == 7
        assert await bus.dead_letters() == []


async def test_what_a_bus_declared_it_declares_again_before_it_publishes_there(
    buses: Buses, client: "redis.Redis", prefix: str
) -> None:
    async with buses() as bus, buses() as other:
        await bus.declare("player")
        forget_everything(client, prefix)
        await bus.publish(an_event(1))
        handled = Handled()
        await other.subscribe("player", handled)
        await until(lambda: handled.numbers == [1])


async def test_a_lease_that_was_lost_is_not_used_any_more(buses: Buses, client: "redis.Redis", prefix: str) -> None:
    async with buses() as bus:
        handled = Handled()
        await bus.subscribe("player", handled)
        keys = Keys.under(prefix)
        lease = keys.lease(keys.queue("player", "main"))
        client.set(lease, "somebody-else", px=600)
        await bus.publish(an_event(1))
        await asyncio.sleep(0.2)
        await until(lambda: client.get(lease) != b"somebody-else")
        await until(lambda: handled.numbers == [1])


async def test_without_the_lease_nothing_is_read_and_nothing_claimed(prefix: str) -> None:
    keys, server = Keys.under(prefix), Server(URL)
    queue = keys.queue("player", "main")
    one, two = (
        Reader(server, keys, queue, who=who, shared=False, lease_ms=60_000, first_noted=False) for who in ("one", "two")
    )
    await one.declare()
    async with RedisBus(URL, prefix=prefix) as bus:
        for number in range(4):
            await bus.publish(an_event(number))
    assert (await one.hold(), await two.hold()) == (True, False)
    assert len(await one.fetch(2) or ()) == 2
    assert (await two.fetch(2), await two.claim(mine=True)) == (None, None)
    await one.leave([])
    assert (await two.hold(), await one.fetch(2)) == (True, None)
    assert [taken.attempts for taken in await two.claim(mine=True) or ()] == [1, 1]
    assert [taken.attempts for taken in await two.fetch(9) or ()] == [0, 0]
    await server.close()


# --- a server that is away ---


async def test_a_server_that_is_down_is_named_to_whoever_waits_without_the_password() -> None:
    async with RedisBus("redis://mira:secret@127.0.0.1:1/0") as bus:
        with pytest.raises(BusDown, match=r"127\.0\.0\.1:1.*within 0\.2 s") as down:
            await bus.publish(an_event(1), wait_s=0.2)
        with pytest.raises(BusDown):
            await bus.request(a_request(), deadline_s=0.1)
        assert "secret" not in str(down.value)
        assert bus.figures.counts().published == 0


async def test_a_server_that_starts_later_is_waited_for() -> None:
    server = RedisServer()
    handled = Handled()
    with ExitStack() as last:
        async with RedisBus(server.url) as bus:
            subscribing = asyncio.create_task(bus.subscribe("player", handled))
            listening = asyncio.create_task(bus.listen("player", Handled()))
            await asyncio.sleep(0.1)
            last.enter_context(server)
            await subscribing
            await listening
            await bus.publish(an_event(1))
            await until(lambda: handled.numbers == [1])


async def test_a_batch_that_is_sent_twice_is_taken_once(client: "redis.Redis", prefix: str) -> None:
    keys, server = Keys.under(prefix), Server(URL)
    queue = keys.queue("player", "main")
    await server.run(DECLARE, [keys.groups("player")], ["main", queue.key])
    batch = [prefix, 1, 10, 10, 10, 1000, 1000, "nobody waits", "N", "player", "", 2, b"one", b"two"]
    fates = [await server.run(PUBLISH, [keys.sent("me")], batch) for _ in range(2)]
    assert fates == [[b"kk", 0], [b"kk", 0]]
    assert client.xlen(queue.streams[1]) == 2
    await server.close()


# --- tidiness ---


async def test_buses_of_different_prefixes_never_meet(buses: Buses, prefix: str) -> None:
    async with buses() as bus, RedisBus(URL, prefix=f"{prefix}.other") as other:
        await bus.declare("player")
        with pytest.raises(NobodyThere):
            await other.publish(Message.update({}, sender="dm", to="player", session=a_session(1)))


async def test_what_was_handled_leaves_nothing_behind_but_the_groups(
    buses: Buses, client: "redis.Redis", prefix: str
) -> None:
    async with buses() as bus:
        handled = Handled()
        shared = [await bus.subscribe("player", handled, group="page", shared=True) for _ in range(2)]
        await bus.subscribe("player", handled)
        for number in range(50):
            await bus.publish(an_event(number, session=number))
        await until(lambda: len(handled.numbers) == 100)
        await shared[0].close()
    for group in ("main", "page"):
        for stream in Keys.under(prefix).queue("player", group).streams:
            assert client.xlen(stream) == 0
            assert client.xinfo_consumers(stream, GROUP) == []
    kinds = {key.decode().split(":")[1] for key in client.scan_iter(f"{prefix}:*")}
    assert kinds == {"groups", "q", "sent"}


@pytest.mark.parametrize("bad", ["", "a:b", "x" * 65, "söder"])
def test_a_prefix_is_short_and_plain(bad: str) -> None:
    with pytest.raises(UsageError, match="prefix"):
        RedisBus(URL, prefix=bad)


@pytest.mark.parametrize("bad", ["redis://127.0.0.1:port/0", "http://127.0.0.1/"])
def test_an_address_that_is_none_is_refused(bad: str) -> None:
    with pytest.raises(UsageError, match="redis://HOST"):
        RedisBus(bad)


async def test_a_server_that_refuses_the_password_is_told_at_once_and_without_it(prefix: str) -> None:
    async with RedisBus("redis://nobody:s3cr3t@127.0.0.1:6379/0", prefix=prefix) as bus, asyncio.timeout(10):
        for call in (
            bus.publish(an_event(1)),
            bus.request(a_request()),
            bus.declare("player"),
            bus.subscribe("player", Handled()),
            bus.listen("player", Handled()),
            bus.dead_letters(),
        ):
            with pytest.raises(NotLetIn, match="the server refused the name or password") as refused:
                await call
            assert "s3cr3t" not in str(refused.value)
