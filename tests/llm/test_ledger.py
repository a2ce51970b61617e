"""The ledger: walls that outlast a process, figures by agent, role and model, and a meter that asks nobody."""

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.llm.money import TINY, kept
from tests.store.samples import SETUP, a_run

from fabula.engine import Spent
from fabula.llm.ledger import ANSWERED, CACHED, Ledger, Reservation, Tally
from fabula.llm.price import Estimate
from fabula.llm.values import Asker, FailureKind, ModelName, Role
from fabula.store import NoSuchRun, Refused, Scope, Store

LARGE = ModelName("anthropic", "large")
MOST = Estimate(input_tokens=80, output_tokens=20, cost_nano_usd=500)


async def reserved(ledger: Ledger, *, model: ModelName = TINY, most: Estimate = MOST, **asker: Any) -> Reservation:
    result = await ledger.reserve(Asker(run="tale", **asker), model, most)
    assert isinstance(result, Reservation), result
    return result


async def is_refused(ledger: Ledger, *, most: Estimate = MOST, **asker: Any) -> bool:
    return isinstance(await ledger.reserve(Asker(run="tale", **asker), TINY, most), Refused)


def spent(input_tokens: int, output_tokens: int, cost_nano_usd: int | None) -> Spent:
    return Spent(input_tokens=input_tokens, output_tokens=output_tokens, cost_nano_usd=cost_nano_usd)


async def a_few_calls(ledger: Ledger, store: Store) -> None:
    """Two answers, one answer from the cache, a failure, one of unknown price, and one that is never settled."""
    await store.create_run(a_run("tale"), SETUP)
    await ledger.begin("tale")
    unpriced = Estimate(input_tokens=80, output_tokens=20, cost_nano_usd=None)
    calls = [
        (await reserved(ledger, agent="mira"), ANSWERED, spent(50, 10, 300)),
        (await reserved(ledger, agent="tom", model=LARGE), ANSWERED, spent(60, 20, 450)),
        (await reserved(ledger, agent="tom"), CACHED, spent(0, 0, 0)),
        (await reserved(ledger, role=Role.DIRECTOR), FailureKind.TIMED_OUT, spent(80, 20, 500)),
        (await reserved(ledger, agent="mira", most=unpriced), ANSWERED, spent(5, 5, None)),
    ]
    for call, outcome, came_to in calls:
        ledger.settle(call, outcome, came_to, latency_ms=1.5)
    await reserved(ledger, agent="mira")


def test_the_figures_of_a_run_tell_whose_doing_its_costs_were(tmp_path: Path) -> None:
    async def story(ledger: Ledger, store: Store) -> None:
        await a_few_calls(ledger, store)
        figures = await ledger.figures("tale")
        assert figures.total == Tally(
            calls=6,
            cached=1,
            failures=1,
            unsettled=1,
            attempts=6,
            input_tokens=195,
            output_tokens=55,
            tokens=350,
            cost_nano_usd=1750,
            unpriced=1,
        )
        costs = {name: tally.cost_nano_usd for name, tally in figures.by_agent.items()}
        assert list(costs.items()) == [("mira", 800), ("", 500), ("tom", 450)]
        assert {name: tally.calls for name, tally in figures.by_role.items()} == {"character": 5, "director": 1}
        assert {name: tally.tokens for name, tally in figures.by_model.items()} == {str(TINY): 270, str(LARGE): 80}

    kept(tmp_path, story)


def test_the_meter_tells_the_same_of_what_is_settled_without_asking_the_store(tmp_path: Path) -> None:
    async def story(ledger: Ledger, store: Store) -> None:
        await a_few_calls(ledger, store)
        await store.close()
        meter = ledger.meter("tale")
        assert (meter.total.calls, meter.total.failures, meter.total.cached) == (5, 1, 1)
        assert (meter.total.tokens, meter.total.cost_nano_usd) == (250, 1250)
        assert {name: tally.cost_nano_usd for name, tally in meter.by_model.items()} == {
            str(TINY): 800,
            str(LARGE): 450,
        }
        assert ledger.meter("another").total == Tally()

    kept(tmp_path, story)


