"""The feed on a terminal: each turn as it happens, and a bar that says how far along the run is."""

import re
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Self

from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeElapsedColumn
from rich.text import Text

from fabula.chronicle import feed_line, visible
from fabula.cli.terminal import Terminal
from fabula.engine import Event, Moment, Note
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


class _Metered(ProgressColumn):
    """What models cost, as it stands whenever the bar is drawn."""

    max_refresh = 0.5

    def __init__(self, tell: Callable[[], str]) -> None:
        super().__init__()
        self._tell = tell

    def render(self, task: Task) -> Text:
        return Text(visible(self._tell()), style="dim")


def _stood_in(notes: Iterable[Note]) -> Iterator[str]:
    """Who was decided for by whom, and why; one line for all with whom it was the same."""
    groups: dict[tuple[str, str], list[str]] = {}
    for note in notes:
        if note.why:
            # Waits and figures differ from one agent to the next though the reason is one.
            groups.setdefault((note.by, re.sub(r"\d+(\.\d+)? s\b", "a while", note.why)), []).append(note.agent)
    for (by, why), agents in groups.items():
        whom = agents[0] if len(agents) == 1 else f"{len(agents)} agents"
        yield f"({by} decided for {whom}: {why})"


class Feed:
    """Prints a run as it goes. Enter it (`with`) before the first step; call it with each moment."""

    def __init__(self, terminal: Terminal, *, turns: int, quiet: bool, viewer: str = "") -> None:
        """viewer: the agent that the person here plays, who is told what happens when asked; empty: a spectator, who
        sees everything.
        """
        self._terminal = terminal
        self._quiet = quiet
        self._viewer = viewer
        self._meter: Callable[[], str] | None = None
        # A person who is asked something has the line to themselves.
        self._progress = Progress(
            TextColumn("turn {task.completed} of {task.total}"),
            BarColumn(),
            TimeElapsedColumn(),
            _Metered(lambda: self._meter() if self._meter else ""),
            console=terminal.people,
            transient=True,
            disable=not terminal.lively or quiet or bool(viewer),
        )
        self._bar = self._progress.add_task("turns", total=turns)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def meter(self, tell: Callable[[], str]) -> None:
        """Show from now on what models cost."""
        self._meter = tell

    def __call__(self, moment: Moment) -> None:
        for event in moment.events:
            if isinstance(event, TurnBegan):
                self._progress.update(self._bar, completed=event.turn)
            if not self._quiet and self._is_seen(event):
                self._print(event)
        if not self._quiet:
            for line in _stood_in([note for note in moment.notes if self._viewer in ("", note.agent)]):
                self._terminal.say(f"  {visible(line, letters_max=300)}", style="dim")

    def _is_seen(self, event: Event) -> bool:
        # Whoever plays is told the rest by their own questions, as their character perceives it.
        return not self._viewer or isinstance(event, CampaignOpened | CampaignEnded)

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
