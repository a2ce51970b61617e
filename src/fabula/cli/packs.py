"""Packs: `new pack` lays out one that plays at once."""

from pathlib import Path
from typing import Annotated

import typer

from fabula.cli.context import Call, Json
from fabula.packs import new_pack, pack_names

new = typer.Typer(no_args_is_help=True, help="Begin something of your own.")


def add_to(program: typer.Typer) -> None:
    """Register the commands."""
    program.add_typer(new, name="new", rich_help_panel="Prepare")


@new.command("pack")
def lay_out_pack(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Letters, digits, '-' and '_'.")],
    into: Annotated[Path, typer.Option("--in", metavar="DIR", help="Where its folder is made.")] = Path(),
    as_json: Json = False,
) -> None:
    """Lay out a small, commented pack that plays at once: change it line by line into your own.

    Shipped packs to look at are listed by `fabula doctor`.
    """
    shown = Call(as_json=as_json).shown
    folder = new_pack(name, into)
    shown.say(f"{folder} is there. Play it with: fabula play {folder}")
    shown.result({"pack": name, "folder": str(folder), "shipped": list(pack_names())})
