"""Others: frameworks for agents, measured by `peers/turn.py` in a virtual environment that has nothing of ours."""

import json
import os
import select
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.programs import environment

INTERPRETER = "FABULA_BENCH_PEERS"
"""Names a Python that has the frameworks; without it they are installed into a folder that is thrown away."""
INSTALL_S_MAX = 300.0
PATIENCE_S = 120.0
"""How long turns may take."""

_FOLDER = Path(__file__).with_name("peers")
_NAMES = {"langgraph": "LangGraph", "autogen": "AutoGen core", "concordia": "Concordia"}


class Other:
    """A framework that waits to be measured."""

    def __init__(self, name: str, process: "subprocess.Popen[str]") -> None:
        """Raises RuntimeError if it does not start."""
        self._process = process
        self.name = name
        self.name = f"{name} {self._line()}"

    def turns_s(self, agents: int, *, latency_ms: int, turns: int) -> list[float]:
        """Seconds of each turn. Raises RuntimeError if it fails."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{agents} {latency_ms} {turns}\n")
        self._process.stdin.flush()
        seconds: list[float] = json.loads(self._line())
        return seconds

    def _line(self) -> str:
        said = self._process.stdout
        assert said is not None
        readable, _, _ = select.select([said], [], [], PATIENCE_S)
        line = said.readline() if readable else ""
        if not line:
            raise RuntimeError(f"{self.name} did not answer within {PATIENCE_S:.0f} s, or ended")
        return line.strip()


@contextmanager
def others(folder: Path) -> Iterator[Sequence[Other]]:
    """The frameworks, each in a process that ends with the body; none if they can neither be had nor installed."""
    python = peers_python(folder)
    with ExitStack() as stack:
        yield [Other(name, _started(stack, python, key, folder)) for key, name in _NAMES.items()] if python else []


def peers_python(folder: Path) -> str:
    """A Python that has the frameworks; empty if they can neither be had nor installed."""
    return os.environ.get(INTERPRETER) or _installed(folder)


def _started(stack: ExitStack, python: str, key: str, folder: Path) -> "subprocess.Popen[str]":
    process = stack.enter_context(
        subprocess.Popen(
            [python, str(_FOLDER / "turn.py"), key],
            env=environment(folder),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
    )
    stack.callback(process.kill)
    return process


def _installed(folder: Path) -> str:
    """A Python with the frameworks in that folder; empty if they cannot be installed."""
    uv = shutil.which("uv", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
    python = folder / "peers" / "bin" / "python"
    if uv is None:
        return ""
    for arguments in (
        ["venv", "--python", sys.executable, str(python.parents[1])],
        ["pip", "install", "--python", str(python), "-r", str(_FOLDER / "requirements.txt")],
    ):
        try:
            subprocess.run([uv, *arguments], check=True, capture_output=True, timeout=INSTALL_S_MAX)
        except (OSError, subprocess.SubprocessError):
            return ""
    return str(python)
