"""Runs on models: whatever a provider does the run ends, the records say who decided, and replay needs nobody."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from benchmarks.crowds import crowd
from tests.app.model_runs import play_on_models
from tests.llm.providing import a_provider, a_provider_here

from fabula.environments.campaign import Campaign
from fabula.llm.process import FAULTS


def faults_of_every_kind(share: float) -> str:
    """A plan in which `share` of the calls fail, each kind as often as any other."""
    each = share / len(FAULTS)
    return ",".join(f"{name}={each:.4f}" for name in FAULTS)


def test_a_campaign_ends_though_two_calls_in_five_fail_in_every_way(tmp_path: Path) -> None:
    """Twenty turns, eight agents and a director; then replay with the provider gone and the network closed."""
    with a_provider(faults=faults_of_every_kind(0.4), seed=5) as provider:
        run = play_on_models(
            tmp_path,
            model=f"openai@{provider.openai}:demo, openai@{provider.openai}:second, rules",
            pack=Campaign(crowd(8, turns=20)),
            cast__reply_s_max=1.5,
            models__breaker_s=0.5,
        )
        count = provider.count()
    assert run.played.ending is not None
    assert run.played.turns == 20
    decided = Counter(note.by.rpartition(":")[2] for note in run.notes)
    # How many each decides is a matter of timing: a breaker may be open for a turn.
    assert set(decided) == {"demo", "second", "rules"}
    assert all(note.why for note in run.notes if note.by == "rules")
    assert all("fallback" in note.why for note in run.notes if note.by.endswith(":second"))
    assert len(count["failed"]) >= 8, "most kinds of failure were met"
    replayed = replay_without_network(tmp_path, run.played.run)
    assert replayed["identical"]
    assert replayed["digest"] == run.played.digest


def replay_without_network(home: Path, run: str) -> dict[str, object]:
    """`fabula replay` in a process that may open no socket but the pair by which asyncio wakes itself."""
    script = """
import socket, sys
pair = socket.socketpair
def closed(*args, **kwargs):
    raise SystemExit("a socket was opened")
class Closed(socket.socket):
    def connect(self, *args): closed()
    def connect_ex(self, *args): closed()
    def bind(self, *args): closed()
socket.socket = Closed
socket.create_connection = socket.getaddrinfo = closed
def audited(event, values):
    if event in ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto"):
        raise SystemExit(f"the network was touched: {event}")
sys.addaudithook(audited)
from fabula.cli import main
sys.argv = ["fabula", "replay", sys.argv[1], "--json"]
main()
"""
    done = subprocess.run(
        [sys.executable, "-c", script, run],
        capture_output=True,
        text=True,
        env={"FABULA_HOME": str(home), "PATH": ""},
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return told


def test_the_breaker_opens_within_five_failures_and_the_model_is_asked_again_once_it_recovers(tmp_path: Path) -> None:
    with a_provider_here(faults="500x40") as provider:
        run = play_on_models(
            tmp_path, model=f"openai@{provider.openai}:demo", turns=4, models__breaker_s=0.2, models__attempts_max=2
        )
        assert provider.count()["failed"]["500"] <= 5 + 8, "those under way when it opened, and the trials after it"
        provider.faults("")
        again = play_on_models(tmp_path, model=f"openai@{provider.openai}:demo", turns=2, seed=8)
    assert run.played.ending is not None
    assert any("left alone" in note.why for note in run.notes)
    assert {note.by.rpartition(":")[2] for note in again.notes} == {"demo"}


def test_a_turn_waits_for_its_slowest_answer_and_not_for_their_sum(tmp_path: Path) -> None:
    """All agents of a turn are asked at once: the provider sees all eight questions open together."""
    with a_provider_here(latency_ms=300) as provider:
        play_on_models(tmp_path, model=f"openai@{provider.openai}:demo", turns=1, by_name={"director": "rules"})
        assert provider.count()["open_max"] == 8


@pytest.mark.parametrize("tokens", [12_000, 30_000])
def test_a_budget_is_never_exceeded_at_the_providers_own_count(tmp_path: Path, tokens: int) -> None:
    with a_provider_here() as provider:
        run = play_on_models(
            tmp_path,
            model=f"openai@{provider.openai}:demo",
            pack="harbour",
            turns=6,
            by_name={"director": "rules"},
            models__budget__run_tokens=tokens,
        )
        count = provider.count()
    assert run.played.ending is not None
    assert 0 < count["tokens_in"] + count["tokens_out"] <= tokens
    assert any("budget of the run" in note.why for note in run.notes if note.by == "rules")


def test_a_budget_in_money_moves_on_to_the_cheaper_model_and_then_to_rules(tmp_path: Path) -> None:
    with a_provider_here() as provider:
        dear, cheap = f"openai@{provider.openai}:dear", f"openai@{provider.openai}:cheap"
        prices = {
            dear: {"input_usd_per_million": 20.0, "output_usd_per_million": 60.0},
            cheap: {"input_usd_per_million": 1.0, "output_usd_per_million": 3.0},
        }
        run = play_on_models(
            tmp_path,
            model=f"{dear},{cheap}",
            turns=8,
            by_name={"director": "rules"},
            models__budget__run_usd=0.35,
            models__prices=prices,
        )
        by_model = provider.count()["models"]
    usd = sum(
        by_model[name]["tokens_in"] * price["input_usd_per_million"] / 1e6
        + by_model[name]["tokens_out"] * price["output_usd_per_million"] / 1e6
        for name, price in (("dear", prices[dear]), ("cheap", prices[cheap]))
    )
    assert usd <= 0.35
    decided = [note.by.rpartition(":")[2] for note in run.notes if note.agent != "director"]
    assert list(dict.fromkeys(decided)) == ["dear", "cheap", "rules"]


def test_a_run_on_models_is_gone_on_with_by_the_same_minds_and_pays_nothing_twice(tmp_path: Path) -> None:
    with a_provider_here(seed=3) as provider:
        whole = play_on_models(tmp_path / "whole", model=f"openai@{provider.openai}:demo", turns=3)
        provider.reset()
        environ = {"FABULA_HOME": str(tmp_path / "broken"), "PATH": ""}
        code = f"""
import os, sys
from fabula.cli import main
from fabula.cli.feed import Feed
call = Feed.__call__
def dying(self, moment):
    call(self, moment)
    if moment.step == 5:
        os._exit(9)
Feed.__call__ = dying
sys.argv = ["fabula", "play", "ashfall", "--seed", "7", "--turns", "3", "--model", "openai@{provider.openai}:demo"]
main()
"""
        died = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environ, timeout=120, check=False)
        assert died.returncode == 9, died.stderr
        resumed = play_on_models(tmp_path / "broken", model="rules", resume="ashfall-1")
        paid = provider.count()["asked"]
    assert resumed.played.digest == whole.played.digest
    assert set(paid.values()) == {1}
    assert {note.by.rpartition(":")[2] for note in resumed.notes} == {"demo"}
