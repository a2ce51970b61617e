"""Playing from the command line: `play` and `resume`; and what every command says when a run has been played."""

import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from fabula.agents.minds.human import Desk
from fabula.app import (
    HERE,
    Live,
    Playable,
    Played,
    Stage,
    Wanted,
    agent_called,
    environment_of_pack,
    foresee,
    go_on,
    play,
    read_wanted,
    seat_here,
    stored_environment,
)
from fabula.app.tales import check_style
from fabula.chronicle import visible
from fabula.cli.columns import counted
from fabula.cli.context import Budget, BudgetTokens, Call, Console, Deadline, Fast, Json, Out, Quiet, RunName, Style
from fabula.cli.terminal import Interrupted, Terminal
from fabula.cli.watching import DIALOGUE, Watching, desk_here, going_on, watching
from fabula.engine import Chance
from fabula.errors import UsageError
from fabula.store import SqliteStore

SEEDS = 1_000_000
"""A seed that nobody gave is drawn below this: short enough to be told to a friend."""


def add_to(program: typer.Typer) -> None:
    """Register the commands."""
    # What follows the first file of `--cast FILE…` reaches us as arguments that no parameter names.
    program.command("play", rich_help_panel="Play", context_settings={"allow_extra_args": True})(play_pack)
    program.command("resume", rich_help_panel="Play")(resume)


def play_pack(  # noqa: PLR0913, PLR0917
    context: typer.Context,
    pack: Annotated[str, typer.Argument(metavar="PACK", help="Name of a shipped pack, a pack's folder, or its file.")],
    turns: Annotated[
        int | None, typer.Option("--turns", metavar="N", help="Turns at most (default: the pack's).")
    ] = None,
    ticks: Annotated[
        int | None, typer.Option("--ticks", metavar="N", help="Of a world: ticks at most (default: the pack's).")
    ] = None,
    fast: Fast = False,
    console: Console = False,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="S", help="The same seed gives the same run (default: a new one).")
    ] = None,
    cast: Annotated[
        list[str] | None,
        typer.Option(
            "--cast",
            metavar="FILE…",
            help="Sheets or cards of characters: each joins, or takes its namesake's place; NAME=FILE takes NAME's.",
        ),
    ] = None,
    model: Annotated[
        list[str] | None,
        typer.Option(
            "--model",
            metavar="[NAME=]MODEL",
            help="Give everyone, or NAME (an agent, director, chronicler), a model: anthropic:…, ollama:llama3, "
            "openai@http://127.0.0.1:1234/v1:mine. A list a,b,rules falls back from left to right.",
        ),
    ] = None,
    mind: Annotated[
        list[str] | None,
        typer.Option("--mind", metavar="NAME=MIND", help="Give NAME a mind: rules, or mind:NAME for an installed one."),
    ] = None,
    person: Annotated[
        str, typer.Option("--as", metavar="NAME", help="You are that character: you are asked, and see what it sees.")
    ] = "",
    budget: Budget = None,
    budget_tokens: BudgetTokens = None,
    style: Style = "",
    out: Out = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Play a pack to its end and tell its story.

    A campaign is played turn by turn. A world lives by the clock, ten ticks a second, before your eyes; --fast lets it
    run as quickly as it can, and --console lets you type orders at it: /pause, /spawn, /why NAME, /help.
    The run is kept: `fabula runs` lists it, `fabula replay` proves it, `fabula branch` goes back and tries again.
    Ctrl-C leaves a run that `fabula resume` takes up again. Without --model no network is used.
    """
    if context.args and not cast:
        raise UsageError(f"{context.args[0]!r} is one argument too many: characters are added with --cast FILE…")
    call = Call(as_json=as_json, style=style, budget=budget, budget_tokens=budget_tokens)
    call.check_out(out)
    environment, notices = environment_of_pack(
        pack, turns=turns if ticks is None else ticks, cast=[*(cast or []), *context.args]
    )
    _check_measure(environment, turns=turns, ticks=ticks, fast=fast, console=console)
    check_style(style, environment.name, called=pack)
    for notice in notices:
        call.shown.say(visible(notice), style="yellow")
    seed = a_seed(call, seed, quiet=quiet)
    wanted = read_wanted(model or (), mind or ())
    you = _you(environment, person, seed=seed) if person else ""
    if you:
        wanted = msgspec.structs.replace(wanted, by_name=wanted.by_name | {you: HERE})

    async def body(store: SqliteStore, left: "Left") -> Played:
        async with watching(call.shown, environment, quiet=quiet, viewer=you, fast=fast, console=console) as feed:
            desk = desk_here(call.shown, environment, quiet=quiet) if you else None
            stage = a_stage(
                store, call, environment, out=out, watch=feed, left=left, wanted=wanted, desk=desk, fast=fast
            )
            if (forecast := await foresee(stage, environment, seed=seed)) is not None:
                call.shown.say(visible(str(forecast)), style="dim")
            return await play(stage, environment, seed=seed)

    tell_played(call.shown, played_in_store(call, body))


def a_seed(call: Call, given: int | None, *, quiet: bool) -> int:
    """The seed that was given, else one that is drawn and told, so that the same run can be had again."""
    if given is not None:
        return given
    seed = secrets.randbelow(SEEDS)
    if not quiet:
        call.shown.say(f"Seed {seed}: --seed {seed} gives the same again.", style="dim")
    return seed


def _check_measure(environment: Playable, *, turns: int | None, ticks: int | None, fast: bool, console: bool) -> None:
    """Raises UsageError for an option that means nothing to this environment."""
    if isinstance(environment, Live):
        if turns is not None:
            raise UsageError(f"{environment.pack!r} is a world and is counted in ticks: use --ticks {turns}")
        return
    for option, given in (("--ticks", ticks is not None), ("--fast", fast), ("--console", console)):
        if given:
            raise UsageError(f"{option} is for worlds; {environment.pack!r} is a {environment.name}, played by turns")


def _you(environment: Playable, person: str, *, seed: int) -> str:
    agents = environment.agents(environment.begin(Chance(seed)))
    return agent_called(person, [agent for agent in agents if agent not in environment.roles.values()])


def resume(  # noqa: PLR0913, PLR0917
    run: RunName,
    budget: Budget = None,
    budget_tokens: BudgetTokens = None,
    deadline: Deadline = None,
    style: Style = "",
    fast: Fast = False,
    console: Console = False,
    out: Out = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Take up a run where it was left - by Ctrl-C, a crash, a power cut - and play it to its end.

    What is recorded is not played again, no mind is asked twice, and everyone sits where they sat: models, rules, you.
    A dialogue that began with --deadline has the whole of that time again, or as much as --deadline says now.
    A run that has ended is only told again.
    """
    call = Call(as_json=as_json, style=style, budget=budget, budget_tokens=budget_tokens)
    call.check_out(out)

    async def body(store: SqliteStore, left: "Left") -> Played:
        environment = await stored_environment(store, run)
        if deadline is not None and environment.name != DIALOGUE:
            raise UsageError(f"--deadline is for dialogues; {run!r} is a {environment.name}")
        you = await seat_here(store, run)
        _check_measure(environment, turns=None, ticks=None, fast=fast, console=console)
        check_style(style, environment.name, called=run, run=run)
        async with watching(call.shown, environment, quiet=quiet, viewer=you, fast=fast, console=console) as feed:
            desk = desk_here(call.shown, environment, quiet=quiet, from_start=False) if you else None
            stage = a_stage(store, call, environment, out=out, watch=feed, left=left, desk=desk, fast=fast)
            stage = msgspec.structs.replace(stage, deadline_s=deadline)
            return await go_on(stage, run)

    tell_played(call.shown, played_in_store(call, body))


