"""Runs and their families: `replay`, `verify`, `branch`, `export`, `import`."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from fabula.app import Played, branch_off, seat_here, stored_environment
from fabula.app.tales import check_style
from fabula.cli.context import Call, Json, Out, Quiet, RunName, Style
from fabula.cli.play import Left, a_stage, played_in_store, tell_played
from fabula.cli.terminal import FAILED
from fabula.cli.watching import desk_here, watching
from fabula.engine import Replayed, Verified, export_run, import_run, replay, verify
from fabula.errors import UsageError
from fabula.store import RunRow, SqliteStore


def add_to(program: typer.Typer) -> None:
    """Register the commands."""
    program.command("replay", rich_help_panel="Go back")(replay_run)
    program.command("verify", rich_help_panel="Go back")(verify_run)
    program.command("branch", rich_help_panel="Go back")(branch_run)
    program.command("export", rich_help_panel="Hand on")(export_to)
    program.command("import", rich_help_panel="Hand on")(import_from)


def replay_run(
    run: RunName,
    start: Annotated[
        int, typer.Option("--from", metavar="STEP", min=0, help="Only from that step on, from the last state kept.")
    ] = 0,
    stop: Annotated[int | None, typer.Option("--to", metavar="STEP", min=0, help="Only to before that step.")] = None,
    as_json: Json = False,
) -> None:
    """Run the recorded inputs again, without any mind, and compare every event.

    Exit code 1 if anything differs; the first step that does is named.
    """
    call = Call(as_json=as_json)

    async def body(store: SqliteStore) -> Replayed:
        return await replay(store, run, await stored_environment(store, run), start=start, stop=stop)

    replayed = call.in_store(body)
    if replayed.identical:
        call.shown.say(f"{run}: {replayed.steps} steps replayed, identical.", style="green")
        call.shown.say(f"Digest: {replayed.digest}", style="dim")
    else:
        call.shown.say(_difference(replayed), style="red")
    call.shown.result(msgspec.to_builtins(replayed))
    raise typer.Exit(0 if replayed.identical else FAILED)


def verify_run(run: RunName, as_json: Json = False) -> None:
    """Check every record of a run against the hashes that chain them together.

    Exit code 1 if a record was altered or is missing; each one is named.
    """
    call = Call(as_json=as_json)

    async def body(store: SqliteStore) -> Verified:
        return await verify(store, run)

    verified = call.in_store(body)
    for fault in verified.faults:
        call.shown.say(f"{run}, {fault.record}: {fault.text}", style="red")
    if verified.sound:
        call.shown.say(f"{run}: {verified.steps} records, all as they were written.", style="green")
    call.shown.result({**msgspec.to_builtins(verified), "sound": verified.sound})
    raise typer.Exit(0 if verified.sound else FAILED)


def branch_run(
    run: RunName,
    at: Annotated[int, typer.Option("--at", metavar="STEP", help="The first step that is played anew.")],
    changes: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="AGENT=JSON",
            help='What AGENT (the whole name, or a word of it) does at that step instead: \'Mira={"kind": "wait"}\'.',
        ),
    ] = None,
    hold: Annotated[bool, typer.Option("--hold", help="Only make the branch; `fabula resume` plays it.")] = False,
    style: Style = "",
    out: Out = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Go back to a step and try again: a new run that shares the past, then plays on to an end of its own.

    The shared past is not copied and costs nothing. `fabula log RUN --steps` shows who did what at which step.
    Everyone sits where they sat: models, rules, you. Where nobody answers for you, the branch is left there.
    """
    call = Call(as_json=as_json, style=style)
    call.check_out(out)
    changed = dict(_change(text) for text in changes or [])

    async def body(store: SqliteStore, left: Left) -> Played:
        environment = await stored_environment(store, run)
        check_style(style, environment.name, called=run, run=run)
        you = await seat_here(store, run)
        async with watching(call.shown, environment, quiet=quiet, viewer=you, fast=True, console=False) as feed:
            desk = desk_here(call.shown, environment, quiet=quiet, from_start=False) if you else None
            stage = a_stage(store, call, environment, out=out, watch=feed, left=left, desk=desk)
            return await branch_off(stage, run, at=at, changed=changed, play_on=not hold)

    tell_played(call.shown, played_in_store(call, body))


def export_to(
    run: RunName,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    as_json: Json = False,
) -> None:
    """Write a run out as a folder that a person can read and any machine can replay."""
    call = Call(as_json=as_json)

    async def body(store: SqliteStore) -> None:
        manifest = await export_run(store, run, await stored_environment(store, run), folder)
        call.shown.say(f"{run}: {manifest.steps} steps in {folder}. Read it in with: fabula import {folder}")
        call.shown.result({"run": run, "steps": manifest.steps, "digest": manifest.digest, "out": str(folder)})

    call.in_store(body)


def import_from(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that `fabula export` wrote.")],
    as_json: Json = False,
) -> None:
    """Read a run folder in, after checking every record of it."""
    call = Call(as_json=as_json)

    async def body(store: SqliteStore) -> RunRow:
        return await import_run(store, folder)

    row = call.in_store(body)
    call.shown.say(f"{folder} is here as {row.id}: {row.steps} steps. Prove it with: fabula replay {row.id}")
    call.shown.result({"run": row.id, "steps": row.steps, "digest": row.digest})


def _change(text: str) -> tuple[str, str]:
    agent, found, action = text.partition("=")
    if not found or not agent.strip():
        raise UsageError(f'--set {text!r}: write it as AGENT=JSON, for example --set \'Mira={{"kind": "wait"}}\'')
    return agent.strip(), action


def _difference(replayed: Replayed) -> str:
    if replayed.differs_at is None:
        return (
            f"{replayed.run}: the records end otherwise than the run says; `fabula verify {replayed.run}` tells more."
        )
    if replayed.rules != replayed.rules_now:
        made = f"it was made by {replayed.rules}, these are {replayed.rules_now}"
        return f"{replayed.run} differs at step {replayed.differs_at}: {made}."
    return (
        f"{replayed.run} differs at step {replayed.differs_at}; `fabula verify {replayed.run}` tells if it was altered."
    )
