"""What all sessions promise, as tests. A test module imports them all and gives them a `place`."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from fabula.errors import RunError, UsageError
from fabula.store.sessions import Changed, Lost, Sessions, Taken, Value
from fabula.store.sessions.protocol import KEY_LETTERS_MAX, TTL_S_MAX, VALUE_BYTES_MAX


class Place:
    """Where sessions are opened for one test, and how time passes there."""

    def __init__(self, sessions: Callable[[float], Sessions], wait: Callable[[float], Awaitable[None]]) -> None:
        self.sessions = sessions
        """All that this opens, given a TTL in seconds, share what they keep."""
        self.wait = wait
        """Let that many seconds pass."""


SHORT_S = 0.08
"""A time that is over soon."""


async def test_a_value_is_read_as_it_was_put(place: Place) -> None:
    sessions = place.sessions(60)
    assert await sessions.get("table-1") is None
    version = await sessions.put("table-1", b'{"turn": 3}')
    assert await sessions.get("table-1") == Value(data=b'{"turn": 3}', version=version)
    assert await sessions.delete("table-1")
    assert not await sessions.delete("table-1")
    assert await sessions.get("table-1") is None
    await sessions.close()
    await sessions.close()


async def test_versions_only_grow_even_past_a_deletion(place: Place) -> None:
    """So that somebody who read the value before it was deleted does not overwrite the one that was made after."""
    sessions = place.sessions(60)
    first = await sessions.put("a", b"1")
    second = await sessions.put("a", b"1")
    await sessions.delete("a")
    third = await sessions.put("a", b"1")
    assert first < second < third
    with pytest.raises(Changed, match="somebody wrote it meanwhile"):
        await sessions.compare_and_set("a", b"2", second)
    await sessions.close()


async def test_a_value_is_set_only_if_it_is_as_expected(place: Place) -> None:
    sessions = place.sessions(60)
    first = await sessions.compare_and_set("a", b"1", 0)
    with pytest.raises(Changed, match="was not to be there"):
        await sessions.compare_and_set("a", b"9", 0)
    second = await sessions.compare_and_set("a", b"2", first)
    with pytest.raises(Changed, match=f"has version {second}"):
        await sessions.compare_and_set("a", b"9", first)
    assert await sessions.get("a") == Value(data=b"2", version=second)
    await sessions.delete("a")
    with pytest.raises(Changed, match="not there any more"):
        await sessions.compare_and_set("a", b"9", second)
    await sessions.close()


async def test_of_many_who_set_at_once_one_wins_each_time(place: Place) -> None:
    sessions = place.sessions(60)
    await sessions.put("count", b"0")

    async def count_up(times: int) -> None:
        done = 0
        while done < times:
            value = await sessions.get("count")
            assert value is not None
            try:
                await sessions.compare_and_set("count", str(int(value.data) + 1).encode(), value.version)
            except Changed:
                continue
            done += 1

    await asyncio.gather(*(count_up(10) for _ in range(5)))
    kept = await sessions.get("count")
    assert kept is not None
    assert kept.data == b"50"
    await sessions.close()


async def test_a_value_is_forgotten_after_its_time_and_every_writing_renews_it(place: Place) -> None:
    sessions = place.sessions(60)
    await sessions.put("short", b"1", ttl_s=SHORT_S)
    version = await sessions.put("renewed", b"1", ttl_s=SHORT_S)
    await sessions.compare_and_set("renewed", b"2", version)
    await sessions.put("long", b"1")
    await place.wait(2 * SHORT_S)
    assert await sessions.get("short") is None
    assert await sessions.keys() == ["long", "renewed"]
    assert await sessions.compare_and_set("short", b"2", 0) > 0
    await sessions.close()


async def test_a_value_lasts_as_long_as_the_opening_said(place: Place) -> None:
    sessions = place.sessions(SHORT_S)
    await sessions.put("a", b"1")
    await place.wait(2 * SHORT_S)
    assert await sessions.get("a") is None
    await sessions.close()


async def test_keys_are_listed_by_how_they_begin(place: Place) -> None:
    sessions = place.sessions(60)
    for key in ("table*1", "table-1", "table-2", "tables", "täble:ü [x]?", "other"):
        await sessions.put(key, b"{}")
    async with sessions.lock("table-9", ttl_s=60):
        assert await sessions.keys("table") == ["table*1", "table-1", "table-2", "tables"]
    assert await sessions.keys("table*") == ["table*1"]
    assert await sessions.keys("täble:ü [") == ["täble:ü [x]?"]
    assert len(await sessions.keys("table", most=2)) == 2
    assert len(await sessions.keys()) == 6
    await sessions.close()


@pytest.mark.parametrize("key", ["", "a\nb", "\x1b[31m", "x" * (KEY_LETTERS_MAX + 1)])
async def test_what_is_no_key_is_refused(place: Place, key: str) -> None:
    sessions = place.sessions(60)
    with pytest.raises(UsageError, match="no key"):
        await sessions.put(key, b"1")
    with pytest.raises(UsageError, match="no key"):
        await sessions.get(key)
    with pytest.raises(UsageError, match="no key"):
        async with sessions.lock(key, ttl_s=1):
            pass
    await sessions.close()


async def test_what_is_no_value_is_refused(place: Place) -> None:
    sessions = place.sessions(60)
    with pytest.raises(UsageError, match="no JSON"):
        await sessions.put("a", b"{turn: 3}")
    with pytest.raises(UsageError, match="more than 262,144"):
        await sessions.put("a", b'"' + bytes(VALUE_BYTES_MAX) + b'"')
    assert await sessions.get("a") is None
    await sessions.close()


async def test_a_lock_is_held_by_one_and_its_token_grows_by_one(place: Place) -> None:
    sessions, other = place.sessions(60), place.sessions(60)
    async with sessions.lock("door", ttl_s=60) as first:
        with pytest.raises(Taken, match="'door' is held by somebody else"):
            async with other.lock("door", ttl_s=60):
                pass
        async with other.lock("window", ttl_s=60):
            pass
    async with other.lock("door", ttl_s=60) as second:
        assert second.token == first.token + 1
    await sessions.close()
    await other.close()


async def test_whoever_waits_gets_the_lock_when_it_is_given_back(place: Place) -> None:
    sessions = place.sessions(60)
    inside = 0
    tokens = []

    async def pass_through() -> None:
        nonlocal inside
        async with sessions.lock("door", ttl_s=60, wait_s=30) as fence:
            inside += 1
            assert inside == 1
            tokens.append(fence.token)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(pass_through() for _ in range(6)))
    assert tokens == list(range(tokens[0], tokens[0] + 6))
    await sessions.close()


async def test_a_lock_that_expired_is_lost_and_cannot_be_renewed(place: Place) -> None:
    sessions, other = place.sessions(60), place.sessions(60)
    late = sessions.lock("door", ttl_s=SHORT_S)
    stale = await late.__aenter__()
    await place.wait(2 * SHORT_S)
    with pytest.raises(Lost, match="'door' is not held any more"):
        await stale.renew()
    async with other.lock("door", ttl_s=60) as fresh:
        assert fresh.token == stale.token + 1
        with pytest.raises(Lost):
            await stale.renew()
    with pytest.raises(Lost, match="before it was renewed or given back"):
        await late.__aexit__(None, None, None)
    await sessions.close()
    await other.close()


async def test_a_stale_holder_that_leaves_frees_nothing(place: Place) -> None:
    sessions, other = place.sessions(60), place.sessions(60)
    late = sessions.lock("door", ttl_s=SHORT_S)
    await late.__aenter__()
    await place.wait(2 * SHORT_S)
    async with other.lock("door", ttl_s=60):
        with pytest.raises(Lost):
            await late.__aexit__(None, None, None)
        with pytest.raises(Taken):
            async with sessions.lock("door", ttl_s=60):
                pass
    await sessions.close()
    await other.close()


async def test_a_lock_that_is_renewed_lasts(place: Place) -> None:
    sessions, other = place.sessions(60), place.sessions(60)
    async with sessions.lock("door", ttl_s=10 * SHORT_S) as fence:
        for _ in range(3):
            await place.wait(4 * SHORT_S)
            await fence.renew()
        with pytest.raises(Taken):
            async with other.lock("door", ttl_s=1):
                pass
    await sessions.close()
    await other.close()


async def test_what_is_raised_inside_a_lock_comes_out_and_the_lock_is_free(place: Place) -> None:
    sessions = place.sessions(60)

    async def break_something(ttl_s: float) -> None:
        async with sessions.lock("door", ttl_s=ttl_s):
            await place.wait(2 * SHORT_S)
            raise RunError("it broke")

    with pytest.raises(RunError, match="it broke"):
        await break_something(SHORT_S)
    with pytest.raises(RunError, match="it broke"):
        await break_something(60)
    async with sessions.lock("door", ttl_s=60):
        pass
    await sessions.close()


@pytest.mark.parametrize("ttl_s", [0.0, -1.0, float("nan"), float("inf"), 2 * TTL_S_MAX])
async def test_what_no_time_is_nothing_lasts_so_long(place: Place, ttl_s: float) -> None:
    sessions, refused = place.sessions(60), rf"cannot be held for {ttl_s:g} s: ttl_s is more than 0".replace("+", r"\+")
    version = await sessions.put("a", b"1", ttl_s=TTL_S_MAX)
    with pytest.raises(UsageError, match=refused):
        await sessions.put("a", b"2", ttl_s=ttl_s)
    for expected in (version, version + 1):
        with pytest.raises(UsageError, match=refused):
            await sessions.compare_and_set("a", b"2", expected, ttl_s=ttl_s)
    with pytest.raises(UsageError, match=refused):
        async with sessions.lock("door", ttl_s=ttl_s):
            pass
    with pytest.raises(UsageError, match=refused):
        place.sessions(ttl_s)
    assert await sessions.get("a") == Value(data=b"1", version=version)
    await sessions.close()


async def test_a_lock_is_waited_for_during_a_number_of_seconds(place: Place) -> None:
    sessions = place.sessions(60)
    with pytest.raises(UsageError, match="wait_s is a number of seconds"):
        async with sessions.lock("door", ttl_s=1, wait_s=float("nan")):
            pass
    await sessions.close()
