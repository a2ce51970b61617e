"""Retries: which failures are tried again, how often, and after how long."""

import asyncio
import contextlib
import itertools
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.llm.leaves import Heard, Leaf, Purse, a_call, a_failure
from tests.llm.virtual_time import in_virtual_time, now_s

from fabula.llm.layer import Call
from fabula.llm.layers.retry import GRACE_S, PAUSE_S, PAUSE_S_MAX, Retry
from fabula.llm.values import Failure, FailureKind, ModelFailed, Reply

PASSING = [FailureKind.OVERLOADED, FailureKind.UNREACHABLE, FailureKind.CUT_OFF, FailureKind.RATE_LIMITED]
FINAL = [
    FailureKind.TOO_LARGE,
    FailureKind.REJECTED,
    FailureKind.NO_KEY,
    FailureKind.BREAKER_OPEN,
    FailureKind.LIMITED,
    FailureKind.OVER_BUDGET,
    FailureKind.NOT_INSTALLED,
]


def asked(leaf: Leaf, *, attempts_max: int = 3, jitter: Callable[[], float] = lambda: 1.0, **call: float) -> Reply:
    """The reply of one call in virtual time."""

    async def story() -> Reply:
        return await Retry(leaf, attempts_max=attempts_max, jitter=jitter).ask(a_call(**call))  # type: ignore[arg-type]  # within_s alone

    return in_virtual_time(story())


def kinds(failures: tuple[Failure, ...]) -> list[FailureKind]:
    return [failure.kind for failure in failures]


@pytest.mark.parametrize("kind", PASSING)
def test_what_passes_by_itself_is_tried_again(kind: FailureKind) -> None:
    leaf = Leaf(kind, kind, "at last")
    reply = asked(leaf)
    assert reply.text == "at last"
    assert kinds(reply.failures) == [kind, kind]


@pytest.mark.parametrize("kind", FINAL)
def test_what_would_fail_again_is_not_tried_again(kind: FailureKind) -> None:
    leaf = Leaf(kind)
    with pytest.raises(ModelFailed) as failed:
        asked(leaf)
    assert (failed.value.failure.kind, len(leaf.asked_s)) == (kind, 1)


def test_attempts_have_an_end_and_all_their_failures_are_told() -> None:
    leaf = Leaf(FailureKind.OVERLOADED, FailureKind.CUT_OFF, FailureKind.UNREACHABLE, "too late")
    with pytest.raises(ModelFailed) as failed:
        asked(leaf, attempts_max=3)
    assert kinds(failed.value.failures) == [FailureKind.OVERLOADED, FailureKind.CUT_OFF, FailureKind.UNREACHABLE]
    assert failed.value.failure.kind is FailureKind.UNREACHABLE


def test_a_garbled_answer_gets_one_more_try() -> None:
    leaf = Leaf(FailureKind.GARBLED, FailureKind.GARBLED, "never")
    with pytest.raises(ModelFailed):
        asked(leaf, attempts_max=5)
    assert len(leaf.asked_s) == 2


def test_pauses_double_up_to_a_bound() -> None:
    leaf = Leaf(*[FailureKind.OVERLOADED] * 8, "at last")
    asked(leaf, attempts_max=9, within_s=100)
    pauses = [later - earlier for earlier, later in itertools.pairwise(leaf.asked_s)]
    assert pauses == pytest.approx([0.25, 0.5, 1, 2, 4, 8, 8, 8])


def test_a_pause_lasts_as_long_as_the_provider_says_and_a_little_longer() -> None:
    leaf = Leaf(a_failure(FailureKind.RATE_LIMITED, retry_after_s=7.0), "at last")
    asked(leaf, jitter=lambda: 0.5)
    assert leaf.asked_s == pytest.approx([0.0, 7.0 + 0.5 * PAUSE_S])


