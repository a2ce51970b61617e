"""Campaigns told: a story in a style, which a model may go over, and the campaign log, which can be read back."""

import io
from collections.abc import Sequence
from typing import Any, get_args

from fabula.app.tales.teller import Polisher, Told
from fabula.chronicle import (
    Account,
    Lexicon,
    LogHeader,
    LogWriter,
    Polished,
    Story,
    account_from_events,
    tell,
    to_html,
    to_markdown,
)
from fabula.engine import Environment, Event, Note
from fabula.environments.campaign import Campaign, TurnBegan
from fabula.environments.campaign.setting import Style
from fabula.errors import UsageError, did_you_mean
from fabula.store import RunRow


class CampaignTeller:
    """See Teller."""

    called = "Story"
    pages = ("story.md", "story.html")
    log = "campaign-log.md"
    unpolished = ""
    unstyled = ""
    told_when_left = False

    def __init__(self, row: RunRow, environment: Environment[Any], *, style: str) -> None:
        self.turns = 0
        self._environment = environment
        self._style = style
        self._events: list[Event] = []
        self._log = io.StringIO()
        # The run's name is not in it: equal runs have equal logs.
        own = environment.setting.style if isinstance(environment, Campaign) else ""
        self._writer = LogWriter(self._log, LogHeader(pack=row.pack, seed=row.seed, style=own))
        self._begun = self._log.getvalue()

    def begin(self) -> str:
        """See Teller."""
        return self._begun

    def hear(self, events: Sequence[Event], notes: Sequence[Note]) -> str:
        """See Teller."""
        self._events += events
        self.turns += sum(isinstance(event, TurnBegan) for event in events)
        before = self._log.tell()
        self._writer.write(events)
        self._log.seek(before)
        return self._log.read()

    def told(self) -> Told:
        """See Teller."""
        return story_told(account_told(self._events, self._environment, style=self._style)[0])

    def log_text(self) -> str:
        """See Teller."""
        return self._log.getvalue()

    async def polished(self, polish: Polisher) -> Told:
        """See Teller."""
        polished = await polish(*account_told(self._events, self._environment, style=self._style))
        return story_told(polished.story, polished)


def story_told(story: Story, polished: Polished | None = None) -> Told:
    """The pages of a story."""
    return Told(markdown=to_markdown(story), html=to_html(story), polished=polished)


def account_told(events: list[Event], environment: Environment[Any] | None, *, style: str) -> tuple[Story, Account]:
    """The story of a campaign's events, and what it was told from.

    environment: whose words are used; None: plain ones. style: empty for the environment's own. Raises UsageError.
    """
    lexicon: Lexicon = {}
    places: dict[str, str] = {}
    if isinstance(environment, Campaign):
        setting = environment.setting
        lexicon, places = setting.lexicon, {place.name: place.description for place in setting.places}
        style = style or setting.style
    account = account_from_events(events, lexicon=lexicon, places=places)
    return tell(account, style=_style(style or "plain")), account


def _style(name: str) -> Style:
    styles: dict[str, Style] = {style: style for style in get_args(Style)}
    if name not in styles:
        raise UsageError(f"no style {name!r}.{did_you_mean(name, styles)}")
    return styles[name]
