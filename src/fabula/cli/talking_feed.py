"""The feed of a dialogue: every turn as it is said, while a model still writes it, and how it ends."""

import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

from rich.live import Live
from rich.text import Text

from fabula.app import HERE, Observer, Playable
from fabula.app.attending import DEADLINE, Awaited
from fabula.chronicle import visible
from fabula.chronicle.transcript import happened_line
from fabula.chronicle.transcript.stenographer import Stenographer
from fabula.chronicle.transcript.transcript import Answered, Entry
from fabula.chronicle.transcript.wording import stood_in_words
from fabula.cli.terminal import Terminal
from fabula.cli.waiting_line import waiting_line
from fabula.engine import Acted, AgentId, Input, Moment
from fabula.environments.dialogue import Dialogue
from fabula.environments.dialogue.actions import Call, Say
from fabula.environments.dialogue.events import (
    Bade,
    Called,
    DialogueEnded,
    EndKind,
    Faltered,
    HandedOver,
    Held,
    Opened,
    Passed,
    Said,
    Settled,
)
from fabula.environments.dialogue.setting import OnFailure
from fabula.store import Store

COLOURS = ("cyan", "magenta", "green", "yellow", "blue", "bright_red", "bright_cyan", "bright_magenta")
"""Of the speakers, in their order; the ninth has the first's."""

COLUMNS_MAX = 88
"""Lines no longer than this are read with ease; a narrower terminal has shorter ones."""

DRAWN_EVERY_S = 0.08
"""How often words that are still being written are drawn anew; pieces in between wait for the next."""

HEARD_MAX = 8
"""Speakers whose words are kept at once while they are written; those of more are only shown when they are said."""

OTHERWISE = {OnFailure.SKIP: "the turn passes", OnFailure.END: "it ends"}
"""What happens when an answer does not come, where rules do not decide."""


def feed_of(terminal: Terminal, environment: Playable, *, quiet: bool, viewer: str) -> "TalkingFeed":
    """The feed for a dialogue. viewer: who the person here speaks as."""
    assert isinstance(environment, Dialogue), environment.name
    speakers = environment.setting.speakers
    return TalkingFeed(
        terminal,
        speakers=environment.setting.names,
        quiet=quiet,
        viewer=viewer,
        otherwise={each.persona.name: OTHERWISE[each.on_failure] for each in speakers if each.on_failure in OTHERWISE},
    )


class Hearing:
    """Hands what a model writes for one speaker to the feed; see fabula.llm.values.Listener."""

    def __init__(self, feed: "TalkingFeed", agent: str) -> None:
        self._feed = feed
        self._agent = agent

    def text(self, delta: str) -> None:
        """The next piece."""
        self._feed.heard(self._agent, delta)

    def again(self) -> None:
        """The pieces so far count for nothing."""
        self._feed.again(self._agent)


