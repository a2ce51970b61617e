"""The feed on a terminal: each turn as it happens, and a bar that says how far along the run is."""

from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import Any, Protocol, Self

from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeElapsedColumn
from rich.text import Text

from fabula.app import Observer
from fabula.app.attending import Awaited
from fabula.chronicle import feed_line, visible
from fabula.cli.standing_in import stood_in, stood_in_for_you
from fabula.cli.terminal import Terminal
from fabula.engine import AgentId, Event, Moment, Note
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
from fabula.store import Store

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


class Told(Protocol):
    """Puts events into sentences for the person who plays an agent."""

    def __call__(self, events: Sequence[Event], *, agent: AgentId, state: Any) -> Sequence[str]:
        """What the agent perceived of them."""
        ...


class _Metered(ProgressColumn):
    """What models cost, as it stands whenever the bar is drawn."""

    max_refresh = 0.5

    def __init__(self, tell: Callable[[], str]) -> None:
        super().__init__()
        self._tell = tell

    def render(self, task: Task) -> Text:
        return Text(visible(self._tell()), style="dim")


class LastNews:
    """What happens after a person's last answer: no further question tells them of that. Show it each moment."""

    def __init__(self, agent: AgentId, told: Told) -> None:
        self._agent = agent
        self._told = told
        self._events: list[Event] = []

    def __call__(self, moment: Moment) -> Sequence[str]:
        """Once the campaign ends, what the agent perceived since it was last asked; before, nothing."""
        if any(note.agent == self._agent for note in moment.notes):
            self._events.clear()
        self._events += [event for event in moment.events if not isinstance(event, CampaignEnded)]
        if not any(isinstance(event, CampaignEnded) for event in moment.events):
            return ()
        return ["", *self._told(self._events, agent=self._agent, state=moment.state)]


class Feed:
    """Prints a run as it goes. Enter it (`with`) before the first step; call it with each moment."""

    def __init__(
        self, terminal: Terminal, *, turns: int, quiet: bool, viewer: str = "", told: Told = lambda *_, **__: ()
    ) -> None:
        """viewer: the agent that the person here plays, who is told what happens when asked, and of the time after the
        last question by what `told` makes of it; empty: a spectator, who sees everything.
        """
        self._terminal = terminal
        self._quiet = quiet
        self._viewer = viewer
        self._last_news = LastNews(AgentId(viewer), told)
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

    def begin(self, store: Store, run: str) -> None:
        """See fabula.cli.watching."""

    def observe(self, observer: Observer) -> None:
        """See fabula.cli.watching; turns have no clock to keep."""

    def awaited(self, awaited: Sequence[Awaited]) -> None:
        """See Watching.awaited: how far a turn has come, the bar says."""

    def hearing(self, agent: AgentId) -> None:
        """See Watching.hearing: deeds are not heard, they are done."""

    def meter(self, tell: Callable[[], str]) -> None:
        """Show from now on what models cost."""
        self._meter = tell

    def __call__(self, moment: Moment) -> None:
        if self._viewer and not self._quiet:
            for line in self._last_news(moment):
                self._terminal.say(visible(line, letters_max=2000))
        for event in moment.events:
            if isinstance(event, TurnBegan):
                self._progress.update(self._bar, completed=event.turn)
            if not self._quiet and self._is_seen(event):
                self._print(event)
        if not self._quiet:
            for line in self._stood_in(moment.notes):
                self._terminal.say(f"  {visible(line, letters_max=300)}", style="dim")

    def _stood_in(self, notes: Iterable[Note]) -> Iterable[str]:
        return stood_in_for_you(notes, self._viewer) if self._viewer else stood_in(notes)

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
