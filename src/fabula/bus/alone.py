"""One process at a time: what may be done to a file by one process while all others wait."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def alone(file: Path) -> Iterator[None]:
    """While this lasts no other process does the same to that file. The lock (`FILE.lock`, which stays) goes with
    whoever holds it; do nothing in here that can take long.
    """
    with file.with_name(file.name + ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
