"""Holding: whether somebody plays a run just now, as its lease tells; looking takes nothing from whoever does.

It tells the same as an attempt to take the run up would, on one machine from the moment a process is gone.
"""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from enum import Enum, auto
from pathlib import Path

import msgspec

from fabula.store.database import FILE_NAME
from fabula.store.holder import Holder
from fabula.store.tables import fetch_run

LOOK_S = 1.0
"""How often it is looked."""
LOOKS = 2
"""So often in a row nobody must have been seen: between two who play a run, nobody does for a moment."""


class Held(Enum):
    """Who has a run."""

    PLAYED = auto()
    LEFT = auto()
    """Nobody: it was left, or its process is gone, or has not been heard of for as long as a lease lasts."""
    ENDED = auto()


class _Lease(msgspec.Struct, frozen=True):
    """What the store keeps of who holds a run, as far as it matters here."""

    holder: Holder


def held(home: Path, run: str, *, now_s: float) -> Held:
    """How it stands with a run of that home. now_s: seconds since 1970. Raises NoSuchRun."""
    with closing(sqlite3.connect(f"{(home / FILE_NAME).resolve().as_uri()}?mode=ro", uri=True)) as database:
        lease, until_s, ending = fetch_run(database, "holder, lease_until, ending", run)
    if ending is not None:
        return Held.ENDED
    if lease is None or now_s >= until_s:
        return Held.LEFT
    try:
        holder = msgspec.json.decode(lease, type=_Lease).holder
    except msgspec.DecodeError:
        return Held.PLAYED  # By somebody whom this version does not understand.
    return Held.PLAYED if holder.lives() else Held.LEFT


@asynccontextmanager
async def told_when_left(home: Path, run: str, tell: Callable[[bool], None]) -> AsyncIterator[None]:
    """While inside, `tell` is called: with False when nobody plays the run any more, with True when somebody does
    again.
    """

    async def look() -> None:
        missed, was_told = 0, False
        while True:
            try:
                now = await asyncio.to_thread(held, home, run, now_s=time.time())
            except sqlite3.Error:
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
