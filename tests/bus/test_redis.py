"""RedisBus keeps the contract of every bus, and what only a server outside can do to it."""

import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from typing import Any

import msgspec
import pytest
import redis
from tests.bus.contract import *  # noqa: F403
from tests.bus.redis_server import RedisServer
from tests.bus.samples import (
    Buses,
    Handled,
    Held,
    Inject,
    a_request,
    a_session,
    an_event,
    letters_until,
    quick_bounds,
    refused_without,
    until,
)

from fabula.bus import Bus, BusDown, Delivery, Journal, Message, NobodyThere, NoSuchLetter, encode
from fabula.bus.redis import RedisBus, letters
from fabula.bus.redis.keys import GROUP, Keys
from fabula.bus.redis.letters import FOREIGN
from fabula.bus.redis.reading import Reader
from fabula.bus.redis.replies import ALIVE_MS, ALIVE_MS_MAX
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


async def test_a_listener_hears_an_event_once_though_the_groups_there_have_vanished(
    buses: Buses, client: "redis.Redis", prefix: str
) -> None:
    async with buses() as bus, buses() as other:
        heard = Handled()
        await other.declare("player")
        await bus.listen("player", heard)
        await bus.publish(an_event(0))
        forget_everything(client, prefix)
        await bus.publish(an_event(1), wait_s=0.3)
        await bus.publish(an_event(2), wait_s=0.3)
        await until(lambda: 2 in heard.numbers)
        assert heard.numbers == [0, 1, 2]


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


@pytest.mark.parametrize(
    "bad", ["99999999999999999999-0", "1-18446744073709551616", "\u0661-\u0661", "1-1 ", "(1-1", "+", "1", "\udcff"]
)
async def test_what_cannot_be_the_id_of_a_dead_letter_is_none(buses: Buses, bad: str) -> None:
    async with buses() as bus, asyncio.timeout(5):
        for call in (bus.dead_letter(bad), bus.redrive(bad), bus.drop(bad)):
            with pytest.raises(NoSuchLetter, match="there is no dead letter"):
                await call


async def test_what_others_put_among_the_dead_letters_is_shown_and_can_be_dropped(
    buses: Buses, client: "redis.Redis", prefix: str
) -> None:
    async with buses() as bus:
        dead = Keys.under(prefix).dead
        body = encode(an_event(1))
        client.xadd(dead, {"tries": "many", "body": b"\xff"}, id="5-1")
        client.xadd(dead, {"hello": "world"})
        client.xadd(dead, {"address": b"\xff", "group": "main", "cause": "", "tries": "-1", "body": body})
        client.xadd(dead, {"tries": "9" * 500, "at": "noon"}, id="18446744073709551615-7")
        found = await bus.dead_letters()
        assert [letter.tries for letter in found] == [0, 0, 0, 0]
        assert [letter.body for letter in found[1:]] == [body, b"hello world", b"\xff"]
        assert (found[0].at[:4], found[3].at) == ("9999", "1970-01-01T00:00:00.005000Z")
        assert {letter.cause for letter in found} == {FOREIGN}
        assert isinstance(bus, RedisBus)
        assert await bus.dead_letter_ids(most=9) == [letter.id for letter in found]
        for letter in found:
            assert await bus.dead_letter(letter.id) == letter
            await bus.drop(letter.id)
        assert await bus.dead_letters() == []


async def test_the_ids_of_dead_letters_are_told_page_by_page(
    buses: Buses, client: "redis.Redis", prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "IDS_MAX", 3)
    for number in range(1, 9):
        client.xadd(Keys.under(prefix).dead, {"body": b""}, id=f"{number}-0")
    async with buses() as bus:
        assert isinstance(bus, RedisBus)
        for most in (0, 1, 3, 4, 8, 9):
            assert await bus.dead_letter_ids(most=most) == [f"{number}-0" for number in range(8, 0, -1)][:most]


@pytest.mark.parametrize("bad", ["\ud800", "mira\udcff"])
async def test_half_a_character_is_no_address_and_no_group(buses: Buses, bad: str) -> None:
    async with buses() as bus:
        for call in (
            bus.subscribe(bad, Handled()),
            bus.subscribe("player", Handled(), group=bad),
            bus.declare(bad),
            bus.declare("player", group=bad),
            bus.listen(bad, Handled()),
        ):
            with pytest.raises(UsageError, match=r"cannot be the (address|name of a group) on a bus"):
                await call


async def test_a_response_that_is_published_goes_where_it_is_sent(buses: Buses) -> None:
    async with buses() as bus:
        handled = Handled()
        response = msgspec.structs.replace(a_request().response({"at": 3}), to_agent="player")
        with pytest.raises(NobodyThere):
            await bus.publish(response)
        await bus.subscribe("player", handled)
        await bus.publish(response)
        await until(lambda: len(handled.deliveries) == 1)
        assert handled.deliveries[0].message == response


async def test_whoever_asks_counts_as_there_for_as_long_as_the_answer_is_waited_for(
    buses: Buses, client: "redis.Redis", prefix: str
) -> None:
    async def lasting_ms(deadline_s: float) -> int:
        held = Held()
        async with buses() as bus, buses() as other:
            await other.subscribe("generator", held)
            asking = asyncio.create_task(bus.request(a_request(), deadline_s=deadline_s))
            await until(lambda: bool(held.begun))
            (alive,) = (key for key in client.scan_iter(f"{prefix}:alive:*") if b"." not in key.split(b":")[-1])
            lasting = client.pttl(alive)
            asking.cancel()
            held.free.set()
        assert isinstance(lasting, int)
        return lasting

    assert 590_000 < await lasting_ms(600) <= 600_000
    assert ALIVE_MS - 10_000 < await lasting_ms(0.5) <= ALIVE_MS
    assert await lasting_ms(float("inf")) <= ALIVE_MS_MAX


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
    await refused_without(RedisBus("redis://nobody:s3cr3t@127.0.0.1:6379/0", prefix=prefix), "s3cr3t")
