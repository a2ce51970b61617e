"""A turn of a campaign played by rules: everyone perceives, decides and acts, the director rules, four steps are kept.

It goes through the engine's own loop into an SQLite store on disk, as `fabula play` has it: steps of rules alone wait
up to 50 ms to share a commit, and a turn's time is that of a whole play, from the making of the run until its last step
is durable, by the number of its turns. The agents are the people of the shipped packs, a dozen to a place, and none of
them ever falls, so that the last turn asks as many as the first. Beside it: the same turns by the environment and its
minds alone, without loop, encoding, digests and disk; and the bytes of a turn's four records appended to a plain file
and synced one by one, which is what committing each step by itself could not go below.
"""

import asyncio
import os
import time
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

from benchmarks.crowds import crowd
from benchmarks.measuring import MS, Beside, Figure, Sample, Scale
from benchmarks.plays import recorded, unrecorded

from fabula.engine import Event
from fabula.environments.campaign import Campaign, TurnEnded
from fabula.store import SqliteStore

MARKS_MS = {10: 5.0, 1000: 500.0}
STEPS_A_TURN = 4


def measure(scale: Scale, folder: Path) -> Iterator[Figure]:
    """See Benchmark.measure."""
    for agents, plays in scale.crowds.items():
        campaign = Campaign(crowd(agents, turns=1 + scale.turns))
        loop_s: list[float] = []
        alone_s: list[float] = []
        synced_s: list[float] = []
        for number in range(plays):
            turn_s, records = asyncio.run(_played(campaign, folder / str(agents), name=f"play-{number}"))
            loop_s.append(turn_s)
            alone_s += _turns_s((time.perf_counter(), events) for events in unrecorded(campaign))
            synced_s += _synced(records, folder / f"{agents}.log")
        yield Figure(
            what=f"a turn of {agents:,} agents",
            unit="ms",
            sample=Sample.of(loop_s, per_s=MS),
            mark=MARKS_MS.get(agents),
            beside=(
                Beside(what="environment and minds alone", sample=Sample.of(alone_s, per_s=MS)),
                Beside(what="its bytes in four synced writes", sample=Sample.of(synced_s, per_s=MS)),
            ),
            note=f"{sum(map(len, records)) / scale.turns / 1000:,.0f} kB a turn",
        )


async def _played(campaign: Campaign, home: Path, *, name: str) -> tuple[float, list[bytes]]:
    """Seconds a turn, and the bytes of each record."""
    async with SqliteStore.open(home) as store:
        began_s = time.perf_counter()
        steps = len([moment.step async for moment in recorded(store, campaign, name=name)])
        turn_s = (time.perf_counter() - began_s) * STEPS_A_TURN / steps
        records = [record.inputs + record.events + record.notes async for record in store.records(name)]
    return turn_s, records[STEPS_A_TURN:]


def _turns_s(steps: Iterable[tuple[float, Iterable[Event]]]) -> list[float]:
    """Seconds of each turn but the first, from when each step was over and what happened in it."""
    ends_s = [at_s for at_s, events in steps if any(isinstance(event, TurnEnded) for event in events)]
    return [end_s - began_s for began_s, end_s in pairwise(ends_s)]


def _synced(records: list[bytes], path: Path) -> Iterator[float]:
    """Seconds a turn's records take that are only written and synced."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    try:
        for first in range(0, len(records), STEPS_A_TURN):
            began_s = time.perf_counter()
            for record in records[first : first + STEPS_A_TURN]:
                os.write(file, record)
                os.fsync(file)
            yield time.perf_counter() - began_s
    finally:
        os.close(file)
