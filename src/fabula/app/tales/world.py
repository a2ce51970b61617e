"""Worlds told: annals, day by day. Loads the world; see fabula.app.tales.registry."""

from collections.abc import Sequence
from typing import Any

from fabula.app.tales.teller import UNPOLISHED, Polisher, Told
from fabula.chronicle import to_html, to_markdown
from fabula.chronicle.annals import tell_annals, written_annals
from fabula.engine import Environment, Event, Note
from fabula.environments.world import World
from fabula.environments.world.events import DayBegan
from fabula.errors import UsageError
from fabula.store import RunRow


class WorldTeller:
    """See Teller."""

    called = "Story"
    pages = ("story.md", "story.html")
    log = ""
    unpolished = UNPOLISHED
    unstyled = "Annals have one style: `fabula story {run}` tells them, without --style."
    told_when_left = False

    def __init__(self, row: RunRow, environment: Environment[Any], *, style: str) -> None:
        self.turns = 0
        self._setting = environment.setting if isinstance(environment, World) else None
        self._events: list[Event] = []

    def begin(self) -> str:
        """See Teller."""
        return ""

    def hear(self, events: Sequence[Event], notes: Sequence[Note]) -> str:
        """See Teller."""
        self._events += events
        self.turns += sum(isinstance(event, DayBegan) for event in events)
        return ""

    def told(self) -> Told:
        """See Teller."""
        annals = tell_annals(self._events, self._setting)
        return Told(markdown=to_markdown(annals), html=to_html(annals))

    def log_text(self) -> str:
        """See Teller."""
        return written_annals(self._events, self._setting)

    async def polished(self, polish: Polisher) -> Told:
        """Never: raises UsageError."""
        raise UsageError(self.unpolished)
