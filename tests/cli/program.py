"""Calling the program from tests: in this process where its words matter, in one of its own where the process does."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from fabula.cli import main


class Called(NamedTuple):
    """What a call came to."""

    code: int
    out: str
    err: str

    @property
    def last(self) -> dict[str, Any]:
        """The one object of `--json`: the last line of standard output."""
        values: dict[str, Any] = json.loads(self.out.rstrip("\n").rsplit("\n", 1)[-1])
        return values


class Program:
    """`fabula` in this process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capfd = monkeypatch, capfd

    def __call__(self, *arguments: str | Path) -> Called:
        self._monkeypatch.setattr(sys, "argv", ["fabula", *map(str, arguments)])
        self._capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        out, err = self._capfd.readouterr()
        return Called(int(left.value.code or 0), out, err)


def in_a_process(*arguments: str | Path, environ: Mapping[str, str] | None = None, cwd: Path | None = None) -> Called:
    """`fabula` in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "fabula", *map(str, arguments)],
        capture_output=True,
        text=True,
        env={**os.environ, **(environ or {})},
        cwd=cwd,
        timeout=120,
        check=False,
    )
    return Called(done.returncode, done.stdout, done.stderr)
