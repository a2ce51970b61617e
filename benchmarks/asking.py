"""What asking a model costs besides the model: a call by the whole gateway against a bare HTTP call, 100 at a time.

The shipped provider answers at once, in a process of its own, to the questions that the agents of a campaign put after
two turns by rules: their real prompts, with the form of the answer. A hundred tasks ask one question after the other in
one event loop, in four ways in turns. Bare: the very same bytes posted by httpx2 as it comes. The leaf: the provider's
end of the gateway alone, through pydantic-ai and our own transport. The gateway: inside a run, so that money is set
aside under walls, the reply is durable in the SQLite store on disk before it is acted on, and limits, breaker and
retries stand guard; the cache is off, as it is for decisions. A mind: from the observation to the action, with memory,
prompt and parsing.

A figure is the time of a round by the number of its calls; the mark is a millisecond above the bare call of the same
run. The provider works on another core meanwhile and may be what a call waits for; CPU is that of this process alone,
its threads included, and hides nothing.
"""

import asyncio
import gc
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.crowds import crowd
from benchmarks.measuring import MS, Beside, Figure, Sample, Scale, in_turns
from benchmarks.programs import provider
from benchmarks.questions import Ask, Questions

from fabula.environments.campaign import Campaign
from fabula.store import SqliteStore

ADDED_MS_MAX = 1.0
"""What a call through the gateway may take more than the bare one."""
CONCURRENT = 100


class Cost(NamedTuple):
    """Of one call, in seconds."""

    wall_s: float
    cpu_s: float


def measure(scale: Scale, folder: Path) -> Iterator[Figure]:
    """See Benchmark.measure."""
    campaign = Campaign(crowd(scale.askers, turns=10))
    with provider(folder) as url, asyncio.Runner() as runner:
        store = SqliteStore.open(folder)
        questions = Questions(store, campaign, url)
        runner.run(questions.prepare())

        def costs(way: Callable[[int], list[Ask]]) -> Callable[[], Cost]:
            return lambda: runner.run(_spent(way(scale.asked)))

        try:
            ways = (questions.bare, questions.leaf, questions.gateway, questions.minds)
            costs_by_way = in_turns(scale.plays, *map(costs, ways))
        finally:
            runner.run(questions.aclose())
            runner.run(store.close())
    yield from _figures(*costs_by_way)


def _figures(
    bare: Sequence[Cost], leaf: Sequence[Cost], gateway: Sequence[Cost], mind: Sequence[Cost]
) -> Iterator[Figure]:
    for of, per_call in (("", _wall), ("CPU of ", _cpu)):
        least, through_leaf = per_call(bare), per_call(leaf)
        beside = (Beside(what=f"{of}the bare call", sample=least), Beside(what=f"{of}the leaf", sample=through_leaf))
        for what, sample, mark in (
            (f"{of}a call through the gateway", per_call(gateway), None if of else least.median + ADDED_MS_MAX),
            (f"{of}a decision of a mind", per_call(mind), None),
        ):
            added = f"{sample.median - least.median:.2f} ms more than the bare call"
            yield Figure(what=what, unit="ms", sample=sample, mark=mark, beside=beside, note=added)


def _wall(costs: Iterable[Cost]) -> Sample:
    return Sample.of((cost.wall_s for cost in costs), per_s=MS)


def _cpu(costs: Iterable[Cost]) -> Sample:
    return Sample.of((cost.cpu_s for cost in costs), per_s=MS)


async def _spent(asks: Sequence[Ask]) -> Cost:
    """What each of the calls cost, CONCURRENT of them at any time."""
    waiting = iter(asks)

    async def ask_on() -> None:
        for ask in waiting:
            await ask()

    gc.collect()
    began_s, began_cpu_s = time.perf_counter(), time.process_time()
    async with asyncio.TaskGroup() as tasks:
        for _ in range(CONCURRENT):
            tasks.create_task(ask_on())
    wall_s, cpu_s = time.perf_counter() - began_s, time.process_time() - began_cpu_s
    return Cost(wall_s / len(asks), cpu_s / len(asks))
