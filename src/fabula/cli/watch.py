"""Watching a run that another process plays: `watch`."""

from typing import Annotated

import msgspec
import typer

from fabula.app import Playable, stored_environment
from fabula.chronicle import visible
from fabula.cli.context import Call, RunName
from fabula.cli.later import later
from fabula.cli.terminal import Interrupted
from fabula.cli.watching import watching
from fabula.engine import Ending
from fabula.errors import UsageError
from fabula.store import SqliteStore

_follow = later("fabula.app.doorbell", "follow")
_bell_bus = later("fabula.app.doorbell", "bell_bus")


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
    is durable; otherwise within a second.
    """
    call = Call()

    async def body(store: SqliteStore) -> Ending | None:
        environment: Playable = await stored_environment(store, run)
        row = await store.run(run)
        if start is not None and start > row.steps:
            raise UsageError(f"--from {start}: run {run!r} has steps 0 to {row.steps}")
        async with (
            _bell_bus(call.settings.bus) as bus,
            watching(call.shown, environment, quiet=False, viewer="", fast=True, console=False) as feed,
        ):
            async for moment in _follow(store, run, environment, start=start or 0, bus=bus):
                feed(moment)
        row = await store.run(run)
        return msgspec.json.decode(row.ending, type=Ending) if row.ending is not None else None

    try:
        ending = call.in_store(body)
    except KeyboardInterrupt:
        raise Interrupted(f"left; {run} goes on where it is played") from None
    call.shown.say()
    call.shown.say(visible(f"{run} has ended: {ending.why}" if ending else f"{run} has ended."), style="dim")
