"""Programs: processes started to be measured, in an environment that is the same wherever the benchmarks run."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_PEAK = Path(__file__).with_name("peak.py")

_STRIPPED = ("FABULA_", "PYTHON")
_KEPT = ("PYTHONPATH", "PYTHONHOME")


def python(*arguments: str) -> list[str]:
    """The command that runs this Python."""
    return [sys.executable, *arguments]


def fabula(*arguments: str) -> list[str]:
    """The command that runs the program."""
    return python("-m", "fabula", *arguments)


def environment(home: Path) -> dict[str, str]:
    """What a process is given: a home of its own and no settings. Compiled code may be kept and is used, as for every
    user; some machines forbid that to all their processes, by PYTHONDONTWRITEBYTECODE.
    """
    kept = {name: value for name, value in os.environ.items() if name in _KEPT or not name.startswith(_STRIPPED)}
    return {**kept, "FABULA_HOME": str(home), "NO_COLOR": "1"}


def wall_s(command: Sequence[str], home: Path) -> float:
    """Seconds from start to end of a process."""
    began_s = time.perf_counter()
    output(command, home)
    return time.perf_counter() - began_s


def output(command: Sequence[str], home: Path) -> str:
    """What a process wrote to standard output. Raises RuntimeError with what it said if it failed."""
    done = subprocess.run(
        command, env=environment(home), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)[:200]} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout


def first_line_s(command: Sequence[str], home: Path, *, line: str) -> float:
    """Seconds from start until the process has written `line`, which must be its first; then it is ended."""
    began_s = time.perf_counter()
    with subprocess.Popen(
        command, env=environment(home), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline().rstrip("\n")
        took_s = time.perf_counter() - began_s
        process.kill()
    if first != line:
        raise RuntimeError(f"{' '.join(command)[:200]} wrote {first!r} first, not {line!r}")
    return took_s


def peak_mb(command: Sequence[str], home: Path) -> float:
    """The most memory that a process held, in MB (10⁶ bytes)."""
    peak_bytes = output(python("-I", "-S", str(_PEAK), *command), home).splitlines()[-1]
    return int(peak_bytes) / 1e6


@contextmanager
def provider(home: Path, *, latency_ms: float = 0.0) -> Iterator[str]:
    """The base address of the provider that ships, in a process of its own that ends with the body."""
    command = fabula("provider", "--quiet", "--leash", "--latency-ms", str(latency_ms))
    with subprocess.Popen(
        command, env=environment(home), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())["url"]
        finally:
            process.terminate()
