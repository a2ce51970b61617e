"""`fabula provider`: the command, in a process of its own."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from tests.llm.providing import a_provider
from tests.llm.wire_talk import post, text_of
from typer.testing import CliRunner

from fabula.cli import provider as command
from fabula.errors import UsageError

START = "import typer; from fabula.cli.provider import provider; typer.run(provider)"


def test_the_command_listens_answers_and_ends() -> None:
    with a_provider(manner="agree", faults="500", script=["From the script."]) as provider:
        assert text_of(post(provider, asked="1/Mira/0")) == "From the script."
        assert post(provider).status_code == 500
        assert text_of(post(provider)) == "I agree."
        assert provider.count()["asked"] == {"1/Mira/0": 1}
        process = provider.process
    assert process is not None
    assert process.returncode == 0


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly_with_the_counts_as_its_last_line(name: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", START, "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        first = json.loads(process.stdout.readline())
        assert first["url"].startswith("http://127.0.0.1:")
        process.send_signal(name)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert json.loads(out.splitlines()[-1])["requests"] == 0
    assert err == ""


def test_it_ends_with_the_program_that_holds_its_leash() -> None:
    with a_provider() as provider:
        assert provider.process is not None
        assert provider.process.stdin is not None
        provider.process.stdin.close()
        assert provider.process.wait(30) == 0


def test_the_help_says_how_to_point_a_campaign_at_it() -> None:
    program = typer.Typer()
    program.callback()(lambda: None)
    command.add_to(program)
    told = CliRunner().invoke(program, ["provider", "--help"], env={"COLUMNS": "120"})
    assert told.exit_code == 0
    assert "--model openai@http://127.0.0.1:8080/v1:demo" in told.output
    assert "late_error" in told.output


def test_a_script_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.jsonl: cannot be read"):
        command.provider(script=tmp_path / "none.jsonl")


def test_the_command_loads_nothing_heavy() -> None:
    heavy = "openai anthropic google.genai pydantic_ai httpx2 numpy jinja2 genai_prices"
    check = f"import sys; import fabula.cli.provider; print([name for name in {heavy.split()} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
