"""Orders: `order` and `save`, for a run that is being played in another terminal, or will be."""

from typing import Annotated

import msgspec
import typer

from fabula.app import Live, agent_called, stored_environment
from fabula.app.console import Look, meant
from fabula.app.seated import check_take
from fabula.cli.context import Call, Json, RunName
from fabula.engine import Command, Release, Save, Take, post, state_at
from fabula.errors import UsageError
from fabula.store import SqliteStore


def add_to(program: typer.Typer) -> None:
    """Register the commands."""
    program.command("order", rich_help_panel="Play")(order)
    program.command("save", rich_help_panel="Play")(save)


def order(
    run: RunName,
    words: Annotated[
        list[str], typer.Argument(metavar="WORDS…", help='As in the console: "/spawn wolf 3 at the Mill".')
    ],
    as_json: Json = False,
) -> None:
    """Tell a run something while it is played elsewhere: /pause, /resume, /step, /speed, /spawn, /kill, /give, /stop …

    What is told is recorded as an input of the next step, so that replay holds.
    """
    call = Call(as_json=as_json)

    async def body(store: SqliteStore) -> int:
        await _check_goes_on(store, run)
        environment = await stored_environment(store, run)
        own = environment.orders if isinstance(environment, Live) else {}
        ordered = meant(" ".join(words), own=own)
        if isinstance(ordered, Look):
            raise UsageError(
                f"/{ordered.what} only looks: use it in the console of `fabula play --console`, or `fabula show {run}`"
            )
        return await post(store, run, await _named(store, run, ordered.command))

    number = call.in_store(body)
    call.shown.say(f"{run}: command {number} is heard at the next step.")
    call.shown.result({"run": run, "command": number})


def save(run: RunName, as_json: Json = False) -> None:
    """Have a run that is being played keep its state at once, so that resuming and looking back begin there."""
    call = Call(as_json=as_json)

    async def body(store: SqliteStore) -> int:
        await _check_goes_on(store, run)
        return await post(store, run, Save())

    number = call.in_store(body)
    call.shown.say(f"{run}: the state is kept at the next step that is played.")
    call.shown.result({"run": run, "command": number})


async def _check_goes_on(store: SqliteStore, run: str) -> None:
    """Raises UsageError if the run has ended and hears nothing any more."""
    row = await store.run(run)
    if row.ending is not None:
        raise UsageError(f"run {run!r} has ended; `fabula branch {run} --at STEP --hold` makes one that goes on")


async def _named(store: SqliteStore, run: str, command: Command) -> Command:
    """The command with the agent's whole name, where it seats somebody. Raises UsageError if nobody has it, or if
    that mind may not sit there.
    """
    if not isinstance(command, Take | Release):
        return command
    environment = await stored_environment(store, run)
    state = await state_at(store, run, environment, step=(await store.run(run)).steps)
    named = msgspec.structs.replace(command, agent=agent_called(command.agent, environment.agents(state)))
    if isinstance(named, Take):
        await check_take(store, run, environment, named)
    return named
