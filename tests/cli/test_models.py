"""Models on the command line: whether they answer, what a run will cost, what it has cost."""

import socket
from pathlib import Path

import pytest
from tests.cli.program import Program
from tests.llm.providing import a_provider_here

UNPRICED = "openai@http://10.1.1.1:9/v1:nobody-knows"


@pytest.fixture
def fabula(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Program:
    return Program(monkeypatch, capfd)


def a_closed_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_the_table_of_providers_cuts_no_address(fabula: Program) -> None:
    shown = fabula("models")
    assert "https://generativelanguage.googleapis.com" in shown.out
    assert "no key needed" in shown.out


def test_a_model_is_greeted_and_a_free_one_is_called_free(fabula: Program) -> None:
    with a_provider_here() as provider:
        name = f"openai@{provider.openai}:demo"
        shown = fabula("models", name)
    assert shown.code == 0, shown.err
    assert shown.out.startswith(f"Asking {name} …\n")
    assert "$" not in shown.out
    assert ", free" in shown.out


def test_where_nothing_listens_the_reason_says_so_and_names_the_model_once(
    fabula: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = a_closed_port()
    monkeypatch.setenv("OLLAMA_HOST", f"127.0.0.1:{port}")
    shown = fabula("models", "ollama:x")
    assert shown.code == 1
    assert f"ollama:x did not answer: nothing listens at 127.0.0.1:{port}\n" in shown.out
    assert "ollama serve" in shown.out


def test_a_budget_in_dollars_is_refused_for_models_of_unknown_price_before_the_run_begins(fabula: Program) -> None:
    refused = fabula("play", "harbour", "--turns", "1", "-q", "--model", UNPRICED, "--budget", "1")
    assert refused.code == 2
    assert "is not known" in refused.err
    assert "--budget-tokens" in refused.err
    assert fabula("runs", "--json").last["runs"] == []


def test_a_model_of_unknown_price_before_one_that_can_be_asked_is_warned_of(fabula: Program) -> None:
    with a_provider_here() as provider:
        models = f"{UNPRICED},openai@{provider.openai}:demo"
        played = fabula("play", "harbour", "--turns", "1", "-q", "--model", models, "--budget", "1")
    assert played.code == 0, played.err
    assert f"{UNPRICED} will not be asked" in played.out
    assert "tokens, free." in played.out


def test_cost_is_of_the_run_played_last_and_names_models_in_full(fabula: Program) -> None:
    with a_provider_here() as provider:
        name = f"openai@{provider.openai}:a-model-whose-name-is-longer-than-any-terminal-of-the-usual-width-would-hold"
        assert fabula("play", "harbour", "--turns", "1", "-q", "--model", name).code == 0
    shown = fabula("cost")
    assert shown.out.startswith("harbour-1\n")
    assert name in shown.out
    assert fabula("cost", "--json").last["run"] == "harbour-1"


def test_cost_without_any_run_says_how_to_begin(fabula: Program) -> None:
    refused = fabula("cost")
    assert refused.code == 2
    assert "fabula play" in refused.err


def test_a_forecast_is_near_what_a_whole_run_takes(fabula: Program, tmp_path: Path) -> None:
    with a_provider_here() as provider:
        model = f"openai@{provider.openai}:demo"
        played = fabula("play", "harbour", "--turns", "6", "--seed", "5", "-q", "--model", model)
    foreseen = int(played.out.split("some ")[1].split(" tokens")[0].replace(",", ""))
    total = fabula("cost", "--json").last["total"]
    taken = total["input_tokens"] + total["output_tokens"]
    assert 0.9 * taken < foreseen < 1.25 * taken
