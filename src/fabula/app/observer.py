"""The observer: how a run keeps its time - ticks, what they take, who thinks, how long answers take - as figures."""

from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from fabula.engine import Moment, Note

WINDOW = 6000
"""Ticks that percentiles are taken over: the last ten minutes at 10 Hz."""


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """How a measure lies, in milliseconds."""

    mean_ms: float = 0.0
    p50_ms: float = 0.0
    p99_ms: float = 0.0
    max_ms: float = 0.0


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured of a run since it was taken up."""

    ticks: int
    skipped: int
    """Left out, since the clock had run away."""
    overruns: int
    """Ticks that took longer than their budget."""
    budget_ms: float
    work: Spread
    """Observing, gathering, stepping, recording, committing."""
    step: Spread
    """The rules alone."""
    commit: Spread
    late: Spread
    """How much after its time a tick began: the jitter."""
    thinking: int
    """Minds that think just now."""
    answers: int
    answer: Spread
    """From question to answer, of minds that are not rules."""
    stood_in: int
    """Answers that somebody else had to give."""
    cached: int
    """Answers that came from the cache."""
    counts: dict[str, int]
    """What the state holds: lives, people, …"""

    def line(self) -> str:
        """In a few words: `tick 8.1 ms (p99 14 ms), late p99 1.2 ms, 0 skipped, 25 lives, 3 thinking`."""
        said = [f"tick {self.work.p50_ms:.1f} ms (p99 {self.work.p99_ms:.1f})"]
        if self.late.max_ms:
            said.append(f"late p99 {self.late.p99_ms:.1f} ms")
        if self.skipped or self.overruns:
            said.append(f"{self.overruns:,} overran, {self.skipped:,} skipped")
        said += [f"{count:,} {name}" for name, count in self.counts.items()]
        if self.thinking:
            said.append(f"{self.thinking} thinking")
        if self.answers:
            said.append(f"answers p50 {self.answer.p50_ms / 1000:.1f} s")
        return ", ".join(said)


class Observer:
    """Follows a run and keeps its figures."""

    def __init__(self, *, budget_ms: float, counts: Callable[[Any], Mapping[str, int]] = lambda _: {}) -> None:
        """counts: what a state holds, by name."""
        self._budget_ms = budget_ms
        self._count = counts
        self._ticks = self._skipped = self._overruns = self._answers = self._stood_in = self._cached = 0
        self._work: deque[float] = deque(maxlen=WINDOW)
        self._step: deque[float] = deque(maxlen=WINDOW)
        self._commit: deque[float] = deque(maxlen=WINDOW)
        self._late: deque[float] = deque(maxlen=WINDOW)
        self._answer: deque[float] = deque(maxlen=WINDOW)
        self._thinking = 0
        self._counts: dict[str, int] = {}

    def follow(self, moment: Moment) -> None:
        """Take note of a step."""
        took = moment.took
        work_ms = took.observe_ms + took.gather_ms + took.step_ms + took.record_ms + took.commit_ms
        self._ticks += 1
        self._skipped += took.skipped
        self._overruns += work_ms > self._budget_ms
        self._work.append(work_ms)
        self._step.append(took.step_ms)
        self._commit.append(took.commit_ms)
        self._late.append(took.late_ms)
        self._thinking = took.thinking
        for note in moment.notes:
            self._note(note)
        self._counts = dict(self._count(moment.state))

    def figures(self) -> Figures:
        """As they stand now."""
        return Figures(
            ticks=self._ticks,
            skipped=self._skipped,
            overruns=self._overruns,
            budget_ms=self._budget_ms,
            work=_spread(self._work),
            step=_spread(self._step),
            commit=_spread(self._commit),
            late=_spread(self._late),
            thinking=self._thinking,
            answers=self._answers,
            answer=_spread(self._answer),
            stood_in=self._stood_in,
            cached=self._cached,
            counts=self._counts,
        )

    def dump(self, file: Path) -> None:
        """Write the figures down as JSON."""
        file.write_bytes(msgspec.json.format(msgspec.json.encode(self.figures()), indent=2) + b"\n")

    def _note(self, note: Note) -> None:
        if note.latency_ms is not None:
            self._answers += 1
            self._answer.append(note.latency_ms)
        self._stood_in += bool(note.why)
        self._cached += "cache" in note.by


def _spread(measured: deque[float]) -> Spread:
    if not measured:
        return Spread()
    ordered = sorted(measured)

    def at(share: float) -> float:
        return round(ordered[min(int(share * len(ordered)), len(ordered) - 1)], 3)

    return Spread(
        mean_ms=round(sum(ordered) / len(ordered), 3), p50_ms=at(0.5), p99_ms=at(0.99), max_ms=round(ordered[-1], 3)
    )
