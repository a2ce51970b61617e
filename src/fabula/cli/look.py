"""Looking at runs: `runs`, `log`, `story`."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import typer

from fabula.app import stored_environment, written_log
from fabula.chronicle import visible
from fabula.cli.columns import aligned
from fabula.cli.context import Budget, BudgetTokens, Call, Json, RunName, Style
from fabula.cli.later import later
from fabula.cli.retelling import polished_as_json, told_of
from fabula.cli.terminal import Terminal, output
from fabula.engine import KEEPER, Acted, Codec, Ending, Input, canonical
from fabula.errors import RunError, UsageError
from fabula.store import RunRow, SqliteStore

_memories_of = later("fabula.app.remembering", "memories_of")
_why = later("fabula.app.remembering", "why")
_playing_now = later("fabula.app.presence", "playing_now")


def add_to(program: typer.Typer) -> None:
    """Register the commands."""
    program.command("runs", rich_help_panel="Look")(list_runs)
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
    call.shown.result(
        {"runs": [run_as_json(row) | ({"now": played[row.id]} if row.id in played else {}) for row in rows]}
    )


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
    told = told_of(call, run, style=style, model=model)
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


def ending_of(row: RunRow) -> Any:
    """How a run ended; None: it goes on."""
    return None if row.ending is None else msgspec.json.decode(row.ending, type=Ending)


def run_as_json(row: RunRow) -> dict[str, Any]:
    """What `--json` says of a run."""
    ending = ending_of(row)
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
        ending = ending_of(row)
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
