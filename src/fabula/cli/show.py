"""Showing one run: `show`, where it stands, whole or through the eyes of one agent."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any

import msgspec
import typer

from fabula.app import Playable, Portrays, agent_called, stored_environment
from fabula.chronicle import visible
from fabula.cli.columns import counted
from fabula.cli.context import Call, Json, RunName
from fabula.cli.later import later
from fabula.cli.look import ending_of, run_as_json
from fabula.cli.terminal import Terminal
from fabula.cli.watching import DIALOGUE, how_to_go_on
from fabula.engine import state_at
from fabula.errors import UsageError
from fabula.store import Held, RunRow, SqliteStore

_memories_of = later("fabula.app.remembering", "memories_of")
_why = later("fabula.app.remembering", "why")
_transcript_of = later("fabula.app.transcripts", "transcript_of")
_seats_of = later("fabula.app.seated", "seats_of")
_talking_summary = later("fabula.cli.talking_summary", "talking_summary")
_entries_of_turn = later("fabula.cli.talking_summary", "entries_of_turn")
_turn_told = later("fabula.cli.talking_summary", "turn_told")
_world_summary = later("fabula.cli.world_summary", "world_summary")

WORLD = "world"
LETTERS_MAX = 2000


def add_to(program: typer.Typer) -> None:
    """Register the command."""
    program.command("show", rich_help_panel="Look")(show)


def show(
    run: RunName,
    agent: Annotated[
        str, typer.Option("--agent", metavar="NAME", help="Only what this agent knows and believes.")
    ] = "",
    at: Annotated[int | None, typer.Option("--at", metavar="STEP", help="As it was before that step.")] = None,
    turn: Annotated[
        int | None, typer.Option("--turn", metavar="N", help="Of a dialogue: that turn in full, and who decided it.")
    ] = None,
    memory: Annotated[bool, typer.Option("--memory", help="With --agent: what it remembers.")] = False,
    why: Annotated[
        str, typer.Option("--why", metavar="STATEMENT", help="With --agent: how it came to know or believe that.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Show where a run stands: the objective state (a dialogue and a world in short, all of it with --json), or with
    --agent one character's side of the truth.

    fabula show ashfall-1 --agent Edda --why "the gauge was repainted" tells by which chain of events she knows.
    """
    call = Call(as_json=as_json)
    if (memory or why) and not agent:
        raise UsageError("--memory and --why are about one agent: name it with --agent")
    if turn is not None:
        if agent or at is not None:
            raise UsageError("--turn shows one turn as it is recorded: leave --agent and --at out")
        call.in_store(lambda store: _show_turn(store, run, turn, call.shown))
    elif agent:
        call.in_store(lambda store: _show_side(store, call, run, agent, at=at, memory=memory, why=why))
    else:
        call.in_store(lambda store: _show_whole(store, call, run, at))


async def _show_turn(store: SqliteStore, run: str, turn: int, shown: Terminal) -> None:
    row = await store.run(run)
    transcript = await _transcript_of(store, run)
    entries = _entries_of_turn(transcript, turn)
    if not entries:
        raise UsageError(f"--turn {turn}: run {run!r} has no such turn; `fabula transcript {run}` prints those it has")
    _say_all(shown, _turn_told(row, entries, turn))
    shown.result({**run_as_json(row), "turn": turn, "happened": msgspec.to_builtins(entries)})


async def _show_side(
    store: SqliteStore, call: Call, run: str, agent: str, *, at: int | None, memory: bool, why: str
) -> None:
    row = await store.run(run)
    environment = await stored_environment(store, run)
    step = _step(row, at)
    state = await state_at(store, run, environment, step=step)
    viewer = agent_called(agent, environment.agents(state))
    memories = await _memories_of(store, run, environment, call.settings, before=step) if memory or why else None
    if why and memories is not None:
        answer = _why(memories, viewer, why)
        _say_all(call.shown, map(visible, answer.lines()))
        call.shown.result({"run": run, "agent": agent, **msgspec.to_builtins(answer)})
        return
    view = dict(environment.view(state, viewer))
    portrait = environment.portrait(view) if isinstance(environment, Portrays) else ()
    if memories is not None:
        view["memory"] = memories.of(viewer).view()
        _say_all(call.shown, _remembered(view["memory"]))
    elif portrait:
        _say_all(call.shown, map(_indented, portrait))
    else:
        _say_all(call.shown, _outline(view))
    call.shown.result({**run_as_json(row), "agent": agent, "view": view})


