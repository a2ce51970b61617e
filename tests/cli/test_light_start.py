"""What the program loads: whoever plays without a model waits for no library that speaks to one."""

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = (
    "anthropic genai_prices google h11 httpx2 jinja2 json_repair limits numpy openai PIL purgatory pydantic_ai regex "
    "tenacity"
).split()

_LOADED = f"""
import sys
from fabula.cli import main
try:
    main()
except SystemExit as left:
    if left.code:
        raise
print("loaded:", *sorted({set(HEAVY)} & set(sys.modules)))
"""


@pytest.mark.parametrize("call", [["play", "ashfall", "--seed", "7", "--turns", "1", "--quiet"], ["runs"], ["--help"]])
def test_no_library_for_models_is_loaded_where_none_is_asked(call: list[str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LOADED, *call],
        env={"FABULA_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "loaded:"
