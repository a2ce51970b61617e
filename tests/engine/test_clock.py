"""Virtual time: it passes only when everybody waits, and no disk or network has a say in it."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import perf_counter

import pytest
from tests.engine.relay import Keeper, Relay

from fabula.engine import Action, Cast, Chance, Observation, Run, VirtualClock, clock, perform
from fabula.engine.cast import Answer
from fabula.store import SqliteStore

Body = Callable[[VirtualClock, Callable[[str], None]], Awaitable[None]]


def heard(*bodies: Body, ticks: int = 0, step_s: float = 1.0) -> list[tuple[str, float]]:
    """What the bodies, each a task of its own, said and at what time, in that order: in so many ticks, or, with none,
    until all of them have been waited for.
    """

    async def listen() -> list[tuple[str, float]]:
        virtual = VirtualClock(step_s=step_s)
        said: list[tuple[str, float]] = []
        tasks = [
            asyncio.ensure_future(body(virtual, lambda word: said.append((word, virtual.now_s())))) for body in bodies
        ]
        for _ in range(ticks):
            await virtual.tick()
        if not ticks:
            await virtual.wait(tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return said

    return asyncio.run(listen())


def sleeper(name: str, *naps_s: float, disk_s: float = 0.0) -> Body:
    """Sleeps so long each time and says its name when it wakes; after each nap a disk keeps it for so long."""

    async def body(virtual: VirtualClock, say: Callable[[str], None]) -> None:
        for nap_s in naps_s:
            await virtual.sleep(nap_s)
            say(name)
            if disk_s:
                await asyncio.sleep(disk_s)

    return body


def test_sleepers_wake_in_the_order_of_their_time_and_equals_in_the_order_they_lay_down() -> None:
    assert heard(sleeper("c", 3), sleeper("a", 1), sleeper("b", 1)) == [("a", 1.0), ("b", 1.0), ("c", 3.0)]


@pytest.mark.parametrize("ticks", [0, 6])
@pytest.mark.parametrize("disk_s", [0.0, 0.03])
def test_time_stands_still_while_one_who_lives_by_it_is_at_the_disk(ticks: int, disk_s: float) -> None:
    said = heard(sleeper("slow", 1, 1, 1, disk_s=disk_s), sleeper("quick", 0.5, 1, 1, 1), ticks=ticks)
    assert said == [
        (name, at_s) for half, name in enumerate(["quick", "slow"] * 3 + ["quick"], start=1) for at_s in [half / 2]
    ]


def test_time_does_not_wait_for_one_who_never_slept_on_it_unless_the_answer_is_due() -> None:
    async def outside(virtual: VirtualClock, say: Callable[[str], None]) -> None:
        await asyncio.sleep(0.05)
        say("outside")

    assert heard(sleeper("inside", 1), outside, ticks=2) == [("inside", 1.0)]
    assert heard(sleeper("inside", 1), outside) == [("outside", 0.0), ("inside", 1.0)]


def test_a_due_thought_that_comes_from_outside_and_then_sleeps_is_noticed_at_once() -> None:
    async def from_outside(virtual: VirtualClock, say: Callable[[str], None]) -> None:
        await asyncio.sleep(0.02)
        await virtual.sleep(2)
        say("late")

    began_s = perf_counter()
    assert heard(sleeper("inside", 1), from_outside) == [("inside", 1.0), ("late", 2.0)]
    assert perf_counter() - began_s < clock._OUTSIDE_S / 2


def test_a_mind_that_sleeps_in_a_task_of_its_own_gets_on_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    async def with_child(virtual: VirtualClock, say: Callable[[str], None]) -> None:
        await asyncio.create_task(virtual.sleep(4))
        say("parent")

    monkeypatch.setattr(clock, "_OUTSIDE_S", 0.05)
    assert heard(with_child) == [("parent", 4.0)]


def test_one_who_slept_and_then_stays_outside_for_long_does_not_hold_time_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clock, "_OUTSIDE_S", 0.05)
    said = heard(sleeper("away", 1, disk_s=60), sleeper("here", 2, 2), ticks=5)
    assert said == [("away", 1.0), ("here", 2.0), ("here", 4.0)]


def test_a_sleeper_that_is_cancelled_wakes_nobody_early() -> None:
    async def body() -> float:
        virtual = VirtualClock(step_s=1)
        gone = asyncio.create_task(virtual.sleep(0.5))
        stays = asyncio.create_task(virtual.sleep(5))
        await asyncio.sleep(0)
        gone.cancel()
        await virtual.tick()
        assert not stays.done()
        stays.cancel()
        await asyncio.gather(gone, stays, return_exceptions=True)
        return virtual.now_s()

    assert asyncio.run(body()) == 1


class SlowDisk(Run):
    """A run whose answers take their time to be durable, each a different time."""

    disk_s = 0.0

    async def keep(self, answer: Answer) -> None:
        uneven = Chance(1, answer.note.asked).stream("disk", answer.note.agent).random()
        await asyncio.sleep(self.disk_s * uneven)
        await super().keep(answer)


class Dreamer:
    """Sleeps twice before it answers as the rules do, and notes when it woke."""

    label = "dreamer"
    repeatable = False

    def __init__(self, virtual: VirtualClock, woke: list[tuple[str, int, float]]) -> None:
        self._clock = virtual
        self._woke = woke

    async def decide(self, observation: Observation) -> Action:
        chance = Chance(2, observation.step).stream("nap", observation.agent)
        for _ in range(2):
            await self._clock.sleep(chance.random() * 2)
            self._woke.append((observation.agent, observation.step, self._clock.now_s()))
        return await Keeper().decide(observation)


@pytest.mark.parametrize(("thinking", "step_s"), [(0, 0.0), (3, 0.0), (3, 1.0)])
def test_when_answers_come_does_not_depend_on_how_long_the_disk_takes(
    tmp_path: Path, thinking: int, step_s: float
) -> None:
    async def woken(disk_s: float) -> tuple[list[tuple[str, int, float]], float]:
        virtual = VirtualClock(step_s=step_s)
        woke: list[tuple[str, int, float]] = []
        dreamer = Dreamer(virtual, woke)
        environment = Relay(thinking=thinking)
        async with SqliteStore.open(tmp_path / str(disk_s)) as store:
            SlowDisk.disk_s = disk_s
            opened = await SlowDisk.create(store, environment, seed=7, pack="relay")
            async with opened as run, Cast(lambda who, state: (dreamer, Keeper())) as cast:
                async for _ in perform(run, environment, cast, virtual):
                    pass
        return woke, virtual.now_s()

    async def compare() -> None:
        quick = await woken(0.0)
        assert quick[0]
        assert await woken(0.03) == quick

    asyncio.run(compare())
