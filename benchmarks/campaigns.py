"""A whole campaign of each shipped pack as people play it: `fabula play PACK`, from its start to the story on disk.

No mark and nothing beside it: these are the figures that the README may speak of.
"""

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.measuring import Figure, Sample, Scale, in_turns
from benchmarks.plays import SEED
from benchmarks.programs import fabula, output, wall_s

from fabula.packs import pack_names


def measure(scale: Scale, folder: Path) -> Iterator[Figure]:
    """See Benchmark.measure."""
    for pack in pack_names("campaign"):
        turns = () if scale.campaign_turns is None else ("--turns", str(scale.campaign_turns))
        play = fabula("play", pack, "--seed", str(SEED), *turns, "--quiet", "--json")
        played = json.loads(output(play, folder).splitlines()[-1])
        (taken_s,) = in_turns(scale.plays, partial(wall_s, play, folder), warm_up=False)
        yield Figure(
            what=f"the whole of {pack}",
            unit="s",
            sample=Sample.of(taken_s),
            note=f"{played['turns']} turns, {played['steps']} steps, {played['events']:,} events",
        )
