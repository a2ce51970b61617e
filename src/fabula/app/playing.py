"""Playing: a run begun, resumed or branched, carried to its end with its tale written as it goes."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from fabula.app.environments import Playable, stored_environment
from fabula.app.tale import Tale
from fabula.engine import Cast, Chance, Ending, Moment, Run, VirtualClock, branch, perform
from fabula.errors import UsageError
from fabula.settings import Settings, settings_file, watch_settings
from fabula.store import Store

UNTOLD_S_MAX = 0.05
"""How long steps of rules alone may wait to share a commit: nobody who watches sees it, and the disk is asked twenty
times a second at most.
"""


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """Where and how runs are played."""

    store: Store
    settings: Settings
    reload: Callable[[], Settings] | None = None
    """Gives the settings anew when their file has changed; a run that goes on takes them over. None: they stay."""
    out: Callable[[str], Path]
    """The folder of a run's tale, given the run's name."""
    watch: Callable[[Moment], None] = lambda _: None
    """Told each step once it is durable."""
    notice: Callable[[str], None] = lambda _: None
    """Told what the person who watches should know: that settings changed, or cannot be read."""


class Played(msgspec.Struct, frozen=True, kw_only=True):
    """What came of playing."""

    run: str
    environment: str
    pack: str
    seed: int
    steps: int
    turns: int
    events: int
    digest: str
    ending: Ending | None
    """None if it was left before its end; `fabula resume` goes on."""
    seconds: float
    out: str
    """The folder in which the log and the story stand."""
    parent: str | None = None
    parent_step: int = 0


async def play(stage: Stage, environment: Playable, *, seed: int) -> Played:
    """Begin a run and play it to its end."""
    run = await Run.create(stage.store, environment, seed=seed, pack=environment.pack)
    return await _carry_on(stage, run, environment)


async def go_on(stage: Stage, run: str) -> Played:
    """Take a run up where it was left and play it to its end. One that has ended is only told again."""
    environment = await stored_environment(stage.store, run)
    return await _carry_on(stage, await Run.open(stage.store, run), environment)


async def branch_off(stage: Stage, parent: str, *, at: int, changed: dict[str, str], play_on: bool = True) -> Played:
    """A branch of a run from step `at`, with the changed actions, played to its end (or left there)."""
    environment = await stored_environment(stage.store, parent)
    run = await branch(stage.store, parent, environment, at=at, changed=changed)
    return await _carry_on(stage, run, environment, play_on=play_on)


async def _carry_on(stage: Stage, opened: Run, environment: Playable, *, play_on: bool = True) -> Played:
    began_s = time.perf_counter()
    async with opened as run:
        with Tale(stage.out(run.id), run.row, environment, style=stage.settings.chronicler.style or "") as tale:
            await tale.catch_up(stage.store)
            if play_on and run.ending is None:
                await _play_out(stage, run, environment, tale)
            tale.tell()
        return Played(
            run=run.id,
            environment=environment.name,
            pack=run.row.pack,
            seed=run.row.seed,
            steps=run.step,
            turns=tale.turns,
            events=len(tale.events),
            digest=run.digest,
            ending=run.ending,
            seconds=round(time.perf_counter() - began_s, 3),
            out=str(tale.folder),
            parent=run.row.parent,
            parent_step=run.row.parent_step,
        )


async def _play_out(stage: Stage, run: Run, environment: Playable, tale: Tale) -> None:
    async with Cast(environment.casting(Chance(run.row.seed))) as cast:

        def take_over(settings: Settings) -> None:
            run.snapshot_every = settings.store.snapshot_every_steps
            cast.reply_s_max = settings.cast.reply_s_max

        take_over(stage.settings)
        async with _kept_up(stage, take_over):
            async for moment in perform(run, environment, cast, VirtualClock(), untold_s_max=UNTOLD_S_MAX):
                tale.write(moment.events)
                stage.watch(moment)


@asynccontextmanager
async def _kept_up(stage: Stage, take_over: Callable[[Settings], None]) -> AsyncIterator[None]:
    """While inside, an edit of the settings file is taken over, or told if it cannot be read."""
    file = settings_file(stage.settings.home)
    if stage.reload is None or file is None:
        yield
        return

    def changed(settings: Settings) -> None:
        take_over(settings)
        stage.notice(f"{file}: the new settings are in force")

    def unreadable(failure: UsageError) -> None:
        stage.notice(f"{failure}\nThe settings stay as they were.")

    watching = asyncio.create_task(watch_settings(stage.reload, file, on_change=changed, on_error=unreadable))
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
