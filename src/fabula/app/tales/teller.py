"""The teller: what hears a run and tells it, whatever its environment."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

import msgspec

from fabula.chronicle import Account, Polished, Story
from fabula.engine import Environment, Event, Note
from fabula.store import RunRow

UNPOLISHED = "The annals of a world are told by rules; polishing by a model is offered for campaigns only."


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A tale in its two forms."""

    markdown: str
    html: str
    problems: tuple[str, ...] = ()
    """What could not be read of the log it was told from, or not be done, a line each."""
    polished: Polished | None = None
    """What came of polishing; None: nobody was asked to."""


Polisher = Callable[[Story, Account], Awaitable[Polished]]
"""Goes over the words of a story; see fabula.chronicle.polish."""


class Teller(Protocol):
    """Tells one run. It only makes texts: whoever asks for them writes them."""

    called: str
    """What its tale is, in a word: `Story`, `Transcript`."""
    pages: tuple[str, str]
    """Names of the files for its Markdown and its HTML."""
    log: str
    """Name of the file that grows as the run goes; empty: none does."""
    unpolished: str
    """Why no model goes over its words, in a sentence; empty: one can."""
    unstyled: str
    """Why it is told in no style, and how it is read instead, with `{run}` for its name; empty: it is in any."""
    told_when_left: bool
    """Whether the pages are wanted of a run that is left before its end, since they are made in no time."""
    turns: int
    """So far: of a campaign the turns begun, of a world the days, of a dialogue the turns taken."""

    def begin(self) -> str:
        """What the log begins with."""
        ...

    def hear(self, events: Sequence[Event], notes: Sequence[Note]) -> str:
        """Take in one step; returns what the log grows by."""
        ...

    def told(self) -> Told:
        """The tale of all that was heard. Raises UsageError for a style that is none."""
        ...

    def log_text(self) -> str:
        """The log of all that was heard, for people: what `fabula log` prints."""
        ...

    async def polished(self, polish: Polisher) -> Told:
        """The tale in words that somebody went over. Only where `unpolished` is empty."""
        ...


class MakesTeller(Protocol):
    """The class of a teller."""

    unstyled: str
    """See Teller."""

    def __call__(self, row: RunRow, environment: Environment[Any], *, style: str) -> Teller:
        """style: empty for the environment's own."""
        ...
