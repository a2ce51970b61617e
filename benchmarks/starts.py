"""From `fabula play` to the first line of the feed, the campaign's title, for somebody who waits for it.

A process is started and the clock stops when the title can be read from its standard output; by then the pack is read,
the store is open and the first step is durable. Every start finds an empty home. Beside it stands a Python that only
prints a line.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measuring import Beside, Figure, Sample, Scale, in_turns
from benchmarks.plays import SEED, pack_campaign
from benchmarks.programs import fabula, first_line_s, python

MARK_S = 1.0
PACK = "ashfall"


def measure(scale: Scale, folder: Path) -> Iterator[Figure]:
    """See Benchmark.measure."""
    title = pack_campaign(PACK).setting.title
    ours_s, bare_s = in_turns(
        scale.starts,
        lambda: first_line_s(fabula("play", PACK, "--seed", str(SEED)), _empty(folder), line=title),
        lambda: first_line_s(python("-c", f"print({title!r})"), _empty(folder), line=title),
    )
    yield Figure(
        what=f"fabula play {PACK}, to its first line",
        unit="s",
        sample=Sample.of(ours_s),
        mark=MARK_S,
        beside=(Beside(what="Python that prints a line", sample=Sample.of(bare_s)),),
    )


def _empty(folder: Path) -> Path:
    return Path(tempfile.mkdtemp(dir=folder))
