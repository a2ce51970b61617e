"""The fakes that ship: minds for tests and demos that do as they are told, fail, or take their time."""

from collections.abc import Awaitable, Callable, Iterable

from fabula.engine.environment import Mind
from fabula.engine.values import Action, Decided, Observation


class ScriptedMind:
    """Answers with the given actions in turn, then with its reflex: `ScriptedMind([Move(to="hall"), Wait()])`."""

    label = "script"
    repeatable = False

    def __init__(self, actions: Iterable[Action]) -> None:
        self._actions = iter(actions)
        self.asked: list[Observation] = []
        """What it was asked, in order."""

    async def decide(self, observation: Observation) -> Action:
        self.asked.append(observation)
        return next(self._actions, observation.reflex)


class FunctionMind:
    """Answers with what a function makes of the observation; the shortest way to a mind of one's own."""

    repeatable = False

    def __init__(self, decide: Callable[[Observation], Action], *, label: str = "function") -> None:
        self.label = label
        self._decide = decide

    async def decide(self, observation: Observation) -> Action:
        return self._decide(observation)


class FailingMind:
    """Raises on every question, or on those that `when` picks and otherwise answers as `mind`."""

    label = "failing"
    repeatable = False

    def __init__(
        self,
        failure: Exception | None = None,
        *,
        mind: Mind | None = None,
        when: Callable[[Observation], bool] | None = None,
    ) -> None:
        self._failure = failure or RuntimeError("this mind always fails")
        self._mind = mind
        self._when = when

    async def decide(self, observation: Observation) -> Action | Decided:
        if self._mind is None or self._when is None or self._when(observation):
            raise self._failure
        return await self._mind.decide(observation)


class SlowMind:
    """Answers as `mind` does, after `seconds` on the given clock's `sleep`."""

    repeatable = False

    def __init__(
        self, mind: Mind, *, seconds: Callable[[Observation], float] | float, sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        self.label = mind.label
        self._mind = mind
        self._seconds = seconds
        self._sleep = sleep

    async def decide(self, observation: Observation) -> Action | Decided:
        seconds = self._seconds(observation) if callable(self._seconds) else self._seconds
        await self._sleep(seconds)
        return await self._mind.decide(observation)
