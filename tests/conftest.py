"""What holds for every test: a home of its own, no settings or keys from outside, examples that can be repeated."""

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

hypothesis.settings.register_profile(
    "fabula",
    deadline=None,  # A busy machine is no failure.
    derandomize="CI" in os.environ,  # A change is judged by itself, not by the luck of its day.
    print_blob=True,
)
hypothesis.settings.load_profile("fabula")

PROVIDERS = ("ANTHROPIC", "GEMINI", "GOOGLE", "OLLAMA", "OPENAI", "OPENROUTER", "PERPLEXITY", "XAI")


@pytest.fixture(scope="session", autouse=True)
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Iterator[Path]]:
    """Homes nobody has used yet; from before the first fixture on, nothing from outside reaches a test."""
    folder = tmp_path_factory.mktemp("homes")
    with pytest.MonkeyPatch.context() as environment:
        for name in os.environ:
            if name.startswith(("FABULA_", *(f"{provider}_" for provider in PROVIDERS))) or name.endswith("_API_KEY"):
                environment.delenv(name)
        environment.setenv("FABULA_HOME", str(folder / "session"))
        yield (folder / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def _home(_homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FABULA_HOME", str(next(_homes)))