def test_the_meter_of_a_run_that_is_resumed_begins_with_what_it_has_cost(tmp_path: Path) -> None:
    kept(tmp_path, a_few_calls)

    async def resumed(ledger: Ledger, store: Store) -> None:
        await ledger.begin("tale")
        assert ledger.meter("tale").total == (await ledger.figures("tale")).total

    kept(tmp_path, resumed)


def test_a_resumed_run_keeps_its_walls_and_a_later_one_replaces_an_earlier(tmp_path: Path) -> None:
    async def begun(ledger: Ledger, store: Store) -> None:
        await store.create_run(a_run("tale"), SETUP)
        await ledger.begin("tale")
        await reserved(ledger, agent="mira")

    async def refuses(ledger: Ledger, store: Store) -> tuple[bool, bool]:
        await ledger.begin("tale")
        return await is_refused(ledger, agent="mira"), await is_refused(ledger, agent="tom")

    kept(tmp_path, begun, run_tokens=250, agent_usd=0.0000007)
    assert kept(tmp_path, refuses) == (True, False)  # Mira has had hers, the run has room for one more.
    assert kept(tmp_path, refuses, run_tokens=1000) == (True, True)
    assert kept(tmp_path, refuses, agent_usd=1.0) == (False, False)


def test_the_walls_of_a_run_stand_though_nobody_began_it(tmp_path: Path) -> None:
    async def story(ledger: Ledger, store: Store) -> list[bool]:
        return list(await asyncio.gather(*(is_refused(ledger, agent=f"agent-{number}") for number in range(20))))

    assert sum(not refused for refused in kept(tmp_path, story, run_tokens=450)) == 4


def test_the_wall_of_the_day_is_that_of_the_settings(tmp_path: Path) -> None:
    async def story(ledger: Ledger, store: Store) -> bool:
        return await is_refused(ledger)

    assert not kept(tmp_path, story, day_tokens=150)
    assert kept(tmp_path, story, day_tokens=150)
    assert not kept(tmp_path, story)


def test_what_is_left_up_to_each_wall_can_be_told(tmp_path: Path) -> None:
    async def story(ledger: Ledger, store: Store) -> None:
        await store.create_run(a_run("tale"), SETUP)
        await ledger.begin("tale")
        await reserved(ledger, agent="tom")
        ledger.settle(await reserved(ledger, agent="mira"), ANSWERED, spent(50, 10, 300), latency_ms=1.5)
        told = {(wall.account.scope, wall.account.agent, wall.in_money): wall for wall in await ledger.walls("tale")}
        assert {key: (wall.spent, wall.left) for key, wall in told.items()} == {
            (Scope.AGENT, "mira", False): (60, 140),
            (Scope.AGENT, "tom", False): (100, 100),
            (Scope.RUN, "", True): (800, 1200),
            (Scope.DAY, "", True): (800, 9200),
        }

    kept(tmp_path, story, run_usd=0.000002, agent_tokens=200, day_usd=0.00001)


def test_a_run_that_is_not_there_can_neither_begin_nor_be_told_of(tmp_path: Path) -> None:
    async def story(ledger: Ledger, store: Store) -> None:
        with pytest.raises(NoSuchRun, match="'tail'"):
            await ledger.begin("tail")
        with pytest.raises(NoSuchRun, match="'tail'"):
            await ledger.figures("tail")

    kept(tmp_path, story)


def test_the_figures_of_a_run_nobody_was_asked_in_are_zero(tmp_path: Path) -> None:
    async def story(ledger: Ledger, store: Store) -> None:
        await store.create_run(a_run("tale"), SETUP)
        figures = await ledger.figures("tale")
        assert figures.total == Tally()
        assert figures.by_agent == {}
        assert await ledger.walls("tale") == []

    kept(tmp_path, story)


def test_what_a_run_cost_can_be_told_without_loading_a_price_list_or_a_provider() -> None:
    script = """
import sys
import fabula.llm.ledger, fabula.llm.price
heavy = {"genai_prices", "pydantic_ai", "httpx2", "openai", "anthropic"} & set(sys.modules)
assert not heavy, heavy
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
