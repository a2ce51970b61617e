"""Deadlines: a dialogue that ends after so many seconds of real time, whoever is being asked then."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module

from fabula.app.attending import Attendance
from fabula.engine import post
from fabula.store import Store


@asynccontextmanager
async def ended_in_time(
    store: Store, run: str, attendance: Attendance, *, deadline_s: float | None
) -> AsyncIterator[None]:
    """While inside, the run is told to finish once its time is up, and nobody is waited for any longer: no model, no
    program elsewhere, no person. None: it takes as long as it takes.
    """
    if deadline_s is None:
        yield
        return

    async def finish() -> None:
        await asyncio.sleep(deadline_s)
        # Loads the dialogue, which nothing else that is played needs.
        commands = import_module("fabula.environments.dialogue.commands")
        # First, so that the step after the one that is broken off hears it.
        await post(store, run, commands.Finish(why=f"The {deadline_s:g} s it had were over."))
        attendance.end()

    finishing = asyncio.create_task(finish(), name=f"deadline of {run}")
    try:
        yield
    finally:
        finishing.cancel()
        await asyncio.gather(finishing, return_exceptions=True)
