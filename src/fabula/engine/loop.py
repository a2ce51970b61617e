"""The loop: observe, gather, step, commit. Everything that runs, runs through here."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec

from fabula.engine.cast import Cast
from fabula.engine.clock import Clock
from fabula.engine.environment import Environment
from fabula.engine.run import Run, RunEnded
from fabula.engine.values import Commanded, Ending, Event, Input, Note, Pause, Resume, Stop

COMMAND_POLL_S = 0.05
"""How often a paused run looks for a command, in seconds of real time."""


UNTOLD_MAX = 256
"""Steps that one commit may hold."""


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """One committed step, for whoever listens: log, page, printing, metrics."""

    step: int
    inputs: tuple[Input, ...]
    events: tuple[Event, ...]
    notes: tuple[Note, ...]
    digest: str
    state: Any
    """The state after the commit the step is part of; listeners look and do not touch."""


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
    cast.welcome(environment.agents(state), state)
    cast.seat_again(run.assigned, run.taken)
    carried = run.waiting.observations()
    untold = _Untold(run, s_max=untold_s_max)
    while (ending := _ending(run, environment, state)) is None:
        commands = await _commands(run)
        cast.welcome(environment.agents(state), state)
        cast.heed((item.command for item in commands), run)
        asked = carried + run.waiting.ask(environment.observe(state))
        carried = []
        follows = clock.is_virtual and not commands and cast.is_by_rules(asked)
        if not follows:
            # Nobody who cannot be asked twice is asked about a past that could still be lost.
            for moment in await untold.kept():
                yield moment
        acted, notes = await cast.gather(asked, step=run.step, clock=clock, archive=run)
        inputs: tuple[Input, ...] = (*commands, *acted)
        events = tuple(environment.step(state, inputs, run.chance()))
        step = run.step
        run.record(inputs, events, notes, environment=environment, state=state)
        untold.add(Moment(step=step, inputs=inputs, events=events, notes=tuple(notes), digest=run.digest, state=state))
        if (not follows or untold.is_due) and _ending(run, environment, state) is None:
            for moment in await untold.kept():
                yield moment
        await clock.tick()
    for moment in await untold.kept(ending=ending):
        yield moment


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
        if self._moments or ending is not None:
            await self._run.commit(ending=ending)
        told, self._moments = self._moments, []
        self._kept_s = self._time_s()
        return told


def _ending(run: Run, environment: Environment[Any], state: Any) -> Ending | None:
    ending = environment.ending(state)
    return Ending(kind="stopped", why=run.stopped) if ending is None and run.stopped else ending


async def _commands(run: Run) -> list[Commanded[Any]]:
    """The commands that wait; after a pause, only once the run may go on."""
    commands = await run.commands()
    while _is_paused(commands):
        await asyncio.sleep(COMMAND_POLL_S)
        commands += await run.commands()
    return commands


def _is_paused(commands: list[Commanded[Any]]) -> bool:
    paused = False
    for item in commands:
        if isinstance(item.command, Pause):
            paused = True
        elif isinstance(item.command, Resume | Stop):
            paused = False
    return paused
