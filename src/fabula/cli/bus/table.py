"""A table of what is on the bus, and the option that says how long it may be."""

from collections.abc import Iterable, Sequence
from typing import Annotated

import typer

from fabula.cli.columns import aligned
from fabula.cli.context import Call

ALL_MAX = 10_000
"""Rows that are shown at most; of dead letters, those that `--all` takes on: those beyond wait for the next call."""
WHY_LETTERS_MAX = 200

Most = Annotated[int, typer.Option("--most", metavar="N", min=1, max=ALL_MAX, help="So many, the latest.")]


def say_table(call: Call, heads: Sequence[str], rows: Iterable[Sequence[str]], *, figures: Sequence[int]) -> None:
    """Show it. figures: the columns that stand to the right."""
    for number, line in enumerate(aligned([heads, *rows], figures=figures)):
        call.shown.say(line, style="bold" if number == 0 else "")
