"""The loop: observe, gather, step, commit. Everything that runs, runs through here."""

import asyncio
import gc
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing, contextmanager, nullcontext
from typing import Any

import msgspec

from fabula.engine.cast import Cast
from fabula.engine.clock import Clock
from fabula.engine.environment import Environment
from fabula.engine.run import Run, RunEnded
from fabula.engine.values import Advance, Commanded, Ending, Event, Input, Note, Pace, Pause, Resume, Stop

COMMAND_POLL_S = 0.05
"""How often a paused run looks for a command, in seconds of real time."""


UNTOLD_MAX = 256
"""Steps that one commit may hold."""


class Took(msgspec.Struct, frozen=True, kw_only=True):
    """How long one step took, in milliseconds of real time; a measure, in no record."""

    observe_ms: float = 0.0
    gather_ms: float = 0.0
    step_ms: float = 0.0
    record_ms: float = 0.0
    """Encoding, chaining and, where one was due, the snapshot."""
    commit_ms: float = 0.0
    """Of the last step of a commit: until it was durable; 0.0 for those it was shared with."""
    late_ms: float = 0.0
    """How much later than its time it began; 0.0 in virtual time."""
    skipped: int = 0
    """Ticks left out before it, since the clock had run away."""
    thinking: int = 0
    """Minds that were thinking when it was over."""


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """One committed step, for whoever listens: log, page, printing, metrics."""

    step: int
    inputs: tuple[Input, ...]
    events: tuple[Event, ...]
    notes: tuple[Note, ...]
    digest: str
    state: Any
    """The state after the commit the step is part of; listeners look and do not touch."""
    took: Took = Took()


async def perform(
    run: Run, environment: Environment[Any], cast: Cast, clock: Clock, *, untold_s_max: float = 0.0
) -> AsyncIterator[Moment]:
    """Play a run from where it stands to its end, yielding each step once it is durable.

    A step is committed as soon as it holds what could not be had again: a command, or the answer of a mind that is
    not repeatable. In virtual time, steps of rules alone follow from the log: they may wait up to `untold_s_max`
    seconds of real time for others to share a commit with. The grouping changes nothing in the records.
    Stopping midway (a break, a kill, an abandoned iteration) leaves a run that can be resumed. The cast must be
    entered. Raises RunEnded if it has ended already, RulesDiffer, and what the store raises.
    """
    if run.ending is not None:
        raise RunEnded(f"run {run.id!r} has ended: {run.ending.why}")
    state = await run.resume(environment)
    performed = _performed(run, environment, cast, clock, state, untold_s_max=untold_s_max)
    with nullcontext() if clock.is_virtual else _settled_memory():
        async with aclosing(performed) as moments:
            async for moment in moments:
                yield moment


async def _performed(
    run: Run, environment: Environment[Any], cast: Cast, clock: Clock, state: Any, *, untold_s_max: float
) -> AsyncGenerator[Moment, None]:
    cast.welcome(environment.agents(state), state)
    cast.seat_again(run.assigned, run.taken)
    carried = run.waiting.observations()
    # Whoever was asked and has left since may still answer.
    cast.welcome((asked.agent for asked in carried), state)
    untold = _Untold(run, s_max=untold_s_max)
    hold = _Hold(clock)
    while (ending := _ending(run, environment, state)) is None:
        commands = await hold.commands(run)
        watch = _Watch(clock)
        cast.welcome(environment.agents(state), state)
        cast.heed((item.command for item in commands), run)
        asked = carried + run.waiting.ask(environment.observe(state))
        carried = []
        follows = clock.is_virtual and not commands and cast.is_by_rules(asked)
        if not follows:
            # Nobody who cannot be asked twice is asked about a past that could still be lost.
            for moment in await untold.kept():
                yield moment
        watch.lap("observe_ms")
        acted, notes = await cast.gather(asked, step=run.step, clock=clock, archive=run)
        watch.lap("gather_ms")
        inputs: tuple[Input, ...] = (*commands, *acted)
        events = tuple(environment.step(state, inputs, run.chance()))
        watch.lap("step_ms")
        step = run.step
        run.record(inputs, events, notes, environment=environment, state=state)
        watch.lap("record_ms")
        untold.add(
            Moment(
                step=step,
                inputs=inputs,
                events=events,
                notes=tuple(notes),
                digest=run.digest,
                state=state,
                took=watch.took(thinking=cast.thinking),
            )
        )
        if (not follows or untold.is_due) and _ending(run, environment, state) is None:
            for moment in await untold.kept():
                yield moment
        await clock.tick()
    for moment in await untold.kept(ending=ending):
        yield moment


