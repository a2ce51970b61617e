"""The program: its commands, its options for all of them, and what happens when something goes wrong."""

import os
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import Annotated

import typer
from typer.core import TyperGroup, TyperOption
from typer.main import get_command

from fabula.cli import (
    bus,
    chat,
    doctor,
    families,
    find,
    look,
    maps,
    models,
    orders,
    packs,
    personas,
    play,
    provider,
    seats,
    show,
    talk,
    transcripts,
    watch,
)
from fabula.cli.terminal import CALLED_WRONG, DONE, FAILED, LEFT, Interrupted, tell, tell_traceback
from fabula.errors import FabulaError, RunError, UsageError

program = typer.Typer(
    name="fabula",
    help="Worlds and stories inhabited by agents: directed, recorded, replayable, told.\n\n"
    "Begin with [bold]fabula play ashfall[/bold]; no key and no server is needed.",
    epilog="Exit codes: 0 done, 1 the run or check failed, 2 the call was wrong, 130 left by Ctrl-C (resume goes on).",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        sys.stdout.write(f"fabula {version('fabula')}\n")
        raise typer.Exit


@program.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    """Options that stand before the command."""


for module in (
    play,
    seats,
    orders,
    talk,
    chat,
    look,
    show,
    transcripts,
    find,
    watch,
    families,
    personas,
    packs,
    maps,
    models,
    provider,
    bus,
    doctor,
):
    module.add_to(program)


def _called(arguments: Sequence[str]) -> int:
    """Do what the arguments ask for; returns the exit code. Raises UsageError for a call that fits no command."""
    command = get_command(program)
    for option in _options(command):
        if option.is_flag:
            # Otherwise the help says `<bool>` beside it, as if something had to follow.
            option.metavar = ""
    try:
        return command.main(list(arguments), prog_name="fabula", standalone_mode=False) or DONE
    except typer.Abort:
        return LEFT
    except typer.TyperException as wrong:
        if not wrong.format_message().strip():
            # A family of commands was called by its name alone, and its help was shown.
            return CALLED_WRONG
        raise UsageError(_in_words(wrong)) from wrong


def _options(command: object) -> Iterator[TyperOption]:
    yield from (option for option in getattr(command, "params", ()) if isinstance(option, TyperOption))
    if isinstance(command, TyperGroup):
        for inner in command.commands.values():
            yield from _options(inner)


def _in_words(wrong: typer.TyperException) -> str:
    """What is wrong with a call, and where its help is found."""
    context = getattr(wrong, "ctx", None)
    message = wrong.format_message().replace("Value error, ", "").replace("Input should be", "it must be").rstrip()
    message = message.split(", unable to parse")[0]
    return f"{message}\n{context.command_path} --help shows how it is called." if context else message


def main() -> None:
    """Run the program and leave with its exit code; a traceback is shown only with `--debug`."""
    # `--debug` and `--json` count wherever they stand: people add `--debug` to the end of the line that failed.
    arguments = [argument for argument in sys.argv[1:] if argument != "--debug"]
    as_json = "--json" in arguments
    try:
        sys.exit(_called(arguments))
    except Interrupted as left:
        sys.exit(tell(left, code=LEFT, as_json=as_json))
    except FabulaError as failure:
        if "--debug" in sys.argv:
            tell_traceback(failure)
        sys.exit(tell(failure, code=CALLED_WRONG if isinstance(failure, UsageError) else FAILED, as_json=as_json))
    except BrokenPipeError:
        # The reader (`| head`) has seen enough. Nothing may be flushed into the closed pipe on the way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(DONE)
    except Exception as failure:  # noqa: BLE001 - whatever it is, people are told of it in words
        if "--debug" in sys.argv:
            tell_traceback(failure)
        inside = RunError(
            f"something is wrong inside Fabula: {type(failure).__name__}: {failure}\n"
            "What was committed is safe. The same call with --debug shows where it happened; please report that."
        )
        sys.exit(tell(inside, code=FAILED, as_json=as_json))
