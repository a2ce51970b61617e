"""What a publisher on Redis holds back: in order, tried a little at a time, and never before its time."""

import asyncio
import math
from collections.abc import Sequence

import pytest

pytest.importorskip("redis", reason="what a publisher on Redis needs")

from fabula.bus.redis.held import PROBE, PROBE_PAUSE_S, PROBE_PAUSE_S_MAX, HeldBack
from fabula.bus.redis.outgoing import Outgoing


def outgoing(count: int, address: str = "player") -> list[Outgoing]:
    loop = asyncio.get_running_loop()
    return [Outgoing("n", address, "", b"%d" % number, 1.0, loop.create_future()) for number in range(count)]


def begun(held: HeldBack, now: float) -> list[Outgoing]:
    batch: list[Outgoing] = []
    assert held.begin_batch(batch, now) == sum(len(message.body) for message in batch)
    return batch


def bodies(messages: Sequence[Outgoing]) -> list[bytes]:
    return [message.body for message in messages]


async def test_what_is_held_back_is_tried_a_little_at_a_time_and_more_as_long_as_there_is_room() -> None:
    held, messages = HeldBack(), outgoing(PROBE * 4)
    held.tried("player", messages[:1], 0.0)
    for message in messages[1:]:
        held.add(message)
    assert begun(held, PROBE_PAUSE_S / 2) == []
    first = begun(held, PROBE_PAUSE_S)
    assert bodies(first) == bodies(messages[:PROBE])
    assert held.next_at == math.inf
    held.tried("player", [], 1.0)
    assert bodies(begun(held, 1.0)) == bodies(messages[PROBE : PROBE * 3])


async def test_what_is_refused_again_is_first_again_and_waits_longer_up_to_a_bound() -> None:
    held, messages = HeldBack(), outgoing(3)
    held.tried("player", messages[:2], 0.0)
    held.add(messages[2])
    pauses_s = []
    for _ in range(8):
        now = held.next_at
        batch = begun(held, now)
        assert bodies(batch) == [b"0", b"1", b"2"]
        held.tried("player", batch, now)
        pauses_s.append(held.next_at - now)
    assert pauses_s[0] == pytest.approx(2 * PROBE_PAUSE_S)
    assert pauses_s[-1] == pytest.approx(PROBE_PAUSE_S_MAX)


async def test_an_address_that_has_room_for_all_holds_nothing_back_and_others_still_do() -> None:
    held = HeldBack()
    held.tried("player", outgoing(1), 0.0)
    held.tried("dm", outgoing(1, "dm"), 5.0)
    assert bodies(begun(held, 1.0)) == [b"0"]
    held.tried("player", [], 1.0)
    assert "player" not in held
    assert "dm" in held
    assert [message.address for message in held] == ["dm"]


async def test_what_nobody_waits_for_any_more_is_not_tried() -> None:
    held, messages = HeldBack(), outgoing(2)
    held.tried("player", messages, 0.0)
    for message in messages:
        message.settled.cancel()
    assert begun(held, 1.0) == []
    assert not held


async def test_what_is_behind_a_probe_that_nobody_waits_for_is_tried_next() -> None:
    held, messages = HeldBack(), outgoing(PROBE + 1)
    held.tried("player", messages, 0.0)
    begun(held, 1.0)
    assert held.next_at == math.inf
    held.let_go("player")
    assert bodies(begun(held, 0.0)) == bodies(messages[PROBE:])
