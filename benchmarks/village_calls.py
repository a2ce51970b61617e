"""The calls that thoughts in the village are made of: how long each takes, and how many may be under way at once."""

import heapq
import math

from fabula.engine import Chance, Clock

CALLS = 3
"""Calls that a thought asks one after the other."""
MEDIAN_S = 1.0
SIGMA = 0.7
"""Of the logarithm of a call's seconds."""
CONCURRENT = 32
SEED = 7


class Lines:
    """The lines to the model: a call takes the one that is free first, and waits for it in the order it came."""

    def __init__(self) -> None:
        self._free_s = [0.0] * CONCURRENT

    def end_s(self, latency_s: float, *, now_s: float) -> float:
        """When a call that is made now is answered."""
        answered_s = max(now_s, self._free_s[0]) + latency_s
        heapq.heapreplace(self._free_s, answered_s)
        return answered_s

    async def call(self, latency_s: float, clock: Clock) -> None:
        """Return when the call is answered."""
        now_s = clock.now_s()
        await clock.sleep(self.end_s(latency_s, now_s=now_s) - now_s)


def latencies_s(agent: int, step: int) -> list[float]:
    """Of the calls of the thought that an agent owes its day at a step: the same, however it comes to be thought."""
    stream = Chance(SEED, step).stream("latency", str(agent))
    return [MEDIAN_S * math.exp(SIGMA * _normal(stream.random(), stream.random())) for _ in range(CALLS)]


def _normal(one: float, other: float) -> float:
    """A number of the standard normal distribution from two that are uniform in [0, 1) (Box and Muller 1958)."""
    return math.sqrt(-2 * math.log(1 - one)) * math.cos(math.tau * other)
