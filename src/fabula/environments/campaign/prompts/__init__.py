"""The campaign's prompts: the templates that ship, by name. What they may say is `fabula.agents.prompts`' to know.

`character` asks a character what it does, `director` asks the director's seat. A pack's `prompts/NAME.j2` stands in
place of the shipped one. A template is given the agent's own side of the truth: `now` is its `Outlook` (the director's:
the `Docket`), `options` what it may do, `news` and `recalled` what its own memory holds.
"""

from functools import cache
from importlib.resources import files
from types import MappingProxyType

CHARACTER, DIRECTOR = "character", "director"

NAMES = (CHARACTER, DIRECTOR)
"""Every template there is."""

FOLDER, SUFFIX = "prompts", ".j2"
"""Where a pack keeps its own: `prompts/character.j2`."""

__all__ = ["CHARACTER", "DIRECTOR", "FOLDER", "NAMES", "SUFFIX", "shipped_prompts"]


@cache
def shipped_prompts() -> MappingProxyType[str, str]:
    """Name -> text of the templates that ship."""
    folder = files(__name__)
    return MappingProxyType({name: folder.joinpath(name + SUFFIX).read_text(encoding="utf-8") for name in NAMES})
