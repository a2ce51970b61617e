"""Prompts: the template with which models are asked in a world. What it may say is `fabula.agents.prompts`' to know.

A pack's `prompts/character.j2` stands in place of the shipped one. It is given the agent's own side of the truth: `now`
is its `Outlook`, `options` what it may do, `news` and `recalled` what its own memory holds.
"""

from functools import cache
from importlib.resources import files
from types import MappingProxyType

CHARACTER = "character"

NAMES = (CHARACTER,)
"""Every template there is."""

FOLDER, SUFFIX = "prompts", ".j2"
"""Where a pack keeps its own: `prompts/character.j2`."""

__all__ = ["CHARACTER", "FOLDER", "NAMES", "SUFFIX", "shipped_prompts"]


@cache
def shipped_prompts() -> MappingProxyType[str, str]:
    """Name -> text of the templates that ship."""
    folder = files(__name__)
    return MappingProxyType({name: folder.joinpath(name + SUFFIX).read_text(encoding="utf-8") for name in NAMES})
