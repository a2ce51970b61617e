"""The guides: every example in them is run as it stands, in its order, in a folder of its own."""

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.program import Program
from tests.llm.providing import a_provider_here

ROOT = Path(__file__).parents[1]
_BLOCK = re.compile(r"^```(console|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


GUIDES = ["README.md", *sorted(f"docs/{guide.name}" for guide in (ROOT / "docs").glob("*.md"))]
TRIAL = "127.0.0.1:8080"
"""Where the guides have the provider for trials listen."""


@pytest.fixture(scope="module")
def trial() -> Iterator[str]:
    """Where it listens in a test."""
    with a_provider_here() as provider:
        yield provider.url.removeprefix("http://")


@pytest.mark.parametrize("guide", GUIDES)
def test_every_example_runs(
    guide: str, trial: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    fabula = Program(monkeypatch, capfd)
    ran = 0
    written = (ROOT / guide).read_text(encoding="utf-8").replace(TRIAL, trial)
    for language, text in _BLOCK.findall(written):
        if language == "python":
            done = subprocess.run(
                [sys.executable, "-W", "error", "-c", text], capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, f"{guide}: {text}\n{done.stderr}"
            ran += 1
        for line in re.findall(r"^\$ fabula (.+)$", text if language == "console" else "", re.MULTILINE):
            called = fabula(*shlex.split(line))
            assert called.code == 0, f"{guide}: fabula {line}\n{called.err}"
            assert "remembers nothing" not in called.out, f"{guide}: fabula {line}\n{called.out}"
            ran += 1
    assert ran > 0 or "```" not in written
