"""Attending: who is asked is known, and once the time is over nobody is waited for."""

import asyncio

import pytest

from fabula.app.attending import DEADLINE, Attendance, Awaited, waiting_told
from fabula.engine import Action, AgentId, Decided, Mind, Observation
from fabula.engine.fakes import FunctionMind
from fabula.environments.dialogue.actions import Pass, Say


class Waits:
    """A mind that decides once it is let."""

    label = "waits"
    repeatable = False

    def __init__(self) -> None:
        self.asked = 0
        self.let = asyncio.Event()

    async def decide(self, observation: Observation) -> Action:
        self.asked += 1
        await self.let.wait()
        return Say(text="At last.")


class WaitsShortly(Waits):
    reply_s_max = 3.0


class GivesUp(Waits):
    async def decide(self, observation: Observation) -> Action:
        async with asyncio.timeout(0):
            await self.let.wait()
        raise AssertionError("it was let")


def asked(name: str) -> Observation:
    return Observation(agent=AgentId(name), step=0, due=0, perceives=None, accepts=Say | Pass, reflex=Pass())


async def thinking(mind: Mind, name: str) -> "asyncio.Task[Action | Decided]":
    """A question that is under way."""
    task = asyncio.ensure_future(mind.decide(asked(name)))
    await asyncio.sleep(0)
    return task


def names(awaited: list[Awaited]) -> list[tuple[str, float | None]]:
    return [(each.agent, each.most_s) for each in awaited]


def test_who_is_asked_is_known_until_they_have_answered() -> None:
    async def body() -> None:
        attendance, mind, other = Attendance(), Waits(), WaitsShortly()
        first = await thinking(attendance.seat(mind), "Ada")
        second = await thinking(attendance.seat(other), "Ben")
        assert names(attendance.awaited(reply_s_max=120.0)) == [("Ada", 120.0), ("Ben", 3.0)]
        mind.let.set()
        assert await first == Say(text="At last.")
        assert names(attendance.awaited(reply_s_max=120.0)) == [("Ben", 3.0)]
        second.cancel()
        await asyncio.wait([second])
        assert attendance.awaited(reply_s_max=120.0) == []

    asyncio.run(body())


def test_once_the_time_is_over_everybody_does_nothing_and_nobody_is_asked() -> None:
    async def body() -> None:
        attendance, minds = Attendance(), (Waits(), Waits())
        tasks = [await thinking(attendance.seat(mind), name) for mind, name in zip(minds, ("Ada", "Ben"), strict=True)]
        attendance.end()
        nothing = Decided(action=Pass(), by=DEADLINE, why="waits had not answered when the time was over")
        assert await asyncio.gather(*tasks) == [nothing] * 2
        assert await attendance.seat(minds[0]).decide(asked("Ada")) == nothing
        assert minds[0].asked == 1

    asyncio.run(body())


def test_a_mind_that_gives_up_by_itself_has_failed() -> None:
    async def body() -> None:
        with pytest.raises(TimeoutError):
            await Attendance().seat(GivesUp()).decide(asked("Ada"))

    asyncio.run(body())


def test_rules_are_asked_as_they_are() -> None:
    mind = FunctionMind(lambda _: Pass(), label="script")
    attended = Attendance().seat(mind)
    assert (attended.label, attended.repeatable) == ("script", False)
    rules = Waits()
    rules.repeatable = True
    assert Attendance().seat(rules) is rules


def test_whoever_watches_is_told_while_somebody_is_waited_for_and_once_when_nobody_is() -> None:
    async def body() -> list[int]:
        attendance, mind = Attendance(), Waits()
        told: list[int] = []
        enough = asyncio.Event()

        def tell(awaited: object) -> None:
            assert isinstance(awaited, list)
            told.append(len(awaited))
            enough.set()

        async with waiting_told(attendance, tell, reply_s_max=lambda: 120.0):
            task = await thinking(attendance.seat(mind), "Ada")
            await asyncio.wait_for(enough.wait(), 30)
            mind.let.set()
            await task
            while told[-1]:
                enough.clear()
                await asyncio.wait_for(enough.wait(), 30)
            await asyncio.sleep(0.6)
        return told

    told = asyncio.run(body())
    assert told[0] == 1
    assert told.count(0) == 1
