"""From a character sheet to an agent: the sheet read, its drives worked out, its mind made.

Every sheet of the shipped packs is set up in every round; each set-up is one measurement. Beside it stands what a YAML
reader takes for the few lines of front matter alone: no reader of such a file could do less.
"""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import yaml
from benchmarks.measuring import MS, Beside, Figure, Sample, Scale, in_turns, timed

from fabula.agents import RulesMind, read_sheet
from fabula.engine import Chance
from fabula.packs import find_pack, pack_names

MARK_MS = 2.0


def measure(scale: Scale, _folder: Path) -> Iterator[Figure]:
    """See Benchmark.measure."""
    packs = [find_pack(pack).parent for pack in pack_names("campaign")]
    sheets = [file.read_bytes() for pack in packs for file in sorted(pack.glob("*/*.md"))]
    taken_s = [in_turns(scale.rounds, timed(_set_up, sheet), timed(_front_matter, sheet)) for sheet in sheets]
    ours_s, floor_s = (chain.from_iterable(column) for column in zip(*taken_s, strict=True))
    yield Figure(
        what="an agent from its sheet",
        unit="ms",
        sample=Sample.of(ours_s, per_s=MS),
        mark=MARK_MS,
        beside=(Beside(what="yaml.safe_load of the front matter alone", sample=Sample.of(floor_s, per_s=MS)),),
        note=f"{len(sheets)} sheets, {sum(map(len, sheets)) / len(sheets) / 1000:.1f} kB each on average",
    )


def _set_up(sheet: bytes) -> RulesMind:
    persona, _ = read_sheet(sheet, source="the sheet")
    return RulesMind(persona, Chance(7))


def _front_matter(sheet: bytes) -> object:
    return yaml.safe_load(sheet.decode().removeprefix("---\n").partition("\n---\n")[0])