class Left:
    """Which run is being played, for the message when it is left."""

    run = ""
    onward = ""
    """The command that takes it up."""


def a_stage(  # noqa: PLR0913 - all that a call of the program decides
    store: SqliteStore,
    call: Call,
    environment: Playable,
    *,
    out: Path | None,
    watch: Watching,
    left: Left,
    wanted: Wanted = Wanted(),  # noqa: B008 - frozen
    desk: Desk | None = None,
    fast: bool = True,
) -> Stage:
    """The stage for one call of the program. desk: where the person who plays is asked; None: nobody plays here."""

    def folder(run: str) -> Path:
        left.run, left.onward = run, going_on(run, environment=environment.name, pack=environment.pack)
        watch.begin(store, run)
        return call.tale_folder(run, out)

    return Stage(
        store=store,
        settings=call.settings,
        reload=call.reload,
        out=folder,
        watch=watch,
        notice=lambda text: call.shown.say(visible(text), style="yellow"),
        wanted=wanted,
        desk=desk,
        hearing=watch.hearing,
        metered=watch.meter,
        observed=watch.observe,
        awaited=watch.awaited,
        fast=fast,
    )


def played_in_store(call: Call, body: Callable[[SqliteStore, Left], Awaitable[Played]]) -> Played:
    """Play with the store open; Ctrl-C raises Interrupted, which says how to go on."""
    left = Left()
    with suppress(KeyboardInterrupt):
        return call.in_store(lambda store: body(store, left))
    if not left.run:
        raise Interrupted("left before anything was played")
    raise Interrupted(f"left. Every step so far is kept: `{left.onward}` goes on.")


def tell_played(shown: Terminal, played: Played) -> None:
    """Say how it ended and where the story is."""
    values = msgspec.to_builtins(played)
    shown.say()
    if played.ending is None:
        onward = going_on(played.run, environment=played.environment, pack=played.pack)
        shown.say(f"{played.run} stands at step {played.steps}. Go on with: {onward}")
    else:
        shown.say(
            f"{played.run}: {played.ending.kind}, {_lived(played)}, {counted(played.events, 'event')}.", style="bold"
        )
    if played.parent:
        shown.say(f"A branch of {played.parent} from step {played.parent_step}.")
    if played.out:
        page, html = played.pages
        shown.say(f"{played.called + ':':<7} {Path(played.out) / page}  (and {html})")
        if played.log:
            shown.say(f"Log:    {Path(played.out) / played.log}")
        if played.figures:
            shown.say(f"Figures: {Path(played.out) / played.figures}")
    if played.spent:
        shown.say(f"Models: {visible(played.spent)}  (fabula cost {played.run})")
    shown.say(f"Digest: {played.digest}", style="dim")
    shown.result(values)


def _lived(played: Played) -> str:
    """How long it went on: a campaign in turns, what lives by the clock in ticks."""
    return counted(played.turns, "turn") if played.log else counted(played.steps, "tick")
