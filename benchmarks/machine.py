"""The machine at hand, in words that matter for figures and name nobody."""

import os
import platform
import sqlite3
import statistics
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

PEERS = ("msgspec", "PyYAML")
"""What stands beside our own in some benchmark."""

_SYNCS = 50
_BLOCK = bytes(4096)


def describe(folder: Path) -> str:
    """One paragraph. folder: on the disk that is measured."""
    versions = ", ".join(f"{name} {version(name)}" for name in ("fabula", *PEERS))
    syncs_ms = sorted(second * 1000 for second in _sync_s(folder / "sync"))
    return (
        f"{platform.python_implementation()} {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {versions}; "
        f"{platform.system()} on {platform.machine()}, {os.cpu_count()} cores, {os.getloadavg()[0]:.1f} of them busy "
        f"with other work at the start; a synced write of 4 KiB takes {statistics.median(syncs_ms):.2f} ms "
        f"({syncs_ms[0]:.2f}–{syncs_ms[-1]:.2f})."
    )


def _sync_s(path: Path) -> Iterator[float]:
    """Seconds of one synced write after another."""
    with path.open("wb", buffering=0) as file:
        for _ in range(_SYNCS):
            began_s = time.perf_counter()
            file.write(_BLOCK)
            os.fsync(file)
            yield time.perf_counter() - began_s
