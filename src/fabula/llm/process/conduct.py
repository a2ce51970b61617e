"""Conduct: how a provider behaves, as it is told at the start."""

import math
from statistics import NormalDist

import msgspec

from fabula.engine import Stream
from fabula.llm.process.faults import Plan
from fabula.llm.process.manners.script import Line


class Conduct(msgspec.Struct, frozen=True, kw_only=True):
    """How it answers, when it fails, how long it takes."""

    manner: str = "sensible"
    script: tuple[Line, ...] = ()
    """Answers given before the manner's own; see `manners.script`."""
    faults: Plan = Plan()
    latency_ms: float = 0.0
    """Before an answer begins: the median."""
    latency_spread: float = 0.0
    """Sigma of the log-normal distribution around it; 0: always the same."""
    tokens_per_s: float = 0.0
    """Of a stream; 0: as fast as it goes."""
    seed: int = 0

    def latency_s(self, chance: Stream) -> float:
        """Before one answer."""
        if not self.latency_spread:
            return self.latency_ms / 1000
        deviations = NormalDist().inv_cdf(min(max(chance.random(), 1e-9), 1 - 1e-9))
        return self.latency_ms / 1000 * math.exp(self.latency_spread * deviations)

    @property
    def pause_s(self) -> float:
        """Between two pieces of a stream."""
        return 1 / self.tokens_per_s if self.tokens_per_s > 0 else 0.0
