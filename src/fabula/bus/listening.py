"""A listener: hears what is published, keeps nothing, and is never waited for."""

import asyncio
import time
from collections import deque
from collections.abc import Callable

from fabula.bus.envelope import Message
from fabula.bus.figures import Figures
from fabula.bus.guard import REPLACE_S, Guard
from fabula.bus.journal import Journal, What, hop_of
from fabula.bus.protocol import Bounds, Delivery, Handler


class Listener:
    """Hands what it hears to its handler, one after another. When it is behind by `bounds.behind_max` messages it
    loses the oldest; a handler that fails, or takes longer than `bounds.handle_s_max`, has missed that one message.
    Both are counted. Made on a running event loop; ends with `close`.
    """

    def __init__(
        self,
        handler: Handler,
        *,
        bounds: Bounds,
        figures: Figures,
        journal: Journal | None = None,
        now: Callable[[], float] = time.time,
        closed: Callable[["Listener"], None] | None = None,
    ) -> None:
        """now: seconds since 1970, for the journal. closed: told once this is to hear nothing more."""
        self._handler = handler
        self._bounds = bounds
        self._figures = figures
        self._journal = journal
        self._now = now
        self._closed = closed
        self._heard: deque[Message] = deque()
        self._rest: asyncio.Future[None] | None = None
        self._closing = False
        self._begin()

    def hear(self, message: Message) -> None:
        """Take note of a message, which nobody else may change; the oldest is lost if there are too many."""
        if self._closing:
            return
        self._heard.append(message)
        if len(self._heard) > self._bounds.behind_max:
            self._heard.popleft()
            self._figures.unheard += 1
        self._wake()

    async def close(self) -> None:
        """Hear nothing more and finish what is being handled. Safe to call twice, and from the handler."""
        if not self._closing:
            self._closing = True
            if self._closed is not None:
                self._closed(self)
            self._wake()
        if asyncio.current_task() is not self._task:
            await asyncio.wait((self._task,))

    def _wake(self) -> None:
        if self._rest is not None and not self._rest.done():
            self._rest.set_result(None)

    def _begin(self) -> None:
        if not self._closing:
            self._task = asyncio.create_task(self._work())
            self._task.add_done_callback(self._ended)

    def _ended(self, _: asyncio.Task[None]) -> None:
        """One whose handler cancelled it ends; another takes its place, unless the event loop itself is ending."""
        if not self._closing:
            asyncio.get_running_loop().call_later(REPLACE_S, self._begin)

    async def _work(self) -> None:
        guard = Guard(self._bounds.handle_s_max)
        try:
            while not self._closing and not guard.stopped:
                if self._heard:
                    await self._hand_over(guard, self._heard.popleft())
                    await asyncio.sleep(0)  # So that however much there is to hear, others have their turn.
                else:
                    self._rest = asyncio.get_running_loop().create_future()
                    await self._rest
        finally:
            guard.close()

    async def _hand_over(self, guard: Guard, message: Message) -> None:
        guard.begin()
        began = time.perf_counter()
        failure: BaseException | None = None
        try:
            await self._handler(Delivery(message=message, group="", tries=1))
        except BaseException as error:  # noqa: BLE001 - whatever a listener raises, it must not end the listening
            failure = guard.failure(error)
        else:
            guard.end()
        if guard.stopped:
            await guard.calm()
        if failure is not None:
            self._figures.listener_failed(failure)
        elif self._journal is not None:
            took_ms = (time.perf_counter() - began) * 1e3
            self._journal.note(hop_of(message, What.HEARD, at=self._now(), took_ms=took_ms))
