"""Seats: `take` and `release`, for a run that is being played, here or in another terminal."""

import asyncio
import contextlib
import os
from typing import Annotated, Any

import msgspec
import typer

from fabula.agents.minds.human import LeftToRules, Question
from fabula.app import HERE, TO_RULES, Playable, agent_called, check_mind, stored_environment
from fabula.app.assigning import check_bus
from fabula.app.console import GUEST
from fabula.app.seated import check_take, seats_of
from fabula.chronicle import visible
from fabula.cli.context import Call, Json, RunName
from fabula.cli.desk import TerminalDesk
from fabula.cli.feed import LastNews
from fabula.cli.terminal import Terminal
from fabula.cli.watching import DIALOGUE
from fabula.engine import (
    Action,
    AgentId,
    Observation,
    Option,
    Release,
    Take,
    canonical,
    moments,
    post,
    state_at,
)
from fabula.errors import UsageError
from fabula.store import NoOpenQuestion, QuestionRow, SqliteStore

LOOK_S = 0.2
"""How often a question is looked for."""

AgentName = Annotated[str, typer.Argument(metavar="NAME", help="The agent whose seat it is.")]


def add_to(program: typer.Typer) -> None:
    """Register the commands."""
    program.command("take", rich_help_panel="Play")(take)
    program.command("release", rich_help_panel="Play")(release)


def take(
    run: RunName,
    name: AgentName,
    mind: Annotated[
        str, typer.Option("--mind", metavar="MIND", help="Seat this mind instead of you: rules, a model, mind:NAME.")
    ] = "",
    who: Annotated[
        str,
        typer.Option(
            "--name",
            metavar="WHO",
            help="Your name in the run's record, beside what you decided (person:WHO); it stays there and goes along "
            "when the run is exported.",
        ),
    ] = GUEST,
    as_json: Json = False,
) -> None:
    """Sit in an agent's seat while a run is being played; Ctrl-C or /quit gives it back.

    Play the run in another terminal (`fabula resume RUN`), and answer here when the agent is asked. With --mind a model
    or rules take the seat, until `fabula release`.
    """
    call = Call(as_json=as_json)
    with contextlib.suppress(KeyboardInterrupt):
        call.in_store(lambda store: _take(store, call, run, name, mind=mind, who=who))


def release(run: RunName, name: AgentName, as_json: Json = False) -> None:
    """Give an agent's seat back to its own mind."""
    call = Call(as_json=as_json)

    async def body(store: SqliteStore) -> None:
        agent = await _agent(store, run, name)
        if agent not in (await seats_of(store, run, await stored_environment(store, run))).taken:
            call.shown.say(f"{visible(agent)} has its own mind already: nobody took that seat.")
            call.shown.result({"run": run, "agent": agent, "command": ""})
            return
        await post(store, run, Release(agent=agent))
        call.shown.say(f"{visible(agent)} decides again as at the start, from the next step on.")
        call.shown.result({"run": run, "agent": agent, "command": "release"})

    call.in_store(body)


async def _take(store: SqliteStore, call: Call, run: str, name: str, *, mind: str, who: str) -> None:
    agent = await _agent(store, run, name)
    if mind:
        check_mind(mind, call.settings.models, os.environ)
        taken = Take(agent=agent, mind=mind)
        check_bus([taken], call.settings)
        await check_take(store, run, await stored_environment(store, run), taken)
        await post(store, run, taken)
        call.shown.say(f"{mind} decides for {visible(agent)} from the next step on; `fabula release` gives it back.")
        call.shown.result({"run": run, "agent": agent, "command": "take", "mind": mind})
        return
    seated = f"person:{who.strip() or GUEST}"
    if seated == HERE:
        raise UsageError("--name you: that is whoever plays the run; take another name")
    await post(store, run, Take(agent=agent, mind=seated))
    call.shown.say(f"You are {visible(agent)} from the next step on. Ctrl-C gives the seat back.", style="bold")
    try:
        await _answer(store, call, run, agent)
    finally:
        await asyncio.shield(_leave(store, run, agent))
        call.shown.say()
        call.shown.say(f"{visible(agent)} decides again as at the start.")


