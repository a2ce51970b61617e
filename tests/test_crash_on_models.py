"""A process that asks models and is killed: an answer that was acknowledged is never paid for twice, and the run ends
as if nothing had happened.
"""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from tests.cli.program import in_a_process
from tests.llm.providing import Provided, a_provider
from tests.test_crash import wait_for_the_store

TURNS = 3


def arguments(provider: Provided) -> list[str]:
    model = f"openai@{provider.openai}:demo"
    return ["play", "ashfall", "--seed", "7", "--turns", str(TURNS), "--model", model]


def start(home: Path, provider: Provided) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "fabula", *arguments(provider), "--quiet"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "FABULA_HOME": str(home), "FABULA_STORE__SNAPSHOT_EVERY_STEPS": "3"},
    )


def play_undisturbed(home: Path, provider: Provided) -> float:
    """Seconds from the opening of the store to the end of the program."""
    process = start(home, provider)
    began_s = wait_for_the_store(home)
    assert process.wait(timeout=120) == 0
    return time.perf_counter() - began_s


def acknowledged(home: Path) -> set[str]:
    """The questions whose replies are durable, as the provider counts them: `STEP/AGENT/NUMBER`."""
    with closing(sqlite3.connect(home / "fabula.db")) as database:
        rows = database.execute("SELECT step, agent, number FROM replies").fetchall()
    return {f"{step}/{agent}/{number}" for step, agent, number in rows}


def finish(home: Path, provider: Provided) -> str:
    """Go on with the run, or begin it if it was never there; returns its digest."""
    environ = {"FABULA_HOME": str(home)}
    runs = in_a_process("runs", "--json", environ=environ).last["runs"]
    called = ["resume", runs[0]["run"]] if runs else arguments(provider)
    done = in_a_process(*called, "--json", "--quiet", environ=environ)
    assert done.code == 0, done.err
    return str(done.last["digest"])


def check_kills(tmp_path: Path, *, kills: int, seed: int) -> None:
    moments = random.Random(seed)
    with a_provider(seed=3, latency_ms=40, latency_spread=0.5) as provider:
        # The quicker of two: the other lost time to whatever else the machine does.
        playing_s = min(play_undisturbed(tmp_path / f"straight-{number}", provider) for number in range(2))
        digest = finish(tmp_path / "straight-0", provider)
        midway = 0
        for number in range(kills):
            home = tmp_path / f"killed-{number}"
            provider.reset()
            process = start(home, provider)
            wait_for_the_store(home)
            time.sleep(moments.uniform(0.0, 0.9) * playing_s)
            process.send_signal(signal.SIGKILL)
            midway += process.wait() == -signal.SIGKILL
            known = acknowledged(home)
            paid = {question: provider.count()["asked"].get(question) for question in known}
            assert finish(home, provider) == digest, f"kill {number} of seed {seed} changed the run"
            after = provider.count()["asked"]
            twice = {question: after.get(question) for question in known if after.get(question) != paid[question]}
            assert not twice, f"kill {number} of seed {seed}: answers that were durable were paid for again"
            assert set(paid.values()) <= {1}
    assert midway >= kills // 4, "most kills came too late to mean anything"


def test_a_killed_run_on_models_pays_for_no_durable_answer_twice(tmp_path: Path) -> None:
    check_kills(tmp_path, kills=3, seed=20)


@pytest.mark.nightly
@pytest.mark.parametrize("batch", range(10))
def test_a_hundred_kills_on_models(tmp_path: Path, batch: int) -> None:
    check_kills(tmp_path, kills=10, seed=100 * batch + int(os.environ.get("TEST_SEED", "1")))
