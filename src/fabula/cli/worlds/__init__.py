"""Worlds on a terminal: the map as it lives (`screen`, `chart`), the feed of what happens (`feed`), and the console at
which a keeper types (`keys`, `keeper`).
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fabula.app import Live
from fabula.cli.terminal import Terminal
from fabula.cli.watching import Watching
from fabula.cli.worlds.feed import WorldFeed
from fabula.cli.worlds.keys import keys_heard, lines_heard
from fabula.cli.worlds.screen import Screen
from fabula.environments.world import World
from fabula.environments.world.kernels.jit import is_compiled

__all__ = ["Screen", "WorldFeed", "watching_world"]

ROWS_MIN, COLUMNS_MIN = 20, 80
"""A smaller terminal shows the feed."""


@asynccontextmanager
async def watching_world(
    terminal: Terminal, environment: Live, *, quiet: bool, viewer: str, fast: bool, console: bool
) -> AsyncIterator[Watching]:
    """See fabula.cli.watching.watching. The map is drawn where there is a terminal of some size and no person plays."""
    people = terminal.people
    if not quiet and not is_compiled():
        terminal.say("The world's inner loops are compiled, once on this machine: a minute or so.", style="yellow")
    roomy = people.height >= ROWS_MIN and people.width >= COLUMNS_MIN
    drawn = terminal.lively and roomy and not (quiet or viewer or fast) and isinstance(environment, World)
    if drawn and isinstance(environment, World):
        with Screen(terminal, environment, typing=console) as screen, keys_heard(screen.press):
            yield screen
        return
    feed = WorldFeed(terminal, environment, quiet=quiet, viewer=viewer)
    if not console:
        yield feed
        return
    with lines_heard(feed.keeper.hear):
        yield feed