async def _leave(store: SqliteStore, run: str, agent: AgentId) -> None:
    """Give the seat back. The run waits for what is still asked, and hears of commands only after it: rules answer."""
    await post(store, run, Release(agent=agent))
    for asked in await store.questions(run, agent=agent):
        with contextlib.suppress(NoOpenQuestion):
            await store.answer_question(run, agent, asked.asked, TO_RULES)


async def _answer(store: SqliteStore, call: Call, run: str, agent: AgentId) -> None:
    """Answer the agent's questions until the run ends."""
    environment = await stored_environment(store, run)
    desk = TerminalDesk(call.shown)
    while (await store.run(run)).ending is None:
        for asked in await store.questions(run, agent=agent):
            await _answer_one(store, call.shown, desk, environment, asked)
        await asyncio.sleep(LOOK_S)
    await _tell_end(store, call, environment, run, agent)
    call.shown.say(f"The run has ended: fabula {'transcript' if environment.name == DIALOGUE else 'story'} {run}")


async def _tell_end(store: SqliteStore, call: Call, environment: Playable, run: str, agent: AgentId) -> None:
    """What came after the last answer, of which no question tells any more."""
    last_news = LastNews(agent, environment.told)
    async for moment in moments(store, run, environment):
        for line in last_news(moment):
            call.shown.say(visible(line, letters_max=2000))


async def _answer_one(
    store: SqliteStore, shown: Terminal, desk: TerminalDesk, environment: Playable, asked: QuestionRow
) -> None:
    """Ask at the desk for as long as the answer is waited for. Raises KeyboardInterrupt when the person leaves."""
    question = msgspec.json.decode(asked.question, type=Question)
    asking = asyncio.ensure_future(_asked(desk, _as_observed(environment, question), question))
    try:
        while not asking.done():
            await asyncio.wait({asking}, timeout=LOOK_S)
            if not asking.done() and not await _is_open(store, asked):
                break
    finally:
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
    if asking.cancelled():
        shown.say("That answer is not waited for any more.", style="dim")
        return
    if (answer := asking.result()) is None:
        raise KeyboardInterrupt
    # The run may have gone on without us: that is no reason to leave.
    with contextlib.suppress(NoOpenQuestion):
        await store.answer_question(asked.run, asked.agent, asked.asked, answer)


async def _asked(desk: TerminalDesk, observation: Observation, question: Question) -> bytes | None:
    """The answer as it is kept; None: the person leaves, which a task of its own can only say so."""
    try:
        return canonical(await desk.ask(observation, question))
    except LeftToRules:
        return TO_RULES
    except KeyboardInterrupt:
        return None


async def _is_open(store: SqliteStore, asked: QuestionRow) -> bool:
    """Whether somebody still waits for the answer."""
    return any(each.asked == asked.asked for each in await store.questions(asked.run, agent=AgentId(asked.agent)))


def _as_observed(environment: Playable, question: Question) -> Observation:
    """The question as the mind that asks it saw it, as far as an answer needs that."""
    accepts: Any = environment.action_type
    options = tuple(Option(action=msgspec.json.decode(offer.action, type=accepts)) for offer in question.offers)
    return Observation(
        agent=AgentId(question.agent),
        step=question.step,
        due=question.step,
        perceives=None,
        accepts=accepts,
        reflex=Action(),
        options=options,
    )


async def _agent(store: SqliteStore, run: str, name: str) -> AgentId:
    row = await store.run(run)
    if row.ending is not None:
        raise UsageError(f"run {run!r} has ended; `fabula branch {run} --at STEP` goes back and tries again")
    environment = await stored_environment(store, run)
    state = await state_at(store, run, environment, step=row.steps)
    return agent_called(name, environment.agents(state))
