"""Holding: tells when nobody plays a run any more, and when somebody does again; looking takes nothing from whoever
does.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fabula.errors import RunError
from fabula.store import Held, Store

LOOK_S = 1.0
"""How often it is looked."""
LOOKS = 2
"""So often in a row nobody must have been seen: between two who play a run, nobody does for a moment."""


@asynccontextmanager
async def told_when_left(store: Store, run: str, tell: Callable[[bool], None]) -> AsyncIterator[None]:
    """While inside, `tell` is called: with False when nobody plays the run any more, with True when somebody does
    again.
    """

    async def look() -> None:
        missed, was_told = 0, False
        while True:
            try:
                now = await store.held(run)
            except RunError:
                now = Held.PLAYED  # What cannot be seen is not told.
            missed = missed + 1 if now is Held.LEFT else 0
            if missed == LOOKS or (was_told and now is Held.PLAYED):
                was_told = missed == LOOKS
                tell(not was_told)
            await asyncio.sleep(LOOK_S)

    looking = asyncio.create_task(look(), name=f"who plays {run}")
    try:
        yield
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
