"""A golden history: a short run whose every event is written down, so that no rule changes unnoticed.

When a rule is changed on purpose: give `Campaign.rules` a new version, say so in CHANGELOG.md, and write the file anew
with `fabula play tests/data/packs/weir --seed 7 --turns 3 --out DIR` (its event lines are the golden ones).
"""

import asyncio
import io
from pathlib import Path

from fabula.chronicle import LogWriter
from fabula.engine import Cast, Chance, Event, Run, VirtualClock, perform
from fabula.environments.campaign import Campaign
from fabula.store import SqliteStore

DATA = Path(__file__).parents[2] / "data"
DIGEST = "09fa7a17366b5fa24a62b48f0a0838c6de944eada1f618558676007a732b8147"


async def play(home: Path) -> tuple[str, list[Event]]:
    campaign, _ = Campaign.from_pack(DATA / "packs" / "weir", turns=3)
    events: list[Event] = []
    async with (
        SqliteStore.open(home) as store,
        await Run.create(store, campaign, seed=7, pack="weir") as run,
        Cast(campaign.casting(Chance(7))) as cast,
    ):
        async for moment in perform(run, campaign, cast, VirtualClock()):
            events += moment.events
    return run.digest, events


def test_the_golden_history_happens_again(tmp_path: Path) -> None:
    digest, events = asyncio.run(play(tmp_path))
    text = io.StringIO()
    LogWriter(text).write(events)
    happened = [line for line in text.getvalue().splitlines() if line.startswith("- **")]
    golden = (DATA / "golden" / "weir-7.md").read_text(encoding="utf-8").splitlines()
    assert happened == [line for line in golden if line.startswith("- **")]
    assert digest == DIGEST
