"""The village of the benchmarks: it keeps the engine's contract, its calls keep their lines, its figures are exact."""

import asyncio
import math
import statistics
from pathlib import Path

import pytest
from benchmarks.measuring import Absent
from benchmarks.village import Caller, Played, Village, played
from benchmarks.village_calls import CALLS, CONCURRENT, MEDIAN_S, Lines, latencies_s
from benchmarks.village_orders import all_knowing, by_distance, floor_s, lock_step, makespan_s
from benchmarks.village_trace import Day, Doing, Life, crowd

from fabula.engine import Action, Mind, Observation, VirtualClock, contract
from fabula.store import SqliteStore


def a_day(*steps: int, x: int = 0, length: int = 30) -> Day:
    """Walks to and fro near x, and turns to something else at these steps."""
    places = tuple((x + step % 4, 0) for step in range(length))
    return Day(places=places, doings=tuple(Doing(step=step, what=f"thing {step}") for step in steps))


NEAR, FAR = a_day(2, 3, 9, 20), a_day(4, 11, 21, 22, x=100)


def lives(agents: int = 6) -> list[Life]:
    return [Life(day=(NEAR, FAR)[number % 2], shift=number * 5, steps=30) for number in range(agents)]


def play(folder: Path, *, thinking: int, village: list[Life] | None = None) -> Played:
    return asyncio.run(played(village or lives(), folder, thinking=thinking))


class Obliging(Caller):
    """Answers at once, by the same rule every time."""

    repeatable = True

    def __init__(self) -> None:
        super().__init__(Lines(), VirtualClock())

    async def decide(self, observation: Observation) -> Action:
        return observation.reflex


@pytest.mark.parametrize("thinking", [0, 3])
def test_the_village_keeps_the_contract(tmp_path: Path, thinking: int) -> None:
    def casting(*_: object) -> tuple[Mind, Mind]:
        return Obliging(), Obliging()

    async def check() -> None:
        async with SqliteStore.open(tmp_path) as store:
            case = contract.Case(environment=lambda: Village(lives(), thinking=thinking), casting=casting)
            await contract.check_all(case, store)

    asyncio.run(check())


def test_lock_step_takes_as_long_by_the_engine_as_by_arithmetic(tmp_path: Path) -> None:
    assert play(tmp_path, thinking=0).makespan_s == makespan_s(lives(), lock_step)


@pytest.mark.parametrize("thinking", [0, 6])
def test_a_day_takes_equally_long_each_time(tmp_path: Path, thinking: int) -> None:
    assert play(tmp_path / "a", thinking=thinking) == play(tmp_path / "b", thinking=thinking)


def test_no_thought_is_left_out_and_none_comes_before_it_is_due(tmp_path: Path) -> None:
    for thinking in (0, 3, 30):
        day = play(tmp_path / str(thinking), thinking=thinking)
        assert len(day.late) == sum(len(life.doings()) for life in lives())
        assert min(day.late) == thinking


def test_the_longer_a_thought_may_take_the_sooner_the_day_is_over(tmp_path: Path) -> None:
    spans = [play(tmp_path / str(thinking), thinking=thinking).makespan_s for thinking in (0, 3, 30)]
    assert spans == sorted(spans, reverse=True)
    assert spans[-1] >= floor_s(lives())


def test_who_is_far_apart_does_not_wait_for_one_another() -> None:
    apart = [Life(day=day, shift=0, steps=30) for day in (NEAR, FAR)]
    alone = max(sum(sum(latencies_s(agent, step)) for step in life.doings()) for agent, life in enumerate(apart))
    for order in (by_distance, all_knowing):
        assert makespan_s(apart, order) == pytest.approx(alone)
        together = [Life(day=NEAR, shift=shift, steps=30) for shift in (0, 1)]
        assert makespan_s(together, order, villages=2) < makespan_s(together, order)


def test_a_call_waits_for_the_line_that_is_free_first() -> None:
    lines = Lines()
    ends_s = [lines.end_s(1.0, now_s=0.0) for _ in range(CONCURRENT + 1)]
    assert ends_s == [1.0] * CONCURRENT + [2.0]
    assert lines.end_s(1.0, now_s=5.0) == 6.0


def test_a_thought_has_the_same_calls_however_it_comes_to_be_thought() -> None:
    assert latencies_s(3, 14) == latencies_s(3, 14) != latencies_s(3, 15)
    calls_s = [latency_s for agent in range(40) for step in range(40) for latency_s in latencies_s(agent, step)]
    assert len(calls_s) == 1600 * CALLS
    assert statistics.median(calls_s) == pytest.approx(MEDIAN_S, rel=0.05)
    assert statistics.stdev(map(math.log, calls_s)) == pytest.approx(0.7, rel=0.05)


def test_a_day_goes_round() -> None:
    life = Life(day=a_day(2, 9, length=10), shift=4, steps=10)
    assert life.places()[:7] == [*life.day.places[4:], life.day.places[0]]
    assert life.doings() == {5: "thing 9", 8: "thing 2"}


def test_the_trace_calls_a_model_in_one_and_a_half_of_a_hundred_agent_steps() -> None:
    try:
        village = crowd(96)
    except Absent as missing:
        pytest.skip(str(missing))
    calls = sum(len(life.doings()) for life in village)
    assert calls / (96 * village[0].steps) == pytest.approx(0.014, abs=0.0005)
