"""Measuring: what a benchmark hands back, how large it is run, and the taking of turns that makes it comparable."""

import gc
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec

T = TypeVar("T")

MS = 1000.0
"""Milliseconds in a second."""


class Absent(Exception):
    """What a benchmark needs is not at hand; the message says what. It is left out then."""


class Scale(msgspec.Struct, frozen=True, kw_only=True):
    """How large and how often everything is measured. Marks are set for `FULL` and mean nothing at any other."""

    rounds: int
    """Repetitions of what takes milliseconds."""
    plays: int
    """Repetitions of what takes a second."""
    starts: int
    """Processes that are started for a figure."""
    crowds: dict[int, int]
    """Agents of the campaigns whose turns are timed -> how often each is played."""
    turns: int
    """Turns that are timed in each play of such a campaign."""
    events: int
    """Events of a log or story."""
    appends: int
    """Records that each writer appends."""
    writers: int
    """Runs that are written at once."""
    campaign_turns: int | None
    """Turns of a whole campaign at most; None: the pack's own number."""
    memory_turns: int
    """Turns of the campaign whose memory is measured."""
    askers: int
    """Agents whose questions are put to a model."""
    asked: int
    """Questions that are put to a model for a figure."""
    latencies_ms: tuple[int, ...]
    """Of the models that agents are played by."""
    model_crowds: dict[int, int]
    """Agents of the campaigns that models play -> how many of their turns are timed."""
    villagers: int
    """Agents of the village whose day is played."""
    village_steps: int | None
    """Steps of that day; None: all there are."""
    worlds: dict[int, int]
    """Lives of the worlds whose ticks are timed -> how many of their ticks."""
    held_lives: int
    """Lives of the world that is held at its rate in real time."""
    held_minutes: float
    """How long, unless FABULA_BENCH_MINUTES says otherwise."""
    lives: dict[int, int]
    """Lives of the worlds whose ticks are timed -> how many ticks of each."""
    messages: int
    """Messages that are carried by each bus at once for a figure; fewer than a queue holds."""
    steady_messages: int
    """Messages that are carried by each bus at a steady rate."""
    talks: dict[int, int]
    """Speakers of the dialogues whose turns are timed -> turns at most."""
    peers: bool
    """Whether other frameworks are measured too, which may have to be installed first."""


FULL = Scale(
    rounds=30,
    plays=5,
    starts=10,
    crowds={10: 20, 1000: 3},
    turns=8,
    events=100,
    appends=100,
    writers=64,
    campaign_turns=None,
    memory_turns=20,
    askers=100,
    asked=400,
    latencies_ms=(0, 50, 1000),
    model_crowds={10: 4, 100: 3, 1000: 2},
    lives={1_000: 40, 10_000: 40, 100_000: 20, 1_000_000: 10},
    villagers=96,
    village_steps=None,
    worlds={10_000: 120, 100_000: 60, 1_000_000: 5},
    held_lives=50_000,
    held_minutes=1.0,
    messages=6_000,
    steady_messages=200,
    talks={2: 24, 4: 24},
    peers=True,
)

TINY = Scale(
    rounds=1,
    plays=1,
    starts=1,
    crowds={3: 1},
    turns=2,
    events=20,
    appends=2,
    writers=3,
    campaign_turns=2,
    memory_turns=2,
    askers=3,
    asked=6,
    latencies_ms=(0, 1),
    model_crowds={3: 1},
    lives={200: 2, 400: 2},
    villagers=12,
    village_steps=40,
    worlds={400: 3},
    held_lives=400,
    held_minutes=0.05,
    messages=40,
    steady_messages=10,
    talks={2: 4},
    peers=False,
)
"""Shows that everything runs, and nothing more."""


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """What repeated measuring came to, in the unit of its figure."""

    median: float
    low: float
    high: float
    count: int

    @classmethod
    def of(cls, values: Iterable[float], *, per_s: float = 1.0) -> "Sample":
        """values: what was measured, at least one; times are given in seconds, `per_s` of the unit make one."""
        scaled = [value * per_s for value in values]
        return cls(median=statistics.median(scaled), low=min(scaled), high=max(scaled), count=len(scaled))


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """Something else, measured in the same run: a naive way, a peer, or what no way can go below."""

    what: str
    sample: Sample
    """In the unit of the figure it stands beside."""
    mark: float | None = None
    """The figure divided by this has to reach so much, where a mark was set."""


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a report."""

    what: str
    unit: str
    sample: Sample
    mark: float | None = None
    """The median has to stay below this, where a mark was set."""
    beside: tuple[Beside, ...] = ()
    note: str = ""
    """What a reader needs to know to judge it."""

    @property
    def marked(self) -> bool:
        """Whether there is a mark, of its own or beside something else."""
        return self.mark is not None or any(other.mark is not None for other in self.beside)

    @property
    def missed(self) -> bool:
        """Whether there is a mark, and the figure does not stay below it, or does not reach it."""
        if self.mark is not None and self.sample.median >= self.mark:
            return True
        return any(other.mark is not None and self.ratio(other) < other.mark for other in self.beside)

    def ratio(self, other: Beside) -> float:
        """The figure divided by what stands beside it, median by median."""
        return self.sample.median / other.sample.median


class Benchmark(Protocol):
    """What a module of this folder offers: its docstring tells the method, `measure` gives the figures."""

    __doc__: str | None

    def measure(self, scale: Scale, folder: Path, /) -> Iterator[Figure]:
        """folder: an empty one of its own, on a disk that syncs for real."""
        ...


def timed(function: Callable[..., object], *arguments: object) -> Callable[[], float]:
    """A way of measuring: the seconds that a call takes."""

    def seconds() -> float:
        began_s = time.perf_counter()
        function(*arguments)
        return time.perf_counter() - began_s

    return seconds


def in_turns(rounds: int, *ways: Callable[[], T], warm_up: bool = True) -> list[list[T]]:
    """What each way of measuring gave in each round: one after the other, so that a busy moment of the machine meets
    all alike. warm_up: whether a round goes before that is not counted.
    """
    gc.collect()
    if warm_up:
        for way in ways:
            way()
    by_round = [[way() for way in ways] for _ in range(rounds)]
    return [list(of_one_way) for of_one_way in zip(*by_round, strict=True)]
