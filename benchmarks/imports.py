"""How long a new process takes that only imports Fabula, from its start to its end.

Compiled code is there already, as after any set-up. Beside it stands a process that does nothing; the difference is
what the import costs. `import fabula` loads a room only when it is asked for; `Director` and the command line load
nearly all of them.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.measuring import MS, Beside, Figure, Sample, Scale, in_turns
from benchmarks.programs import python, wall_s

MARKS_MS = {"import fabula": 300.0}
STATEMENTS = ("import fabula", "from fabula import Director", "import fabula.cli")


def measure(scale: Scale, folder: Path) -> Iterator[Figure]:
    """See Benchmark.measure."""
    ways = [partial(wall_s, python("-c", statement), folder) for statement in (*STATEMENTS, "pass")]
    *ours_s, nothing_s = in_turns(scale.starts, *ways)
    beside = (Beside(what="python -c pass", sample=Sample.of(nothing_s, per_s=MS)),)
    for statement, times_s in zip(STATEMENTS, ours_s, strict=True):
        sample = Sample.of(times_s, per_s=MS)
        yield Figure(what=statement, unit="ms", sample=sample, mark=MARKS_MS.get(statement), beside=beside)
