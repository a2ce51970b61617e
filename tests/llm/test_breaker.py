"""The breaker: a model that keeps failing is left alone, and tried again one call at a time."""

import asyncio

import pytest
from tests.llm.leaves import Leaf, a_call
from tests.llm.virtual_time import in_virtual_time

from fabula.llm.layer import Layer
from fabula.llm.layers.breaker import COUNTED, Breaker, Circuit, CircuitState
from fabula.llm.layers.retry import Retry
from fabula.llm.values import Failure, FailureKind, ModelFailed, Reply

DOWN = FailureKind.OVERLOADED


def a_breaker(
    leaf: Layer, *, failures_max: int = 3, open_s: float = 60.0, attempts_max: int = 1
) -> tuple[Breaker, Circuit]:
    circuit = Circuit(failures_max=failures_max, open_s=open_s)
    return Breaker(Retry(leaf, attempts_max=attempts_max, watches=[circuit]), circuit), circuit


async def outcome(breaker: Breaker, *, within_s: float = 300.0) -> FailureKind | str:
    """The text of the answer, or how it failed."""
    try:
        return (await breaker.ask(a_call(within_s=within_s))).text
    except ModelFailed as error:
        return error.failure.kind


async def outcomes(breaker: Breaker, times: int) -> list[FailureKind | str]:
    """One after the other."""
    return [await outcome(breaker) for _ in range(times)]


def state(circuit: Circuit) -> CircuitState:
    """As it is now; a function, since types take an attribute to stay as it was."""
    return circuit.state


@pytest.mark.parametrize("kind", sorted(COUNTED))
def test_failures_in_a_row_open_it(kind: FailureKind) -> None:
    async def story() -> None:
        leaf = Leaf(kind, kind, kind)
        breaker, circuit = a_breaker(leaf, failures_max=3)
        assert await outcomes(breaker, 5) == [kind, kind, kind, FailureKind.BREAKER_OPEN, FailureKind.BREAKER_OPEN]
        assert state(circuit) is CircuitState.OPEN
        assert len(leaf.asked_s) == 3

    in_virtual_time(story())


def test_an_answer_in_between_starts_the_count_anew() -> None:
    async def story() -> None:
        breaker, circuit = a_breaker(Leaf(DOWN, DOWN, "up", DOWN, DOWN), failures_max=3)
        await outcomes(breaker, 5)
        assert state(circuit) is CircuitState.CLOSED

    in_virtual_time(story())


@pytest.mark.parametrize("kind", sorted(set(FailureKind) - COUNTED))
def test_failures_that_say_nothing_of_the_provider_do_not_count(kind: FailureKind) -> None:
    async def story() -> None:
        breaker, circuit = a_breaker(Leaf(DOWN, *[kind] * 20, DOWN), failures_max=3)
        await outcomes(breaker, 21)
        assert state(circuit) is CircuitState.CLOSED
        await outcome(breaker)
        assert state(circuit) is CircuitState.CLOSED

    in_virtual_time(story())


def test_every_attempt_counts_and_the_last_that_opens_it_is_the_last_made() -> None:
    async def story() -> None:
        leaf = Leaf(*[DOWN] * 20)
        breaker, circuit = a_breaker(leaf, failures_max=5, attempts_max=3)
        await outcomes(breaker, 4)
        assert (len(leaf.asked_s), state(circuit)) == (5, CircuitState.OPEN)

    in_virtual_time(story())


def test_after_a_while_one_call_tries_and_its_answer_closes_it() -> None:
    async def story() -> None:
        breaker, circuit = a_breaker(Leaf(DOWN, DOWN, DOWN, "back"), failures_max=3, open_s=60.0)
        await outcomes(breaker, 3)
        await asyncio.sleep(59.9)
        assert await outcome(breaker) is FailureKind.BREAKER_OPEN
        await asyncio.sleep(0.1)
        assert state(circuit) is CircuitState.HALF_OPEN
        assert await outcomes(breaker, 2) == ["back", "yes"]
        assert state(circuit) is CircuitState.CLOSED

    in_virtual_time(story())


def test_a_trial_that_fails_opens_it_again_for_as_long() -> None:
    async def story() -> None:
        leaf = Leaf(*[DOWN] * 5)
        breaker, circuit = a_breaker(leaf, failures_max=3, open_s=60.0, attempts_max=3)
        await outcomes(breaker, 2)
        await asyncio.sleep(60)
        await outcome(breaker)
        assert state(circuit) is CircuitState.OPEN
        assert len(leaf.asked_s) == 4, "a trial is one attempt"
        await asyncio.sleep(59.9)
        assert state(circuit) is CircuitState.OPEN

    in_virtual_time(story())


