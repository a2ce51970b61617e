"""What every command begins with: the settings of this call, the store they name, the loop it runs in."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from fabula.app import make_folder
from fabula.cli.terminal import Terminal
from fabula.settings import load_settings
from fabula.store import SqliteStore

T = TypeVar("T")

Json = Annotated[bool, typer.Option("--json", help="One JSON object as the last line; what is for people to stderr.")]
RunName = Annotated[str, typer.Argument(metavar="RUN", help="Name of a run, as `fabula runs` lists them.")]
Out = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help="Folder for log and story (default: in FABULA_HOME).")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No feed, only how it ended.")]
Style = Annotated[
    str,
    typer.Option(
        "--style",
        metavar="STYLE",
        help="grimdark_dramatic, tactical, philosophical or plain (default: the pack's own).",
    ),
]


Budget = Annotated[
    float | None,
    typer.Option("--budget", metavar="USD", min=0, help="A wall: dollars that models may cost in this run."),
]
BudgetTokens = Annotated[
    int | None, typer.Option("--budget-tokens", metavar="N", min=0, help="The same wall, in tokens.")
]

Deadline = Annotated[
    float | None, typer.Option("--deadline", metavar="SECONDS", min=1, help="End it after so long, whoever is asked.")
]


Fast = Annotated[
    bool,
    typer.Option("--fast", help="Of a world: as fast as it goes, waiting for minds, instead of ten ticks a second."),
]
Console = Annotated[
    bool, typer.Option("--console", help="Of a world: type orders at it while it lives; /help lists them.")
]


class Call:
    """One call of the program: its settings, where it prints, the store it works in."""

    def __init__(
        self, *, as_json: bool = False, style: str = "", budget: float | None = None, budget_tokens: int | None = None
    ) -> None:
        """Raises UsageError if the settings cannot be read."""
        flags = {
            "chronicler.style": style or None,
            "models.budget.run_usd": budget,
            "models.budget.run_tokens": budget_tokens,
        }
        self.reload = partial(load_settings, flags)
        self.settings = self.reload()
        self.shown = Terminal(as_json=as_json, colour=self.settings.feed.colour)

    def check_out(self, out: Path | None) -> None:
        """Raises UsageError if nothing can be written where the person wants the tale; before anything is played."""
        if out is not None:
            make_folder(out)

    def in_store(self, body: Callable[[SqliteStore], Awaitable[T]]) -> T:
        """Run `body` with the store open."""

        async def opened() -> T:
            async with SqliteStore.open(self.settings.home) as store:
                return await body(store)

        return asyncio.run(opened())

    def tale_folder(self, run: str, out: Path | None) -> Path:
        """Where the tale of a run goes: the folder named by the person, else one of its own in the home folder."""
        return out if out is not None else self.settings.home / "tales" / run


def file_named(given: str) -> Path | None:
    """The file that is meant where a run could be meant too; None: a run is."""
    try:
        return Path(given) if Path(given).is_file() else None
    except OSError:
        return None  # Such as a name that is longer than any file's.
