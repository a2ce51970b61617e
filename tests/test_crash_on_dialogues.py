"""A dialogue that is killed: whatever was acknowledged stands, no durable answer is paid for twice, and it ends as if
nothing had happened.
"""

import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.cli.program import Program
from tests.cli.scripted import PATIENCE_S, read_until, started
from tests.llm.providing import Provided, a_provider_here
from tests.test_crash_on_models import acknowledged

SPOKEN = ("Emeric Lunt", "Marit Holub")
TURNS = {"rules": 60, "model": 10}
PACE_S = {"rules": 0.02, "model": 0.05}
"""Of a turn, about."""


@pytest.fixture
def fabula(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Program:
    return Program(monkeypatch, capfd)


def arguments(provider: Provided | None) -> list[str]:
    turns = TURNS["model" if provider else "rules"]
    talk = ["talk", "Emeric", "Marit", "--topic", "the old tower", "--seed", "7", "--turns", str(turns)]
    return [*talk, "--model", f"openai@{provider.openai}:demo"] if provider else talk


@contextmanager
def minds(kind: str) -> Iterator[Provided | None]:
    if kind == "rules":
        yield None
        return
    with a_provider_here(seed=3, latency_ms=40, latency_spread=0.5) as provider:
        yield provider


def kill_midway(home: Path, provider: Provided | None, moments: random.Random) -> bool:
    """Begin a talk and kill it some time after its first turns; whether it was still going on."""
    kind = "model" if provider else "rules"
    with started(home, *arguments(provider), FABULA_STORE__SNAPSHOT_EVERY_STEPS="3") as process:
        read_until(process, SPOKEN, times=moments.randint(1, TURNS[kind] // 3))
        time.sleep(moments.uniform(0.0, 3.0) * PACE_S[kind])
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=PATIENCE_S)
    return process.returncode == -signal.SIGKILL


def check_kills(
    fabula: Program, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str, kills: int, seed: int
) -> None:
    moments = random.Random(seed)
    with minds(kind) as provider:
        monkeypatch.setenv("FABULA_HOME", str(tmp_path / "straight"))
        digest = fabula(*arguments(provider), "-q", "--json").last["digest"]
        midway = 0
        for number in range(kills):
            home = tmp_path / f"killed-{number}"
            if provider:
                provider.reset()
            midway += kill_midway(home, provider, moments)
            known = acknowledged(home)
            monkeypatch.setenv("FABULA_HOME", str(home))
            resumed = fabula("resume", "talk-1", "-q", "--json")
            assert resumed.code == 0, resumed.err
            assert resumed.last["digest"] == digest, f"kill {number} of seed {seed} changed the run"
            if provider:
                asked = provider.count()["asked"]
                assert {asked[question] for question in known} <= {1}, f"kill {number} of seed {seed}: paid for twice"
            assert fabula("verify", "talk-1").code == 0
    assert midway >= kills // 3, "most kills came too late to mean anything"


@pytest.mark.parametrize(("kind", "kills"), [("rules", 1), ("model", 2)])
def test_a_killed_talk_ends_like_one_that_was_not(
    fabula: Program, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str, kills: int
) -> None:
    check_kills(fabula, monkeypatch, tmp_path, kind, kills, seed=20)


@pytest.mark.nightly
@pytest.mark.parametrize("batch", range(3))
@pytest.mark.parametrize("kind", ["rules", "model"])
def test_thirty_kills_of_each_kind(
    fabula: Program, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str, batch: int
) -> None:
    check_kills(fabula, monkeypatch, tmp_path, kind, 10, seed=100 * batch + int(os.environ.get("TEST_SEED", "1")))
