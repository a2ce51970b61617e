"""10 Hz held in real time: the world of `marches` with 50,000 lives, 25 of whom have slow minds or silent ones.

The run goes through the engine's own loop on a `RealClock`, with the rate and catch-up of the settings, into an SQLite
store on disk, every tick durable before it is told, and the program's own observer follows. The 25 people's minds are
rules that take 0.5 to 30 s to answer, log-uniformly, drawn by agent and step; two of them never do, so that other rules
answer in their place after 45 s. What comes late goes into the next tick, as in every run.

A figure is of one minute (FABULA_BENCH_MINUTES gives another length), of the world as it opens, after a few ticks of
another that have loaded what is compiled. Jitter is how much after its time a tick began. Afterwards the run is
replayed without minds and clock; it has to arrive at the same digest, or there are no figures.
"""

import asyncio
import math
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import msgspec
from benchmarks.marches import ByHand, marches
from benchmarks.measuring import Beside, Figure, Sample, Scale
from benchmarks.plays import SEED

from fabula.app import Figures, Observer
from fabula.app.observer import Spread
from fabula.engine import Acted, AgentId, Cast, Chance, Mind, Moment, Observation, RealClock, Run, perform, replay
from fabula.engine.fakes import SlowMind
from fabula.environments.world import World
from fabula.environments.world.state import WorldState
from fabula.settings import Settings
from fabula.store import SqliteStore

PEOPLE = 25
SILENT = 2
"""How many of them never answer."""
REPLY_S, REPLY_S_LONGEST = 0.5, 30.0
REPLY_S_MAX = 45.0
MISSED_MARK_PERCENT = 0.1
LATE_MARK_MS = 20.0
WARM_UP_TICKS = 5
_NEVER_S = 1e9


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What came of holding the rate."""

    figures: Figures
    answers_late: int
    """Answers that came after the tick they were due at."""
    answers: int
    replayed_tick_ms: float


def measure(scale: Scale, folder: Path) -> Iterator[Figure]:
    """See Benchmark.measure."""
    settings = Settings().world
    minutes = float(os.environ.get("FABULA_BENCH_MINUTES", scale.held_minutes))
    setting = marches(scale.held_lives, ticks=round(minutes * 60 * settings.tick_hz), people=PEOPLE)
    world = World(setting)
    warm = ByHand(world)
    for _ in range(WARM_UP_TICKS):
        warm.tick()
    world.warm_up()
    held = asyncio.run(_held(world, folder))
    seen = held.figures
    yield Figure(
        what=f"ticks missed at {settings.tick_hz:g} Hz, {scale.held_lives:,} lives",
        unit="%",
        sample=_once(100 * seen.skipped / (seen.ticks + seen.skipped)),
        mark=MISSED_MARK_PERCENT,
        note=f"{seen.skipped:,} of {seen.ticks + seen.skipped:,} ticks; {seen.overruns:,} took more than "
        f"{seen.budget_ms:g} ms; the replay's digest is the same",
    )
    yield _figure("after its time a tick begins, p99", seen.late, mark=LATE_MARK_MS)
    yield _figure(
        "a tick's work, p99",
        seen.work,
        beside=(
            Beside(what="of it the rules, p99", sample=_spread(seen.step)),
            Beside(what="replaying it, mean", sample=_once(held.replayed_tick_ms)),
        ),
        note=f"median {seen.work.p50_ms:.1f} ms",
    )
    yield _figure("a tick's commit, p99", seen.commit, note=f"median {seen.commit.p50_ms:.2f} ms")
    yield Figure(
        what="answers that came late",
        unit="",
        sample=_once(held.answers_late),
        note=f"of {held.answers:,}; half of them within {seen.answer.p50_ms / 1000:.1f} s; "
        f"in {seen.stood_in:,} others stood in; {seen.thinking} minds thought at the end",
    )


async def _held(world: World, home: Path) -> Held:
    settings = Settings().world
    observer = Observer(budget_ms=settings.budget_ms, counts=world.counts)
    late = answers = 0
    async with SqliteStore.open(home) as store:
        async for moment in _played(store, world):
            observer.follow(moment)
            waited = [moment.step - item.asked for item in moment.inputs if isinstance(item, Acted)]
            answers += len(waited)
            late += sum(ticks > world.setting.thinking_ticks for ticks in waited)
        began_s = time.perf_counter()
        replayed = await replay(store, "held", world)
        took_s = time.perf_counter() - began_s
    if not replayed.identical:
        raise RuntimeError(f"the replay differs at step {replayed.differs_at}")
    return Held(
        figures=observer.figures(),
        answers_late=late,
        answers=answers,
        replayed_tick_ms=took_s * 1000 / replayed.steps,
    )


async def _played(store: SqliteStore, world: World) -> AsyncIterator[Moment]:
    """The run, in real time."""
    settings = Settings().world
    clock = RealClock(tick_hz=settings.tick_hz, catch_up=settings.catch_up_ticks)
    opened = await Run.create(
        store, world, seed=SEED, pack=world.pack, name="held", snapshot_every=settings.save_every_ticks
    )
    async with opened as run, Cast(_slow(world, clock), reply_s_max=REPLY_S_MAX) as cast:
        async for moment in perform(run, world, cast, clock):
            yield moment


def _slow(world: World, clock: RealClock) -> Callable[[AgentId, WorldState], tuple[Mind, Mind]]:
    """Seats minds by rules behind a long wait, and the same rules as stand-ins."""
    rules = world.casting(Chance(SEED))
    silent = {one.persona.name for one in world.setting.people[:SILENT]}

    def seconds(observation: Observation) -> float:
        if observation.agent in silent:
            return _NEVER_S
        drawn = Chance(SEED, observation.step).stream("latency", observation.agent).random()
        return REPLY_S * math.exp(drawn * math.log(REPLY_S_LONGEST / REPLY_S))

    def seat(agent: AgentId, state: WorldState) -> tuple[Mind, Mind]:
        mind, stand_in = rules(agent, state)
        return SlowMind(mind, seconds=seconds, sleep=clock.sleep), stand_in

    return seat


def _figure(
    what: str, spread: Spread, *, mark: float | None = None, beside: tuple[Beside, ...] = (), note: str = ""
) -> Figure:
    return Figure(what=what, unit="ms", sample=_spread(spread), mark=mark, beside=beside, note=note)


def _spread(spread: Spread) -> Sample:
    """The ninety-ninth percentile, with the median below it and the longest above."""
    return Sample(median=spread.p99_ms, low=spread.p50_ms, high=spread.max_ms, count=1)


def _once(value: float) -> Sample:
    return Sample.of([value])