def test_no_herd_passes_when_it_is_half_open() -> None:
    async def story() -> None:
        leaf = Leaf(DOWN, DOWN, DOWN, takes_s=1.0)
        breaker, _ = a_breaker(leaf, failures_max=3, open_s=60.0)
        await outcomes(breaker, 3)
        await asyncio.sleep(60)
        results = await asyncio.gather(*(outcome(breaker) for _ in range(100)))
        assert results == ["yes"] + [FailureKind.BREAKER_OPEN] * 99
        assert len(leaf.asked_s) == 4

    in_virtual_time(story())


def test_one_hundred_calls_at_once_are_stopped_after_the_failures_it_takes() -> None:
    """Those already under way when the first fail cannot be unasked; none of them is asked again."""

    async def story() -> None:
        leaf = Leaf(*[DOWN] * 1000, takes_s=1.0)
        breaker, circuit = a_breaker(leaf, failures_max=5, attempts_max=3)
        await asyncio.gather(*(outcome(breaker) for _ in range(100)))
        assert state(circuit) is CircuitState.OPEN
        assert len(leaf.asked_s) == 100

    in_virtual_time(story())


def test_what_was_under_way_when_it_opened_neither_closes_nor_opens_it() -> None:
    async def story() -> None:
        slow = _OneSlow()
        breaker, circuit = a_breaker(slow, failures_max=2, open_s=10.0)
        late_answer = asyncio.create_task(outcome(breaker))
        await asyncio.sleep(1)
        assert await outcomes(breaker, 2) == [DOWN, DOWN]
        slow.answer.set()
        assert await late_answer == "late"
        assert state(circuit) is CircuitState.OPEN

    in_virtual_time(story())


class _OneSlow:
    """Answers the first question once told to; the others fail at once."""

    def __init__(self) -> None:
        self.answer = asyncio.Event()
        self._asked = 0

    async def ask(self, call: object) -> Reply:
        self._asked += 1
        if self._asked > 1:
            raise ModelFailed(Failure(kind=DOWN, model="m", why="it is down"))
        await self.answer.wait()
        return Reply(text="late")


def test_a_late_failure_does_not_end_another_calls_trial() -> None:
    async def story() -> None:
        leaf = Leaf(DOWN, DOWN, DOWN, takes_s=20.0)
        breaker, circuit = a_breaker(leaf, failures_max=2, open_s=10.0)
        early = [asyncio.create_task(outcome(breaker)) for _ in range(2)]
        await asyncio.sleep(15)
        late = asyncio.create_task(outcome(breaker))  # Fails at 35, in the midst of the trial from 31 to 51.
        await asyncio.gather(*early)
        await asyncio.sleep(11)
        trial = asyncio.create_task(outcome(breaker))
        assert await late is DOWN
        assert state(circuit) is CircuitState.HALF_OPEN
        assert await trial == "yes"
        assert state(circuit) is CircuitState.CLOSED

    in_virtual_time(story())


def test_a_cancelled_trial_leaves_the_next_call_to_try() -> None:
    async def story() -> None:
        breaker, circuit = a_breaker(Leaf(DOWN, DOWN, takes_s=5.0), failures_max=2, open_s=10.0)
        await outcomes(breaker, 2)
        await asyncio.sleep(10)
        trial = asyncio.create_task(outcome(breaker))
        await asyncio.sleep(1)
        trial.cancel()
        await asyncio.wait([trial])
        assert state(circuit) is CircuitState.HALF_OPEN
        assert await outcome(breaker) == "yes"
        assert state(circuit) is CircuitState.CLOSED

    in_virtual_time(story())


def test_cancelled_calls_do_not_count() -> None:
    async def story() -> None:
        breaker, circuit = a_breaker(Leaf(takes_s=5.0), failures_max=2)
        calls = [asyncio.create_task(outcome(breaker)) for _ in range(20)]
        await asyncio.sleep(1)
        for call in calls:
            call.cancel()
        await asyncio.wait(calls)
        assert state(circuit) is CircuitState.CLOSED

    in_virtual_time(story())


def test_whoever_is_kept_out_is_told_why_and_for_how_long() -> None:
    async def story() -> str:
        breaker, _ = a_breaker(Leaf(DOWN, DOWN), failures_max=2, open_s=60.0)
        await outcomes(breaker, 2)
        with pytest.raises(ModelFailed) as failed:
            await breaker.ask(a_call())
        return failed.value.failure.why

    assert in_virtual_time(story()) == "it failed 2 times in a row and is left alone for 60 s more"
