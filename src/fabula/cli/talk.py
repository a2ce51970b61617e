"""Talking from the command line: `talk`, a dialogue of two or more, each on a mind of its own."""

from collections.abc import Sequence

import msgspec
import typer

from fabula.app import HERE, Played, Wanted, agent_called, foresee, play, read_wanted
from fabula.app.assigning import PERSON
from fabula.chronicle import visible
from fabula.cli.context import Budget, BudgetTokens, Call, Deadline, Json, Out, Quiet
from fabula.cli.later import later
from fabula.cli.play import Left, a_seed, a_stage, played_in_store, tell_played
from fabula.cli.talk_options import (
    Background,
    Decide,
    First,
    Minds,
    Models,
    Moderator,
    OnFailures,
    Options,
    Person,
    Phrases,
    PolicyName,
    Seed,
    Topic,
    Turns,
    Who,
)
from fabula.cli.terminal import Terminal
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
    who: Who,
    topic: Topic = "",
    background: Background = "",
    model: Models = None,
    mind: Minds = None,
    person: Person = "",
    turns: Turns = None,
    policy: PolicyName = "",
    first: First = "",
    moderator: Moderator = "",
    decide: Decide = "",
    option: Options = None,
    end: Phrases = None,
    on_failure: OnFailures = None,
    deadline: Deadline = None,
    seed: Seed = None,
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
    drawn = a_seed(call, seed, quiet=quiet)
    wanted = read_wanted(model or (), mind or ())
    wanted, you = _seated(call.shown, dialogue.setting.names, _persons_in(dialogue), wanted, person)

    async def body(store: SqliteStore, left: Left) -> Played:
        async with watching(call.shown, dialogue, quiet=quiet, viewer=you, fast=False, console=False) as feed:
            desk = desk_here(call.shown, dialogue, quiet=quiet) if you else None
            stage = a_stage(store, call, dialogue, out=out, watch=feed, left=left, wanted=wanted, desk=desk)
            stage = msgspec.structs.replace(stage, deadline_s=deadline)
            if (forecast := await foresee(stage, dialogue, seed=drawn)) is not None:
                call.shown.say(visible(str(forecast)), style="dim")
            return await play(stage, dialogue, seed=drawn)

    tell_played(call.shown, played_in_store(call, body))


def _seated(
    shown: Terminal, names: Sequence[str], persons: Sequence[AgentId], wanted: Wanted, person: str
) -> tuple[Wanted, str]:
    """The minds that were asked for, with the seats of people, and whom the person here speaks for (empty: nobody).

    names: of all. persons: those of them who are people. person: as --as has it. Raises UsageError for a name that
    nobody has, and for a seat that two would sit in.
    """
    agents = [AgentId(name) for name in names]
    you = agent_called(person, agents) if person else (persons[0] if persons else "")
    if person:
        _check_free(agents, wanted, person, you)
    seats = {name: HERE if name == you else f"{PERSON}{name}" for name in (*persons, you) if name}
    for name in (name for name in seats if name != you and name not in wanted.by_name):
        shown.say(visible(f"{name} is asked in another terminal: fabula take RUN {name!r}"), style="yellow")
    return msgspec.structs.replace(wanted, by_name=seats | wanted.by_name), you


def _check_free(agents: Sequence[AgentId], wanted: Wanted, person: str, you: str) -> None:
    """Raises UsageError if --as and a model or mind are meant for the same seat."""
    for name, mind in wanted.by_name.items():
        if agent_called(name, agents) == you:
            raise UsageError(f"--as {person}, and {mind!r} for {name}: either you speak for {you} or another mind does")
