"""Scripted sessions for tests: lines for standard input, and the program in a terminal of its own."""

import fcntl
import io
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

PATIENCE_S = 60.0


def type_ahead(monkeypatch: pytest.MonkeyPatch, *lines: str | bytes) -> None:
    """Have the program in this process read these lines, and then the end."""
    data = b"".join((line.encode() if isinstance(line, str) else line) + b"\n" for line in lines)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))


@contextmanager
def started(home: Path, *arguments: str | Path, **environ: str) -> Iterator["subprocess.Popen[str]"]:
    """`fabula` in a process of its own, with pipes to it; it ends with the body."""
    with subprocess.Popen(
        [sys.executable, "-m", "fabula", *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "FABULA_HOME": str(home), **environ},
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def read_until(process: "subprocess.Popen[str]", beginning: str | tuple[str, ...], *, times: int = 1) -> None:
    """Read the lines of a process until so many began like this."""
    assert process.stdout is not None
    left = times
    while left:
        line = process.stdout.readline()
        assert line, f"it ended before it said {beginning!r}: {process.stderr and process.stderr.read()}"
        left -= line.startswith(beginning)


class Typist:
    """A program in a terminal, and somebody who types at it."""

    def __init__(self, process: "subprocess.Popen[bytes]", terminal: int) -> None:
        self.process = process
        self._terminal = terminal
        self.shown = ""
        """Everything that was written to the terminal so far."""
        self._read = 0

    def types(self, text: str) -> None:
        """Type that."""
        os.write(self._terminal, text.encode())

    def sees(self, what: str) -> str:
        """Wait until that is shown; returns what was shown since what was waited for the last time."""
        until_s = time.monotonic() + PATIENCE_S
        while what not in self.shown[self._read :]:
            if time.monotonic() > until_s or not self._more():
                self._missed(what)
        start, self._read = self._read, self.shown.index(what, self._read) + len(what)
        return self.shown[start : self._read]

    def _more(self) -> bool:
        ready, _, _ = select.select([self._terminal], [], [], 0.1)
        try:
            data = os.read(self._terminal, 65_536) if ready else b""
        except OSError:
            return False  # So Linux tells that nobody has the other end open any more.
        self.shown += data.decode(errors="replace")
        return True

    def _missed(self, what: str) -> NoReturn:
        raise AssertionError(f"{what!r} was never shown, but: {self.shown[self._read :]!r}")


@contextmanager
def in_a_terminal(home: Path, *arguments: str, environ: Mapping[str, str] | None = None) -> Iterator[Typist]:
    """`fabula` in a terminal of 80 columns, which ends with the body."""
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 80, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "fabula", *arguments],
        stdin=its,
        stdout=its,
        stderr=its,
        start_new_session=True,
        env={**os.environ, "FABULA_HOME": str(home), "TERM": "xterm", **(environ or {})},
    )
    os.close(its)
    try:
        yield Typist(process, ours)
    finally:
        process.kill()
        process.wait()
        os.close(ours)
