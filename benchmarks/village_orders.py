"""Other orders for the village's steps, computed and not played: agents that need not keep step with one another.

An agent goes on by itself and waits only for those behind it that it could meet. By distance, as AI Metropolis has it
(Xie et al. 2024, "AI Metropolis: Scaling Large Language Model-based Multi-Agent Simulation with Out-of-order
Execution"): those within its sight and the steps they may still walk until they are where it is in time.
All-knowing: only those that it will really see. When they call, they call in the order they come to it.
"""

import heapq
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from benchmarks.village_calls import CONCURRENT, Lines, latencies_s
from benchmarks.village_trace import Life
from numpy.typing import NDArray

SIGHT = 8
"""In tiles, along the longer axis; `vision_r` of the personas of the trace."""

FAR = 1_000_000
"""Tiles between two villages."""

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Order = Callable[["Crowd", int], Bools]
"""Which others, if they are behind, an agent has to wait for."""


class Crowd:
    """Where everybody is, each at a step of its own."""

    def __init__(self, lives: Sequence[Life], *, villages: int) -> None:
        self.places: Ints = np.array([life.places() for life in lives])
        """Agent, step of the run -> tile; the villages lie so far from one another that nobody could walk there."""
        self.places[:, :, 0] += FAR * (np.arange(len(lives)) * villages // len(lives))[:, np.newaxis]
        self.steps: Ints = np.zeros(len(lives), dtype=np.int64)
        """Of each agent, the next one."""
        self.length = self.places.shape[1]

    def held_up_by(self, agent: int, order: Order) -> int | None:
        """One whom the agent has to wait for."""
        held_up = (self.steps < self.steps[agent]) & order(self, agent)
        return int(held_up.argmax()) if held_up.any() else None


def lock_step(crowd: Crowd, _agent: int) -> Bools:
    """Everybody keeps step."""
    return np.full(len(crowd.steps), fill_value=True)


def by_distance(crowd: Crowd, agent: int) -> Bools:
    """Those who might still come within sight, by a tile a step."""
    behind = crowd.steps[agent] - crowd.steps
    present = crowd.places[np.arange(len(crowd.steps)), np.minimum(crowd.steps, crowd.length - 1)]
    might: Bools = _apart(present, present[agent]) <= SIGHT + behind + 1
    return might


def all_knowing(crowd: Crowd, agent: int) -> Bools:
    """Those who will be within sight."""
    at_that_step = crowd.places[:, crowd.steps[agent]]
    will: Bools = _apart(at_that_step, at_that_step[agent]) <= SIGHT
    return will


def makespan_s(lives: Sequence[Life], order: Order, *, villages: int = 1) -> float:
    """When the last agent has lived its day, with the calls and lines that the engine's runs have.

    villages: so many of one plan and far from one another, for as many agents each; they share the lines.
    """
    crowd, lines = Crowd(lives, villages=villages), Lines()
    thoughts = [{step: latencies_s(agent, step) for step in life.doings()} for agent, life in enumerate(lives)]
    calls: list[tuple[float, int]] = []
    waiting: dict[int, list[int]] = defaultdict(list)
    free = deque(range(len(lives)))
    now_s = 0.0

    def go_on(agent: int) -> None:
        """Walk until there is something to think, or somebody to wait for."""
        while (step := int(crowd.steps[agent])) < crowd.length:
            if (other := crowd.held_up_by(agent, order)) is not None:
                waiting[other].append(agent)
                return
            if thoughts[agent].get(step):
                heapq.heappush(calls, (lines.end_s(thoughts[agent][step].pop(0), now_s=now_s), agent))
                return
            crowd.steps[agent] += 1
            free.extend(waiting.pop(agent, ()))

    while free or calls:
        while free:
            go_on(free.popleft())
        if calls:
            now_s, answered = heapq.heappop(calls)
            free.append(answered)
    return now_s


def floor_s(lives: Sequence[Life]) -> float:
    """What no order can go below: all lines busy all the time, or one agent that thinks all the time."""
    seconds = [sum(sum(latencies_s(agent, step)) for step in life.doings()) for agent, life in enumerate(lives)]
    return max(sum(seconds) / CONCURRENT, *seconds)


def _apart(places: Ints, place: Any) -> Ints:
    apart: Ints = np.abs(places - place).max(axis=1)
    return apart
