"""A dialogue's packs: `load_dialogue` reads one into a setting, `add_cast` brings speakers of one's own to it.

A pack says `environment: dialogue`, then the keys of `DialogueSetting` under their own names, but `name` for `pack`. An
entry of `speakers` is the name of a sheet, or a mapping: `sheet`, or `service` (a service agent that ships), or `name`
with `role` and `about`; and what it has to say.

May touch: what `fabula.environments.pack` may, and the dialogue's own setting.
"""

from fabula.environments.dialogue.pack.added import add_cast
from fabula.environments.dialogue.pack.loading import load_dialogue

__all__ = ["add_cast", "load_dialogue"]
