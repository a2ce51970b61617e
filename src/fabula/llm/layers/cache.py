"""The cache: the same question to the same model is answered once, even when it is asked many times at once.

What was answered is kept in memory within bounds, least recently used out first. Only good answers are kept. Whoever
gets an answer from here pays nothing.
"""

import asyncio
from collections import OrderedDict

import msgspec

from fabula.engine import Spent
from fabula.llm.digest import digest_of
from fabula.llm.layer import Call, Layer
from fabula.llm.values import Failure, FailureKind, Finish, ModelFailed, Reply, Request, Role, Source

ENTRIES_MAX = 10_000
BYTES_MAX = 64 * 1024 * 1024

_DECISIONS = frozenset({Role.CHARACTER, Role.DIRECTOR, Role.PLAYER})
_WANT_OF_TIME = frozenset({FailureKind.TIMED_OUT, FailureKind.LIMITED})


class Shelf:
    """The replies that are kept, as bytes, so that nobody can change another's."""

    def __init__(self, *, entries_max: int = ENTRIES_MAX, bytes_max: int = BYTES_MAX) -> None:
        self._entries_max = entries_max
        self._bytes_max = bytes_max
        self._kept = OrderedDict[str, bytes]()
        self._bytes = 0
        self.hits = 0
        """Questions answered from here, or by the answer to the same question that was under way."""
        self.misses = 0

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: str) -> Reply | None:
        """The reply to that question, as an answer from the cache."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        self._kept.move_to_end(key)
        try:
            return msgspec.json.decode(kept, type=Reply)
        except RecursionError:  # It is nested as deep as can be, and whoever asks is deeper down than who put it.
            return None

    def put(self, key: str, reply: Reply) -> None:
        """Keep it, if it is good and there is room for it."""
        data = _encoded(reply)
        if data is None or len(data) > self._bytes_max:
            return
        self._bytes += len(data) - len(self._kept.pop(key, b""))
        self._kept[key] = data
        while len(self._kept) > self._entries_max or self._bytes > self._bytes_max:
            self._bytes -= len(self._kept.popitem(last=False)[1])


class Cache:
    """The layer in front of a shelf."""

    def __init__(self, inner: Layer, shelf: Shelf, *, decisions: bool) -> None:
        """decisions: whether decisions, too, are answered from the shelf."""
        self._inner = inner
        self._shelf = shelf
        self._decisions = decisions
        self._flights = dict[str, _Flight]()

    async def ask(self, call: Call) -> Reply:
        """As Layer says."""
        if not self._wanted(call.request):
            return await self._inner.ask(call)
        key = digest_of(call.request, call.model)
        kept = self._shelf.get(key)
        if kept is not None:
            _show(kept, call)
        reply = kept or await self._flown(key, call)
        if reply.source is Source.CACHE:
            self._shelf.hits += 1
        else:
            self._shelf.misses += 1
        return reply

    def _wanted(self, request: Request) -> bool:
        role = request.asker.role
        # Whether a model answers at all can only be learnt from the model.
        return role is not Role.CHECK and (self._decisions or role not in _DECISIONS)

    async def _flown(self, key: str, call: Call) -> Reply:
        while True:
            flight = self._flights.get(key)
            if flight is None or flight.abandoned:
                flight = self._begun(key, call)
            try:
                return await flight.answer(call)
            except ModelFailed as error:
                # Another's time was up; ours may not be.
                if flight.payer is call or error.failure.kind not in _WANT_OF_TIME or call.remaining_s <= 0:
                    raise

    def _begun(self, key: str, call: Call) -> "_Flight":
        flight = _Flight(self._inner, call)
        flight.task.add_done_callback(lambda _: self._landed(key, flight))
        self._flights[key] = flight
        return flight

    def _landed(self, key: str, flight: "_Flight") -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]
        if not flight.task.cancelled() and flight.task.exception() is None:
            self._shelf.put(key, flight.task.result())


class _Flight:
    """One question under way, and all who wait for its answer. The first of them pays; if that one leaves, the next
    does; when the last one leaves, it is cancelled.
    """

    def __init__(self, inner: Layer, first: Call) -> None:
        self._first = first
        self._waiting = [first]
        self._call = Call(first.request, first.model, deadline_s=first.deadline_s, listener=first.listener)
        self._call.purse = None if first.purse is None else self
        self.payer = first
        """Whoever is charged with the answer and with what failed."""
        self.task = asyncio.create_task(inner.ask(self._call))

    @property
    def abandoned(self) -> bool:
        """Nobody waits for it any more."""
        return not self._waiting

    async def again(self) -> bool:
        """As Purse says, from the purse of whoever pays now."""
        return self.payer.purse is None or await self.payer.purse.again()

    async def answer(self, call: Call) -> Reply:
        """The answer, as this call gets it. Raises ModelFailed."""
        if call is not self._first:
            self._waiting.append(call)
        try:
            reply = await self._awaited(call)
        except ModelFailed as error:
            raise (error if call is self.payer else _unbilled(error)) from None
        finally:
            await self._leave(call)
        if call is not self._first:
            _show(reply, call)
        return reply if call is self.payer else _shared(reply)

    async def _awaited(self, call: Call) -> Reply:
        # Up to its own deadline the flight keeps the time itself, and knows better what was late.
        sooner = call.deadline_s < self._call.deadline_s
        try:
            async with asyncio.timeout_at(call.deadline_s if sooner else None):
                return await asyncio.shield(self.task)
        except TimeoutError:
            failure = Failure(
                kind=FailureKind.TIMED_OUT, model=str(call.model), why="no answer came in time", billed=True
            )
            raise ModelFailed(failure) from None

    async def _leave(self, call: Call) -> None:
        self._waiting.remove(call)
        if self.task.done():
            return
        if self._waiting:
            self.payer = self._waiting[0]
        else:
            self.task.cancel()
            await asyncio.wait([self.task])


def _good(reply: Reply) -> bool:
    return reply.finish is Finish.STOP and (bool(reply.text.strip()) or reply.data is not None)


def _shared(reply: Reply) -> Reply:
    return msgspec.structs.replace(reply, source=Source.CACHE, spent=Spent(), failures=())


def _encoded(reply: Reply) -> bytes | None:
    """None for what is not kept."""
    if not _good(reply):
        return None
    try:
        return msgspec.json.encode(_shared(reply))
    except (TypeError, ValueError, OverflowError, RecursionError):
        # A model may write half a character, or a number of a thousand digits. Such an answer is just not kept.
        return None


def _unbilled(error: ModelFailed) -> ModelFailed:
    *earlier, last = (msgspec.structs.replace(failure, billed=False) for failure in error.failures)
    return ModelFailed(last, earlier=tuple(earlier))


def _show(reply: Reply, call: Call) -> None:
    if call.listener is not None and reply.text:
        call.listener.text(reply.text)
