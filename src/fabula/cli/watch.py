"""Watching a run that another process plays: `watch`."""

from typing import Annotated

import msgspec
import typer

from fabula.app import Playable, stored_environment
from fabula.chronicle import visible
from fabula.cli.context import Call, RunName
from fabula.cli.later import later
from fabula.cli.terminal import Interrupted, Terminal
from fabula.cli.watching import how_to_go_on, watching
from fabula.engine import Ending, Moment
from fabula.errors import UsageError
from fabula.store import RunRow, SqliteStore

_follow = later("fabula.app.doorbell", "follow")
_bell_bus = later("fabula.app.doorbell", "bell_bus")
_told_when_left = later("fabula.app.holding", "told_when_left")


def add_to(program: typer.Typer) -> None:
    """Register the command."""
    program.command("watch", rich_help_panel="Look")(watch)


def watch(
    run: RunName,
    start: Annotated[
        int | None, typer.Option("--from", metavar="STEP", min=0, help="From that step on (default: from the first).")
    ] = None,
) -> None:
    """Watch a run as it goes on, whoever plays it, until it ends; Ctrl-C leaves, and the run goes on.

    It is read from the log, so nothing is missed. Where FABULA_BUS__URL names a broker, each step is seen the moment it
    is durable; otherwise within a second. Where nobody plays it any more, that is said, and how it is taken up again.
    """
    call = Call()
    goes_on = f"{run} goes on where it is played"

    async def body(store: SqliteStore) -> tuple[Ending | None, Moment | None]:
        environment: Playable = await stored_environment(store, run)
        row = await store.run(run)
        if start is not None and start > row.steps:
            raise UsageError(f"--from {start}: run {run!r} has steps 0 to {row.steps}")
        last: Moment | None = None

        def tell(is_played: bool) -> None:
            nonlocal goes_on
            goes_on = f"{run} goes on where it is played" if is_played else f"`{how_to_go_on(row)}` takes it up again"
            _tell(call.shown, row, is_played=is_played)

        async with (
            _bell_bus(call.settings.bus) as bus,
            watching(call.shown, environment, quiet=False, viewer="", fast=True, console=False) as feed,
            _told_when_left(store, run, tell),
        ):
            async for moment in _follow(store, run, environment, start=start or 0, bus=bus):
                last = moment
                feed(moment)
        row = await store.run(run)
        return msgspec.json.decode(row.ending, type=Ending) if row.ending is not None else None, last

    try:
        ending, last = call.in_store(body)
    except KeyboardInterrupt:
        raise Interrupted(f"left; {goes_on}") from None
    call.shown.say()
    why = f": {ending.why}" if ending and not (last and _tells(last, ending)) else "."
    call.shown.say(visible(f"{run} has ended{why}"), style="dim")


def _tells(moment: Moment, ending: Ending) -> bool:
    """Whether an event of that step says how it ended, so that the feed has told it."""
    return any(ending.why in msgspec.structs.astuple(event) for event in moment.events)


def _tell(shown: Terminal, row: RunRow, *, is_played: bool) -> None:
    if is_played:
        shown.say(f"- {row.id} is played again -", style="dim")
        return
    shown.say(
        f"- nobody plays {row.id} just now: it was left, or broken off. `{how_to_go_on(row)}` takes it up again, and "
        "what comes then is shown here -",
        style="yellow",
    )