@contextmanager
def _settled_memory() -> Iterator[None]:
    """While inside, what was there before is not looked at by the collector of garbage: looking at all of it takes as
    long as a tick does.
    """
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


class _Watch:
    """Measures the parts of one step."""

    def __init__(self, clock: Clock) -> None:
        self._late_ms, self._skipped = round(clock.late_s * 1000, 3), clock.ticks_skipped_now
        self._laps: dict[str, float] = {}
        self._since_s = time.perf_counter()

    def lap(self, part: str) -> None:
        """The part that was just done, and none before it."""
        now_s = time.perf_counter()
        self._laps[part] = self._laps.get(part, 0.0) + round((now_s - self._since_s) * 1000, 3)
        self._since_s = now_s

    def took(self, *, thinking: int) -> Took:
        return Took(late_ms=self._late_ms, skipped=self._skipped, thinking=thinking, **self._laps)


class _Hold:
    """Whether the run is paused, and how many steps it may take all the same."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._paused = False
        self._allowed = 0

    async def commands(self, run: Run) -> list[Commanded[Any]]:
        """The commands that wait; while the run is paused, only once it may go on."""
        commands = self._heeded(await run.commands())
        while self._paused and not self._allowed:
            await asyncio.sleep(COMMAND_POLL_S)
            commands += self._heeded(await run.commands())
            self._clock.stand_still()
        self._allowed = max(0, self._allowed - 1)
        return commands

    def _heeded(self, commands: list[Commanded[Any]]) -> list[Commanded[Any]]:
        for item in commands:
            match item.command:
                case Pause():
                    self._paused, self._allowed = True, 0
                case Advance(steps=steps):
                    self._allowed += max(0, steps) if self._paused else 0
                case Resume() | Stop():
                    self._paused = False
                case Pace(factor=factor):
                    self._clock.pace(factor)
        return commands


class _Untold:
    """Steps that are recorded and not yet durable, so that nobody has been told of them."""

    def __init__(self, run: Run, *, s_max: float) -> None:
        self._run = run
        self._s_max = s_max
        self._moments: list[Moment] = []
        self._time_s = asyncio.get_running_loop().time
        self._kept_s = self._time_s()

    @property
    def is_due(self) -> bool:
        """They have waited long enough, or are enough for one commit."""
        return len(self._moments) >= UNTOLD_MAX or self._time_s() - self._kept_s >= self._s_max

    def add(self, moment: Moment) -> None:
        self._moments.append(moment)

    async def kept(self, *, ending: Ending | None = None) -> list[Moment]:
        """Make them durable, with how the run ended if it did; returns them to be told."""
        began_s = time.perf_counter()
        if self._moments or ending is not None:
            await self._run.commit(ending=ending)
        told, self._moments = self._moments, []
        if told:
            commit_ms = round((time.perf_counter() - began_s) * 1000, 3)
            took = msgspec.structs.replace(told[-1].took, commit_ms=commit_ms)
            told[-1] = msgspec.structs.replace(told[-1], took=took)
        self._kept_s = self._time_s()
        return told


def _ending(run: Run, environment: Environment[Any], state: Any) -> Ending | None:
    ending = environment.ending(state)
    return Ending(kind="stopped", why=run.stopped) if ending is None and run.stopped else ending
