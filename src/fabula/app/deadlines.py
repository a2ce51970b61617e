"""Deadlines: a dialogue that ends after so many seconds of real time, whoever is being asked then.

What was asked for is kept beside the run, in the home, so that a run that is taken up again has a deadline too: the
whole time again, since nobody can say how much of it a process that was killed had played.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path

import msgspec

from fabula.app.attending import Attendance
from fabula.engine import post
from fabula.errors import UsageError
from fabula.store import Store

FOLDER = "deadlines"
"""In the home: a file for each run that has one."""


class _Kept(msgspec.Struct, frozen=True):
    deadline_s: float


def keep_deadline(home: Path, run: str, deadline_s: float) -> None:
    """Keep what was asked for, for whoever takes the run up again. Raises UsageError if nothing can be kept there."""
    file = _file(home, run)
    half = file.with_suffix(".new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        half.write_bytes(msgspec.json.encode(_Kept(deadline_s)))
        half.replace(file)  # So that it is never there in part.
    except OSError as failure:
        raise UsageError(f"{file}: the deadline cannot be kept there: {failure.strerror or failure}") from failure


def deadline_kept(home: Path, run: str) -> float | None:
    """What was asked for, in seconds; None: the run has no deadline. Raises UsageError if it cannot be read."""
    file = _file(home, run)
    try:
        return msgspec.json.decode(file.read_bytes(), type=_Kept).deadline_s
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError) as failure:
        raise UsageError(f"{file}: the deadline of {run!r} cannot be read: {failure}; remove the file") from failure


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


def _file(home: Path, run: str) -> Path:
    return home / FOLDER / f"{run}.json"
