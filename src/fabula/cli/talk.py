"""Talking from the command line: `talk`, a dialogue of two or more, each on a mind of its own."""

from typing import Annotated

import msgspec
import typer

from fabula.app import HERE, Played, Wanted, agent_called, foresee, play, read_wanted
from fabula.app.assigning import PERSON
from fabula.chronicle import visible
from fabula.cli.context import Budget, BudgetTokens, Call, Json, Out, Quiet
from fabula.cli.later import later
from fabula.cli.play import Left, a_seed, a_stage, played_in_store, tell_played
from fabula.cli.watching import desk_here, watching
from fabula.engine import AgentId
from fabula.errors import UsageError
from fabula.store import SqliteStore

_talk_of = later("fabula.app.talking", "talk_of")
_persons_in = later("fabula.app.talking", "persons_in")
_talk = later("fabula.app.talking", "Talk")


def add_to(program: typer.Typer) -> None:
    """Register the command."""
    program.command("talk", rich_help_panel="Talk")(talk)


def talk(  # noqa: PLR0913, PLR0917
    who: Annotated[
        list[str],
        typer.Argument(
            metavar="WHO…",
            help="Two or more: characters by name (Emeric, ashfall/Marit), sheets or cards as files, service agents, "
            "you. NAME=WHO has them speak as NAME.",
        ),
    ],
    topic: Annotated[str, typer.Option("--topic", "-t", metavar="TEXT", help="What they talk about.")] = "",
    background: Annotated[str, typer.Option("--background", metavar="TEXT", help="What all of them know.")] = "",
    model: Annotated[
        list[str] | None,
        typer.Option(
            "--model",
            metavar="[NAME=]MODEL",
            help="Give everyone, or NAME, a model: anthropic:…, ollama:llama3. A list a,b,rules falls back.",
        ),
    ] = None,
    mind: Annotated[
        list[str] | None,
        typer.Option("--mind", metavar="NAME=MIND", help="Give NAME a mind: rules, mind:NAME, bus:NAME."),
    ] = None,
    person: Annotated[str, typer.Option("--as", metavar="NAME", help="You speak for that one.")] = "",
    turns: Annotated[int | None, typer.Option("--turns", metavar="N", help="Turns at most (default: 24).")] = None,
    policy: Annotated[
        str,
        typer.Option(
            "--policy",
            metavar="WHO-IS-NEXT",
            help="alternate (two), round_robin, bids (the keenest), moderator, free (whoever was addressed).",
        ),
    ] = "",
    first: Annotated[
        str, typer.Option("--first", metavar="NAME", help="Who begins (default: drawn by the seed).")
    ] = "",
    moderator: Annotated[
        str, typer.Option("--moderator", metavar="NAME", help="Who leads, and says who is next.")
    ] = "",
    decide: Annotated[
        str, typer.Option("--decide", metavar="HOW", help="Settle the question at the end: vote or consensus.")
    ] = "",
    option: Annotated[
        list[str] | None,
        typer.Option(
            "--option", metavar="TEXT", help="What can be voted for; give it for each (default: for, against)."
        ),
    ] = None,
    end: Annotated[
        list[str] | None, typer.Option("--end", metavar="PHRASE", help="Words that end it when somebody says them.")
    ] = None,
    on_failure: Annotated[
        list[str] | None,
        typer.Option(
            "--on-failure",
            metavar="[NAME=]WHAT",
            help="When a mind cannot answer: substitute (rules speak), skip (the turn passes), end.",
        ),
    ] = None,
    deadline: Annotated[
        float | None, typer.Option("--deadline", metavar="SECONDS", min=1, help="End it after so long.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="S", help="The same seed gives the same talk (default: a new one).")
    ] = None,
    budget: Budget = None,
    budget_tokens: BudgetTokens = None,
    out: Out = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Have two or more talk with one another, until they are done.

    fabula talk Emeric Marit --topic "Should the old tower be rebuilt?"

    Each speaks by rules, or on a model of its own: --model Emeric=anthropic:… --model Marit=ollama:llama3. It ends when
    the turns are over, when they go round in circles or only agree, when somebody says the words of --end, or leaves;
    the transcript says why. `fabula find` searches all that was ever said.
    """
    call = Call(as_json=as_json, budget=budget, budget_tokens=budget_tokens)
    call.check_out(out)
    dialogue, notices = _talk_of(
        _talk(
            who=tuple(who),
            topic=topic,
            background=background,
            policy=policy,
            first=first,
            moderator=moderator,
            decision=decide,
            options=tuple(option or ()),
            turns=turns,
            phrases=tuple(end or ()),
            on_failure=tuple(on_failure or ()),
        )
    )
    for notice in notices:
        call.shown.say(visible(notice), style="yellow")
    seed = a_seed(call, seed, quiet=quiet)
    seats, you = _seats(dialogue.setting.names, _persons_in(dialogue), person)
    wanted = read_wanted(model or (), mind or ())
    _check_seats(dialogue.setting.names, wanted, person, you)
    for name in seats:
        if name != you and name not in wanted.by_name:
            call.shown.say(visible(f"{name} is asked in another terminal: fabula take RUN {name!r}"), style="yellow")
    wanted = msgspec.structs.replace(wanted, by_name=seats | wanted.by_name)

    async def body(store: SqliteStore, left: Left) -> Played:
        async with watching(call.shown, dialogue, quiet=quiet, viewer=you, fast=False, console=False) as feed:
            desk = desk_here(call.shown, dialogue, quiet=quiet) if you else None
            stage = a_stage(store, call, out=out, watch=feed, left=left, wanted=wanted, desk=desk)
            stage = msgspec.structs.replace(stage, deadline_s=deadline)
            if (forecast := await foresee(stage, dialogue, seed=seed)) is not None:
                call.shown.say(visible(str(forecast)), style="dim")
            return await play(stage, dialogue, seed=seed)

    tell_played(call.shown, played_in_store(call, body))


def _check_seats(names: tuple[str, ...], wanted: Wanted, person: str, you: str) -> None:
    """Raises UsageError if --as and a model or mind are meant for the same seat."""
    if not person:
        return
    agents = [AgentId(name) for name in names]
    for name, mind in wanted.by_name.items():
        if agent_called(name, agents) == you:
            raise UsageError(f"--as {person}, and {mind!r} for {name}: either you speak for {you} or another mind does")


def _seats(names: tuple[str, ...], persons: list[AgentId], person: str) -> tuple[dict[str, str], str]:
    """Who sits where of those who are people, and whom the person here speaks for."""
    agents = [AgentId(name) for name in names]
    you = agent_called(person, agents) if person else (persons[0] if persons else "")
    others = {str(name): f"{PERSON}{name}" for name in persons if name != you}
    return others | ({you: HERE} if you else {}), you
