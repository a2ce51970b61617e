"""A turn of a campaign whose agents are played by models that take their time: all of them are asked at once.

Whole: the crowd of `turns` with everything that `fabula play --model` has - memory, prompts, the gateway, HTTP to the
shipped provider in a process of its own, which waits so long before each answer, parsing, and the SQLite store on disk,
where every reply and every answer is durable before it is acted on; the director rules by rules. In the process: the
same play with minds that only wait so long and take their first option, to see what loop and log cost by themselves. A
turn is timed from the end of the one before until its own last step is durable; the first one, in which connections are
made and libraries are loaded, does not count.

Beside both stands the wait itself, below which nothing can go. Beside the minds in the process stand other frameworks,
whose agents only wait as well and keep nothing on disk, each in a process of its own and in an environment that has
nothing of Fabula (`FABULA_BENCH_PEERS` names its Python; without it they are installed for this measuring, and left out
where that fails). LangGraph: a node that all agents are sent to, in one graph. AutoGen: messages to agents of its
core's runtime. Concordia: entities with an acting component, on threads.
"""

import asyncio
import resource
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

from benchmarks.crowds import crowd
from benchmarks.measuring import MS, Beside, Figure, Sample, Scale
from benchmarks.others import Other, others
from benchmarks.plays import SEED
from benchmarks.programs import provider

from fabula.app import UNTOLD_S_MAX
from fabula.app.assigning import EVERYONE, MIND
from fabula.app.seating import Seating
from fabula.engine import RULES, Action, Assign, Cast, Observation, Run, VirtualClock, perform, post
from fabula.environments.campaign import Campaign, TurnEnded
from fabula.environments.campaign.director import DIRECTOR
from fabula.settings import Settings
from fabula.store import SqliteStore

FILES_WANTED = 8192
"""Open files, so that a thousand connections fit."""


def measure(scale: Scale, folder: Path) -> Iterator[Figure]:
    """See Benchmark.measure."""
    _allow_files()
    with ExitStack() as stack:
        beside = stack.enter_context(others(folder)) if scale.peers else ()
        for agents, turns in scale.model_crowds.items():
            campaign = Campaign(crowd(agents, turns=1 + turns))
            for latency_ms in scale.latencies_ms:
                home = folder / f"{agents}-{latency_ms}"
                with provider(folder, latency_ms=latency_ms) as url:
                    whole_s = asyncio.run(_turns_s(campaign, home / "whole", f"openai@{url}/v1:demo"))
                alone_s = asyncio.run(_turns_s(campaign, home / "alone", MIND + _Waits.label, wait_ms=latency_ms))
                what = f"a turn of {agents:,} agents, {latency_ms:,} ms an answer"
                yield _figure(f"{what}: whole", whole_s, latency_ms)
                yield _figure(
                    f"{what}: in the process", alone_s, latency_ms, _turns_of(beside, agents, latency_ms, turns)
                )


def _figure(what: str, turns_s: Sequence[float], latency_ms: int, beside: Sequence[Beside] = ()) -> Figure:
    wait = (Beside(what="the wait alone", sample=Sample.of([latency_ms])),) if latency_ms else ()
    return Figure(what=what, unit="ms", sample=Sample.of(turns_s, per_s=MS), beside=(*wait, *beside))


def _turns_of(beside: Sequence[Other], agents: int, latency_ms: int, turns: int) -> list[Beside]:
    return [
        Beside(what=other.name, sample=Sample.of(other.turns_s(agents, latency_ms=latency_ms, turns=turns), per_s=MS))
        for other in beside
    ]


async def _turns_s(campaign: Campaign, home: Path, mind: str, *, wait_ms: int = 0) -> list[float]:
    """Seconds of each turn but the first, with that mind in every seat but the director's."""
    agents = len(campaign.setting.characters)
    settings = Settings.model_validate({"models": {"limits": {"default": {"concurrent": agents}}}})
    minds = {_Waits.label: _Waits(wait_ms / MS)}
    ends_s: list[float] = []
    async with SqliteStore.open(home) as store:
        opened = await Run.create(store, campaign, seed=SEED, pack=campaign.pack)
        for seat in (Assign(agent=EVERYONE, mind=mind), Assign(agent=DIRECTOR, mind=RULES)):
            await post(store, opened.id, seat)
        async with (
            opened as run,
            Seating(store, settings, run.row, campaign, minds=minds, environ={}) as seating,
            Cast(seating.casting(), minds=seating.mind) as cast,
        ):
            async for moment in perform(run, campaign, cast, VirtualClock(), untold_s_max=UNTOLD_S_MAX):
                seating.follow(moment)
                if failed := [note for note in moment.notes if note.why]:
                    raise RuntimeError(f"{len(failed)} answers did not come as they should: {failed[0].why}")
                if any(isinstance(event, TurnEnded) for event in moment.events):
                    ends_s.append(time.perf_counter())
    return [end_s - began_s for began_s, end_s in pairwise(ends_s)]


class _Waits:
    """A mind that waits and takes its first option."""

    label = "waits"
    repeatable = False

    def __init__(self, wait_s: float) -> None:
        self._wait_s = wait_s

    async def decide(self, observation: Observation) -> Action:
        await asyncio.sleep(self._wait_s)
        return observation.options[0].action


def _allow_files() -> None:
    """Raise the bound on open files as far as wanted and allowed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = FILES_WANTED if hard == resource.RLIM_INFINITY else min(FILES_WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
