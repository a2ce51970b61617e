"""A tick of a whole world: that of the pack `marches`, with its herds and its land as many times as large.

All systems are worked, the people's minds are rules; nothing is taken out. The ticks are those after a warm-up of
twelve, on the world's first morning, when nearly everyone forages or goes to work; later in the day others may cost
more. They are stepped by hand. Beside a tick stand its costliest systems, timed in the same ticks, and a floor: one
copy of all that the state holds, since a tick at least looks at it.

Then the world is played by the engine's own loop into an SQLite store on disk, every tick a commit of its own as at
10 Hz. What keeping costs is the commit, the encoding and chaining of the record, and the digest of the state by its
share of a tick (one is taken every `digest_every` ticks); it is divided by all that the loop does in a tick. The
snapshot is timed for itself: saves are as far apart as the settings say.

Memory of a life: the bytes of its components, and beside them those of the rest of the state, of what the systems keep
between ticks, and what the process holds more at its peak than one with a hundredth of the lives.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import Any

import msgspec
import numpy as np
from benchmarks.marches import ByHand, marches
from benchmarks.measuring import MS, Beside, Figure, Sample, Scale, timed
from benchmarks.plays import SEED
from benchmarks.programs import peak_mb, python
from numpy.typing import NDArray

from fabula.engine import Cast, Chance, Run, VirtualClock, perform
from fabula.environments.world import World
from fabula.environments.world.components import COMPONENTS
from fabula.environments.world.saving import ARRAYS, digest
from fabula.environments.world.state import WorldState
from fabula.environments.world.systems.order import System
from fabula.environments.world.tick import Tick
from fabula.settings import Settings
from fabula.store import SqliteStore

MARKS_MS = {100_000: 50.0}
KEEPING_MARK_PERCENT = {100_000: 5.0}
SYSTEMS_SHOWN = 6
WARM_UP_TICKS = 12
LIVE_TICKS = 3
"""Ticks of a world that is there only for its memory: in the first, everyone decides and every way is looked for."""
KEPT_FOR_TICKS_MAX = 40
"""Ticks that are played into a store after the warm-up."""

_ROOT = Path(__file__).resolve().parents[1]
_LIVE = "import sys; sys.path.insert(0, sys.argv[1]); from benchmarks.worlds import live; live(int(sys.argv[2]))"


class Cost(msgspec.Struct, frozen=True):
    """What keeping some ticks took, a tick, in milliseconds."""

    all: float
    """Of the loop's work."""
    commit: float
    record: float
    bytes: float
    """Of a record."""


def measure(scale: Scale, folder: Path) -> Iterator[Figure]:
    """See Benchmark.measure."""
    for lives, ticks in scale.worlds.items():
        world = World(marches(lives, ticks=WARM_UP_TICKS + ticks))
        state, tick = _lived(world, lives, ticks)
        yield tick
        yield from _kept(state, world, lives, scale, folder / str(lives))
        yield _memory(state, world, lives, folder)


def live(lives: int) -> None:
    """A few ticks of a world of so many, for the memory that they take."""
    by_hand = ByHand(World(marches(lives, ticks=LIVE_TICKS)))
    for _ in range(LIVE_TICKS):
        by_hand.tick()


def _lived(world: World, lives: int, ticks: int) -> tuple[WorldState, Figure]:
    """The state after the warm-up and so many timed ticks, and what a tick took."""
    system_s = _Timed(world)
    by_hand = ByHand(world)
    for _ in range(WARM_UP_TICKS):
        by_hand.tick()
    system_s.forget()
    before = by_hand.state.lives.count
    tick_s = [timed(by_hand.tick)() for _ in range(ticks)]
    floor = timed(_copied, *_two_of_each(_arrays(by_hand.state)))
    figure = Figure(
        what=f"a tick of {lives:,} lives",
        unit="ms",
        sample=Sample.of(tick_s, per_s=MS),
        mark=MARKS_MS.get(lives),
        beside=(
            *(Beside(what=f"of it {name}", sample=Sample.of(took, per_s=MS)) for name, took in system_s.costliest()),
            Beside(
                what="all that the state holds, copied once", sample=Sample.of([floor() for _ in range(5)], per_s=MS)
            ),
        ),
        note=f"mean {fmean(tick_s) * MS:,.1f} ms; {before:,} to {by_hand.state.lives.count:,} lives",
    )
    return by_hand.state, figure


