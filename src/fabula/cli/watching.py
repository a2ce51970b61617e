"""Watching: what a person sees while a run is played, whatever its environment."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Protocol

from fabula.agents.minds.human import Desk
from fabula.app import Live, Observer, Playable
from fabula.app.attending import Awaited
from fabula.cli.desk import TerminalDesk
from fabula.cli.feed import Feed
from fabula.cli.later import later
from fabula.cli.terminal import Terminal
from fabula.engine import AgentId, Moment
from fabula.llm.values import Listener
from fabula.store import RunRow, Store

_world_watch = later("fabula.cli.worlds", "watching_world")
_talking_feed = later("fabula.cli.talking_feed", "feed_of")
_talking_desk = later("fabula.cli.talking_desk", "TalkingDesk")

DIALOGUE, CHAT = "dialogue", "chat"
"""The environment, and the pack that its runs have which `fabula chat` began."""


class Watching(Protocol):
    """Told what happens to a run that is played."""

    def begin(self, store: Store, run: str) -> None:
        """The run has this name, and is kept in that store."""
        ...

    def __call__(self, moment: Moment) -> None:
        """A step is durable."""
        ...

    def meter(self, tell: Callable[[], str]) -> None:
        """Given what tells what models have cost so far."""
        ...

    def observe(self, observer: Observer) -> None:
        """Given what keeps the figures of the run."""
        ...

    def awaited(self, awaited: Sequence[Awaited]) -> None:
        """Told who is waited for, again and again while anybody is, and once when nobody is any more."""
        ...

    def hearing(self, agent: AgentId) -> Listener | None:
        """Who is to be told the words of a model that speaks for this agent, as they come; None: nobody."""
        ...


def how_to_go_on(row: RunRow) -> str:
    """The command that takes up a run that was left."""
    return going_on(row.id, environment=row.environment, pack=row.pack)


def going_on(run: str, *, environment: str, pack: str) -> str:
    """The same, of a run of that name."""
    is_chat = (environment, pack) == (DIALOGUE, CHAT)
    return f"fabula chat --resume {run}" if is_chat else f"fabula resume {run}"


@asynccontextmanager
async def watching(
    terminal: Terminal, environment: Playable, *, quiet: bool, viewer: str, fast: bool, console: bool
) -> AsyncIterator[Watching]:
    """What shows a run of this environment, for as long as it is played.

    viewer: the agent that the person here plays; empty: nobody. fast, console: as the options of `play` have them.
    """
    if isinstance(environment, Live):
        async with _world_watch(terminal, environment, quiet=quiet, viewer=viewer, fast=fast, console=console) as watch:
            yield watch
        return
    if environment.name == DIALOGUE:
        with _talking_feed(terminal, environment, quiet=quiet, viewer=viewer) as talking:
            yield talking
        return
    with Feed(terminal, turns=environment.turns, quiet=quiet, viewer=viewer, told=environment.told) as feed:
        yield feed


def desk_here(terminal: Terminal, environment: Playable, *, quiet: bool, from_start: bool = True) -> Desk:
    """Where the person is asked who plays at this terminal. from_start: they watch the run from its first step."""
    desk = TerminalDesk(terminal)
    if quiet or environment.name != DIALOGUE:
        return desk
    beside: Desk = _talking_desk(desk, environment, from_start=from_start)
    return beside
