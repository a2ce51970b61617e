"""Lanes: order, side by side, retries, fates, and their end."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from tests.bus.samples import Handled, Held, Notes, a_request, an_event, number_of, until

from fabula.bus import (
    Bounds,
    BusDown,
    Delivery,
    Figures,
    Handler,
    Lanes,
    Message,
    Priority,
    Unanswerable,
    What,
)
from fabula.errors import RunError


class Fates:
    """A carrier that remembers what became of each delivery."""

    def __init__(self) -> None:
        self.done_with: list[Any] = []
        self.replies: list[Message] = []
        self.letters: list[tuple[Any, str, int]] = []
        self.away: Exception | None = None

    async def done(self, token: Any, delivery: Delivery) -> None:
        self._be_there()
        self.done_with.append(token)

    async def reply(self, delivery: Delivery, response: Message) -> None:
        self._be_there()
        self.replies.append(response)

    async def dead(self, token: Any, delivery: Delivery, cause: str, tries: int) -> None:
        self._be_there()
        self.letters.append((token, cause, tries))

    def _be_there(self) -> None:
        if self.away is not None:
            raise self.away


class Pauses:
    """Sleeps no time at all, and remembers how long it was to be."""

    def __init__(self) -> None:
        self.lengths_s: list[float] = []

    async def __call__(self, length_s: float) -> None:
        self.lengths_s.append(length_s)
        await asyncio.sleep(0)


class Bench:
    """Lanes with everything about them."""

    def __init__(self, handler: Handler, *, jitter: float = 0.5, **bounds: Any) -> None:
        self.fates, self.pauses, self.notes, self.figures = Fates(), Pauses(), Notes(), Figures()
        self.lanes = Lanes(
            handler,
            self.fates,
            bounds=Bounds(**bounds),
            figures=self.figures,
            journal=self.notes,
            agent="player",
            group="main",
            sleep=self.pauses,
            jitter=lambda: jitter,
            now=lambda: 7.0,
        )

    def put(self, message: Message, *, tries: int = 1, token: Any = None) -> bool:
        token = number_of(message) if token is None else token
        return self.lanes.put_nowait(Delivery(message=message, group="main", tries=tries), token)

    @property
    def whats(self) -> list[What]:
        return [hop.what for hop in self.notes.hops]


async def test_what_was_handled_is_acknowledged_in_order() -> None:
    bench = Bench(Handled())
    for number in range(100):
        assert bench.put(an_event(number))
    await bench.lanes.drain()
    assert bench.fates.done_with == list(range(100))
    assert bench.whats == [What.HANDLED] * 100
    assert {(hop.at, hop.group) for hop in bench.notes.hops} == {(7.0, "main")}
    assert bench.figures.report()["player"].processed == 100
    assert await bench.lanes.close() == []


async def test_there_are_never_more_at_hand_than_may_be() -> None:
    held = Held()
    bench = Bench(held, at_hand_max=3)
    assert [bench.put(an_event(number)) for number in range(5)] == [True, True, True, False, False]
    assert bench.lanes.room == 0
    waiting = asyncio.create_task(bench.lanes.put(Delivery(message=an_event(9), group="main", tries=1), 9))
    await until(lambda: held.begun == [0])
    assert not waiting.done()
    held.free.set()
    await waiting
    await bench.lanes.drain()
    assert bench.fates.done_with == [0, 1, 2, 9]
    assert bench.lanes.room == 3


async def test_high_is_begun_before_normal_before_low_and_first_come_within_each() -> None:
    handled = Handled()
    bench = Bench(handled, concurrent=1)
    for number in range(9):
        bench.put(an_event(number, session=number, priority=list(Priority)[2 - number % 3]))
    await bench.lanes.drain()
    assert handled.numbers == [2, 5, 8, 1, 4, 7, 0, 3, 6]


async def test_as_many_lanes_are_at_work_as_may_be_and_no_more() -> None:
    held = Held()
    bench = Bench(held, concurrent=4)
    for number in range(12):
        bench.put(an_event(number, session=number % 6))
    await until(lambda: len(held.begun) == 4)
    await asyncio.sleep(0.01)
    assert held.begun == [0, 1, 2, 3]
    held.free.set()
    await bench.lanes.drain()
    assert sorted(held.numbers) == list(range(12))


async def test_waits_double_up_to_a_bound_and_vary_by_half_either_way() -> None:
    async def fail(delivery: Delivery) -> None:
        raise OSError("no ink")

    for jitter, factor in ((0.0, 0.5), (0.5, 1.0), (1.0, 1.5)):
        bench = Bench(fail, jitter=jitter, backoff_s=1.0, backoff_s_max=5.0, tries_max=5)
        bench.put(an_event(1))
        await bench.lanes.drain()
        assert bench.pauses.lengths_s == [factor * wait_s for wait_s in (1.0, 2.0, 4.0, 5.0)]
        assert bench.fates.letters == [(1, "OSError: no ink", 5)]
        assert bench.fates.done_with == []
        assert bench.whats == [What.FAILED] * 5 + [What.DEAD]


async def test_a_failure_holds_up_its_own_lane_and_takes_nobody_s_place() -> None:
    order: list[int] = []
    last = asyncio.Event()

    async def handle(delivery: Delivery) -> None:
        number = number_of(delivery.message)
        if number == 0 and delivery.tries == 1:
            raise OSError("no ink")
        order.append(number)
        if number == 3:
            last.set()

    bench = Bench(handle, concurrent=1)

    async def until_the_last(_: float) -> None:
        await last.wait()

    bench.lanes._sleep = until_the_last
    bench.put(an_event(0))
    bench.put(an_event(1))
    bench.put(an_event(2, priority=Priority.LOW))
    bench.put(an_event(3, session=2))
    await bench.lanes.drain()
    assert order in ([3, 2, 0, 1], [3, 0, 1, 2])


async def test_tries_go_on_from_what_the_carrier_says() -> None:
    tries: list[tuple[int, int]] = []

    async def fail(delivery: Delivery) -> None:
        tries.append((delivery.tries, delivery.message.metadata.retry_count))
        raise OSError("no ink")

    bench = Bench(fail)
    bench.put(an_event(1), tries=4)
    await bench.lanes.drain()
    assert tries == [(4, 3), (5, 4)]
    assert bench.fates.letters == [(1, "OSError: no ink", 5)]


async def test_what_was_handed_out_too_often_is_not_begun_again() -> None:
    handled = Handled()
    bench = Bench(handled)
    bench.put(an_event(1), tries=6)
    await bench.lanes.drain()
    assert handled.numbers == []
    assert bench.fates.letters == [(1, "was handed out 5 times and never finished", 5)]


async def test_a_cause_is_cut_and_says_what_kind_of_error_it_was() -> None:
    async def fail(delivery: Delivery) -> None:
        raise (KeyError() if number_of(delivery.message) else ValueError("x" * 10_000))

    bench = Bench(fail, tries_max=1)
    bench.put(an_event(0))
    bench.put(an_event(1))
    await bench.lanes.drain()
    assert [cause for _, cause, _ in bench.fates.letters] == ["ValueError: " + "x" * 488, "KeyError"]


async def test_a_request_is_answered_before_it_is_acknowledged() -> None:
    async def answer(delivery: Delivery) -> Mapping[str, Any] | None:
        if number_of(delivery.message) == 2:
            raise Unanswerable("no such place")
        return {"sum": 7}

    bench = Bench(answer)
    for message in (a_request(1), a_request(2), an_event(3)):
        bench.put(message)
    await bench.lanes.drain()
    assert [reply.payload for reply in bench.fates.replies] == [
        {"success": True, "data": {"sum": 7}},
        {"success": False, "data": {"error": "no such place"}},
    ]
    assert bench.fates.done_with == [1, 2, 3]
    assert [hop.why for hop in bench.notes.hops] == ["", "no such place", ""]


async def test_an_answer_that_cannot_be_sent_is_a_failure_of_the_handler() -> None:
    async def talkative(delivery: Delivery) -> Mapping[str, Any]:
        return {"text": "x" * 2**20}

    bench = Bench(talkative, tries_max=1)
    bench.put(a_request(1))
    await bench.lanes.drain()
    figures = bench.figures.report()["player"]
    assert (figures.processed, figures.errors, figures.dead) == (0, 1, 1)
    assert What.HANDLED not in bench.whats
    assert bench.fates.letters[0][1].startswith("BadMessage: ")


async def test_a_broker_that_is_away_stops_nothing_and_what_it_was_not_told_is_forgotten_here() -> None:
    async def handle(delivery: Delivery) -> Mapping[str, Any]:
        if number_of(delivery.message) == 2:
            raise Unanswerable("never")
        return {}

    bench = Bench(handle)
    bench.fates.away = BusDown("gone")
    for message in (an_event(1), an_event(2), a_request(3)):
        bench.put(message)
    await bench.lanes.drain()
    assert (bench.fates.done_with, bench.fates.letters, bench.fates.replies) == ([], [], [])
    assert (bench.figures.counts().carrier_errors, bench.figures.counts().carrier_error) == (3, "BusDown: gone")
    assert What.DEAD not in bench.whats
    bench.fates.away = None
    bench.put(an_event(4))
    await bench.lanes.drain()
    assert bench.fates.done_with == [4]


async def test_a_handler_out_of_time_is_stopped_even_if_it_takes_no_notice_at_first() -> None:
    notices = 0

    async def handle(delivery: Delivery) -> None:
        nonlocal notices
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            notices += 1
            await asyncio.sleep(60)

    bench = Bench(handle, handle_s_max=0.02, tries_max=1)
    bench.put(an_event(1))
    bench.put(an_event(2))
    await bench.lanes.drain()
    assert notices == 2
    cause = "TimeoutError: it was not done within 0.02 s"
    assert bench.fates.letters == [(1, cause, 1), (2, cause, 1)]


async def test_a_handler_that_is_stopped_and_finishes_all_the_same_has_succeeded() -> None:
    async def handle(delivery: Delivery) -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            return

    bench = Bench(handle, handle_s_max=0.02)
    for number in range(3):
        bench.put(an_event(number))
    await bench.lanes.drain()
    assert bench.fates.done_with == [0, 1, 2]


async def test_a_handler_whose_own_task_was_cancelled_has_failed() -> None:
    async def handle(delivery: Delivery) -> None:
        task = asyncio.create_task(asyncio.sleep(60))
        task.cancel()
        await task

    bench = Bench(handle, tries_max=1)
    bench.put(an_event(1))
    await bench.lanes.drain()
    assert bench.fates.letters == [(1, "RuntimeError: it was cancelled, or what it waited for was", 1)]


async def test_closing_finishes_what_was_begun_and_hands_back_the_rest_in_order() -> None:
    held = Held()
    bench = Bench(held, concurrent=2)
    for number in range(8):
        bench.put(an_event(number, session=number % 2))
    await until(lambda: held.begun == [0, 1])
    closing = asyncio.create_task(bench.lanes.close())
    await asyncio.sleep(0.01)
    assert not closing.done()
    assert not bench.put(an_event(9))
    held.free.set()
    assert await closing == [2, 4, 6, 3, 5, 7]
    assert sorted(bench.fates.done_with) == [0, 1]
    assert await bench.lanes.close() == []
    with pytest.raises(RunError):
        await bench.lanes.put(Delivery(message=an_event(9), group="main", tries=1), 9)


async def test_what_waits_to_be_tried_again_is_handed_back_with_its_count() -> None:
    async def fail(delivery: Delivery) -> None:
        raise OSError("no ink")

    bench = Bench(fail)

    async def for_ever(_: float) -> None:
        await asyncio.Event().wait()

    bench.lanes._sleep = for_ever
    bench.put(an_event(1))
    bench.put(an_event(2))
    await until(lambda: bench.whats == [What.FAILED])
    left = await bench.lanes.leave()
    assert [(token, delivery.tries) for delivery, token in left] == [(1, 2), (2, 1)]
    assert left[0][0].message.metadata.retry_count == 1


async def test_a_handler_that_never_waits_lets_others_have_their_turn() -> None:
    handled = Handled()
    bench = Bench(handled, at_hand_max=10_000)
    for number in range(1000):
        bench.put(an_event(number))
    turns = 0
    while len(handled.deliveries) < 1000:
        await asyncio.sleep(0)
        turns += 1
    assert turns >= 10
