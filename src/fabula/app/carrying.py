"""Carrying: the bus that the settings name, with its bounds and its journal, for whoever is composed here, and for
programs that answer for a mind.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fabula.agents.minds.human import Phrases
from fabula.agents.minds.remote import RemoteMind
from fabula.bus import Bounds, Bus, SqliteJournal, open_bus
from fabula.engine import Action, Observation
from fabula.errors import UsageError
from fabula.settings import Settings
from fabula.store import RunRow

JOURNAL = "bus.db"
"""The file in the home folder that holds the journal."""
GRACE_S = 2.0
"""How much longer than the bus's own deadline is waited for what it says about it."""


def journal_of(settings: Settings) -> SqliteJournal:
    """The journal in the home folder, to be closed; also where `bus.journal_max` is 0 and nothing is noted."""
    return SqliteJournal.open(settings.home / JOURNAL, most=settings.bus.journal_max or 1)


@asynccontextmanager
async def bus_of(settings: Settings) -> AsyncIterator[Bus]:
    """The bus that the settings name, open. Raises UsageError for an address that is none, and what the bus raises."""
    journal = journal_of(settings) if settings.bus.journal_max else None
    try:
        async with open_bus(settings.bus.url.get_secret_value(), bounds=_bounds(settings), journal=journal) as bus:
            yield bus
    finally:
        if journal is not None:
            await asyncio.to_thread(journal.close)


@asynccontextmanager
async def bus_between_programs(settings: Settings) -> AsyncIterator[Bus]:
    """The same for a program that is to meet others there: raises UsageError for the bus that is within one."""
    if settings.bus.url.get_secret_value().startswith("memory:"):
        raise UsageError(
            "the bus is `memory:`, which keeps its messages within one program: from here no other can be reached. Set "
            "FABULA_BUS__URL (or bus.url) to the bus that is meant, such as redis://127.0.0.1:6379/0"
        )
    async with bus_of(settings) as bus:
        yield bus


class SharedBus:
    """The bus of the settings, opened when it is first needed, and shared by all minds of a run."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._opening = asyncio.Lock()
        self._opened = AsyncExitStack()
        self._bus: Bus | None = None

    async def bus(self) -> Bus:
        """The bus, open. Raises what `bus_of` does."""
        async with self._opening:
            if self._bus is None:
                self._bus = await self._opened.enter_async_context(bus_of(self._settings))
        return self._bus

    async def aclose(self) -> None:
        """Close it, if it was opened."""
        async with self._opening:
            self._bus = None
            await self._opened.aclose()

    def mind(self, name: str, phrases: Phrases, *, run: RunRow) -> "SeatedByBus":
        """The mind of that name on the bus, for a run."""
        return SeatedByBus(self, name, phrases, run=run, reply_s_max=self._settings.cast.reply_s_max)


class SeatedByBus:
    """A mind behind a bus that is opened at its first question."""

    repeatable = False

    def __init__(self, shared: SharedBus, name: str, phrases: Phrases, *, run: RunRow, reply_s_max: float) -> None:
        self.label = f"bus:{name}"
        self.reply_s_max = reply_s_max + GRACE_S
        self._shared = shared
        self._name = name
        self._phrases = phrases
        self._run = run
        self._within_s = reply_s_max

    async def decide(self, observation: Observation) -> Action:
        """The action that was answered. Raises RunError if there is none."""
        bus = await self._shared.bus()
        mind = RemoteMind(
            self._name,
            bus,
            self._phrases,
            run=self._run.id,
            birth=self._run.created_at,
            reply_s_max=self._within_s,
        )
        return await mind.decide(observation)


def _bounds(settings: Settings) -> Bounds:
    bus = settings.bus
    return Bounds(queue_max=bus.queue_max, tries_max=bus.tries_max, backoff_s=bus.backoff_ms / 1000)
