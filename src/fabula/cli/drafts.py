"""Drafts on a terminal: a story's new words as a model writes them, until the story itself takes their place."""

import textwrap
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from fabula.chronicle import visible
from fabula.cli.terminal import Terminal

if TYPE_CHECKING:
    from fabula.chronicle.polish import Progress

LINES_MAX = 12
"""Of the draft, the newest, that stand on the screen."""
EVERY_TENTHS = 10


class Drafts:
    """Shows how polishing goes, on standard error. Enter it (`with`), then call it with each progress.

    On a terminal the words stand there while they are written, and are wiped off in the end, since nobody has judged
    them yet. Elsewhere a line tells of each tenth of the way.
    """

    def __init__(self, shown: Terminal) -> None:
        self._console = Console(stderr=True, highlight=False, soft_wrap=True, no_color=shown.people.no_color)
        self.streamed = self._console.is_terminal
        """Whether anybody watches words being written."""
        self._progress: Progress | None = None
        self._told = 0
        self._live = Live(console=self._console, get_renderable=self._drawn, transient=True, refresh_per_second=8)

    def __enter__(self) -> Self:
        if self.streamed:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.streamed:
            self._live.stop()

    def __call__(self, progress: "Progress") -> None:
        self._progress = progress
        tenth = EVERY_TENTHS * progress.answered // max(1, progress.asked)
        if not self.streamed and tenth > self._told:
            self._told = tenth
            self._console.print(Text(_how_far(progress), style="dim"))

    def say(self, text: str) -> None:
        """A line about it, for people."""
        self._console.print(Text(visible(text), style="dim"))

    def _drawn(self) -> RenderableType:
        if self._progress is None:
            return Text("")
        width = max(20, self._console.width - 1)
        paragraphs = self._progress.draft.split("\n")
        lines = [line for paragraph in paragraphs for line in textwrap.wrap(paragraph, width) or [""]]
        words = Text("\n".join(lines[-LINES_MAX:]), no_wrap=True)
        return Group(words, Text(_how_far(self._progress), style="dim"))


def _how_far(progress: "Progress") -> str:
    return f"polishing: {progress.answered} of {progress.asked} passages"
