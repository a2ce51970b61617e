"""A shift: one stretch of a subscription's work, on one channel, from its opening until it is lost or the work is done.

Of each queue no more is taken than `at_hand_max` allows; high has room of its own, so that it never waits for low.

What comes with a delivery count was handed out before and not finished, perhaps since its consumer died of it. It is
moved to the group's queue `again`, which is consumed one message at a time and before anything newer: so the server's
count there is of attempts and nothing else, whoever sat beside a message that kills does not pay for it, and order is
kept (a quorum queue puts a single message that comes back behind others that came back).
"""

import asyncio
import contextlib
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from fabula.bus.attempts import Carrier
from fabula.bus.ending import end
from fabula.bus.envelope import BadMessage, Message, decode
from fabula.bus.figures import Figures
from fabula.bus.lanes import Lanes
from fabula.bus.protocol import Bounds, Delivery
from fabula.bus.rabbitmq.acks import Acks
from fabula.bus.rabbitmq.channel import LOST, Channel, Incoming
from fabula.bus.rabbitmq.mover import Mover
from fabula.bus.rabbitmq.names import GroupQueues
from fabula.bus.rabbitmq.post import UNSENT, Post
from fabula.bus.rabbitmq.returning import give_back
from fabula.bus.rabbitmq.token import AGAIN, Token, token_of
from fabula.bus.rabbitmq.topology import counted_max

ARRIVE_S_MAX = 1.0
"""For so long what waits already is waited for, that high may go before low, before anything is begun."""
LEAVE_S_MAX = 5.0
"""For so long what is given back is waited for to be at its place again; then the channel is just closed."""
_LOOK_S = 0.05


