"""Seating: minds that others install, and a cast that goes with its run wherever it goes."""

import os
import subprocess
import sys
from pathlib import Path

from tests.app.model_runs import play_on_models
from tests.cli.program import in_a_process
from tests.llm.providing import a_provider_here

MODULE = """
class Stubborn:
    label = "stubborn"
    repeatable = True

    def __init__(self, name):
        self.name = name

    async def decide(self, observation):
        return observation.options[-1].action


def make(persona, chance):
    return Stubborn(persona.name)
"""


def installed(folder: Path) -> dict[str, str]:
    """A package in a folder that registers a mind; returns the environment in which it is found."""
    (folder / "stubbornness.py").write_text(MODULE, encoding="utf-8")
    info = folder / "stubbornness-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: stubbornness\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[fabula.minds]\nstubborn = stubbornness:make\n", encoding="utf-8")
    return {"PYTHONPATH": str(folder)}


def home() -> Path:
    return Path(os.environ["FABULA_HOME"])


def by(run: str, agent: str) -> set[str]:
    steps = in_a_process("log", run, "--steps", "--json").last["inputs"]
    return {step["by"] for step in steps if step["agent"] == agent}


def test_an_installed_mind_takes_the_seat_it_is_named_for(tmp_path: Path) -> None:
    environ = installed(tmp_path)
    call = ["play", "harbour", "--seed", "5", "--turns", "2", "--mind", "Maren=mind:stubborn", "--json"]
    played = in_a_process(*call, environ=environ)
    assert played.code == 0, played.err
    assert by("harbour-1", "Maren Tolliver") == {"stubborn"}
    assert by("harbour-1", "Oskar Venn") == {"rules"}
    nearly = in_a_process("play", "harbour", "--mind", "Maren=mind:stuborn", environ=environ)
    assert nearly.code == 2
    assert "Did you mean 'stubborn'?" in nearly.err


def test_a_branch_keeps_its_parents_cast_from_any_step(tmp_path: Path) -> None:
    with a_provider_here() as provider:
        play_on_models(home(), model=f"openai@{provider.openai}:demo", turns=2, by_name={"director": "rules"})
        for number, at in enumerate(("0", "4"), start=2):
            branched = in_a_process("branch", "ashfall-1", "--at", at, "--json")
            assert branched.code == 0, branched.err
            assert by(f"ashfall-{number}", "Ketu Amsel") == {f"openai@{provider.openai}:demo"}
            assert by(f"ashfall-{number}", "director") == {"rules"}


def test_a_run_played_elsewhere_still_says_what_it_cost(tmp_path: Path) -> None:
    with a_provider_here() as provider:
        play_on_models(home(), model=f"openai@{provider.openai}:gpt-4o-mini", turns=1)
    here = in_a_process("cost", "ashfall-1", "--json").last["total"]
    assert in_a_process("export", "ashfall-1", tmp_path / "folder").code == 0
    elsewhere = {"FABULA_HOME": str(tmp_path / "elsewhere")}
    assert in_a_process("import", tmp_path / "folder", environ=elsewhere).code == 0
    told = in_a_process("cost", "ashfall-1", "--json", environ=elsewhere)
    assert told.code == 0, told.err
    assert told.last["total"]["cost_nano_usd"] == here["cost_nano_usd"] > 0
    assert told.last["total"]["tokens"] == here["tokens"]


def test_playing_by_rules_loads_nothing_that_asks_models() -> None:
    code = """
import sys
from fabula.cli import main
sys.argv = ["fabula", "play", "harbour", "--turns", "1", "--seed", "1", "--quiet"]
try:
    main()
finally:
    heavy = {"pydantic_ai", "openai", "anthropic", "google.genai", "numpy", "jinja2", "genai_prices", "httpx2",
             "tenacity", "regex", "json_repair", "h11"}
    loaded = sorted(heavy & set(sys.modules))
    assert not loaded, loaded
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
