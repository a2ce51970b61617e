"""Attending: who is asked just now, for how long that may take, and the moment from which on no answer is waited for.

It is about real time and stands outside the record: what comes of a mind that ran out of time is an action like any.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import msgspec

from fabula.engine import Action, AgentId, Decided, Mind, Observation

LOOK_S = 0.5
"""How often whoever watches is told who is waited for."""
DEADLINE = "deadline"
"""Who decided, of a question for which there was no time any more."""


class Awaited(msgspec.Struct, frozen=True, kw_only=True):
    """A mind whose answer is waited for."""

    agent: AgentId
    mind: str
    """What it is called: `bus:oracle`, `openai:…`, `person:Ann`."""
    for_s: float
    """So far, in seconds of real time."""
    most_s: float | None
    """Then somebody else decides; None: it takes as long as it takes."""


Tell = Callable[[Sequence[Awaited]], None]
"""Told, every LOOK_S seconds, all who are waited for, whoever was asked first before the others; once with nobody."""


class Attendance:
    """Keeps who is asked, of the minds that were seated through it."""

    def __init__(self) -> None:
        self._questions: dict[_Question, None] = {}
        self._is_over = False

    def seat(self, mind: Mind) -> Mind:
        """The same mind, attended to. One that answers at once needs none of that."""
        return mind if mind.repeatable else _Attended(mind, self)

    def end(self) -> None:
        """No answer is waited for any more: whoever is asked, or will be, does what they do when they do nothing."""
        self._is_over = True
        now_s = asyncio.get_running_loop().time()
        for question in self._questions:
            question.limit.reschedule(now_s)

    @property
    def is_over(self) -> bool:
        """Whether no answer is waited for any more."""
        return self._is_over

    def awaited(self, *, reply_s_max: float) -> list[Awaited]:
        """All who are asked, whoever was asked first before the others. reply_s_max: of minds without a limit of their
        own.
        """
        now_s = asyncio.get_running_loop().time()
        return [
            Awaited(
                agent=question.agent,
                mind=question.mind.label,
                for_s=now_s - question.began_s,
                most_s=getattr(question.mind, "reply_s_max", reply_s_max),
            )
            for question in self._questions
        ]

    @contextmanager
    def asking(self, agent: AgentId, mind: Mind, limit: asyncio.Timeout) -> Iterator[None]:
        """While inside, that mind is asked. limit: ends the question."""
        question = _Question(agent, mind, limit)
        self._questions[question] = None
        try:
            yield
        finally:
            del self._questions[question]


@asynccontextmanager
async def waiting_told(attendance: Attendance, tell: Tell, *, reply_s_max: Callable[[], float]) -> AsyncIterator[None]:
    """While inside, whoever watches is told who is waited for. reply_s_max: as `awaited` has it, as it is now."""

    async def look() -> None:
        was_told = False
        while True:
            await asyncio.sleep(LOOK_S)
            awaited = attendance.awaited(reply_s_max=reply_s_max())
            if awaited or was_told:
                tell(awaited)
            was_told = bool(awaited)

    looking = asyncio.create_task(look(), name="who is waited for")
    try:
        yield
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)


class _Question:
    def __init__(self, agent: AgentId, mind: Mind, limit: asyncio.Timeout) -> None:
        self.agent = agent
        self.mind = mind
        self.limit = limit
        self.began_s = asyncio.get_running_loop().time()


class _Attended:
    """A mind while it is attended to; to whoever asks, it is the mind itself."""

    repeatable = False

    def __init__(self, mind: Mind, attendance: Attendance) -> None:
        self._mind = mind
        self._attendance = attendance

    def __getattr__(self, name: str) -> Any:
        """What else a mind may have, such as a `reply_s_max` of its own."""
        return getattr(self._mind, name)

    @property
    def label(self) -> str:
        return self._mind.label

    async def decide(self, observation: Observation) -> Action | Decided:
        """What the mind decides; what the agent does when it does nothing, if the time is over."""
        why = f"{self.label} had not answered when the time was over"
        nothing = Decided(action=observation.reflex, by=DEADLINE, why=why)
        if self._attendance.is_over:
            return nothing
        limit = asyncio.timeout(None)
        try:
            async with limit:
                with self._attendance.asking(observation.agent, self._mind, limit):
                    return await self._mind.decide(observation)
        except TimeoutError:
            if not limit.expired():
                raise
            return nothing
