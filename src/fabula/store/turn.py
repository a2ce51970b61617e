"""Taking turns: an advisory lock on a file, by which the processes that share a home write one at a time."""

import fcntl
import os
import time
from pathlib import Path
from types import TracebackType

from fabula.errors import RunError

_POLL_S = 0.0002


class Turn:
    """A lock held by one handle at a time, in this or any other process; use it with `with`.

    It is given up by the system when its holder dies. Waiting ends with RunError after `wait_s_max`, with nothing done.
    """

    def __init__(self, path: Path, *, wait_s_max: float) -> None:
        self._path = path
        self._wait_s_max = wait_s_max
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)

    def __enter__(self) -> "Turn":
        if not self._try():
            self._wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Let go of the file. The file itself stays: removing it would give two processes two locks."""
        os.close(self._file)

    def _wait(self) -> None:
        # Polled, since a lock that is waited for inside the system knows no deadline.
        deadline = time.monotonic() + self._wait_s_max
        while not self._try():
            if time.monotonic() > deadline:
                raise RunError(
                    f"{self._path}: another process has been writing to this home for {self._wait_s_max:g} s; nothing "
                    "of this call was kept. If it hangs or is suspended, end it or let it go on, then try again."
                )
            time.sleep(_POLL_S)

    def _try(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