@pytest.mark.parametrize("retry_after_s", [10.0, 86_400.0, float("inf")])
def test_a_pause_beyond_the_deadline_is_not_begun(retry_after_s: float) -> None:
    async def story() -> float:
        leaf = Leaf(a_failure(FailureKind.RATE_LIMITED, retry_after_s=retry_after_s))
        with pytest.raises(ModelFailed):
            await Retry(leaf, attempts_max=3).ask(a_call(within_s=10.0))
        return now_s()

    assert in_virtual_time(story()) == 0.0


@pytest.mark.parametrize("retry_after_s", [-5.0, float("nan")])
def test_a_pause_that_is_no_pause_counts_as_none(retry_after_s: float) -> None:
    leaf = Leaf(a_failure(FailureKind.RATE_LIMITED, retry_after_s=retry_after_s), "at last")
    assert asked(leaf, jitter=lambda: 0.0).text == "at last"


def test_an_answer_that_does_not_come_is_given_up_at_the_deadline() -> None:
    async def story() -> tuple[float, Failure, int]:
        leaf = Leaf(takes_s=1000.0)
        with pytest.raises(ModelFailed) as failed:
            await Retry(leaf, attempts_max=3).ask(a_call(within_s=5.0))
        return now_s(), failed.value.failure, leaf.cancelled

    at_s, failure, cancelled = in_virtual_time(story())
    assert (at_s, failure.kind, failure.billed, cancelled) == (5.0 + GRACE_S, FailureKind.TIMED_OUT, True, 1)


def test_a_time_out_with_time_left_is_tried_again() -> None:
    assert asked(Leaf(FailureKind.TIMED_OUT, "at last")).text == "at last"


def test_nobody_is_asked_after_the_deadline() -> None:
    async def story() -> tuple[Failure, int]:
        leaf = Leaf()
        with pytest.raises(ModelFailed) as failed:
            await Retry(leaf, attempts_max=3).ask(a_call(within_s=0.0))
        return failed.value.failure, len(leaf.asked_s)

    failure, times = in_virtual_time(story())
    assert (failure.kind, failure.billed, times) == (FailureKind.TIMED_OUT, False, 0)


@given(
    kinds=st.lists(st.sampled_from([*PASSING, FailureKind.TIMED_OUT, FailureKind.GARBLED]), max_size=10),
    within_s=st.floats(0, 40),
    jitter=st.floats(0, 1),
    takes_s=st.floats(0, 5),
    retry_after_s=st.floats(0, 20) | st.none(),
)
def test_no_call_outlasts_its_deadline(
    kinds: list[FailureKind], within_s: float, jitter: float, takes_s: float, retry_after_s: float | None
) -> None:
    async def story() -> float:
        leaf = Leaf(*(a_failure(kind, retry_after_s=retry_after_s) for kind in kinds), takes_s=takes_s)
        with contextlib.suppress(ModelFailed):
            await Retry(leaf, attempts_max=10, jitter=lambda: jitter).ask(a_call(within_s=within_s))
        return now_s()

    assert in_virtual_time(story()) <= within_s + GRACE_S + 1e-6


@given(attempt=st.integers(1, 60), jitter=st.floats(0, 1))
def test_a_pause_is_between_none_and_the_bound(attempt: int, jitter: float) -> None:
    leaf = Leaf(*[FailureKind.OVERLOADED] * attempt)
    asked(leaf, attempts_max=attempt + 1, jitter=lambda: jitter, within_s=1000)
    assert all(0 <= b - a <= PAUSE_S_MAX + 1e-9 for a, b in itertools.pairwise(leaf.asked_s))


@pytest.mark.parametrize(("attempts", "times"), [(0, 1), (1, 2), (9, 3)])
def test_a_billed_failure_is_tried_again_only_while_the_purse_allows(attempts: int, times: int) -> None:
    async def story() -> int:
        leaf = Leaf(*[a_failure(FailureKind.CUT_OFF, billed=True)] * 9)
        call = a_call()
        call.purse = Purse(attempts)
        with pytest.raises(ModelFailed):
            await Retry(leaf, attempts_max=3).ask(call)
        return len(leaf.asked_s)

    assert in_virtual_time(story()) == times