async def _show_whole(store: SqliteStore, call: Call, run: str, at: int | None) -> None:
    row = await store.run(run)
    environment = await stored_environment(store, run)
    step = _step(row, at)
    view = environment.view(await state_at(store, run, environment, step=step), None)
    shown, ending = call.shown, ending_of(row)
    shown.say(f"{row.id}  ({row.environment}, pack {row.pack}, seed {row.seed})", style="bold")
    onward = "" if ending else await _onward(store, row)
    stands = f"ended ({ending.kind}): {ending.why}" if ending else f"goes on: {onward}"
    shown.say(visible(f"{counted(row.steps, 'step')}, {stands}", letters_max=LETTERS_MAX))
    if step < row.steps:
        shown.say(f"as it was before step {step}")
    _say_all(shown, await _summary(store, row, environment, view, before=step, onward=onward))
    shown.result({**run_as_json(row), "agent": None, "view": view})


async def _onward(store: SqliteStore, row: RunRow) -> str:
    """The command by which a run goes on: one that is played is watched, one that was left is taken up."""
    is_played = await store.held(row.id) is Held.PLAYED
    return f"fabula watch {row.id}" if is_played else how_to_go_on(row)


async def _summary(
    store: SqliteStore, row: RunRow, environment: Playable, view: Mapping[str, Any], *, before: int, onward: str
) -> Iterable[str]:
    """The state in short, where somebody has put that into words, else all of it."""
    if row.environment == DIALOGUE:
        transcript = await _transcript_of(store, row.id, before=before)
        seats = await _seats_of(store, row.id, environment)
        lines: Iterable[str] = _talking_summary(row, environment, view, transcript, seats.mind, onward=onward)
    elif row.environment == WORLD:
        lines = _world_summary(row, view, onward=onward)
    else:
        lines = _outline(view)
    return lines


def _step(row: RunRow, at: int | None) -> int:
    if at is not None and not 0 <= at <= row.steps:
        raise UsageError(f"--at {at}: run {row.id!r} has steps 0 to {row.steps}")
    return row.steps if at is None else at


def _indented(line: str) -> str:
    """The line free of terminal escapes, as far indented as it was."""
    text = line.lstrip(" ")
    return " " * (len(line) - len(text)) + visible(text, letters_max=2000)


def _say_all(shown: Terminal, lines: Iterable[str]) -> None:
    for line in lines:
        shown.say(line)


def _remembered(memory: Mapping[str, Any]) -> Iterator[str]:
    """What an agent remembers, a line each, oldest first."""
    if not memory["entries"]:
        yield "It remembers nothing yet."
    for entry in memory["entries"]:
        yield f"turn {entry.get('turn', 0)}: {visible(entry['text'])}"


def _outline(value: Any, depth: int = 0) -> Iterator[str]:
    """Plain data as indented lines, for people."""
    pad = "  " * depth
    if isinstance(value, Mapping):
        for key, item in value.items():
            if isinstance(item, Mapping | list | tuple) and item:
                yield f"{pad}{visible(str(key))}:"
                yield from _outline(item, depth + 1)
            elif item is True:
                yield f"{pad}{visible(str(key))}"
            elif item is not False and item not in (None, "", [], (), {}):
                yield f"{pad}{visible(str(key))}: {visible(str(item))}"
    elif isinstance(value, list | tuple):
        if all(isinstance(item, str | int | float) for item in value):
            yield f"{pad}{', '.join(visible(str(item)) for item in value)}"
            return
        for item in value:
            lines = list(_outline(item, depth + 1))
            if lines:
                yield f"{pad}- {lines[0].strip()}"
                yield from lines[1:]
    else:
        yield f"{pad}{visible(str(value))}"
