"""Looking at runs: `runs`, `show`, `log`, `story`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import typer

from fabula.app import Portrays, agent_called, stored_environment, written_log
from fabula.chronicle import visible
from fabula.cli.columns import aligned, counted
from fabula.cli.context import Budget, BudgetTokens, Call, Json, RunName, Style
from fabula.cli.later import later
from fabula.cli.retelling import polished_as_json, told_of
from fabula.cli.terminal import Terminal, output
from fabula.engine import KEEPER, Acted, Codec, Ending, Input, canonical, state_at
from fabula.errors import RunError, UsageError
from fabula.store import RunRow, SqliteStore

_memories_of = later("fabula.app.remembering", "memories_of")
_why = later("fabula.app.remembering", "why")
_playing_now = later("fabula.app.presence", "playing_now")


def add_to(program: typer.Typer) -> None:
    """Register the commands."""
    program.command("runs", rich_help_panel="Look")(list_runs)
    program.command("show", rich_help_panel="Look")(show)
    program.command("log", rich_help_panel="Look")(show_log)
    program.command("story", rich_help_panel="Look")(show_story)


def list_runs(as_json: Json = False) -> None:
    """List all runs, branches under the run they left."""
    call = Call(as_json=as_json)

    async def body(store: SqliteStore) -> tuple[list[RunRow], Mapping[str, Any]]:
        found = list(await store.runs())
        try:
            return found, await _playing_now(call.settings.sessions, found)
        except RunError as away:
            call.shown.say(f"Who plays now cannot be told: {visible(str(away))}", style="yellow")
            return found, {}

    rows, now = call.in_store(body)
    if not rows:
        call.shown.say("No runs yet. Begin with: fabula play ashfall")
    else:
        for number, line in enumerate(_family_lines(rows, now)):
            call.shown.say(line, style="bold" if number == 0 else "")
    played = {run: msgspec.to_builtins(doing) for run, doing in now.items()}
    call.shown.result({"runs": [_as_json(row) | ({"now": played[row.id]} if row.id in played else {}) for row in rows]})


def show(
    run: RunName,
    agent: Annotated[
        str, typer.Option("--agent", metavar="NAME", help="Only what this agent knows and believes.")
    ] = "",
    at: Annotated[int | None, typer.Option("--at", metavar="STEP", help="As it was before that step.")] = None,
    memory: Annotated[bool, typer.Option("--memory", help="With --agent: what it remembers.")] = False,
    why: Annotated[
        str, typer.Option("--why", metavar="STATEMENT", help="With --agent: how it came to know or believe that.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Show where a run stands: the objective state, or with --agent one character's side of the truth.

    fabula show ashfall-1 --agent Edda --why "the gauge was repainted" tells by which chain of events she knows.
    """
    call = Call(as_json=as_json)
    if (memory or why) and not agent:
        raise UsageError("--memory and --why are about one agent: name it with --agent")

    async def body(store: SqliteStore) -> tuple[RunRow, Mapping[str, Any], Sequence[str], Any]:
        row = await store.run(run)
        environment = await stored_environment(store, run)
        step = _step(row, at)
        state = await state_at(store, run, environment, step=step)
        viewer = agent_called(agent, environment.agents(state)) if agent else None
        memories = await _memories_of(store, run, environment, call.settings, before=step) if memory or why else None
        view = dict(environment.view(state, viewer))
        lines = environment.portrait(view) if isinstance(environment, Portrays) else ()
        if memory and memories is not None and viewer is not None:
            view["memory"] = memories.of(viewer).view()
        return row, view, lines, _why(memories, viewer, why) if why else None

    row, view, portrait, answer = call.in_store(body)
    if answer is not None:
        for line in answer.lines():
            call.shown.say(visible(line))
        call.shown.result({"run": run, "agent": agent, **msgspec.to_builtins(answer)})
        return
    if not agent:
        ending = f"ended: {row_ending.why}" if (row_ending := _ending(row)) else "goes on with `fabula resume`"
        call.shown.say(f"{row.id}  ({row.environment}, pack {row.pack}, seed {row.seed})", style="bold")
        call.shown.say(f"{counted(row.steps, 'step')}, {ending}")
    if memory:
        _say_all(call.shown, _remembered(view["memory"]))
    elif portrait:
        _say_all(call.shown, map(_indented, portrait))
    else:
        _say_all(call.shown, _outline(view))
    call.shown.result({**_as_json(row), "agent": agent or None, "view": view})


