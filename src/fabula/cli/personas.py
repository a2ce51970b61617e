"""Characters: `persona check`, `persona show`, `persona convert`."""

from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import typer

from fabula.agents import WEIGHT_RULE, Persona, drives, read_sheet_file, write_sheet
from fabula.chronicle import visible
from fabula.cli.context import Call, Json
from fabula.cli.terminal import CALLED_WRONG, Terminal, output
from fabula.errors import UsageError

personas = typer.Typer(no_args_is_help=True, help="Character sheets: check, show, convert.")

Files = Annotated[list[Path], typer.Argument(metavar="FILE…", help="Character sheets in Markdown.")]


def add_to(program: typer.Typer) -> None:
    """Register the commands."""
    program.add_typer(personas, name="persona", rich_help_panel="Prepare")


@personas.command()
def check(files: Files, as_json: Json = False) -> None:
    """Read character sheets and say, by line, what is odd about them.

    Exit code 0 if all can be read, warnings or not; 2 if one cannot.
    """
    shown = Call(as_json=as_json).shown
    results = [_checked(file, shown) for file in files]
    shown.result({"files": results})
    if any("error" in result for result in results):
        raise typer.Exit(CALLED_WRONG)


@personas.command()
def show(file: Annotated[Path, typer.Argument(metavar="FILE")], as_json: Json = False) -> None:
    """Show what a sheet says, what its weights become, and what drives the character."""
    shown = Call(as_json=as_json).shown
    persona, warnings = read_sheet_file(file)
    _tell(persona, shown)
    for warning in warnings:
        shown.say(f"line {warning.line}: {visible(warning.text)}", style="yellow")
    shown.result(
        {
            **msgspec.to_builtins(persona),
            "traits": [trait.name for trait in persona.traits],
            "trait_notes": {trait.name: trait.note for trait in persona.traits},
            "weights": {weight.name: {"value": weight.value, "said": weight.said} for weight in persona.weights},
            "drives": {str(drive): round(value, 3) for drive, value in drives(persona).items()},
            "warnings": [{"line": warning.line, "text": warning.text} for warning in warnings],
        }
    )


@personas.command()
def rule() -> None:
    """Show how what a sheet says of a weight becomes a number from 0 to 1."""
    output(WEIGHT_RULE)


@personas.command()
def convert(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    to: Annotated[Literal["md", "json"], typer.Option("--to", help="A clean sheet in Markdown, or plain JSON.")] = "md",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write it there instead of printing.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Write a sheet anew, clean and whole: it reads in as the same persona."""
    shown = Call(as_json=as_json).shown
    persona, warnings = read_sheet_file(file)
    text = write_sheet(persona) if to == "md" else msgspec.json.format(msgspec.json.encode(persona), indent=2).decode()
    if out is not None:
        if out.exists():
            raise UsageError(f"{out} is there already: give another name")
        try:
            out.write_text(text, encoding="utf-8")
        except OSError as failure:
            raise UsageError(f"{out} cannot be written: {failure.strerror or failure}") from failure
        shown.say(f"{persona.name}: written to {out}, {len(warnings)} warnings")
    elif not as_json:
        output(text)
    shown.result({"name": persona.name, "out": str(out) if out else None, "text": text if out is None else None})


def _checked(file: Path, shown: Terminal) -> dict[str, Any]:
    try:
        persona, warnings = read_sheet_file(file)
    except UsageError as failure:
        shown.say(visible(str(failure)), style="red")
        return {"file": str(file), "error": str(failure)}
    counted = f"{len(warnings)} warning{'s' if len(warnings) != 1 else ''}" if warnings else "clean"
    shown.say(f"{file}: {visible(persona.name)}, {counted}", style="yellow" if warnings else "green")
    for warning in warnings:
        shown.say(f"  line {warning.line}: {visible(warning.text)}")
    told = [{"line": warning.line, "text": warning.text} for warning in warnings]
    return {"file": str(file), "name": persona.name, "warnings": told}


def _tell(persona: Persona, shown: Terminal) -> None:
    shown.say(visible(persona.name), style="bold")
    for text in (persona.role, ", ".join(persona.factions), persona.origin):
        if text:
            shown.say(f"  {visible(text)}")
    for trait in persona.traits:
        shown.say(f"  {visible(trait.name)}" + (f": {visible(trait.note)}" if trait.note else ""))
    for weight in persona.weights:
        value = "undecided" if weight.value is None else f"{weight.value:.2f}"
        shown.say(f"  {visible(weight.name)}: {value}  (the sheet says {visible(weight.said)!r})")
    strongest = sorted(drives(persona).items(), key=lambda pair: (-pair[1], str(pair[0])))
    shown.say("  Drives: " + ", ".join(f"{drive} {value:.2f}" for drive, value in strongest), style="dim")
