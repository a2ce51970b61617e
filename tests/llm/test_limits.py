"""Limits: what is asked of a provider in a minute and at once, in turn and within the deadline."""

import asyncio
import contextlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.llm.leaves import Leaf, a_call, a_failure, a_request
from tests.llm.virtual_time import in_virtual_time, now_s

from fabula.llm.layers.limits import HELD_S_MAX, WINDOW_S, Gate, Limit, tokens_asked
from fabula.llm.values import FailureKind, ModelFailed
from fabula.settings import LimitSettings


def limits(*, requests: int | None = None, tokens: int | None = None, concurrent: int = 256) -> LimitSettings:
    return LimitSettings(requests_per_minute=requests, tokens_per_minute=tokens, concurrent=concurrent)


async def ask_all(limit: Limit, times: int, *, within_s: float = 1000.0) -> list[str | FailureKind]:
    """So many calls at once, named by their number."""
    return await asyncio.gather(*(outcome(limit, str(number), within_s=within_s) for number in range(times)))


async def outcome(
    limit: Limit, text: str = "", *, within_s: float = 1000.0, tokens_max: int = 100
) -> str | FailureKind:
    try:
        return (await limit.ask(a_call(text, within_s=within_s, tokens_max=tokens_max))).text
    except ModelFailed as error:
        return error.failure.kind


def test_without_limits_nobody_waits() -> None:
    async def story() -> list[float]:
        leaf = Leaf()
        await ask_all(Limit(leaf, Gate(limits())), 200)
        return leaf.asked_s

    assert in_virtual_time(story()) == [0.0] * 200


def test_no_more_requests_a_minute_than_allowed() -> None:
    async def story() -> list[float]:
        leaf = Leaf()
        await ask_all(Limit(leaf, Gate(limits(requests=2))), 5)
        return leaf.asked_s

    assert in_virtual_time(story()) == [0.0, 0.0, 60.0, 60.0, 120.0]


def test_prompts_and_longest_answers_count_as_tokens() -> None:
    assert tokens_asked(a_request("x" * 400, tokens_max=50)) == 150

    async def story() -> list[float]:
        leaf = Leaf()
        limit = Limit(leaf, Gate(limits(tokens=300)))
        await asyncio.gather(*(outcome(limit, "x" * 400, tokens_max=50) for _ in range(5)))
        return leaf.asked_s

    assert in_virtual_time(story()) == [0.0, 0.0, 60.0, 60.0, 120.0]


def test_a_request_beyond_all_limits_fails_at_once_and_says_why() -> None:
    async def story() -> str:
        with pytest.raises(ModelFailed) as failed:
            await Limit(Leaf(), Gate(limits(tokens=100))).ask(a_call("x" * 400, tokens_max=50))
        assert failed.value.failure.kind is FailureKind.LIMITED
        return failed.value.failure.why

    assert in_virtual_time(story()) == "it needs about 150 tokens, 100 a minute are allowed"


def test_no_more_at_once_than_allowed() -> None:
    async def story() -> tuple[int, float]:
        leaf = Leaf(takes_s=1.0)
        await ask_all(Limit(leaf, Gate(limits(concurrent=4))), 12)
        return leaf.under_way_max, now_s()

    assert in_virtual_time(story()) == (4, 3.0)


def test_everybody_goes_in_the_order_of_arrival() -> None:
    async def story() -> list[str]:
        leaf = Leaf(takes_s=0.5)
        await ask_all(Limit(leaf, Gate(limits(requests=3, concurrent=2))), 10)
        return leaf.texts

    assert in_virtual_time(story()) == [str(number) for number in range(10)]


def test_a_small_request_does_not_overtake_a_big_one() -> None:
    async def story() -> list[str]:
        leaf = Leaf()
        limit = Limit(leaf, Gate(limits(tokens=100)))
        await asyncio.gather(
            outcome(limit, "first", tokens_max=60),
            outcome(limit, "big", tokens_max=90),
            outcome(limit, "small", tokens_max=1),
        )
        return leaf.texts

    assert in_virtual_time(story()) == ["first", "big", "small"]


def test_a_turn_that_would_come_too_late_is_not_waited_for() -> None:
    async def story() -> tuple[list[str | FailureKind], float]:
        limit = Limit(Leaf(), Gate(limits(requests=1)))
        await outcome(limit)
        waiting = asyncio.create_task(outcome(limit, within_s=100.0))
        await asyncio.sleep(1)
        results = [await outcome(limit, within_s=58.0), await outcome(limit, within_s=59.0)]
        at_s = now_s()
        await waiting
        return results, at_s

    assert in_virtual_time(story()) == ([FailureKind.LIMITED, FailureKind.LIMITED], 1.0)


def test_whoever_is_first_in_line_does_not_wait_in_vain_either_and_leaves_the_place_to_others() -> None:
    async def story() -> tuple[list[str | FailureKind], float]:
        limit = Limit(Leaf(), Gate(limits(requests=1, concurrent=1)))
        results = [await outcome(limit), await outcome(limit, within_s=59.0)]
        at_s = now_s()
        return [*results, await outcome(limit, within_s=61.0)], at_s

    assert in_virtual_time(story()) == (["yes", FailureKind.LIMITED, "yes"], 0.0)