def test_a_failure_that_cost_nothing_leaves_the_purse_alone() -> None:
    async def story() -> int:
        call = a_call()
        call.purse = purse = Purse(5)
        await Retry(Leaf(FailureKind.OVERLOADED), attempts_max=3).ask(call)
        return purse.attempts

    assert in_virtual_time(story()) == 5


def test_text_that_was_shown_is_taken_back_when_the_attempt_fails() -> None:
    async def story() -> str:
        heard = Heard()
        await Retry(Leaf(FailureKind.CUT_OFF, "Once more", says="Once"), attempts_max=2).ask(a_call(listener=heard))
        return heard.all

    assert in_virtual_time(story()) == "Once|Once"


def test_where_nothing_was_shown_nothing_is_taken_back() -> None:
    async def story() -> str:
        heard = Heard()
        await Retry(Leaf(FailureKind.OVERLOADED), attempts_max=2).ask(a_call(listener=heard))
        return heard.all

    assert in_virtual_time(story()) == ""


@pytest.mark.parametrize("during", ["an attempt", "a pause"])
def test_cancelling_stops_it_at_once(during: str) -> None:
    async def story() -> tuple[float, int]:
        leaf = Leaf(FailureKind.OVERLOADED, takes_s=10.0 if during == "an attempt" else 0.0)
        task = asyncio.create_task(Retry(leaf, attempts_max=3, jitter=lambda: 1.0).ask(a_call()))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return now_s(), len(leaf.asked_s)

    assert in_virtual_time(story()) == (0.1, 1)


class _Closed:
    """A watch that allows no more once it has seen `failures`."""

    def __init__(self, failures: int) -> None:
        self.left = failures

    def failed(self, call: Call, failure: Failure) -> None:
        self.left -= 1

    def allows(self, call: Call) -> bool:
        return self.left > 0


def test_a_watch_can_say_that_another_attempt_is_of_no_use() -> None:
    async def story() -> int:
        leaf = Leaf(*[FailureKind.OVERLOADED] * 9)
        with pytest.raises(ModelFailed):
            await Retry(leaf, attempts_max=9, watches=[_Closed(2)]).ask(a_call())
        return len(leaf.asked_s)

    assert in_virtual_time(story()) == 2


def test_a_watch_that_changes_its_mind_during_the_pause_is_heard() -> None:
    async def story() -> tuple[int, list[FailureKind]]:
        watch = _Closed(9)
        leaf = Leaf(*[FailureKind.OVERLOADED] * 9)
        retry = Retry(leaf, attempts_max=9, watches=[watch], jitter=lambda: 1.0)
        task = asyncio.create_task(retry.ask(a_call()))
        await asyncio.sleep(PAUSE_S / 2)
        watch.left = 0
        with pytest.raises(ModelFailed) as failed:
            await task
        return len(leaf.asked_s), kinds(failed.value.failures)

    assert in_virtual_time(story()) == (1, [FailureKind.OVERLOADED])


class _Countdown:
    """Fails each question as often as its text says, then repeats it."""

    def __init__(self) -> None:
        self.times = Counter[str]()

    async def ask(self, call: Call) -> Reply:
        text = call.request.messages[-1].text
        await asyncio.sleep(0.01)
        self.times[text] += 1
        if self.times[text] <= int(text[-1]):
            raise ModelFailed(a_failure(FailureKind.OVERLOADED))
        return Reply(text=text)


def test_calls_that_are_retried_at_the_same_time_do_not_mix() -> None:
    texts = [f"{number} {number % 3}" for number in range(100)]

    async def story() -> list[Reply]:
        retry = Retry(_Countdown(), attempts_max=3)
        return await asyncio.gather(*(retry.ask(a_call(text)) for text in texts))

    replies = in_virtual_time(story())
    assert [reply.text for reply in replies] == texts
    assert [len(reply.failures) for reply in replies] == [number % 3 for number in range(100)]
