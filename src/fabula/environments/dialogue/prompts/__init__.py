"""The dialogue's prompts: the templates that ship, by name. What they may say is `fabula.agents.prompts`' to know.

`speaker` says who a speaker is (`system`) and what applies as it is its turn (`user`), `scene` (`user` alone) what the
talk is about and among whom; `deciding` asks for all that is not speech: bids, the next speaker, proposals, votes. A
pack's `prompts/NAME.j2` stands in place of the shipped one. `now` is the speaker's `Cue` in all of them.

`speech_of` is how models are asked to speak; a Dialogue's `speech`.
"""

from functools import cache
from importlib.resources import files
from types import MappingProxyType

from fabula.environments.dialogue.prompts.names import DECIDING, FOLDER, NAMES, SCENE, SPEAKER, SUFFIX
from fabula.environments.dialogue.prompts.speech import speech_of

__all__ = ["DECIDING", "FOLDER", "NAMES", "SCENE", "SPEAKER", "SUFFIX", "shipped_prompts", "speech_of"]


@cache
def shipped_prompts() -> MappingProxyType[str, str]:
    """Name -> text of the templates that ship."""
    folder = files(__name__)
    return MappingProxyType({name: folder.joinpath(name + SUFFIX).read_text(encoding="utf-8") for name in NAMES})
