"""GraphMind: a mind that is anybody's async code: a function, or a graph such as LangGraph compiles.

The code is given the observation as plain data and answers as it likes: with an action, with plain data, or in words as
a model would; what it answers is read as a model's answer is. Nothing of LangGraph is imported here.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol, runtime_checkable

import msgspec

from fabula.agents.minds.answers import read_action, shape_of
from fabula.engine.values import Action, Observation
from fabula.errors import RunError, UsageError
from fabula.llm.replies import read_reply

Thinks = Callable[[dict[str, Any]], Awaitable[Any]]
"""Plain data in, an answer out."""


@runtime_checkable
class Graph(Protocol):
    """What a compiled graph offers."""

    async def ainvoke(self, state: Any, /) -> Any:
        """The state in which the graph ends."""
        ...


class GraphMind:
    """Asks a function or a graph, which is given `plain(observation)`. A graph whose state keeps what it was given puts
    its answer under `action`.
    """

    repeatable = False

    def __init__(self, thinks: Thinks | Graph, *, label: str = "graph") -> None:
        """label: what the record says of who decided. Raises UsageError if nothing can be asked."""
        if not isinstance(thinks, Graph) and not callable(thinks):
            raise UsageError(
                f"a mind needs an async function or an object with 'ainvoke', and {type(thinks).__name__} is neither."
            )
        self.label = label
        self._think: Thinks = thinks.ainvoke if isinstance(thinks, Graph) else thinks

    async def decide(self, observation: Observation) -> Action:
        """The action that the answer is. Raises RunError if it is none, and whatever the code raises."""
        answer = await self._think(plain(observation))
        if isinstance(answer, Action):
            return answer
        shape = shape_of(observation)
        if isinstance(answer, str):
            reading = read_reply(answer, shape=shape)
        else:
            reading = read_reply("", _answer(answer), shape=shape)
        read = read_action(reading, observation)
        if read.action is None:
            raise RunError(f"its answer cannot be used: {read.why or reading.why}")
        return read.action


def plain(observation: Observation) -> dict[str, Any]:
    """An observation as plain data: `agent`, `step`, what it `perceives`, its `options` (each an action as data), the
    `schema` an answer keeps.
    """
    data = {
        "agent": observation.agent,
        "step": observation.step,
        "perceives": observation.perceives,
        "options": [option.action for option in observation.options],
        "schema": observation.schema(),
    }
    told: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(data))
    return told


def _answer(answer: Any) -> Any:
    """What of a final state is the answer: a graph's state may keep the question beside it."""
    if isinstance(answer, dict) and "perceives" in answer and "action" in answer:
        answer = answer["action"]
    return msgspec.to_builtins(answer) if isinstance(answer, msgspec.Struct) else answer
