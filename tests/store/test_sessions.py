"""Sessions in memory and in Redis: the contract, and what is each one's own."""

import asyncio
from collections.abc import Iterator

import pytest
from redis import Redis
from tests.bus.prefixed import SERVER, a_corner_of_redis
from tests.store.sessions_contract import *  # noqa: F403 - the contract's tests
from tests.store.sessions_contract import Place

from fabula.errors import RunError, UsageError
from fabula.store.sessions import Changed, MemorySessions, open_sessions
from fabula.store.sessions import memory as in_memory


class Hours:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s

    async def wait(self, seconds: float) -> None:
        self.now_s += seconds


@pytest.fixture
def prefix() -> Iterator[str]:
    """What the keys of one test begin with."""
    with a_corner_of_redis() as name:
        yield name


@pytest.fixture(params=["memory", "redis"])
def place(request: pytest.FixtureRequest) -> Place:
    if request.param == "memory":
        hours = Hours()
        shared: dict[str, MemorySessions] = {}

        def opened(ttl_s: float) -> MemorySessions:
            return shared.setdefault("", MemorySessions(ttl_s=ttl_s, now=hours))

        return Place(opened, hours.wait)
    prefix = request.getfixturevalue("prefix")
    return Place(lambda ttl_s: open_sessions(f"{SERVER}?prefix={prefix}", ttl_s=ttl_s), asyncio.sleep)


async def test_memory_that_is_full_forgets_what_is_over_and_refuses_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_memory, "KEYS_MAX", 3)
    hours = Hours()
    sessions = MemorySessions(ttl_s=60, now=hours)
    await sessions.put("a", b"1", ttl_s=5)
    await sessions.put("b", b"1")
    await sessions.put("c", b"1")
    with pytest.raises(RunError, match="FABULA_SESSIONS__URL"):
        await sessions.put("d", b"1")
    await sessions.put("b", b"2")
    await hours.wait(6)
    await sessions.put("d", b"1")
    assert await sessions.keys() == ["b", "c", "d"]
    tokens = []
    for number in range(10):
        async with sessions.lock(f"door {number % 5}", ttl_s=1) as fence:
            tokens.append(fence.token)
    assert all(tokens[number + 5] > tokens[number] for number in range(5))


async def test_a_redis_that_is_away_is_named_without_its_password() -> None:
    sessions = open_sessions("redis://keeper:s3cr3t-word@127.0.0.1:1/0", ttl_s=60)
    for call in (sessions.get("a"), sessions.put("a", b"1"), sessions.keys("a")):
        with pytest.raises(RunError, match=r"127\.0\.0\.1:1 ") as away:
            await call
        assert "s3cr3t-word" not in str(away.value)
        assert away.value.__suppress_context__
    with pytest.raises(RunError, match=r"127\.0\.0\.1:1 "):
        async with sessions.lock("a", ttl_s=1, wait_s=1):
            pass
    await sessions.close()


async def test_a_redis_that_holds_something_else_there_is_an_error_in_words(prefix: str) -> None:
    server = Redis.from_url(SERVER)
    server.set(f"{prefix}:v:a", "no hash")
    server.close()
    sessions = open_sessions(f"{SERVER}?prefix={prefix}", ttl_s=60)
    with pytest.raises(RunError, match="WRONGTYPE"):
        await sessions.get("a")
    await sessions.close()


async def test_a_redis_that_comes_back_empty_gives_no_token_and_no_version_again(prefix: str) -> None:
    sessions = open_sessions(f"{SERVER}?prefix={prefix}", ttl_s=60)
    seen: list[tuple[int, int]] = []
    for _ in range(3):
        async with sessions.lock("door", ttl_s=60) as fence:
            seen += [(fence.token, await sessions.put("a", b"1")) for _ in range(3)]
        with Redis.from_url(SERVER) as server:
            server.delete(*server.scan_iter(match=f"{prefix}*"))
        with pytest.raises(Changed):
            await sessions.compare_and_set("a", b'"old"', seen[-1][1])
        await sessions.put("a", b'"new"')
        with pytest.raises(Changed):
            await sessions.compare_and_set("a", b'"old"', seen[0][1])
    assert [version for _, version in seen] == sorted({version for _, version in seen})
    assert len({token for token, _ in seen}) == 3
    assert seen == sorted(seen)
    await sessions.close()


async def test_two_prefixes_on_one_server_share_nothing(prefix: str) -> None:
    one, other = (open_sessions(f"{SERVER}?prefix={prefix}-{name}", ttl_s=60) for name in "ab")
    await one.put("a", b"1")
    assert await other.get("a") is None
    async with one.lock("a", ttl_s=60), other.lock("a", ttl_s=60):
        pass
    await one.close()
    await other.close()


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("rediss:/", "no address of a Redis"),
        ("redis://h:1/inbox", "no address of a Redis"),
        ("redis://:s3cr3t@h:port/0", "no address of a Redis"),
        ("redis://h:1/0?frobnicate=yes", "no parameter 'frobnicate' is known"),
        ("reddis://h:1/0", "Did you mean 'redis'"),
        ("memory:elsewhere", "memory: or redis:"),
        ("", "memory: or redis:"),
    ],
)
def test_an_address_that_is_none_is_told_so(url: str, why: str) -> None:
    with pytest.raises(UsageError, match=why) as told:
        open_sessions(url, ttl_s=60)
    assert "s3cr3t" not in str(told.value)
