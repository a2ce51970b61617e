"""Slow minds in a village: how long a recorded day takes, in virtual time, by how long a thought may take in steps.

The day is that of the three agents of a public run of Generative Agents (Park et al. 2023), in steps of 10 s, from when
the first of them wakes to the end of the file, 8.4 hours later; copied to 96 agents whose days are shifted evenly over
that length and go round. At a step at which what an agent does or says becomes something else, 1.4 % of all, its mind
is asked: three calls to a model, one after the other, each of a log-normal latency with a median of 1 s and a sigma of
0.7, drawn by agent and step of its day. 32 calls are under way at a time; the others wait in line. The design gives the
share, the median and the lines. The calls of a thought and sigma are a fit: its lock-step of 10,256 s and its thinking
times of 6, 12 and 30 steps, 2,491, 1,496 and 796 s, come out within 5 %, all by these two numbers. With a single call
to a thought there is no sigma that gives them all.

Played by the engine's own loop into an SQLite store on disk, on a `VirtualClock` whose time at the end is the figure.
Lock-step: the answer is due at the step it is asked at. A thinking time of so many steps: it is due so much later, and
the village goes on. Every play makes the same calls: a change that comes while the agent still thinks of the one before
is asked for afterwards, so that a play may end some steps after the day. The clock does not see the machine, so the
same figure comes out everywhere, and each is played once.

Beside them stand other orders, computed from the same calls and not played. Out of order by distance, as AI Metropolis
has it (Xie et al. 2024): an agent goes on by itself and waits for those behind that it might still meet, where it sees
eight tiles far and walks one a step. Its oracle: it waits only for those whom it will see. (Where a day goes round, an
agent is back in its bed at once, which that rule does not foresee.) How they fare hangs on where the copies live. In
one village all copies of an agent share its bed and its desk and hold one another up; in villages of three, far apart,
hardly anybody ever waits. The design's figures for the two, 2,427 and 2,056 s, lie in between, and how its copies were
placed is not known. Lock-step and thinking time are the same for both. The floor: all lines busy all the time, or the
agent that thinks most thinking all the time.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
from benchmarks.measuring import Beside, Figure, Sample, Scale
from benchmarks.village_calls import Lines, latencies_s
from benchmarks.village_orders import all_knowing, by_distance, floor_s, makespan_s
from benchmarks.village_trace import PEOPLE, Day, Life, Place, crowd

from fabula.app import UNTOLD_S_MAX
from fabula.engine import (
    Acted,
    Action,
    AgentId,
    Cast,
    Chance,
    Clock,
    Ending,
    Event,
    Input,
    KernelCommand,
    Observation,
    Run,
    VirtualClock,
    perform,
)
from fabula.store import SqliteStore

THINKING = (0, 3, 6, 12, 30)
"""Steps that a thought may take; 0 is lock-step."""


class TurnTo(Action):
    """Do what the day has next."""

    what: str


class Moved(Event):
    """Somebody walked a tile, or more where the day comes round."""

    agent: str
    x: int
    y: int


class TurnedTo(Event):
    """Somebody does or says something else now."""

    agent: str
    what: str
    late: int
    """Steps after the day had it."""


class Owed(msgspec.Struct, frozen=True):
    """A change the day has had and the agent has not yet thought of."""

    step: int
    what: str


class Sees(msgspec.Struct, frozen=True):
    """What an agent perceives: where it is, and what its day has next."""

    place: Place
    owed: Owed


class Span(msgspec.Struct, frozen=True):
    """A life, its day by number."""

    day: int
    shift: int
    steps: int


class Plan(msgspec.Struct, frozen=True):
    """The setup: every day once."""

    thinking: int
    days: list[Day]
    spans: list[Span]


class Now(msgspec.Struct):
    """The state: the village before a step."""

    step: int
    places: list[Place]
    owed: list[list[Owed]]


class Village:
    """Follows the trace: everybody walks as recorded, and asks its mind where what it does or says changes."""

    name = "village"
    rules = "village/1"
    action_type: Any = TurnTo
    command_type: Any = KernelCommand
    event_type: Any = Moved | TurnedTo

    def __init__(self, lives: Sequence[Life], *, thinking: int) -> None:
        """thinking: steps from the question until the answer is due."""
        self._lives = lives
        self._thinking = thinking
        self._names = [AgentId(f"{number:02}") for number in range(len(lives))]
        self._numbers = {name: number for number, name in enumerate(self._names)}
        self._places = list(zip(*(life.places() for life in lives), strict=True))
        self._doings = [life.doings() for life in lives]

    def setup(self) -> bytes:
        days = list({id(life.day): life.day for life in self._lives}.values())
        spans = [Span(day=days.index(life.day), shift=life.shift, steps=life.steps) for life in self._lives]
        return msgspec.json.encode(Plan(thinking=self._thinking, days=days, spans=spans))

    @classmethod
    def from_setup(cls, data: bytes) -> "Village":
        """The village that gave this setup."""
        plan = msgspec.json.decode(data, type=Plan)
        lives = [Life(day=plan.days[span.day], shift=span.shift, steps=span.steps) for span in plan.spans]
        return cls(lives, thinking=plan.thinking)

    def begin(self, chance: Chance) -> Now:
        now = Now(step=0, places=list(self._places[0]), owed=[[] for _ in self._lives])
        self._fall_due(now)
        return now

    def observe(self, state: Now) -> list[Observation]:
        """Of everybody who owes its day a change; whoever thinks already is not asked again by the loop."""
        return [
            Observation(
                agent=self._names[number],
                step=state.step,
                due=state.step + self._thinking,
                perceives=Sees(place=state.places[number], owed=owed[0]),
                accepts=TurnTo,
                reflex=TurnTo(what="stand still"),
            )
            for number, owed in enumerate(state.owed)
            if owed
        ]

    def step(self, state: Now, inputs: Sequence[Input], chance: Chance) -> list[Event]:
        events: list[Event] = [self._turn(state, item) for item in inputs if isinstance(item, Acted)]
        state.step += 1
        if state.step < len(self._places):
            before, state.places = state.places, list(self._places[state.step])
            for name, was, (x, y) in zip(self._names, before, state.places, strict=True):
                if was != (x, y):
                    events.append(Moved(agent=name, x=x, y=y))
            self._fall_due(state)
        return events

    def _turn(self, state: Now, acted: "Acted[TurnTo]") -> TurnedTo:
        owed = state.owed[self._numbers[acted.agent]].pop(0)
        return TurnedTo(agent=acted.agent, what=acted.action.what, late=state.step - owed.step)

    def _fall_due(self, state: Now) -> None:
        for owed, doings in zip(state.owed, self._doings, strict=True):
            if what := doings.get(state.step):
                owed.append(Owed(step=state.step, what=what))

    def ending(self, state: Now) -> Ending | None:
        over = state.step >= len(self._places) and not any(state.owed)
        return Ending(kind="evening", why="the day is over") if over else None

    def agents(self, state: Now) -> list[AgentId]:
        return self._names

    def view(self, state: Now, viewer: AgentId | None) -> dict[str, Any]:
        return {"places": dict(zip(self._names, state.places, strict=True))}

    def snapshot(self, state: Now) -> bytes:
        return msgspec.json.encode(state)

    def restore(self, data: bytes) -> Now:
        return msgspec.json.decode(data, type=Now)


class Caller:
    """A mind that calls a model for every thought, and answers with what the day has."""

    label = "caller"
    repeatable = False

    def __init__(self, lines: Lines, clock: Clock) -> None:
        self._lines = lines
        self._clock = clock

    async def decide(self, observation: Observation) -> Action:
        owed = observation.perceives.owed
        for latency_s in latencies_s(int(observation.agent), owed.step):
            await self._lines.call(latency_s, self._clock)
        return TurnTo(what=owed.what)


class Played(msgspec.Struct, frozen=True):
    """What came of a day."""

    makespan_s: float
    steps: int
    late: tuple[int, ...]
    """Of each change, how many steps after the day had it."""
    digest: str


def measure(scale: Scale, folder: Path) -> Iterator[Figure]:
    """See Benchmark.measure."""
    lives = crowd(scale.villagers, steps=scale.village_steps)
    villages = len(lives) // PEOPLE
    apart = f"in {villages} villages"
    beside = [
        _beside("out of order by distance, in one village", makespan_s(lives, by_distance)),
        _beside(f"out of order by distance, {apart}", makespan_s(lives, by_distance, villages=villages)),
    ]
    more = [
        _beside("its oracle, in one village", makespan_s(lives, all_knowing)),
        _beside(f"its oracle, {apart}", makespan_s(lives, all_knowing, villages=villages)),
        _beside("the floor", floor_s(lives)),
    ]
    for thinking in THINKING:
        began_s = time.perf_counter()
        day = asyncio.run(played(lives, folder / str(thinking), thinking=thinking))
        took_s = time.perf_counter() - began_s
        yield Figure(
            what=f"a day, thinking time of {thinking} steps" if thinking else "a day in lock-step",
            unit="s",
            sample=Sample.of([day.makespan_s]),
            beside=(*beside, *(() if thinking else more)),
            note=f"{_in_words(day, thinking)}; played in {took_s:.0f} s",
        )
        if not thinking:
            beside.insert(0, _beside("lock-step", day.makespan_s))


async def played(lives: Sequence[Life], home: Path, *, thinking: int) -> Played:
    """The day by the engine's loop, kept on disk."""
    clock, lines = VirtualClock(step_s=0), Lines()
    mind = Caller(lines, clock)
    village = Village(lives, thinking=thinking)
    late: list[int] = []
    async with SqliteStore.open(home) as store:
        opened = await Run.create(store, village, seed=0, pack="village", snapshot_every=1000)
        async with opened as run, Cast(lambda *_: (mind, mind)) as cast:
            async for moment in perform(run, village, cast, clock, untold_s_max=UNTOLD_S_MAX):
                if failed := [note for note in moment.notes if note.why]:
                    raise RuntimeError(f"{len(failed)} answers did not come as they should: {failed[0].why}")
                late += [event.late for event in moment.events if isinstance(event, TurnedTo)]
    return Played(makespan_s=clock.now_s(), steps=run.step, late=tuple(late), digest=run.digest)


def _in_words(day: Played, thinking: int) -> str:
    put_off = sum(late > thinking for late in day.late) / len(day.late)
    told = f"{day.steps:,} steps, {len(day.late):,} thoughts"
    return f"{told}, {put_off:.0%} put off behind another" if thinking else told


def _beside(what: str, seconds: float) -> Beside:
    return Beside(what=what, sample=Sample.of([seconds]))