def show_log(
    run: RunName,
    steps: Annotated[
        bool, typer.Option("--steps", help="Who answered what at which step, as `fabula branch --set` wants it.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Print the log of a run: of a campaign structured Markdown that can be edited and read back, of a world or a
    dialogue a line for each thing that happened.
    """
    call = Call(as_json=as_json)
    if steps:
        call.in_store(lambda store: _show_steps(store, run, call.shown))
        return
    text = call.in_store(lambda store: written_log(store, run))
    if as_json:
        call.shown.result({"run": run, "log": text})
    else:
        output(text)


def show_story(
    run: Annotated[
        str,
        typer.Argument(metavar="RUN", help="A run, a campaign log file (edited, if you like), or a transcript.jsonl."),
    ],
    style: Style = "",
    form: Annotated[
        Literal["md", "html"], typer.Option("--format", help="Markdown, or one self-contained page.")
    ] = "md",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write it there instead of printing.")
    ] = None,
    model: Annotated[
        str,
        typer.Option(
            "--model",
            metavar="MODEL",
            help="Let a model (anthropic:…, ollama:llama3, a list a,b) go over the words, and nothing but the words.",
        ),
    ] = "",
    budget: Budget = None,
    budget_tokens: BudgetTokens = None,
    as_json: Json = False,
) -> None:
    """Tell the story of a run, or of a campaign log, in any style; of a dialogue its transcript.

    With --model its prose is polished: code checks each new paragraph, and keeps the old one where a name, number,
    wound or word was added. Told once more, the polished story of a run costs nothing.
    """
    call = Call(as_json=as_json, style=style, budget=budget, budget_tokens=budget_tokens)
    told = told_of(call, run, model=model)
    for problem in told.problems:
        call.shown.say(visible(problem), style="yellow")
    text = told.markdown if form == "md" else told.html
    if out is not None:
        write_file(out, text)
        call.shown.say(f"Written to {out}")
    elif not as_json:
        output(text)
    call.shown.result(
        {
            "run": run,
            "format": form,
            "out": str(out) if out else None,
            "story": text if out is None else None,
            "polished": polished_as_json(told.polished),
        }
    )


def write_file(file: Path, text: str) -> None:
    """Write what a command was asked for where the person wants it. Raises UsageError if that cannot be."""
    try:
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as failure:
        raise UsageError(f"{file} cannot be written: {failure.strerror or failure}") from failure


async def _show_steps(store: SqliteStore, run: str, shown: Terminal) -> None:
    environment = await stored_environment(store, run)
    codec = Codec(environment)
    steps = []
    async for record in store.records(run):
        by = {(note.agent, note.asked): note.by for note in codec.notes(record.notes)}
        for item in codec.inputs(record.inputs):
            who, what = _input(item)
            decided = by.get((item.agent, item.asked), "") if isinstance(item, Acted) else "command"
            steps.append({"step": record.step, "agent": who, "by": decided, "action": msgspec.Raw(what)})
            shown.say(
                f"{record.step:>5}  {visible(who)}={visible(what.decode())}" + (f"  ({decided})" if decided else "")
            )
    shown.result({"run": run, "inputs": steps})


def _input(item: Input) -> tuple[str, bytes]:
    if isinstance(item, Acted):
        return item.agent, canonical(item.action)
    return item.command.by or KEEPER, canonical(item.command)


def _step(row: RunRow, at: int | None) -> int:
    if at is not None and not 0 <= at <= row.steps:
        raise UsageError(f"--at {at}: run {row.id!r} has steps 0 to {row.steps}")
    return row.steps if at is None else at


def _ending(row: RunRow) -> Any:
    return None if row.ending is None else msgspec.json.decode(row.ending, type=Ending)


def _as_json(row: RunRow) -> dict[str, Any]:
    ending = _ending(row)
    return {
        "run": row.id,
        "environment": row.environment,
        "pack": row.pack,
        "seed": row.seed,
        "rules": row.rules,
        "steps": row.steps,
        "digest": row.digest,
        "ending": None if ending is None else {"kind": ending.kind, "why": ending.why},
        "parent": row.parent,
        "parent_step": row.parent_step if row.parent else None,
        "created_at": row.created_at,
        "changed_at": row.changed_at,
    }


def _family_lines(rows: list[RunRow], now: Mapping[str, Any]) -> Iterator[str]:
    """The runs as aligned columns; the last one is as long as it is, whatever the width of the terminal."""
    table = [("run", "pack", "seed", "steps", "changed", "ending")]
    for depth, row in _by_family(rows):
        name = "  " * depth + row.id + (f" (from step {row.parent_step})" if row.parent else "")
        ending = _ending(row)
        going_on = f"played now: {visible(str(now[row.id]))}" if row.id in now else "open"
        how = going_on if ending is None else f"{ending.kind}: {visible(ending.why, letters_max=100)}"
        changed = row.changed_at[:16].replace("T", " ")
        table.append((name, row.pack, str(row.seed), str(row.steps), changed, how))
    yield from aligned(table)


def _by_family(rows: list[RunRow]) -> Iterator[tuple[int, RunRow]]:
    """Each run with its depth, branches right after the run they left."""
    known = {row.id for row in rows}
    children: dict[str | None, list[RunRow]] = {}
    for row in rows:
        children.setdefault(row.parent if row.parent in known else None, []).append(row)
    waiting = [(0, row) for row in reversed(children.get(None, []))]
    while waiting:
        depth, row = waiting.pop()
        yield depth, row
        waiting += [(depth + 1, child) for child in reversed(children.get(row.id, []))]


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
