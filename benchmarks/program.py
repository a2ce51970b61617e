"""The program: `run.py [NAME…] [--write]` measures, prints a table for each benchmark, says which marks were missed."""

import argparse
import compileall
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks import (
    agents,
    appends,
    asking,
    buses,
    campaigns,
    dialogues,
    holding,
    imports,
    logs,
    memory,
    model_turns,
    recalls,
    replays,
    starts,
    stories,
    ticks,
    turns,
    village,
    worlds,
)
from benchmarks.machine import describe
from benchmarks.measuring import FULL, Absent, Benchmark, Figure, Scale
from benchmarks.report import in_words, table, written
from rich.console import Console

ROOT = Path(__file__).resolve().parents[1]
WIDTH = 130
RESULTS = Path(__file__).with_name("RESULTS.md")

BENCHMARKS: dict[str, Benchmark] = {
    "agents": agents,
    "turns": turns,
    "logs": logs,
    "stories": stories,
    "replays": replays,
    "appends": appends,
    "recalls": recalls,
    "asking": asking,
    "model_turns": model_turns,
    "memory": memory,
    "imports": imports,
    "starts": starts,
    "campaigns": campaigns,
    "ticks": ticks,
    "village": village,
    "worlds": worlds,
    "holding": holding,
    "buses": buses,
    "dialogues": dialogues,
}


def main(arguments: Sequence[str]) -> int:
    """Returns the exit code: 0 done, 1 a mark was missed (2, by argparse: the call was wrong)."""
    parser = argparse.ArgumentParser(prog="run.py", description="Measures speed and size against their marks.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)} (default: all)")
    parser.add_argument(
        "--write", action="store_true", help=f"write the figures to {RESULTS.name}, where those not named keep theirs"
    )
    call = parser.parse_args(arguments)
    if unknown := [name for name in call.names if name not in BENCHMARKS]:
        parser.error(f"no benchmark {unknown[0]!r}; there are {', '.join(BENCHMARKS)}")
    # A file or a pipe has no width to keep to.
    shown = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)
    # What `make setup` does too: starts are measured with compiled code, as users have it.
    compileall.compile_dir(ROOT / "src", quiet=2)
    # In the working tree, since a folder for temporary files may lie in memory, where a sync costs nothing.
    with tempfile.TemporaryDirectory(prefix=".bench-", dir=ROOT) as folder:
        machine = describe(Path(folder))
        shown.print(machine)
        began_s = time.perf_counter()
        results = {}
        for name in dict.fromkeys(call.names or BENCHMARKS):
            try:
                results[name] = measured(BENCHMARKS[name], FULL, Path(folder) / name)
            except Absent as missing:
                shown.print(f"{name}: left out, {missing}")
            else:
                shown.print(table(name, results[name]))
    shown.print(f"{in_words(results)} ({time.perf_counter() - began_s:.0f} s)")
    if call.write:
        before = RESULTS.read_text(encoding="utf-8") if RESULTS.is_file() else ""
        RESULTS.write_text(written(results, BENCHMARKS, machine, before=before), encoding="utf-8")
    return int(any(figure.missed for figures in results.values() for figure in figures))


def measured(benchmark: Benchmark, scale: Scale, folder: Path) -> list[Figure]:
    """The figures of a benchmark, in a new folder of its own. Raises Absent if it cannot be measured here."""
    folder.mkdir()
    return list(benchmark.measure(scale, folder))
