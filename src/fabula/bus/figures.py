"""Figures of a bus: for each agent what was handled, how long that took and what failed; and counts of the whole."""

import math

from msgspec import Struct

from fabula.bus.causes import cause_of

AGENTS_MAX = 4_096
"""Agents that are counted one by one; all further ones are counted together, as `OTHERS`."""
OTHERS = "(others)"

_PER_DOUBLING = 8
_DOUBLINGS = 32
_LAST = _PER_DOUBLING * _DOUBLINGS + 1


class AgentFigures(Struct, frozen=True, kw_only=True):
    """What one agent did."""

    processed: int
    """Messages handled without a failure."""
    errors: int
    """Attempts that failed."""
    dead: int
    """Messages given up."""
    mean_ms: float
    """Time in the handler, of what was processed; exact. 0.0 if nothing was."""
    p99_ms: float
    """99 of 100 took at most this long; at most 4.5 % off, as long as it is between 1 µs and 71 minutes."""


class BusFigures(Struct, frozen=True, kw_only=True):
    """What the whole bus did, as seen from this client."""

    published: int
    unheard: int
    """Messages dropped for listeners that were behind."""
    letters_dropped: int
    """Dead letters dropped because there were too many."""
    carrier_errors: int
    """Acknowledgements, responses and dead letters that could not be sent; what they were about comes again."""
    carrier_error: str
    """The last of these errors; "" if there was none."""
    listener_errors: int
    """Messages that a listener failed at; it has missed them."""
    listener_error: str
    """The last of these errors; "" if there was none."""


class Tally:
    """The running figures of one agent. Its memory is bounded: times are counted in 258 buckets, each 9 % wide."""

    __slots__ = ("_buckets", "_total_s", "dead", "errors", "processed")

    def __init__(self) -> None:
        self.processed = 0
        self.errors = 0
        self.dead = 0
        self._total_s = 0.0
        self._buckets = [0] * (_LAST + 1)

    def handled(self, took_s: float) -> None:
        """A message was handled, in that many seconds."""
        self.processed += 1
        self._total_s += took_s
        took_us = took_s * 1e6
        self._buckets[min(int(math.log2(took_us) * _PER_DOUBLING) + 1, _LAST) if took_us >= 1.0 else 0] += 1

    def figures(self) -> AgentFigures:
        """As they stand now."""
        return AgentFigures(
            processed=self.processed,
            errors=self.errors,
            dead=self.dead,
            mean_ms=self._total_s / self.processed * 1e3 if self.processed else 0.0,
            p99_ms=self._within_ms(0.99),
        )

    def _within_ms(self, share: float) -> float:
        """The middle of the first bucket up to which that share of all times lies."""
        needed = math.ceil(self.processed * share)
        seen = 0
        for number, count in enumerate(self._buckets):
            seen += count
            if count and seen >= needed:
                return 2.0 ** ((number - 0.5) / _PER_DOUBLING) / 1e3 if number else 0.0
        return 0.0


class Figures:
    """The running figures of one client of a bus. Whoever sees a thing happen counts it here."""

    def __init__(self) -> None:
        self.published = 0
        self.unheard = 0
        self.letters_dropped = 0
        self._carrier_errors = 0
        self._carrier_error = ""
        self._listener_errors = 0
        self._listener_error = ""
        self._agents: dict[str, Tally] = {}

    def of(self, agent: str) -> Tally:
        """The tally of an agent, to be kept by whoever works for it."""
        tally = self._agents.get(agent)
        if tally is None:
            name = agent if len(self._agents) < AGENTS_MAX else OTHERS
            tally = self._agents.setdefault(name, Tally())
        return tally

    def carrier_failed(self, error: BaseException) -> None:
        """A broker did not take what it was to be told."""
        self._carrier_errors += 1
        self._carrier_error = cause_of(error)

    def listener_failed(self, error: BaseException) -> None:
        """A listener's handler raised that."""
        self._listener_errors += 1
        self._listener_error = cause_of(error)

    def report(self) -> dict[str, AgentFigures]:
        """The figures of each agent, by name."""
        return {name: self._agents[name].figures() for name in sorted(self._agents)}

    def counts(self) -> BusFigures:
        """The counts of the whole."""
        return BusFigures(
            published=self.published,
            unheard=self.unheard,
            letters_dropped=self.letters_dropped,
            carrier_errors=self._carrier_errors,
            carrier_error=self._carrier_error,
            listener_errors=self._listener_errors,
            listener_error=self._listener_error,
        )
