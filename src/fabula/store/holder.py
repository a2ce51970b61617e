"""Who holds a lease: a handle of a process on a machine, and whether it still lives.

A lease that is renewed by writing has to outlast a long thought, so a killed process would keep its run shut for that
long. Hence the holder is written down so exactly that any process on the same machine can see that it is gone: process
numbers are used again, process number and start time are not.
"""

import os
import platform
import threading
from functools import cache
from itertools import count
from pathlib import Path

import msgspec

_handle_numbers = count(1)
_living_handles: set[int] = set()
"""The open handles of this process. Numbers, not handles: a forgotten handle must be free to go."""
_handles_lock = threading.Lock()


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """One open store handle of one process."""

    host: str
    boot: str
    """Names one start of one machine; "" where the system does not tell."""
    container: str
    """Names the space in which `pid` is unique, where a machine has several; "" where the system does not tell."""
    pid: int
    started: str
    """When the process started, in the system's own ticks; "" where the system does not tell."""
    handle: int
    """Counts the handles a process opened, so that one it has closed or broken holds nothing any more."""

    @classmethod
    def new(cls) -> "Holder":
        """A handle being opened by this process."""
        with _handles_lock:
            number = next(_handle_numbers)
            _living_handles.add(number)
        pid = os.getpid()
        started = _start_of(pid) or ""
        return cls(host=platform.node(), boot=_boot(), container=_container(), pid=pid, started=started, handle=number)

    def end(self) -> None:
        """This handle will not write any more. Safe to call twice."""
        with _handles_lock:
            _living_handles.discard(self.handle)

    def lives(self) -> bool:
        """False only if it is certain that the holder is gone: what cannot be seen from here is taken to be alive."""
        if self.boot != _boot():
            return self.host != platform.node()  # Another machine, unless it is this one before its last start.
        if self.container != _container() or not (self.boot or self.host == platform.node()):
            return True
        if self.pid == os.getpid() and self.started == (_start_of(self.pid) or ""):
            return self.handle in _living_handles
        return _lives(self.pid, self.started)


def _lives(pid: int, started: str) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # Somebody else's process.
    start = _start_of(pid)
    return start is None or start == started


def _start_of(pid: int) -> str | None:
    """When a process started; "" if it is dead and only waits to be reaped, None where the system does not tell."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # After the name, which may hold brackets itself: the state is field 3, the start time field 22 (proc(5)).
    fields = stat[stat.rindex(")") + 2 :].split()
    return "" if fields[0] in "ZX" else fields[19]


@cache
def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


@cache
def _container() -> str:
    try:
        return str(Path("/proc/self/ns/pid").stat().st_ino)
    except OSError:
        return ""