def _kept(state: WorldState, world: World, lives: int, scale: Scale, home: Path) -> Iterator[Figure]:
    """What keeping costs, and what a snapshot and a digest do."""
    digests, snapshots = (
        Sample.of([timed(way, state)() for _ in range(max(3, scale.plays))], per_s=MS)
        for way in (digest, world.snapshot)
    )
    cost = asyncio.run(_recorded(world, home))
    digest_ms = digests.median / world.setting.digest_every
    keeping_ms = cost.commit + cost.record + digest_ms
    yield Figure(
        what=f"commit and digest, of a tick of {lives:,} lives",
        unit="%",
        sample=Sample.of([100 * keeping_ms / cost.all]),
        mark=KEEPING_MARK_PERCENT.get(lives),
        note=f"a tick: {cost.commit:.2f} ms commit, {cost.record:.2f} ms record of {cost.bytes:,.0f} B, "
        f"{digest_ms:.2f} ms digest, {cost.all:,.1f} ms in all",
    )
    yield Figure(what=f"a digest of {lives:,} lives", unit="ms", sample=digests)
    yield Figure(
        what=f"a snapshot of {lives:,} lives",
        unit="ms",
        sample=snapshots,
        note=f"{len(world.snapshot(state)) / 1e6:,.1f} MB; one in {Settings().world.save_every_ticks} ticks",
    )


async def _recorded(world: World, home: Path) -> Cost:
    """The means of some ticks by the engine's loop, each durable before the next."""
    async with SqliteStore.open(home) as store:
        opened = await Run.create(store, world, seed=SEED, pack=world.pack, name="kept", snapshot_every=1_000_000)
        took = []
        async with opened as run, Cast(world.casting(Chance(SEED))) as cast:
            async for moment in perform(run, world, cast, VirtualClock()):
                took.append(moment.took)
                if len(took) == WARM_UP_TICKS + KEPT_FOR_TICKS_MAX:
                    break
            records = [record async for record in store.records(run.id, start=WARM_UP_TICKS)]
    took = took[WARM_UP_TICKS:]
    parts = [one.observe_ms + one.gather_ms + one.step_ms + one.record_ms + one.commit_ms for one in took]
    return Cost(
        all=fmean(parts),
        commit=fmean(one.commit_ms for one in took),
        record=fmean(one.record_ms for one in took),
        bytes=fmean(len(record.inputs + record.events + record.notes) for record in records),
    )


def _memory(state: WorldState, world: World, lives: int, folder: Path) -> Figure:
    """What a life takes, in bytes."""
    count = state.lives.count
    a_life = sum(getattr(state.lives, name)[:count].nbytes for name in COMPONENTS) / count
    rest = sum(getattr(state, name).nbytes for name in ARRAYS) + state.lives.row_of.nbytes
    scratch = _scratch_bytes(world, state)
    peak, less = (
        peak_mb(python("-c", _LIVE, str(_ROOT), str(many)), folder) for many in (lives, max(lives // 100, 100))
    )
    others = {
        "the state besides": rest / count,
        "what systems keep between ticks": scratch / count,
    }
    if peak > less:  # A few lives are lost in what a process takes anyway.
        others["a life at the process's peak"] = (peak - less) * 1e6 / lives
    return Figure(
        what=f"a life of {lives:,}",
        unit="B",
        sample=Sample.of([a_life]),
        beside=tuple(Beside(what=what, sample=Sample.of([bytes_])) for what, bytes_ in others.items()),
        note=f"the process's peak is {peak:,.0f} MB",
    )


def _scratch_bytes(world: World, state: WorldState) -> int:
    scratch = world.tick(state, Chance(SEED, state.tick)).scratch
    fields = scratch["fields"]
    own = [kept for kept in scratch.values() if isinstance(kept, np.ndarray) and kept.base is None]
    return sum(array.nbytes for array in own) + int(fields.distances.nbytes)


class _Timed:
    """Times the systems of a world."""

    def __init__(self, world: World) -> None:
        self._took_s: dict[str, list[float]] = {name: [] for name, _ in world.systems}
        world.systems = tuple((name, partial(self._run, name, run)) for name, run in world.systems)

    def forget(self) -> None:
        for took in self._took_s.values():
            took.clear()

    def costliest(self) -> Sequence[tuple[str, list[float]]]:
        """Those that took most in all, with the seconds of each tick."""
        return sorted(self._took_s.items(), key=lambda item: -sum(item[1]))[:SYSTEMS_SHOWN]

    def _run(self, name: str, run: System, tick: Tick) -> None:
        began_s = time.perf_counter()
        run(tick)
        self._took_s[name].append(time.perf_counter() - began_s)


def _arrays(state: WorldState) -> list[NDArray[Any]]:
    components = [getattr(state.lives, name)[: state.lives.count] for name in COMPONENTS]
    return [*components, *(getattr(state, name) for name in ARRAYS)]


def _two_of_each(arrays: list[NDArray[Any]]) -> tuple[list[NDArray[Any]], list[NDArray[Any]]]:
    """The arrays, and as many to copy them to."""
    return arrays, [np.zeros_like(array) for array in arrays]


def _copied(arrays: list[NDArray[Any]], copies: list[NDArray[Any]]) -> None:
    for array, copy in zip(arrays, copies, strict=True):
        np.copyto(copy, array)
