"""Importing the dialogue, reading a pack and showing a setting load nothing that only models or a long talk need."""

import subprocess
import sys

PROGRAM = """
import sys
from fabula.environments.dialogue import Dialogue
from fabula.packs import find_pack
Dialogue.from_pack(find_pack("sluice"))
print(*sorted({"jinja2", "pydantic_ai", "numpy", "openai", "anthropic", "redis", "aio_pika"} & set(sys.modules)))
"""


def test_nothing_heavy_is_loaded_before_it_is_needed() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
