"""A run that is left - by Ctrl-C, by a full disk - says how to go on, and ends like one that was not."""

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.cli.program import in_a_process

PLAY = [sys.executable, "-m", "fabula", "play", "harbour", "--seed", "3", "--turns", "9"]


def straight(tmp_path: Path) -> str:
    environ = {"FABULA_HOME": str(tmp_path / "straight")}
    return str(in_a_process(*PLAY[3:], "--json", "-q", environ=environ).last["digest"])


def test_ctrl_c_leaves_a_run_that_goes_on(tmp_path: Path) -> None:
    home = tmp_path / "home"
    process = subprocess.Popen(
        PLAY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "FABULA_HOME": str(home)}
    )
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("Turn 2"):
            process.send_signal(signal.SIGINT)
            break
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "fabula resume harbour-1" in err
    assert "Traceback" not in err
    resumed = in_a_process("resume", "harbour-1", "--json", environ={"FABULA_HOME": str(home)})
    assert resumed.last["digest"] == straight(tmp_path)


@pytest.mark.parametrize("kib", [60, 120, 200])
def test_a_full_disk_stops_a_run_that_goes_on_later(tmp_path: Path, kib: int) -> None:
    """A limit on the size of files stands in for the disk: writing past it fails the same way, on any machine."""
    home = tmp_path / "home"

    def small_disk() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (kib * 1024, kib * 1024))

    stopped = subprocess.run(
        [*PLAY, "-q"],
        capture_output=True,
        text=True,
        env={**os.environ, "FABULA_HOME": str(home)},
        preexec_fn=small_disk,
        timeout=60,
        check=False,
    )
    assert stopped.returncode == 1, stopped.stderr
    assert "Traceback" not in stopped.stderr
    assert "fabula" in stopped.stderr
    environ = {"FABULA_HOME": str(home)}
    runs = in_a_process("runs", "--json", environ=environ).last["runs"]
    if runs:
        resumed = in_a_process("resume", runs[0]["run"], "--json", environ=environ)
        assert resumed.code == 0, resumed.err
        assert resumed.last["digest"] == straight(tmp_path)


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    environ = {**os.environ, "FABULA_HOME": str(tmp_path)}
    in_a_process(*PLAY[3:], "-q", environ=environ)
    story = subprocess.Popen(
        [sys.executable, "-m", "fabula", "log", "harbour-1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environ,
    )
    assert story.stdout is not None
    story.stdout.close()
    time.sleep(0)
    _, err = story.communicate(timeout=60)
    assert b"Traceback" not in err
