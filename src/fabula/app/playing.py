"""Playing: a run begun, resumed or branched, carried to its end with its tale written as it goes."""

import os
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from fabula.agents.minds.human import Desk
from fabula.app.assigning import Wanted, ask_models, assignments, check_bus, check_memory, check_seats
from fabula.app.attending import Attendance, Tell, waiting_told
from fabula.app.deadlines import deadline_kept, ended_in_time, keep_deadline
from fabula.app.doorbell import Doorbell, bell_bus
from fabula.app.edited import edits_taken_over
from fabula.app.environments import Live, Playable, stored_environment
from fabula.app.observer import Observer
from fabula.app.presence import told_present
from fabula.app.seated import persons_of, seats_again, why_left
from fabula.app.seating import Seating
from fabula.app.tale import Tale, check_chronicler, chronicler_of, polisher
from fabula.engine import (
    AgentId,
    Assign,
    Cast,
    Chance,
    Clock,
    Ending,
    Mind,
    Moment,
    RealClock,
    Run,
    VirtualClock,
    perform,
    post,
)
from fabula.settings import Settings
from fabula.store import Store

if TYPE_CHECKING:
    from fabula.app.foresight import Forecast
    from fabula.llm.values import Listener

FIGURES = "figures.json"
"""The file in the folder of the tale that holds how a run in real time kept its time."""

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
    fast: bool = True
    """In virtual time, as fast as it goes; else at the settings' rate. Only what lives by the clock is played in real
    time.
    """
    observed: Callable[[Observer], None] = lambda _: None
    """Given what keeps the figures of the run."""
    wanted: Wanted = Wanted()
    """The minds that were asked for, of a run that is begun."""
    desk: Desk | None = None
    """Where the person is asked who plays here."""
    minds: Mapping[str, Mind] = {}
    """Minds that can be named `mind:NAME`, besides those installed."""
    hearing: Callable[[AgentId], "Listener | None"] = lambda _: None
    """Gives who is told a model's words for an agent as they come; None: nobody is."""
    awaited: Tell = lambda _: None
    """Told who is waited for, as long as anybody is."""
    deadline_s: float | None = None
    """Of a dialogue: seconds of real time after which it ends; None: as it was asked for when it began."""
    metered: Callable[[Callable[[], str]], None] = lambda _: None
    """Given what tells, in a few words, what models have cost so far, once the first is seated."""
    environ: Mapping[str, str] = os.environ
    """Holds the keys of providers."""


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
    """The folder in which the story stands, and what follows."""
    called: str = "Story"
    """What is told there, in a word."""
    pages: tuple[str, str] = ("story.md", "story.html")
    """Its files there."""
    log: str = ""
    """The name of the log there; empty: none is written, as of a world."""
    figures: str = ""
    """Likewise of the figures of a run in real time."""
    parent: str | None = None
    parent_step: int = 0
    spent: str = ""
    """What models have cost in this run so far, in a few words; empty if none was asked."""


async def play(stage: Stage, environment: Playable, *, seed: int) -> Played:
    """Begin a run and play it to its end. Raises UsageError, before anything is begun, if a mind that was asked for
    cannot be had.
    """
    seats = seats_wanted(stage, environment, seed=seed)
    _check(stage, seats)
    if models := chronicler_of(stage.settings.models, stage.wanted):
        check_chronicler(models, stage.settings.models, stage.environ)
    run = await Run.create(stage.store, environment, seed=seed, pack=environment.pack)
    for seat in seats:
        await post(stage.store, run.id, seat)
    if stage.deadline_s is not None:
        keep_deadline(stage.settings.home, run.id, stage.deadline_s)
    return await carry_on(stage, run, environment)


def _check(stage: Stage, seats: Sequence[Assign]) -> None:
    """Raises UsageError if a mind that was asked for cannot be had; what else is to know of them is told."""
    for notice in check_seats(seats, stage.settings.models, stage.environ, own=stage.minds):
        stage.notice(notice)
    check_memory(seats, stage.settings, stage.environ)
    check_bus(seats, stage.settings)


def seats_wanted(stage: Stage, environment: Playable, *, seed: int) -> tuple[Assign, ...]:
    """The commands that seat everybody as asked for. Raises UsageError for a name that nobody has."""
    agents = environment.agents(environment.begin(Chance(seed)))
    return assignments(stage.wanted, stage.settings.models, agents=agents, roles=environment.roles)


async def foresee(stage: Stage, environment: Playable, *, seed: int) -> "Forecast | None":
    """What a run will likely cost; None if no model will be asked. Raises UsageError as `play` does."""
    seats = seats_wanted(stage, environment, seed=seed)
    check_seats(seats, stage.settings.models, stage.environ, own=stage.minds)
    if not ask_models(seats):
        return None
    check_memory(seats, stage.settings, stage.environ)
    check_bus(seats, stage.settings)
    # Loads prices and prompts, which playing by rules does not need.
    foresight = import_module("fabula.app.foresight")
    forecast: Forecast = await foresight.forecast(environment, seats, stage.settings, seed=seed)
    return forecast