class TalkingFeed:
    """Prints a dialogue as it goes; see fabula.cli.watching. Enter it (`with`) before the first step.

    Where a person watches, words stand on the screen as they are written, and the turn takes their place once it is
    recorded - as the rules of a domain left it. Elsewhere each turn is one line.
    """

    def __init__(
        self,
        terminal: Terminal,
        *,
        speakers: Sequence[str],
        quiet: bool,
        viewer: str = "",
        otherwise: Mapping[str, str] | None = None,
    ) -> None:
        """viewer: who the person here speaks as; their own words are not told to them again. otherwise: see
        fabula.cli.waiting_line.
        """
        self._terminal = terminal
        self._quiet = quiet
        self._viewer = viewer
        self._otherwise = otherwise or {}
        self._colours = {name: COLOURS[at % len(COLOURS)] for at, name in enumerate(speakers)}
        self._stenographer = Stenographer()
        self._meter: Callable[[], str] | None = None
        self._writing: dict[str, str] = {}
        """Who is being heard -> the words so far."""
        self._live: Live | None = None
        self._drawn_s = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._wipe()

    def begin(self, store: Store, run: str) -> None:
        """See Watching.begin."""

    def observe(self, observer: Observer) -> None:
        """See Watching.observe; turns have no clock to keep."""

    def meter(self, tell: Callable[[], str]) -> None:
        """Show from now on, while words are written, what models have cost."""
        self._meter = tell

    def hearing(self, agent: AgentId) -> Hearing | None:
        """Who is to be told the words of a model that speaks for this agent; None: nobody watches it write."""
        return Hearing(self, agent) if self._is_watched(agent) else None

    def awaited(self, awaited: Sequence[Awaited]) -> None:
        """See Watching.awaited. A quiet line, for whoever sits at a terminal and is not asked themselves; words that
        are written tell enough.
        """
        if self._quiet or self._writing or not self._terminal.is_screen:
            return
        is_asked = any(each.mind == HERE for each in awaited)
        if line := "" if is_asked else waiting_line(awaited, self._otherwise):
            self._put(Text(visible(line), style="dim", no_wrap=True, overflow="ellipsis"))
        else:
            self._wipe()

    def heard(self, agent: str, delta: str) -> None:
        """A piece of what a speaker is about to say."""
        if not self._is_watched(agent):
            return
        if agent in self._writing or len(self._writing) < HEARD_MAX:
            self._writing[agent] = self._writing.get(agent, "") + delta
            self._draw()

    def again(self, agent: str) -> None:
        """What was heard of a speaker counts for nothing."""
        if agent in self._writing:
            self._writing[agent] = ""
            self._draw()

    def __call__(self, moment: Moment) -> None:
        """See Watching."""
        self._writing.clear()
        self._wipe()
        if self._quiet:
            return
        for event in moment.events:
            if isinstance(event, Opened):
                self._open(event)
        own = _own_words(moment.inputs, self._viewer)
        ended = next((event for event in moment.events if isinstance(event, DialogueEnded)), None)
        for entry in self._stenographer.hear(moment.events, moment.notes):
            if not _is_told_by_the_end(entry, ended):
                self._print(entry, own)

    def _is_watched(self, agent: str) -> bool:
        return not self._quiet and self._terminal.lively and agent != self._viewer

    def _open(self, event: Opened) -> None:
        say = self._terminal.say
        if event.title or event.topic:
            say(visible(event.title or event.topic), style="bold")
        if event.title and event.topic:
            say(visible(event.topic), style="italic")
        if event.background:
            say(visible(event.background, letters_max=2000), style="dim")
        say()

    def _print(self, entry: Entry, own: str | None) -> None:
        event = entry.event
        if isinstance(event, Said):
            if event.speaker != self._viewer or own is None or visible(event.text) != visible(own):
                self._speak(event.speaker, event.to, event.text, entry)
        elif isinstance(event, Called) and event.text:
            if event.by != self._viewer or own is None or visible(event.text) != visible(own):
                self._speak(event.by, event.speaker, event.text, entry)
        elif isinstance(event, DialogueEnded):
            self._terminal.say()
            self._aside(happened_line(event), style="bold")
        elif isinstance(event, Settled):
            self._aside(happened_line(event), style="bold")
        elif not self._is_untold(entry):
            self._aside(happened_line(event), style="dim")
        if words := stood_in_words(entry):
            self._aside(words, style="dim")

    def _is_untold(self, entry: Entry) -> bool:
        """Whether it is nobody's to be told of: that a mind answered; of the person who speaks, their own silence, and
        what rules did and how much others want to speak, which is the keeper's to know.
        """
        event = entry.event
        if isinstance(event, Answered):
            return True
        return bool(self._viewer) and (
            isinstance(event, Held | Bade) or (isinstance(event, Passed) and event.speaker == self._viewer)
        )

    def _speak(self, speaker: str, to: str, text: str, entry: Entry) -> None:
        mind = visible(entry.answer.by) if entry.answer is not None else ""
        if not self._terminal.lively:
            self._terminal.say(f"{visible(speaker)}{f' (to {visible(to)})' if to else ''}: {visible(text)}")
            return
        self._terminal.people.print(self._head(speaker, to, mind))
        for line in self._wrapped(text):
            self._terminal.say(line)
        self._terminal.say()

    def _aside(self, text: str, *, style: str) -> None:
        for line in self._wrapped(text) if self._terminal.lively else [visible(text)]:
            self._terminal.say(line, style=style)

    def _head(self, speaker: str, to: str = "", mind: str = "") -> Text:
        beside = "  ".join(filter(None, (f"to {visible(to)}" if to else "", mind)))
        colour = self._colours.setdefault(speaker, COLOURS[len(self._colours) % len(COLOURS)])
        return Text.assemble((visible(speaker), f"bold {colour}"), (f"  {beside}" if beside else "", "dim"))

    def _wrapped(self, text: str) -> list[str]:
        columns = max(20, min(COLUMNS_MAX, self._terminal.people.width) - 2)
        lines = [Text(visible(line)).wrap(self._terminal.people, columns) for line in text.splitlines()]
        return [f"  {row.plain}".rstrip() for rows in lines for row in rows]

    def _draw(self) -> None:
        if self._live is not None and time.monotonic() - self._drawn_s < DRAWN_EVERY_S:
            return
        self._drawn_s = time.monotonic()
        self._put(self._drawn())

    def _put(self, text: Text) -> None:
        """Have that stand at the end of the screen, until it is wiped off."""
        if self._live is None:
            self._live = Live(console=self._terminal.people, transient=True, auto_refresh=False)
            self._live.start()
        self._live.update(text, refresh=True)

    def _drawn(self) -> Text:
        """What is being written: of the first who is heard, as much of the newest as the screen has room for."""
        speaker, words = next(iter(self._writing.items()))
        lines = self._wrapped(words)[-max(3, self._terminal.people.height - 4) :]
        cost = visible(self._meter()) if self._meter else ""
        parts = [self._head(speaker), Text("\n".join(lines)), Text(f"  {cost}" if cost else "", style="dim")]
        return Text("\n").join(part for part in parts if part.plain)

    def _wipe(self) -> None:
        """Take off the screen what is not said yet."""
        if self._live is not None:
            self._live.stop()
            self._live = None


def _is_told_by_the_end(entry: Entry, ended: DialogueEnded | None) -> bool:
    """Whether how it ended says as much: of what the deadline broke off, and of the event that ended it."""
    event = entry.event
    if entry.answer is not None and entry.answer.by == DEADLINE:
        return True
    if ended is None:
        return False
    if isinstance(event, HandedOver):
        return ended.how is EndKind.HANDED_OVER
    return isinstance(event, Faltered) and ended.why.startswith(f"{event.speaker} could not answer")


def _own_words(inputs: Sequence[Input], viewer: str) -> str | None:
    """What the person here said in this step, as they typed it; None: nothing."""
    for given in inputs:
        if isinstance(given, Acted) and given.agent == viewer and isinstance(given.action, Say | Call):
            return given.action.text
    return None
