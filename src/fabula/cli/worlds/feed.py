"""The feed of a world: a line for each thing that happens, where no screen can be drawn or none is wanted."""

from collections.abc import Callable, Sequence

from fabula.app import Live, Observer
from fabula.app.attending import Awaited
from fabula.chronicle import visible
from fabula.chronicle.doings import doing_line
from fabula.cli.columns import counted
from fabula.cli.standing_in import stood_in, stood_in_for_you
from fabula.cli.terminal import Terminal
from fabula.cli.worlds.keeper import Keeper
from fabula.cli.worlds.shades import shade
from fabula.engine import AgentId, Event, Moment
from fabula.environments.world.events import DayBegan, HourStruck, WorldEnded, WorldOpened
from fabula.store import Store

FIGURES_EVERY = 3000
"""Ticks between two lines of figures."""
SKIPPED_EVERY = 300
"""Ticks between two lines about ticks that were left out."""


class Skipped:
    """Counts the ticks that were left out, and tells of them now and then."""

    def __init__(self) -> None:
        self._ticks = 0
        self._told_at = -SKIPPED_EVERY

    def __call__(self, moment: Moment) -> str:
        """What to tell of them now; empty: nothing."""
        self._ticks += moment.took.skipped
        if not self._ticks or moment.step - self._told_at < SKIPPED_EVERY:
            return ""
        ticks, self._ticks, self._told_at = self._ticks, 0, moment.step
        return f"{counted(ticks, 'tick')} left out: the world had fallen behind"


class WorldFeed:
    """Prints a world as it lives; see fabula.cli.watching."""

    def __init__(self, terminal: Terminal, environment: Live, *, quiet: bool, viewer: str = "") -> None:
        """viewer: the agent that the person here plays, who is told what it perceives."""
        self._terminal = terminal
        self._environment = environment
        self._quiet = quiet
        self._viewer = AgentId(viewer)
        self._observer: Observer | None = None
        self._meter: Callable[[], str] | None = None
        self._skipped = Skipped()
        self.keeper = Keeper(environment, lambda line: terminal.say(visible(line, letters_max=500), style="cyan"))

    def begin(self, store: Store, run: str) -> None:
        """See Watching.begin."""
        self.keeper.begin(store, run)

    def awaited(self, awaited: Sequence[Awaited]) -> None:
        """See Watching.awaited: a world goes on meanwhile."""

    def hearing(self, agent: AgentId) -> None:
        """See Watching.hearing: deeds are not heard, they are done."""

    def meter(self, tell: Callable[[], str]) -> None:
        """See Watching.meter."""
        self._meter = tell

    def observe(self, observer: Observer) -> None:
        """See Watching.observe."""
        self._observer = observer
        self.keeper.observe(observer)

    def __call__(self, moment: Moment) -> None:
        """See Watching."""
        self.keeper.follow(moment)
        if self._quiet:
            return
        if line := self._skipped(moment):
            self._terminal.say(f"  {line}", style="yellow")
        if self._viewer:
            for line in self._environment.told(moment.events, agent=self._viewer, state=moment.state):
                self._terminal.say(f"  {visible(line, letters_max=2000)}")
        else:
            for event in moment.events:
                self._print(event)
        for line in stood_in_for_you(moment.notes, self._viewer) if self._viewer else stood_in(moment.notes):
            self._terminal.say(f"  {visible(line, letters_max=300)}", style="dim")
        if moment.step and moment.step % FIGURES_EVERY == 0:
            self._terminal.say(f"  [{self._figures()}]", style="dim")

    def _print(self, event: Event) -> None:
        say = self._terminal.say
        match event:
            case WorldOpened(title=title, about=about):
                say(visible(title), style="bold")
                say(visible(about, letters_max=2000), style="italic")
            case DayBegan(day=day):
                say()
                say(f"Day {day}", style="bold")
            case HourStruck(hour=hour):
                say(f"{hour:02}:00", style="dim")
            case WorldEnded(why=why):
                say()
                say(f"The end: {visible(why)}.", style="bold")
            case _:
                if (line := doing_line(event)) is not None:
                    say(f"  {line}", style=shade(event))

    def _figures(self) -> str:
        told = [self._observer.figures().line()] if self._observer else []
        return "; ".join([*told, *([visible(self._meter())] if self._meter else [])])
