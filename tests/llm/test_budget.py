"""The budget: nothing is asked that could cost more than is left, and everything that was is counted."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.llm.money import PRICE, TINY, Seller, a_call, a_failure, a_request, kept
from tests.store.samples import SETUP, a_run

from fabula.engine import Spent
from fabula.llm.layer import Call, Layer
from fabula.llm.layers.budget import Budget
from fabula.llm.ledger import Ledger
from fabula.llm.price import FREE, Price, estimate
from fabula.llm.values import FailureKind, ModelFailed, Reply, Source
from fabula.store import Store

T = TypeVar("T")

MOST = estimate(a_request(), PRICE)
assert MOST.cost_nano_usd is not None
MOST_NANO_USD = MOST.cost_nano_usd


def guarded(
    home: Path,
    layer: Layer,
    story: Callable[[Budget, Ledger], Awaitable[T]],
    *,
    price: Price | None = PRICE,
    **walls: float,
) -> T:
    """What comes of a story in which a layer is behind the budget of the run `tale`."""

    async def begun(ledger: Ledger, store: Store) -> T:
        await store.create_run(a_run("tale"), SETUP)
        await ledger.begin("tale")
        return await story(Budget(layer, ledger, lambda model: price), ledger)

    return kept(home, begun, **walls)


async def why_refused(budget: Budget, call: Call) -> str:
    with pytest.raises(ModelFailed) as caught:
        await budget.ask(call)
    assert caught.value.failure.kind is FailureKind.OVER_BUDGET
    assert caught.value.failure.model == str(call.model)
    return caught.value.failure.why


async def settled(ledger: Ledger) -> tuple[int, int, int]:
    """Calls, tokens and billionths that the run stands at."""
    total = (await ledger.figures("tale")).total
    return total.calls, total.tokens, total.cost_nano_usd


def test_an_answer_costs_what_it_used_at_the_models_price(tmp_path: Path) -> None:
    async def story(budget: Budget, ledger: Ledger) -> None:
        reply = await budget.ask(a_call())
        assert reply.text == "yes"
        assert reply.spent == Spent(input_tokens=7, output_tokens=3, cost_nano_usd=44)
        assert await settled(ledger) == (1, 10, 44)

    guarded(tmp_path, Seller(), story)


def test_what_could_cost_more_than_is_left_is_not_asked_and_the_reason_says_which_wall(tmp_path: Path) -> None:
    seller = Seller(usage=(50_000, 50_000))

    async def story(budget: Budget, ledger: Ledger) -> None:
        await budget.ask(a_call())
        why = await why_refused(budget, a_call())
        assert why == (
            "the budget of the run leaves too little ($0.00060 of $0.00060 is spent or set aside, and the next "
            "question could cost up to $0.0000012)"
        )

    guarded(tmp_path, seller, story, run_usd=0.0006)
    assert seller.asked == 1


@pytest.mark.parametrize(
    ("wall", "says"),
    [
        ({"run_usd": 0.0}, "the budget of the run is too small ($0.00, and one question could cost up to $"),
        ({"agent_usd": 0.000001}, "the budget of this agent is too small ($0.0000010, and"),
        ({"day_usd": 0.0}, "the budget of the day (UTC) is too small ($0.00, and"),
        ({"run_tokens": 50}, "the budget of the run is too small (50 tokens, and one question could cost up to 189"),
        ({"agent_tokens": 50}, "the budget of this agent is too small (50 tokens"),
        ({"day_tokens": 50}, "the budget of the day (UTC) is too small (50 tokens"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_every_wall_of_the_settings_holds(tmp_path: Path, wall: dict[str, Any], says: str) -> None:
    seller = Seller()

    async def story(budget: Budget, ledger: Ledger) -> None:
        assert says in await why_refused(budget, a_call())

    guarded(tmp_path, seller, story, **wall)
    assert seller.asked == 0


def test_one_agents_wall_leaves_the_others_alone(tmp_path: Path) -> None:
    async def story(budget: Budget, ledger: Ledger) -> None:
        await budget.ask(a_call(agent="mira"))
        await why_refused(budget, a_call(agent="mira"))
        await budget.ask(a_call(agent="tom"))

    guarded(tmp_path, Seller(usage=(100, 0)), story, agent_tokens=MOST.tokens)


def test_a_model_of_unknown_price_is_not_asked_against_a_wall_of_money_and_the_reason_says_what_helps(
    tmp_path: Path,
) -> None:
    seller = Seller()

    async def story(budget: Budget, ledger: Ledger) -> None:
        why = await why_refused(budget, a_call())
        assert "what this model costs is not known" in why
        assert "models.prices" in why
        assert "models.budget.run_tokens" in why

    guarded(tmp_path, seller, story, price=None, run_usd=100.0)
    assert seller.asked == 0


def test_a_model_of_unknown_price_is_counted_in_tokens_where_no_wall_is_of_money(tmp_path: Path) -> None:
    async def story(budget: Budget, ledger: Ledger) -> None:
        reply = await budget.ask(a_call())
        assert reply.spent == Spent(input_tokens=7, output_tokens=3)
        figures = await ledger.figures("tale")
        assert (figures.total.tokens, figures.total.cost_nano_usd, figures.total.unpriced) == (10, 0, 1)

    guarded(tmp_path, Seller(), story, price=None, run_tokens=10_000)


def test_a_free_model_passes_every_wall_of_money(tmp_path: Path) -> None:
    async def story(budget: Budget, ledger: Ledger) -> None:
        assert (await budget.ask(a_call())).spent.cost_nano_usd == 0

    guarded(tmp_path, Seller(), story, price=FREE, run_usd=0.0, agent_usd=0.0, day_usd=0.0)


def test_a_failure_that_may_have_been_billed_counts_in_full_and_another_counts_nothing(tmp_path: Path) -> None:
    billed, free = a_failure(FailureKind.CUT_OFF, billed=True), a_failure(FailureKind.OVERLOADED)
    seller = Seller(ModelFailed(billed), ModelFailed(free), ModelFailed(free, earlier=(free, free)))

    async def story(budget: Budget, ledger: Ledger) -> None:
        for calls in (1, 2, 3):
            with pytest.raises(ModelFailed):
                await budget.ask(a_call())
            assert await settled(ledger) == (calls, MOST.tokens, MOST_NANO_USD)
        assert (await ledger.figures("tale")).total.failures == 3

    guarded(tmp_path, seller, story)


def test_attempts_before_the_answer_that_may_have_been_billed_count_in_full_beside_it(tmp_path: Path) -> None:
    async def story(budget: Budget, ledger: Ledger) -> None:
        reply = await budget.ask(a_call())
        assert reply.spent.cost_nano_usd == 2 * MOST_NANO_USD + 44
        assert await settled(ledger) == (1, 2 * MOST.tokens + 10, 2 * MOST_NANO_USD + 44)

    guarded(tmp_path, Seller(attempts=3), story)


def test_another_attempt_needs_as_much_money_again(tmp_path: Path) -> None:
    seller = Seller(attempts=3)

    async def story(budget: Budget, ledger: Ledger) -> None:
        with pytest.raises(ModelFailed) as caught:
            await budget.ask(a_call())
        assert len(caught.value.failures) == 2
        assert await settled(ledger) == (1, 2 * MOST.tokens, 2 * MOST_NANO_USD)

    guarded(tmp_path, seller, story, run_tokens=2 * MOST.tokens + 10)


def test_an_answer_from_the_cache_costs_nothing_and_is_counted_as_such(tmp_path: Path) -> None:
    from_cache = Reply(text="yes", model=str(TINY), source=Source.CACHE)

    async def story(budget: Budget, ledger: Ledger) -> None:
        assert await budget.ask(a_call()) == from_cache
        total = (await ledger.figures("tale")).total
        assert (total.cached, total.tokens, total.cost_nano_usd, total.failures) == (1, 0, 0, 0)

    guarded(tmp_path, Seller(from_cache), story)


def test_a_provider_that_does_not_count_is_taken_to_have_used_the_most(tmp_path: Path) -> None:
    async def story(budget: Budget, ledger: Ledger) -> None:
        assert (await budget.ask(a_call())).spent.cost_nano_usd == MOST_NANO_USD

    guarded(tmp_path, Seller(usage=(0, 0)), story)


@pytest.mark.parametrize("usage", [(-5, 3), (10**30, 10**30)])
def test_a_provider_that_counts_nonsense_breaks_nothing(tmp_path: Path, usage: tuple[int, int]) -> None:
    async def story(budget: Budget, ledger: Ledger) -> None:
        spent = (await budget.ask(a_call())).spent
        assert min(spent.input_tokens, spent.output_tokens, spent.cost_nano_usd or 0) >= 0
        assert (await settled(ledger))[2] == spent.cost_nano_usd

    guarded(tmp_path, Seller(usage=usage), story)


def test_a_call_that_is_cancelled_counts_in_full_and_the_cancellation_goes_on(tmp_path: Path) -> None:
    class Sleeper:
        def __init__(self) -> None:
            self.asked = asyncio.Event()

        async def ask(self, call: Call) -> Reply:
            self.asked.set()
            await asyncio.sleep(3600)
            raise AssertionError

    sleeper = Sleeper()

    async def story(budget: Budget, ledger: Ledger) -> None:
        asking = asyncio.create_task(budget.ask(a_call()))
        await sleeper.asked.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert await settled(ledger) == (1, MOST.tokens, MOST_NANO_USD)
        assert (await ledger.figures("tale")).total.unsettled == 0

    guarded(tmp_path, sleeper, story)


def test_a_call_that_is_cancelled_before_its_money_is_set_aside_counts_nothing(tmp_path: Path) -> None:
    seller = Seller()

    async def story(budget: Budget, ledger: Ledger) -> None:
        asking = asyncio.create_task(budget.ask(a_call()))
        await asyncio.sleep(0)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await budget.ask(a_call())
        assert (await settled(ledger))[1:] == (10, 44)

    guarded(tmp_path, seller, story)
    assert seller.asked == 1


def test_what_nobody_foresaw_counts_in_full_and_goes_on_as_it_is(tmp_path: Path) -> None:
    async def story(budget: Budget, ledger: Ledger) -> None:
        with pytest.raises(ZeroDivisionError):
            await budget.ask(a_call())
        assert await settled(ledger) == (1, MOST.tokens, MOST_NANO_USD)

    guarded(tmp_path, Seller(ZeroDivisionError()), story)


def test_a_wall_holds_for_fifty_who_ask_at_once_by_the_sellers_own_count(tmp_path: Path) -> None:
    seller = Seller(usage=(MOST.input_tokens, MOST.output_tokens), attempts=2)
    wall_usd = 0.000090

    async def story(budget: Budget, ledger: Ledger) -> None:
        asking = (budget.ask(a_call(agent=f"agent-{number % 4}", step=number)) for number in range(50))
        results = await asyncio.gather(*asking, return_exceptions=True)
        answered = sum(isinstance(result, Reply) for result in results)
        assert 0 < answered < 50
        assert all(isinstance(result, Reply | ModelFailed) for result in results)
        assert (await settled(ledger))[2] == seller.charged_nano_usd

    guarded(tmp_path, seller, story, run_usd=wall_usd)
    assert 0 < seller.charged_nano_usd <= round(wall_usd * 10**9)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    wall=st.integers(0, 20 * MOST.tokens),
    usages=st.lists(st.tuples(st.integers(1, MOST.input_tokens), st.integers(0, MOST.output_tokens)), max_size=30),
)
def test_whatever_is_used_within_the_estimate_no_wall_is_ever_passed(
    tmp_path_factory: pytest.TempPathFactory, wall: int, usages: list[tuple[int, int]]
) -> None:
    async def story(budget: Budget, ledger: Ledger) -> None:
        await asyncio.gather(*(budget.ask(a_call()) for _ in usages), return_exceptions=True)
        assert (await settled(ledger))[1] <= wall

    replies = [Reply(spent=Spent(input_tokens=used[0], output_tokens=used[1])) for used in usages]
    guarded(tmp_path_factory.mktemp("home"), Seller(*replies), story, run_tokens=wall)
