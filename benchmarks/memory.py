"""The most memory that a whole campaign takes: `fabula play` with the eight agents of `ashfall`, as a process.

The process starts, plays, tells the story and ends; its peak is what the system says it was (the resident set). The
pack's outcomes are taken out, since as it ships it is decided in a dozen turns. Beside it stand bare Python, and Python
with the same modules loaded, its own and those of others, and nothing of Fabula.
"""

import json
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.measuring import Beside, Figure, Sample, Scale, in_turns
from benchmarks.plays import SEED
from benchmarks.programs import fabula, output, peak_mb, python

from fabula.packs import find_pack

MARK_MB = 120.0
PACK = "ashfall"

_PLAY_AND_TELL_MODULES = """
import sys
from fabula.cli import main
try:
    main()
except SystemExit as left:
    if left.code:
        raise
others = [name for name, module in sys.modules.items() if getattr(module, "__spec__", None)]
print(" ".join(name for name in others if name.partition(".")[0] not in ("__main__", "fabula")))
"""
_IMPORT_THEM = "import importlib, sys; [importlib.import_module(name) for name in sys.argv[1:]]"


def measure(scale: Scale, folder: Path) -> Iterator[Figure]:
    """See Benchmark.measure."""
    pack = str(_without_outcomes(folder))
    play = ("play", pack, "--seed", str(SEED), "--turns", str(scale.memory_turns), "--quiet", "--json")
    *_, summary, others = output(python("-c", _PLAY_AND_TELL_MODULES, *play), folder).splitlines()
    played, modules = json.loads(summary), others.split()
    commands = fabula(*play), python("-c", "pass"), python("-c", _IMPORT_THEM, *modules)
    ways = (partial(peak_mb, command, folder) for command in commands)
    ours, bare, loaded = in_turns(scale.plays, *ways, warm_up=False)
    yield Figure(
        what=f"a campaign of {scale.memory_turns} turns and 8 agents",
        unit="MB",
        sample=Sample.of(ours),
        mark=MARK_MB,
        beside=(
            Beside(what="bare Python", sample=Sample.of(bare)),
            Beside(what=f"Python with the same {len(modules)} modules", sample=Sample.of(loaded)),
        ),
        note=f"it took {played['turns']} turns, {played['events']:,} events",
    )


def _without_outcomes(folder: Path) -> Path:
    """The pack, so that a campaign of it ends when its turns are spent and not before."""
    pack = folder / PACK
    shutil.copytree(find_pack(PACK).parent, pack)
    (pack / "outcomes.yaml").write_text("[]\n", encoding="utf-8")
    return pack
