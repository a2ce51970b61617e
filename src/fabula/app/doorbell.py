"""The doorbell: rings on the bus when a run has gone on, so that whoever follows it looks into the log.

Nothing of a run goes over the bus but that it has gone on: whoever missed a ring reads the log from where they are.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Self

from fabula.bus import Bus, Delivery, Message, open_bus
from fabula.engine import Environment, Moment, moments, state_at
from fabula.errors import FabulaError
from fabula.settings import BusSettings
from fabula.store import Store

RANG = "steps"
"""The type of the event that rings."""
LOOK_S = 1.0
"""How often the log is looked into, whether or not the bell rings."""
RING_S_MAX = 2.0
"""What a ring may take; one that takes longer is given up, and the next does as well."""


def bell_of(run: str) -> str:
    """Where the bell of a run is heard."""
    return f"run:{run}"


def session_of(run: str) -> str:
    """The session that messages about a run belong to: for the same run the same, on every machine."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"fabula:run:{run}"))


class Doorbell:
    """Rings for one run. Enter it (`async with`); ringing never waits, and a bus that is away is no failure."""

    def __init__(self, bus: Bus | None, run: str) -> None:
        """bus: None where nobody could hear it: then nothing rings."""
        self._bus = bus
        self._run = run
        self._steps = 0
        self._rung = asyncio.Event()
        self._ringing: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        if self._bus is not None:
            self._ringing = asyncio.create_task(self._ring(self._bus), name=f"doorbell of {self._run}")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._ringing is not None:
            self._ringing.cancel()
            await asyncio.gather(self._ringing, return_exceptions=True)
            if self._rung.is_set() and self._bus is not None:
                await self._once(self._bus)

    def ring(self, steps: int) -> None:
        """So many steps are durable now. Rings that could not go out yet become one."""
        self._steps = steps
        self._rung.set()

    async def _ring(self, bus: Bus) -> None:
        while True:
            await self._rung.wait()
            self._rung.clear()
            await self._once(bus)

    async def _once(self, bus: Bus) -> None:
        message = Message.event(
            RANG,
            {"run": self._run, "steps": self._steps},
            sender="system",
            to=bell_of(self._run),
            session=session_of(self._run),
        )
        try:
            await bus.publish(message, wait_s=RING_S_MAX)
        except FabulaError:
            return  # The log tells the same to whoever looks; only the waiting is longer.


@asynccontextmanager
async def bell_bus(settings: BusSettings) -> AsyncIterator[Bus | None]:
    """The bus of the settings while inside; None for the one within this process, which nobody outside can hear."""
    url = settings.url.get_secret_value()
    if url.startswith("memory:"):
        yield None
        return
    bus = open_bus(url)
    try:
        yield bus
    finally:
        await bus.close()


async def follow(
    store: Store, run: str, environment: Environment[Any], *, start: int = 0, bus: Bus | None = None
) -> AsyncIterator[Moment]:
    """The steps of a run from `start` on, those to come too, until it has ended. Raises NoSuchRun.

    bus: where its bell is heard as soon as it can be; until then, and with None, the log is looked into every LOOK_S
    seconds.
    """
    rung = asyncio.Event()
    state = await state_at(store, run, environment, step=start) if start else None
    async with _heard(bus, run, rung):
        step = start
        while True:
            row = await store.run(run)
            async for moment in moments(store, run, environment, start=step, stop=row.steps, state=state):
                step, state = moment.step + 1, moment.state
                yield moment
            if row.ending is not None:
                return
            await _next_look(rung)


@asynccontextmanager
async def _heard(bus: Bus | None, run: str, rung: asyncio.Event) -> AsyncIterator[None]:
    """While inside, the bell of a run sets the event; nobody waits for a bus that is away."""
    if bus is None:
        yield
        return
    listening = asyncio.create_task(_listen(bus, run, rung), name=f"listening for {run}")
    try:
        yield
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


async def _listen(bus: Bus, run: str, rung: asyncio.Event) -> None:
    async def heard(_: Delivery) -> None:
        rung.set()

    try:
        listening = await bus.listen(bell_of(run), heard)
    except FabulaError:
        return  # The log is looked into all the same.
    try:
        await asyncio.Event().wait()
    finally:
        await listening.close()


async def _next_look(rung: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(LOOK_S):
            await rung.wait()
    except TimeoutError:
        return
    rung.clear()
