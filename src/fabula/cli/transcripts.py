"""`transcript`: a dialogue as it was held, as Markdown, as a page, or as lines for programs."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from fabula.cli.context import Call, Json, file_named
from fabula.cli.later import later
from fabula.cli.look import write_file
from fabula.cli.terminal import output

_transcript_of = later("fabula.app.transcripts", "transcript_of")
_transcript_in = later("fabula.app.transcripts", "transcript_in")
_FORMS = {
    "md": later("fabula.chronicle.transcript", "to_markdown"),
    "html": later("fabula.chronicle.transcript", "to_html"),
    "jsonl": later("fabula.chronicle.transcript", "to_jsonl"),
}


def add_to(program: typer.Typer) -> None:
    """Register the command."""
    program.command("transcript", rich_help_panel="Look")(show_transcript)


def show_transcript(
    run: Annotated[str, typer.Argument(metavar="RUN", help="A dialogue's run, or a transcript.jsonl.")],
    form: Annotated[
        Literal["md", "html", "jsonl"],
        typer.Option("--format", help="Markdown, one self-contained page, or JSON lines for programs."),
    ] = "md",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write it there instead of printing.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Print what was said in a dialogue: who spoke on which mind, every turn, what was decided, and why it ended."""
    call = Call(as_json=as_json)
    transcript: Any
    if (file := file_named(run)) is not None:
        transcript = _transcript_in(file)
    else:
        transcript = call.in_store(lambda store: _transcript_of(store, run))
    text: str = _FORMS[form](transcript)
    if out is not None:
        write_file(out, text)
        call.shown.say(f"Written to {out}")
    elif not as_json:
        output(text)
    values = {"run": run, "format": form, "out": str(out) if out else None}
    call.shown.result(values | {"transcript": None if out else text})
