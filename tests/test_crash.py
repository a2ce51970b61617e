"""A process that is killed: nothing that was acknowledged is lost, and the run ends as if nothing had happened."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from tests.cli.program import in_a_process

TURNS = 10


def start(home: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "fabula", "play", "harbour", "--seed", "3", "--turns", str(TURNS), "--quiet"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "FABULA_HOME": str(home), "FABULA_STORE__SNAPSHOT_EVERY_STEPS": "7"},
    )


def wait_for_the_store(home: Path) -> float:
    """Until then Python starts and there is nothing to lose. Returns the time."""
    for _ in range(3000):
        if (home / "fabula.db").exists():
            return time.perf_counter()
        time.sleep(0.01)
    raise AssertionError("the program never opened its store")


def play_undisturbed(home: Path) -> float:
    """Seconds from the opening of the store to the end of the program."""
    process = start(home)
    began_s = wait_for_the_store(home)
    assert process.wait(timeout=120) == 0
    return time.perf_counter() - began_s


def finish(home: Path) -> dict[str, Any]:
    environ = {"FABULA_HOME": str(home)}
    runs = in_a_process("runs", "--json", environ=environ).last["runs"]
    if not runs:
        # Killed before the run was there: nothing was acknowledged, so the same call begins it.
        return in_a_process("play", "harbour", "--seed", "3", "--turns", str(TURNS), "--json", environ=environ).last
    resumed = in_a_process("resume", runs[0]["run"], "--json", environ=environ)
    assert resumed.code == 0, resumed.err
    return resumed.last


def check_kills(tmp_path: Path, *, kills: int, seed: int) -> None:
    # The quickest of three: the others lost time to whatever else the machine does.
    playing_s = min(play_undisturbed(tmp_path / f"straight-{number}") for number in range(3))
    digest = finish(tmp_path / "straight-0")["digest"]
    moments = random.Random(seed)
    midway = 0
    for number in range(kills):
        home = tmp_path / f"killed-{number}"
        process = start(home)
        wait_for_the_store(home)
        time.sleep(moments.uniform(0.0, 1.0) * playing_s)
        process.send_signal(signal.SIGKILL)
        midway += process.wait() == -signal.SIGKILL
        assert finish(home)["digest"] == digest, f"kill {number} of seed {seed} changed the run"
    assert midway >= kills // 3, "most kills came too late to mean anything"


def test_a_killed_run_ends_like_one_that_was_not(tmp_path: Path) -> None:
    check_kills(tmp_path, kills=6, seed=20)


@pytest.mark.nightly
@pytest.mark.parametrize("batch", range(8))
def test_two_hundred_kills(tmp_path: Path, batch: int) -> None:
    check_kills(tmp_path, kills=25, seed=100 * batch + int(os.environ.get("TEST_SEED", "1")))
