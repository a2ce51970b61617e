"""A subscription on Redis: one handler at one group, which takes over, stands by, and comes back."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec

from fabula.bus.ending import end
from fabula.bus.figures import Figures
from fabula.bus.journal import Journal
from fabula.bus.protocol import Bounds, Handler
from fabula.bus.redis.acknowledging import Acknowledgements
from fabula.bus.redis.keys import Keys, Queue
from fabula.bus.redis.reading import Reader
from fabula.bus.redis.server import PAUSE_S_MAX, TROUBLE, Server
from fabula.bus.redis.shift import Respond, Shift

STANDBY_S = 0.25
"""So often whoever stands by asks for the lease."""


class RedisSubscription:
    """One of the subscriptions of a bus. Begin it with `begin`, leave it with `close`."""

    def __init__(  # noqa: PLR0913 - what a subscription is made of
        self,
        handler: Handler,
        *,
        server: Server,
        keys: Keys,
        queue: Queue,
        respond: Respond,
        who: str,
        shared: bool,
        bounds: Bounds,
        figures: Figures,
        journal: Journal | None,
        lease_s: float,
        gone: Callable[["RedisSubscription"], None],
    ) -> None:
        """who: the consumer, the only one of that name. gone: told, with this, once it is closed."""
        # What several share is taken as it can be handled, so that nobody sits on what another could do.
        at_hand_max = min(bounds.at_hand_max, bounds.concurrent) if shared else bounds.at_hand_max
        self._server = server
        self._figures = figures
        self._lease_s = lease_s
        self._gone = gone
        self._reader = Reader(
            server,
            keys,
            queue,
            who=who,
            shared=shared,
            lease_ms=int(lease_s * 1e3),
            first_noted=bounds.tries_max == 1,
        )
        self._acknowledged = Acknowledgements(server)
        self._next_shift = partial(
            Shift,
            handler,
            server=server,
            keys=keys,
            queue=queue,
            reader=self._reader,
            acknowledged=self._acknowledged,
            respond=respond,
            shared=shared,
            bounds=msgspec.structs.replace(bounds, at_hand_max=at_hand_max),
            figures=figures,
            journal=journal,
        )
        self._shift: Shift | None = None
        self._closing = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._end: asyncio.Task[None] | None = None

    async def begin(self, *, wait_s: float) -> None:
        """Declare the group, take it over if nobody has it, and go on from there. Raises BusDown."""
        try:
            await self._server.surely(self._reader.declare, wait_s=wait_s)
            held = await self._server.surely(self._reader.hold, wait_s=wait_s)
        except BaseException:  # Also where whoever waits for it is cancelled.
            await self._acknowledged.close()
            raise
        self._task = asyncio.create_task(self._work(held=held))

    async def close(self) -> None:
        """As Subscription says; from its own handler it returns at once, and the handler is finished all the same."""
        from_handler = self.handles_in(asyncio.current_task())
        if self._end is None:
            self._closing.set()
            if self._shift is not None:
                self._shift.lanes.stop()
            self._end = asyncio.create_task(self._finish())
        if not from_handler:
            await asyncio.shield(self._end)

    def handles_in(self, task: asyncio.Task[Any] | None) -> bool:
        """Whether its handler is at work in that task, which then must not wait for its end."""
        return self._shift is not None and self._shift.lanes.handles_in(task)

    async def _finish(self) -> None:
        assert self._task is not None, "only what has begun is closed"
        await asyncio.wait((self._task,))
        await self._acknowledged.close()
        self._gone(self)

    async def _work(self, *, held: bool) -> None:
        while not self._closing.is_set():
            try:
                if held or await self._reader.hold():
                    await self._serve()
                    held = False
                else:
                    await self._pause(STANDBY_S)
            except Exception as trouble:  # noqa: BLE001 - whatever the library raises, there is a next shift
                self._figures.carrier_failed(trouble)
                self._server.away(trouble)
                await self._pause(PAUSE_S_MAX)

    async def _serve(self) -> None:
        """One shift."""
        shift = self._shift = self._next_shift()
        work, keeping = asyncio.create_task(shift.work()), asyncio.create_task(self._keep())
        closing = asyncio.create_task(self._closing.wait())
        try:
            await asyncio.wait((work, keeping, closing, shift.over), return_when=asyncio.FIRST_COMPLETED)
            shift.lanes.stop()
            await end(work)
            # The lease is renewed meanwhile, so that nobody takes over what is still being handled.
            await shift.end()
        finally:
            await end(work, keeping, closing)
            self._shift = None
        failure = None if work.cancelled() else work.exception()
        # Whoever is stopped while it waits for room says so, and that is no fault.
        if failure is not None and not (self._closing.is_set() or shift.over.done()):
            raise failure

    async def _keep(self) -> None:
        """Renew the lease until it is lost."""
        while True:
            await asyncio.sleep(self._lease_s / 3)
            try:
                async with asyncio.timeout(self._lease_s / 3):
                    if not await self._reader.hold():
                        return
            except TROUBLE as trouble:
                self._server.away(trouble)
                if not self._reader.holds:
                    return

    async def _pause(self, pause_s: float) -> None:
        """Wait, unless this is closed meanwhile."""
        try:
            async with asyncio.timeout(pause_s):
                await self._closing.wait()
        except TimeoutError:
            pass  # Nobody closed it.
