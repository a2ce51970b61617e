"""The feed on a terminal: each turn as it happens, and a bar that says how far along the run is."""

from types import TracebackType
from typing import Self

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from fabula.chronicle import feed_line, visible
from fabula.cli.terminal import Terminal
from fabula.engine import Event, Moment
from fabula.environments.campaign import (
    Attacked,
    Beaten,
    CampaignEnded,
    CampaignOpened,
    ClockMoved,
    Complicated,
    Fell,
    Refused,
    ThreatArrived,
    ThreatMoved,
    TurnBegan,
    Wounded,
)

_STYLES: dict[type[Event], str] = {
    Attacked: "red",
    Wounded: "red",
    Fell: "bold red",
    Beaten: "green",
    ThreatArrived: "magenta",
    ThreatMoved: "magenta",
    ClockMoved: "cyan",
    Complicated: "yellow",
    Refused: "dim",
}
_QUIET_KINDS = (Refused,)


class Feed:
    """Prints a run as it goes. Enter it (`with`) before the first step; call it with each moment."""

    def __init__(self, terminal: Terminal, *, turns: int, quiet: bool) -> None:
        self._terminal = terminal
        self._quiet = quiet
        self._progress = Progress(
            TextColumn("turn {task.completed} of {task.total}"),
            BarColumn(),
            TimeElapsedColumn(),
            console=terminal.people,
            transient=True,
            disable=not terminal.lively or quiet,
        )
        self._bar = self._progress.add_task("turns", total=turns)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def __call__(self, moment: Moment) -> None:
        for event in moment.events:
            if isinstance(event, TurnBegan):
                self._progress.update(self._bar, completed=event.turn)
            if not self._quiet:
                self._print(event)

    def _print(self, event: Event) -> None:
        say = self._terminal.say
        match event:
            case CampaignOpened(title=title, question=question):
                say(visible(title), style="bold")
                say(visible(question), style="italic")
                say()
            case TurnBegan(turn=turn, tension=tension, act=act):
                say()
                self._terminal.people.print(
                    Text.assemble((f"Turn {turn}", "bold"), (f"  {act}, tension {tension}", "dim"))
                )
            case CampaignEnded(name=name, text=text):
                say()
                say(visible(name), style="bold")
                say(visible(text))
            case _:
                if (line := feed_line(event)) is not None and not isinstance(event, _QUIET_KINDS):
                    say(f"  {line}", style=_STYLES.get(type(event), ""))
