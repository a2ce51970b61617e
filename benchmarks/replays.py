"""A recorded campaign replayed and verified, against playing it live.

The campaign is that of the pack `harbour`, in an SQLite store on disk. Live: the minds decide, each step is committed.
Replayed: the recorded inputs run again without any mind, every event and digest is compared. Verified: the chains are
checked over the written bytes, without rules. Each kind takes its turn in every round, each round with a new run.
"""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measuring import Beside, Figure, Sample, Scale
from benchmarks.plays import pack_campaign, recorded

from fabula.engine import replay, verify
from fabula.environments.campaign import Campaign
from fabula.store import SqliteStore


def measure(scale: Scale, folder: Path) -> Iterator[Figure]:
    """See Benchmark.measure."""
    campaign = pack_campaign("harbour", turns=scale.campaign_turns)
    rates = [asyncio.run(_rates(campaign, folder, name=f"run-{number}")) for number in range(1 + scale.plays)]
    # The first round only warms up.
    live, replayed, verified = (Sample.of(column) for column in zip(*rates[1:], strict=True))
    beside = (Beside(what="playing live", sample=live),)
    yield Figure(what="replaying", unit="steps/s", sample=replayed, beside=beside)
    yield Figure(what="verifying", unit="steps/s", sample=verified, beside=beside)


async def _rates(campaign: Campaign, home: Path, *, name: str) -> tuple[float, float, float]:
    """Steps a second of one run: live, replayed, verified."""
    async with SqliteStore.open(home) as store:
        began_s = time.perf_counter()
        steps = len([moment.step async for moment in recorded(store, campaign, name=name)])
        played_s = time.perf_counter()
        replayed = await replay(store, name, campaign)
        replayed_s = time.perf_counter()
        verified = await verify(store, name)
        verified_s = time.perf_counter()
    assert replayed.identical
    assert verified.sound
    return steps / (played_s - began_s), steps / (replayed_s - played_s), steps / (verified_s - replayed_s)