def test_a_big_request_that_leaves_the_line_is_in_nobodys_way() -> None:
    async def story() -> str | FailureKind:
        limit = Limit(Leaf(), Gate(limits(tokens=100)))
        await outcome(limit, tokens_max=60)
        big = asyncio.create_task(outcome(limit, tokens_max=90))
        await asyncio.sleep(1)
        big.cancel()
        await asyncio.wait([big])
        return await outcome(limit, tokens_max=40, within_s=1.0)

    assert in_virtual_time(story()) == "yes"


def test_nobody_waits_beyond_the_deadline_for_a_place() -> None:
    async def story() -> tuple[str | FailureKind, float]:
        limit = Limit(Leaf(takes_s=1000.0), Gate(limits(concurrent=1)))
        long = asyncio.create_task(outcome(limit))
        await asyncio.sleep(0)
        result, at_s = await outcome(limit, within_s=7.0), now_s()
        long.cancel()
        return result, at_s

    assert in_virtual_time(story()) == (FailureKind.LIMITED, 7.0)


def test_whoever_is_cancelled_takes_nothing_from_the_others() -> None:
    async def story() -> list[float]:
        leaf = Leaf()
        limit = Limit(leaf, Gate(limits(requests=1, concurrent=3)))
        tasks = [asyncio.create_task(outcome(limit, str(number))) for number in range(6)]
        await asyncio.sleep(1)
        for number in (1, 2, 4):
            tasks[number].cancel()
        await asyncio.wait(tasks)
        assert leaf.texts == ["0", "3", "5"]
        return leaf.asked_s

    assert in_virtual_time(story()) == [0.0, 60.0, 120.0]


def test_a_failure_or_a_cancelled_answer_frees_its_place() -> None:
    async def story() -> int:
        leaf = Leaf(FailureKind.REJECTED, takes_s=1.0)
        limit = Limit(leaf, Gate(limits(concurrent=1)))
        await outcome(limit)
        cancelled = asyncio.create_task(outcome(limit))
        await asyncio.sleep(0.5)
        cancelled.cancel()
        await asyncio.wait([cancelled])
        assert await outcome(limit, within_s=1.5) == "yes"
        return leaf.cancelled

    assert in_virtual_time(story()) == 1


def test_a_provider_that_asks_to_be_left_alone_is_by_everybody() -> None:
    async def story() -> list[float]:
        leaf, gate = Leaf(), Gate(limits())
        gate.failed(a_call(), a_failure(FailureKind.RATE_LIMITED, retry_after_s=9.0))
        await ask_all(Limit(leaf, gate), 3)
        return leaf.asked_s

    assert in_virtual_time(story()) == [9.0] * 3


def test_whoever_cannot_wait_as_long_as_the_provider_asks_fails_at_once() -> None:
    async def story() -> tuple[str | FailureKind, bool, float]:
        gate = Gate(limits())
        call = a_call(within_s=8.0)
        gate.failed(call, a_failure(FailureKind.RATE_LIMITED, retry_after_s=9.0))
        return await outcome(Limit(Leaf(), gate), within_s=8.0), gate.allows(call), now_s()

    assert in_virtual_time(story()) == (FailureKind.LIMITED, False, 0.0)


@pytest.mark.parametrize("retry_after_s", [-1.0, float("nan"), float("inf"), 1e9])
def test_no_provider_can_close_the_gate_for_ever(retry_after_s: float) -> None:
    async def story() -> float:
        gate = Gate(limits())
        gate.failed(a_call(), a_failure(FailureKind.RATE_LIMITED, retry_after_s=retry_after_s))
        assert await outcome(Limit(Leaf(), gate), within_s=1e10) == "yes"
        return now_s()

    assert in_virtual_time(story()) <= HELD_S_MAX


@given(
    arrivals=st.lists(st.tuples(st.floats(0, 200), st.integers(1, 100), st.floats(0, 300)), max_size=30),
    requests=st.integers(1, 5),
    tokens=st.integers(60, 200),
    concurrent=st.integers(1, 3),
)
def test_no_window_of_a_minute_holds_more_than_allowed(
    arrivals: Sequence[tuple[float, int, float]], requests: int, tokens: int, concurrent: int
) -> None:
    async def story() -> list[tuple[float, int]]:
        seen = list[tuple[float, int]]()
        gate = Gate(limits(requests=requests, tokens=tokens, concurrent=concurrent))

        async def arrive(after_s: float, tokens_max: int, within_s: float) -> None:
            await asyncio.sleep(after_s)
            call = a_call("", tokens_max=tokens_max, within_s=within_s)
            with contextlib.suppress(ModelFailed):
                await gate.enter(call)
                assert now_s() <= call.deadline_s
                seen.append((now_s(), tokens_max))
                await asyncio.sleep(1)
                gate.leave()

        await asyncio.gather(*(arrive(*arrival) for arrival in arrivals))
        return seen

    seen = in_virtual_time(story())
    for start_s, _ in seen:
        window = [amount for at_s, amount in seen if start_s <= at_s < start_s + WINDOW_S]
        assert len(window) <= requests
        assert sum(window) <= tokens
