"""Presence: what a run is doing right now, told to whoever asks, on any machine that shares the sessions.

It is a courtesy: it lags a moment, is forgotten when the run is left, and nothing rests on it.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from enum import StrEnum

import msgspec

from fabula.app.assigning import PERSON
from fabula.engine import AgentId, Cast
from fabula.errors import FabulaError
from fabula.settings import SessionSettings
from fabula.store import RunRow
from fabula.store.sessions import Sessions, open_sessions

KEY = "playing:"
LOOK_S = 0.5
"""How often it is looked whether something changed."""
LASTS_S = 15.0
"""How long what was told counts; it is told again before, for as long as the run is played."""


class Doing(StrEnum):
    """What a run can be doing."""

    IDLE = "idle"
    """Nobody is asked just now, or rules answer at once."""
    WAITING = "waiting"
    """A person is asked."""
    GENERATING = "generating"
    """A model thinks."""


class Now(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one run is doing."""

    run: str
    step: int
    doing: Doing
    agents: tuple[str, ...] = ()
    """Who is asked."""

    def __str__(self) -> str:
        who = ", ".join(self.agents)
        match self.doing:
            case Doing.IDLE:
                return f"step {self.step}"
            case Doing.WAITING:
                return f"step {self.step}, waiting for {who}"
            case Doing.GENERATING:
                return f"step {self.step}, {who} {'think' if len(self.agents) > 1 else 'thinks'}"


@asynccontextmanager
async def sessions_of(settings: SessionSettings) -> AsyncIterator[Sessions | None]:
    """The sessions of the settings while inside; None for those within this process, which nobody outside can see."""
    url = settings.url.get_secret_value()
    if url.startswith("memory:"):
        yield None
        return
    sessions = open_sessions(url, ttl_s=settings.ttl_s)
    try:
        yield sessions
    finally:
        await sessions.close()


@asynccontextmanager
async def told_present(
    settings: SessionSettings, run: RunRow, cast: Cast, step: Callable[[], int]
) -> AsyncIterator[None]:
    """While inside, others can see what the run is doing. step: the one it is at."""
    async with sessions_of(settings) as sessions:
        if sessions is None:
            yield
            return
        telling = asyncio.create_task(_tell(sessions, run, cast, step), name=f"presence of {run.id}")
        try:
            yield
        finally:
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)
            await _quietly(sessions.delete(_key(run)))


async def playing_now(settings: SessionSettings, runs: Iterable[RunRow]) -> Mapping[str, Now]:
    """Those of the runs that are being played, by name. Raises RunError where the sessions cannot be reached."""
    async with sessions_of(settings) as sessions:
        if sessions is None:
            return {}
        known = set(await sessions.keys(KEY))
        found = [await sessions.get(key) for run in runs if run.ending is None and (key := _key(run)) in known]
        told = [msgspec.json.decode(value.data, type=Now) for value in found if value is not None]
        return {now.run: now for now in told}


def _key(run: RunRow) -> str:
    """Names the run among those of all homes that share the sessions: names alone are the same in many."""
    return f"{KEY}{run.id}:{run.created_at}"


async def _tell(sessions: Sessions, run: RunRow, cast: Cast, step: Callable[[], int]) -> None:
    time_s = asyncio.get_running_loop().time
    told, told_s = None, 0.0
    while True:
        now = _now(run.id, cast, step())
        if now != told or time_s() - told_s > LASTS_S / 3:
            await _quietly(sessions.put(_key(run), msgspec.json.encode(now), ttl_s=LASTS_S))
            told, told_s = now, time_s()
        await asyncio.sleep(LOOK_S)


def _now(run: str, cast: Cast, step: int) -> Now:
    asked: Mapping[AgentId, str] = cast.asked
    doing = Doing.IDLE
    if asked:
        doing = Doing.WAITING if all(mind.startswith(PERSON) for mind in asked.values()) else Doing.GENERATING
    return Now(run=run, step=step, doing=doing, agents=tuple(sorted(asked)))


async def _quietly(telling: Awaitable[object]) -> None:
    """Whoever cannot be told is not told: the run matters more."""
    try:
        await telling
    except FabulaError:
        return
