"""The dialogue: two or more agents, and people, talk until they are done; a chat with one agent is the smallest.

A `DialogueSetting` (who speaks, about what, who is next, what ends it, how it is decided) is all that a dialogue starts
from; `Dialogue(setting)` is the environment the engine runs. Each speaker has a mind of its own and is asked with an
`Outlook`: what was said, and its own part. What a mind answers is made one voice - its own - before anybody hears it
(`speech`, by `voices`), and a service agent's is held to the rules of its domain (`service`).

Where things are: `setting`, `actions`, `events`, `commands` and `outlook` are the values that others read; `state` is
what changes; `checks` says what a setting must hold to; `opening` and `step` play the phases, `policy` says who is
next, `speaking` and `faltering` what comes of a turn, `closing` and `circles` (with `likeness` and `agreement`, in
the languages of `tongues`) when it is over, `deciding` how a group settles its question. `asking` puts the questions,
`briefing` says them to a person, `perceived` says what one who left still knows, `senses` brings what was said to
memories. `rhetoric` is the mind by rules, `standing_in` who answers for a mind that
fails, `prompts` what a model is told.

Packs (`pack`) are read into a setting by `load_dialogue`, which fabula.packs finds the files for.

It may use the rooms `fabula.engine` and `fabula.agents`, `fabula.environments.pack`, `fabula.packs`, `fabula.yaml_text`
and `fabula.errors`.
"""

from fabula.environments.dialogue.commands import DialogueCommand, Finish
from fabula.environments.dialogue.dialogue import Dialogue
from fabula.environments.dialogue.events import AnyEvent, EndKind
from fabula.environments.dialogue.outlook import Outlook
from fabula.environments.dialogue.pack import add_cast, load_dialogue
from fabula.environments.dialogue.setting import DialogueSetting, Ends, Speaker
from fabula.environments.dialogue.state import DialogueState

__all__ = [
    "AnyEvent",
    "Dialogue",
    "DialogueCommand",
    "DialogueSetting",
    "DialogueState",
    "EndKind",
    "Ends",
    "Finish",
    "Outlook",
    "Speaker",
    "add_cast",
    "load_dialogue",
]
