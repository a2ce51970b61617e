"""What asking a model costs besides the model: a call by the whole gateway against a bare HTTP call, 100 at a time.

The shipped provider answers at once, in a process of its own, to the questions that the agents of a campaign put after
two turns by rules: their real prompts, with the form of the answer. A hundred tasks ask one question after the other in
one event loop, four ways in turns: the very same bytes posted by httpx2 as it comes; the provider's leaf of the gateway,
through pydantic-ai and the provider's SDK; the gateway inside a run, which sets money aside, keeps the reply durably in
the SQLite store on disk before it is acted on, and guards limits, breaker and retries (the cache is off, as it is for
decisions); and a mind, from the observation to the action, with memory, prompt and parsing. A figure is the time of a
round by the number of its calls; what is added is the difference to the bare call of the same round. The provider works
on another core meanwhile, and may be what the bare call waits for; CPU is that of this process alone, its threads
included, and hides nothing.
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

MARK_MS = 1.0
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
    yield from _figures(*costs_by_way, note=f"{questions.question_bytes / 1000:.1f} kB a question")


def _figures(
    bare: Sequence[Cost], leaf: Sequence[Cost], gateway: Sequence[Cost], minds: Sequence[Cost], *, note: str
) -> Iterator[Figure]:
    beside = (Beside(what="a bare call, whole", sample=_sample(cost.wall_s for cost in bare)),)
    bare_cpu = (Beside(what="a bare call, whole", sample=_sample(cost.cpu_s for cost in bare)),)
    for what, costs, mark in (
        ("by the provider's leaf alone", leaf, None),
        ("by the gateway", gateway, MARK_MS),
        ("by a mind that decides", minds, None),
    ):
        pairs = list(zip(costs, bare, strict=True))
        wall = _sample(cost.wall_s - least.wall_s for cost, least in pairs)
        cpu = _sample(cost.cpu_s - least.cpu_s for cost, least in pairs)
        yield Figure(what=f"added {what}", unit="ms", sample=wall, mark=mark, beside=beside, note=note)
        yield Figure(what=f"CPU added {what}", unit="ms", sample=cpu, beside=bare_cpu)


def _sample(seconds: Iterable[float]) -> Sample:
    return Sample.of(seconds, per_s=MS)


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