async def go_on(stage: Stage, run: str, *, model: str = "") -> Played:
    """Take a run up where it was left and play it to its end. One that has ended is only told again.

    model: of all who are no persons, from here on; empty: they keep their minds. A deadline that was asked for when it
    began holds again, for the whole of its time. Raises UsageError if the model cannot be had.
    """
    environment = await stored_environment(stage.store, run)
    seats = await seats_again(stage.store, run, environment, model=model) if model else ()
    _check(stage, seats)
    again_s = deadline_kept(stage.settings.home, run) if stage.deadline_s is None else None
    opened = await Run.open(stage.store, run)
    for seat in seats:
        await post(stage.store, run, seat)
    if stage.deadline_s is not None:
        keep_deadline(stage.settings.home, run, stage.deadline_s)
    elif again_s is not None:
        stage = replace(stage, deadline_s=again_s)
    return await carry_on(stage, opened, environment)


async def carry_on(stage: Stage, opened: Run, environment: Playable, *, play_on: bool = True) -> Played:
    """Play a run that was opened to its end, and let go of it. play_on: else it is only told."""
    began_s = time.perf_counter()
    spent = ""
    async with opened as run:
        with Tale(stage.out(run.id), run.row, environment, style=stage.settings.chronicler.style or "") as tale:
            await tale.catch_up(stage.store)
            if play_on and run.ending is None:
                persons = await persons_of(stage.store, run.id, environment)
                if why := why_left(run.id, persons, is_here=stage.desk is not None):
                    stage.notice(why)
                else:
                    spent = await _play_out(stage, run, environment, tale, persons=persons)
            tale.tell()
            if run.ending is not None:
                await _polish(stage, run.id, tale)
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
            called=tale.called,
            pages=tale.pages,
            log=tale.log,
            figures=FIGURES if isinstance(environment, Live) and (tale.folder / FIGURES).exists() else "",
            parent=run.row.parent,
            parent_step=run.row.parent_step,
            spent=spent,
        )


def _clock(stage: Stage, *, live: bool) -> Clock:
    world = stage.settings.world
    if live and not stage.fast:
        return RealClock(tick_hz=world.tick_hz, catch_up=world.catch_up_ticks)
    return VirtualClock(step_s=1 / world.tick_hz if live else 0.0)


async def _polish(stage: Stage, run: str, tale: Tale) -> None:
    """Go over the words of the story, where a model is to. The story that rules told stands until that is done."""
    if models := chronicler_of(stage.settings.models, stage.wanted):
        if not tale.is_polishable:
            stage.notice(tale.unpolished)
            return
        stage.notice(f"{models} goes over the words of the story.")
        polished = await tale.polish(polisher(stage.store, stage.settings, stage.environ, models, run=run))
        stage.notice(f"Chronicler: {polished}")


async def _play_out(stage: Stage, run: Run, environment: Playable, tale: Tale, *, persons: Collection[AgentId]) -> str:
    """Play a run to its end; returns what models have cost, in a few words."""
    attendance = Attendance()
    async with (
        Seating(
            stage.store,
            stage.settings,
            run.row,
            environment,
            desk=stage.desk,
            minds=stage.minds,
            hearing=stage.hearing,
            metered=stage.metered,
            attendance=attendance,
            persons=persons,
            environ=stage.environ,
        ) as seating,
        Cast(seating.casting(), minds=seating.mind) as cast,
    ):
        live = environment if isinstance(environment, Live) else None

        def take_over(settings: Settings) -> None:
            run.snapshot_every = settings.world.save_every_ticks if live else settings.store.snapshot_every_steps
            cast.reply_s_max = settings.cast.reply_s_max

        take_over(stage.settings)
        observer = Observer(budget_ms=stage.settings.world.budget_ms, counts=live.counts if live else lambda _: {})
        stage.observed(observer)
        if live and not stage.fast:
            live.warm_up()
        async with (
            edits_taken_over(stage.settings, stage.reload, take_over, stage.notice),
            ended_in_time(stage.store, run.id, attendance, deadline_s=stage.deadline_s),
            waiting_told(attendance, stage.awaited, reply_s_max=lambda: cast.reply_s_max),
            told_present(stage.settings.sessions, run.row, cast, lambda: run.step),
            bell_bus(stage.settings.bus) as bus,
            Doorbell(bus, run.id) as doorbell,
        ):
            async for moment in perform(
                run, environment, cast, _clock(stage, live=live is not None), untold_s_max=UNTOLD_S_MAX
            ):
                doorbell.ring(moment.step + 1)
                seating.follow(moment)
                tale.write(moment.events, moment.notes)
                observer.follow(moment)
                stage.watch(moment)
        if live:
            observer.dump(tale.folder / FIGURES)
        return seating.models.meter() if seating.models else ""
