"""The screen: a world as it lives - its map, whoever is looked at, what happens, and a line to type orders on."""

import textwrap
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import Self

from rich.console import Group
from rich.layout import Layout
from rich.live import Live as RichLive
from rich.panel import Panel
from rich.text import Text

from fabula.app import Observer
from fabula.app.attending import Awaited
from fabula.chronicle import visible
from fabula.chronicle.doings import doing_line
from fabula.cli.standing_in import stood_in
from fabula.cli.terminal import Terminal
from fabula.cli.worlds.chart import chart, window_about
from fabula.cli.worlds.feed import Skipped
from fabula.cli.worlds.keeper import Keeper
from fabula.cli.worlds.shades import shade
from fabula.engine import AgentId, Moment
from fabula.environments.world import World, WorldState
from fabula.environments.world.components import NOBODY
from fabula.store import Store

FRAME_S = 0.2
"""Between two pictures at least: drawing must not hold up the ticks."""
LINES_MAX = 300
SIDE = 44
"""Columns of the panel beside the map."""
SCROLL = 6
"""Cells that an arrow moves the map by."""


class Screen:
    """Draws a world on the whole terminal; see fabula.cli.watching. Enter it (`with`) before the first step."""

    def __init__(self, terminal: Terminal, world: World, *, typing: bool) -> None:
        """typing: there is a line to type orders on."""
        self._terminal = terminal
        self._world = world
        self._typing = typing
        self._typed = ""
        self._lines: deque[Text] = deque(maxlen=LINES_MAX)
        self._moment: Moment | None = None
        self._observer: Observer | None = None
        self._meter: Callable[[], str] | None = None
        self._chosen = world.setting.people[0].persona.name if world.setting.people else ""
        self._moved = (0, 0)
        self._looked: Sequence[str] = ()
        """What was looked at last, until another person is."""
        self._skipped = Skipped()
        self._drawn_s = 0.0
        self._live = RichLive(console=terminal.people, screen=True, auto_refresh=False, redirect_stderr=False)
        self.keeper = Keeper(world, self.tell, show=self._show)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

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
        self._moment = moment
        self.keeper.follow(moment)
        for event in moment.events:
            if (line := doing_line(event)) is not None:
                self._lines.append(Text(line, style=shade(event), no_wrap=True, overflow="ellipsis"))
        for line in stood_in(moment.notes):
            self._lines.append(Text(visible(line, letters_max=300), style="dim", no_wrap=True, overflow="ellipsis"))
        if line := self._skipped(moment):
            self._lines.append(Text(line, style="yellow"))
        self._draw()

    def tell(self, line: str) -> None:
        """A line for whoever types."""
        self._lines.append(Text(visible(line, letters_max=400), style="bold cyan", no_wrap=True, overflow="ellipsis"))
        self._draw(now=True)

    def press(self, keys: Iterable[str]) -> None:
        """Keys were typed."""
        for key in keys:
            self._press(key)
        self._draw(now=True)

    def _press(self, key: str) -> None:
        across, down = self._moved
        match key:
            case "tab" | "back":
                self._choose(1 if key == "tab" else -1)
            case "up" | "down":
                self._moved = (across, down + (SCROLL if key == "down" else -SCROLL))
            case "left" | "right":
                self._moved = (across + (SCROLL if key == "right" else -SCROLL), down)
            case "enter":
                line, self._typed = self._typed, ""
                self.keeper.hear(line)
            case "erase":
                self._typed = self._typed[:-1]
            case "clear" | "escape":
                self._typed, self._looked = "", ()
            case _ if len(key) == 1 and self._typing:
                self._typed += key

    def picture(self) -> Layout:
        """What is shown now."""
        whole, lower = Layout(), Layout(name="lower", size=max(6, self._terminal.people.height // 4))
        upper = Layout(name="upper")
        upper.split_row(Layout(self._map(), name="map"), Layout(self._side(), name="side", size=SIDE))
        rows = max(1, lower.size or 1) - 2 - self._typing
        told = [*list(self._lines)[-rows:], *([Text(f"> {self._typed}▏", style="bold")] if self._typing else [])]
        lower.update(Panel(Group(*told), title=self._figures(), title_align="left", border_style="dim"))
        whole.split_column(upper, lower)
        return whole

    def _show(self, lines: Sequence[str]) -> None:
        self._looked = lines

    def _draw(self, *, now: bool = False) -> None:
        since_s = time.monotonic() - self._drawn_s
        if self._moment is not None and (now or since_s >= FRAME_S):
            self._live.update(self.picture(), refresh=True)
            self._drawn_s = time.monotonic()

    def _map(self) -> Panel:
        moment, world = self._moment, self._world
        title = f"[b]{world.setting.title}[/b]  {self._time()}"
        if moment is None:
            return Panel("", title=title, title_align="left")
        console = self._terminal.people
        height = console.height - max(6, console.height // 4) - 2
        x, y = self._middle(moment.state)
        window = window_about(world, x=x, y=y, width=console.width - SIDE - 2, height=height)
        return Panel(
            chart(world, moment.state, window, chosen=self._chosen), title=title, title_align="left", padding=0
        )

    def _time(self) -> str:
        """Day, hour and tick, and whether the run is held."""
        if self._moment is None:
            return ""
        setting, tick = self._world.setting, self._moment.state.tick
        day, second = divmod(setting.begins_h * 3600 + tick * setting.tick_s, 86_400)
        held = "  [b yellow]paused[/b yellow]" if self.keeper.is_paused else ""
        return f"day {day + 1}, {second // 3600:02}:{second % 3600 // 60:02}  [dim]tick {tick:,}[/dim]{held}"

    def _middle(self, state: WorldState) -> tuple[int, int]:
        """The cell in the middle of the map: that of whom is looked at, and from there as far as the arrows went."""
        x, y = self._world.ground.width // 2, self._world.ground.height // 2
        person = state.person(self._chosen)
        if person is not None and person.life != NOBODY:
            row = state.lives.row(person.life)
            x, y = int(state.lives.x[row]), int(state.lives.y[row])
        return x + self._moved[0], y + self._moved[1]

    def _side(self) -> Panel:
        keys = Text("Tab: the next person   arrows: the map", style="dim")
        moment = self._moment
        if moment is None or not self._chosen:
            return Panel(keys, border_style="dim")
        looked = self._looked or self._world.look(moment.state, "debug", self._chosen)
        shown = [visible(line, letters_max=300) for line in looked]
        lines = [Text(part) for line in shown for part in textwrap.wrap(line, SIDE - 4, subsequent_indent="    ")]
        lines[0].stylize("bold")
        title = "" if self._looked else self._chosen
        return Panel(Group(*lines, Text(), keys), title=title, border_style="dim")

    def _choose(self, by: int) -> None:
        """Look at the next of the living, or the one before."""
        names = [str(person.name) for person in self._moment.state.living()] if self._moment else []
        if names:
            at = names.index(self._chosen) if self._chosen in names else -by
            self._chosen, self._moved, self._looked = names[(at + by) % len(names)], (0, 0), ()

    def _figures(self) -> str:
        told = [self._observer.figures().line()] if self._observer else []
        return visible("; ".join([*told, *([self._meter()] if self._meter else [])]))
