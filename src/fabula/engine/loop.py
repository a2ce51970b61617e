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


UNTOLD_MAX = 64
"""Steps without inputs that one commit may hold, in virtual time."""


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """One committed step, for whoever listens: log, page, printing, metrics."""

    step: int
    inputs: tuple[Input, ...]
    events: tuple[Event, ...]
    notes: tuple[Note, ...]
    digest: str
    state: Any
    """The state after the commit the step is part of; listeners look and do not touch."""


async def perform(run: Run, environment: Environment[Any], cast: Cast, clock: Clock) -> AsyncIterator[Moment]:
    """Play a run from where it stands to its end, yielding each step once it is durable.

    Stopping midway (a break, a kill, an abandoned iteration) leaves a run that can be resumed. The cast must be
    entered.
    Raises RunEnded if it has ended already, RulesDiffer, and what the store raises.
    """
    if run.ending is not None:
        raise RunEnded(f"run {run.id!r} has ended: {run.ending.why}")
    state = await run.resume(environment)
    cast.welcome(environment.agents(state), state)
    cast.seat_again(run.taken)
    carried = run.waiting.observations()
    untold: list[Moment] = []
    while (ending := _ending(run, environment, state)) is None:
        commands = await _commands(run)
        cast.welcome(environment.agents(state), state)
        cast.heed((item.command for item in commands), run)
        asked = carried + run.waiting.ask(environment.observe(state))
        carried = []
        acted, notes = await cast.gather(asked, step=run.step, clock=clock, archive=run)
        inputs: tuple[Input, ...] = (*commands, *acted)
        events = tuple(environment.step(state, inputs, run.chance()))
        step = run.step
        run.record(inputs, events, notes, environment=environment, state=state)
        untold.append(
            Moment(step=step, inputs=inputs, events=events, notes=tuple(notes), digest=run.digest, state=state)
        )
        # What follows from the log alone can wait for the next commit, and the last step for the one with the ending.
        follows = clock.is_virtual and not inputs and len(untold) < UNTOLD_MAX
        if not follows and _ending(run, environment, state) is None:
            await run.commit()
            for moment in untold:
                yield moment
            untold = []
        await clock.tick()
    await run.commit(ending=ending)
    for moment in untold:
        yield moment


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