class Shift:
    """The carrier of its lanes. `begin` it; then wait for `over`, and `end` it."""

    def __init__(  # noqa: PLR0913 - it stands in the middle
        self,
        channel: Channel,
        queues: GroupQueues,
        *,
        shared: bool,
        bounds: Bounds,
        post: Post,
        figures: Figures,
        finished: "OrderedDict[str, None]",
        wait_s: float,
        lanes: Callable[[Carrier], Lanes],
    ) -> None:
        """finished: the numbers of what was handled lately, in this shift or one before; what of it comes again, since
        a channel was lost before it was acknowledged, is only acknowledged.
        """
        self._channel = channel
        self._queues = queues
        self._shared = shared
        self._post = post
        self._figures = figures
        self._finished = finished
        self._finished_max = bounds.at_hand_max * 2
        self._counted_max = counted_max(bounds)
        self.lanes = lanes(self)
        self._acks = Acks(channel)
        self._mover = Mover(queues, self._acks, post, wait_s=wait_s)
        self._widths = _widths(bounds, shared=shared)
        self._held: tuple[deque[tuple[Delivery, Token]], ...] = (deque(), deque(), deque(), deque())
        self._again = 0
        self._arrived = [0, 0, 0, 0]
        self._tags: list[str] = []
        self._open = False
        self._leaving = False
        self._late: list[Token] = []
        """What was delivered while this was leaving already."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._refusals: set[asyncio.Task[None]] = set()
        self._broken = asyncio.Event()

    async def begin(self) -> None:
        """Begin to take messages. Raises one of LOST."""
        channel, queues = self._channel, self._queues.waiting
        channel.when_cancelled(self._broken.set)
        waiting = [(await channel.look_at(queue)).message_count for queue in queues]
        for place, queue in enumerate(queues):
            await self._consume(place, queue)
        self._spawn(self._acks.work())
        self._spawn(self._mover.work())
        self._spawn(self._open_up([min(count, width) for count, width in zip(waiting, self._widths, strict=False)]))

    async def _consume(self, place: int, queue: str) -> None:
        tag = f"fabula-{place}"
        await self._channel.consume(queue, self._taker(place), tag=tag, most=self._widths[place])
        self._tags.append(tag)

    async def over(self) -> None:
        """Wait until the channel is lost, or a queue is gone."""
        waits = [asyncio.create_task(self._channel.gone()), asyncio.create_task(self._broken.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.wait(waits)

    async def end(self) -> None:
        """Take nothing more, finish what is being handled, give back the rest."""
        self._leaving = True
        with contextlib.suppress(*LOST):
            for tag in self._tags:
                await self._channel.cancel(tag)
        rest = await self.lanes.leave()
        if not self._channel.is_closed:
            with contextlib.suppress(*UNSENT):
                async with asyncio.timeout(LEAVE_S_MAX):
                    await self._give_back(rest)
        await end(*self._tasks)
        await self._channel.shut()

    # --- Carrier ---

    async def done(self, token: Token, delivery: Delivery) -> None:
        """As Carrier says."""
        self._finish(token)

    async def reply(self, delivery: Delivery, response: Message) -> None:
        """As Carrier says."""
        try:
            await self._post.answer(delivery, response)
        except UNSENT:
            self._broken.set()  # It will not come again before this channel is closed.
            raise

    async def dead(self, token: Token, delivery: Delivery, cause: str, tries: int) -> None:
        """As Carrier says."""
        queues = self._queues
        try:
            await self._post.bury(address=queues.address, group=queues.group, cause=cause, tries=tries, body=token.body)
        except UNSENT:
            self._broken.set()
            raise
        self._finish(token)

    # --- taking ---

    def _taker(self, place: int) -> Callable[[Incoming], Awaitable[None]]:
        async def take(incoming: Incoming) -> None:
            self._take(place, incoming)

        return take

    def _take(self, place: int, incoming: Incoming) -> None:
        token = token_of(place, incoming)
        self._arrived[place] += 1
        self._acks.took(token)
        if token.is_probe or self._had(token):
            self._acks.settle(token.tag)
        elif self._leaving:
            self._late.append(token)
        elif place == AGAIN:
            self._again += 1
            self._admit(token)
        elif token.deaths:
            self._mover.add(token)
            if self._open and not self._shared:
                self._open = False
                self._spawn(self._open_up([]))
        else:
            self._admit(token)

    def _had(self, token: Token) -> bool:
        """Whether it was handled lately, or is a copy of what is at hand."""
        if not token.number or not (token.deaths or token.is_copy):
            return False
        return token.number in self._finished or (
            token.is_copy and any(one.number == token.number and one is not token for one in self._acks.unsettled)
        )

    def _admit(self, token: Token) -> None:
        """Read it and let it to the handler, or keep it until its turn comes."""
        try:
            message = decode(token.body)
        except BadMessage as wrong:
            refusal = self._spawn(self._refuse(token, str(wrong)))
            self._refusals.add(refusal)
            refusal.add_done_callback(self._refusals.discard)
            return
        delivery = Delivery(message=message, group=self._queues.group, tries=token.tries, reply_to=token.reply_to)
        held = self._held[token.place]
        if held or not (self._open or token.place == AGAIN) or not self.lanes.put_nowait(delivery, token):
            held.append((delivery, token))

    async def _refuse(self, token: Token, cause: str) -> None:
        """It is no message."""
        queues = self._queues
        await self._post.bury(
            address=queues.address, group=queues.group, cause=cause, tries=token.tries, body=token.body
        )
        self._finish(token)

    def _feed(self) -> None:
        """Let in what is held, as far as there is room: what is tried again first, then high, normal, low."""
        for held in (self._held[AGAIN], *(self._held[:AGAIN] if self._open else ())):
            while held and self.lanes.put_nowait(*held[0]):
                held.popleft()

    async def _open_up(self, waiting: list[int]) -> None:
        """Let messages in: first what is tried again, and newer ones once that is done with.

        waiting: how many are to come of each queue before anything is begun.
        """
        await _until(
            lambda: all(arrived >= count for arrived, count in zip(self._arrived, waiting, strict=False)), ARRIVE_S_MAX
        )
        # Nothing is to be begun in `again` of which there is a second copy where it came from.
        while self._mover.busy:
            await self._mover.idle()
        await self._acks.flush()
        if len(self._tags) == AGAIN:
            await self._consume(AGAIN, self._queues.again)
        # Twice in a row, since an answer may overtake a message that was handed out just before it.
        while not self._shared and (  # noqa: ASYNC110 - a queue tells nobody that it is empty
            await self._tried_again() or await self._tried_again()
        ):
            await asyncio.sleep(_LOOK_S)
        self._open = True
        self._feed()

    async def _tried_again(self) -> bool:
        """Whether there is something that must go before anything newer."""
        if self._mover.busy or self._again:
            return True
        found = await self._channel.look_at(self._queues.again)
        return bool(found.message_count or self._again)

    async def _give_back(self, rest: list[tuple[Delivery, Any]]) -> None:
        if self._refusals:
            await asyncio.wait(self._refusals)
        await give_back(
            self._channel,
            self._queues.again,
            self._acks,
            self._mover,
            rest=rest,
            unbegun=[*self._late, *(token for held in self._held for _, token in held)],
            counted_max=self._counted_max,
        )

    # --- settling ---

    def _finish(self, token: Token) -> None:
        """Its fate is sealed. Raises one of LOST if the server cannot be told."""
        finished = self._finished
        finished[token.number] = None
        if len(finished) > self._finished_max:
            finished.popitem(last=False)
        if token.place == AGAIN:
            self._again -= 1
        self._acks.settle(token.tag)
        if any(self._held):
            # Later, since the lanes it was in know of it only when this returns.
            asyncio.get_running_loop().call_soon(self._feed)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished_task)
        return task

    def _finished_task(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            # At the end of a shift nobody looks any more; before that, the library did it to a connection that ended.
            self._broken.set()
        elif (error := task.exception()) is not None:
            if not isinstance(error, LOST):
                self._figures.carrier_failed(error)
            self._broken.set()


async def _until(come: Callable[[], bool], most_s: float) -> None:
    """Wait until that is so, or so long."""
    loop = asyncio.get_running_loop()
    until = loop.time() + most_s
    while not come() and loop.time() < until:  # noqa: ASYNC110 - asked far oftener than waited for
        await asyncio.sleep(_LOOK_S / 10)


def _widths(bounds: Bounds, *, shared: bool) -> tuple[int, int, int, int]:
    """How many messages of each queue are at hand: high, normal, low, again. Who shares a group takes no more than it
    can handle soon.
    """
    most = min(bounds.at_hand_max, 2 * bounds.concurrent) if shared else bounds.at_hand_max
    return max(most // 4, 1), max(most // 2, 1), max(most // 8, 1), 1
