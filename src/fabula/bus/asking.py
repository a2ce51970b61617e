"""Asking: which requests are being asked through one bus, and who waits for the response to each."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from fabula.bus.envelope import BadMessage, Message, MessageType
from fabula.bus.protocol import NoAnswer, is_death_notice

ANSWERED_MAX = 4_096
"""Requests of which it is remembered that they were answered, so that an answer that comes twice is told from one that
comes too late.
"""

_REQUEST = MessageType.REQUEST

Send = Callable[[float], Awaitable[None]]
"""Publishes a request, and raises what `publish` raises if that takes more than so many seconds."""


class Asking:
    """Each request is known from when it is asked until its response has come or nobody waits for it any more."""

    def __init__(self, *, answered_max: int = ANSWERED_MAX) -> None:
        """answered_max: of so many answered requests a second response is known as such."""
        self._answered_max = answered_max
        self._asking: dict[str, asyncio.Future[Message]] = {}
        self._answered: OrderedDict[str, None] = OrderedDict()

    async def ask(self, request: Message, send: Send, *, deadline_s: float | None) -> tuple[Message, float]:
        """The response to a request, and after how many milliseconds it came. deadline_s: as Bus.request has it.

        Raises NoAnswer, BadMessage for what is no request or is being asked already, and what `send` raises.
        """
        number = request.message_id
        if request.message_type is not _REQUEST:
            raise BadMessage(f"message {number} is a {request.message_type}: only a request is answered")
        if number in self._asking:
            raise BadMessage(f"message {number} is being asked already: a request is asked once")
        wait_s = request.metadata.timeout / 1e3 if deadline_s is None else deadline_s
        loop = asyncio.get_running_loop()
        began = loop.time()
        self._answered.pop(number, None)
        answer = self._asking[number] = loop.create_future()
        try:
            await send(wait_s)
            async with asyncio.timeout_at(began + wait_s):
                response = await answer
        except TimeoutError:
            asked = f"{request.to_agent!r} did not answer {request.payload['action']!r}"
            raise NoAnswer(f"{asked} within {wait_s:g} s (message {number})") from None
        finally:
            del self._asking[number]
        return response, (loop.time() - began) * 1e3

    def take(self, response: Message) -> bool:
        """Give a response to whoever waits for it. False: nobody does, and it is to lie among the dead letters. So not
        one that came before, nor one that tells of a dead letter.
        """
        number = response.correlation_id
        answer = self._asking.get(number)
        if answer is None or answer.done():
            return number in self._answered or is_death_notice(response)
        answer.set_result(response)
        self._answered[number] = None
        if len(self._answered) > self._answered_max:
            self._answered.popitem(last=False)
        return True

    def close(self) -> None:
        """Whoever waits is told that nothing will come."""
        for answer in self._asking.values():
            if not answer.done():
                answer.set_exception(NoAnswer("the bus was closed before an answer came"))
                answer.exception()  # Whoever waits has it, and where nobody does any more that is no fault.
