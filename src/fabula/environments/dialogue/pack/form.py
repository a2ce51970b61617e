"""The form of a dialogue's pack: what the types in `fabula.environments.dialogue.setting` leave open."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from fabula.environments.dialogue.checks import (
    OPTIONS_MAX,
    PHRASES_MAX,
    POINTS_MAX,
    ROUNDS_MAX,
    TURNS_MAX,
    WINDOW_MAX,
    WINDOW_MIN,
)
from fabula.environments.dialogue.setting import (
    SPEAKERS_MAX,
    Decision,
    DialogueSetting,
    Ends,
    OnFailure,
    Policy,
    Speaker,
)
from fabula.environments.pack import Form, Meaning

ENVIRONMENT = "dialogue"
KINDS = {"speakers": "speaker"}
"""The lists of a pack whose entries have names, and what one entry is called."""
INLINE = ("name", "role", "about", "pronouns")
"""Keys of a speaker without a sheet: who they are."""

WORDS: Mapping[tuple[type, str], type[StrEnum]] = MappingProxyType(
    {
        (DialogueSetting, "policy"): Policy,
        (DialogueSetting, "decision"): Decision,
        (Speaker, "on_failure"): OnFailure,
    }
)
"""Fields that hold one of a few words."""

_SPEAKER = Meaning(names=("speaker",))

FORM = Form(
    meanings=MappingProxyType(
        {
            DialogueSetting: {
                "speakers": Meaning(length_max=SPEAKERS_MAX),
                "first": _SPEAKER,
                "moderator": _SPEAKER,
                "options": Meaning(length_max=OPTIONS_MAX),
                "rounds": Meaning(low=1, high=ROUNDS_MAX),
            },
            Speaker: {
                "stance": Meaning(low=-100, high=100),
                "points": Meaning(length_max=POINTS_MAX),
                "wants_to_know": Meaning(length_max=POINTS_MAX),
            },
            Ends: {
                "turns": Meaning(low=0, high=TURNS_MAX),
                "phrases": Meaning(length_max=PHRASES_MAX),
                "similarity": Meaning(low=0, high=100),
                "window": Meaning(low=WINDOW_MIN, high=WINDOW_MAX),
                "agreement": Meaning(low=0, high=TURNS_MAX),
                "silence": Meaning(low=0, high=TURNS_MAX),
            },
        }
    ),
    keys=MappingProxyType({(DialogueSetting, "pack"): "name", (Speaker, "persona"): "sheet"}),
    not_keys=frozenset({*WORDS, (DialogueSetting, "prompts"), (Speaker, "service")}),
    other_keys=MappingProxyType(
        {
            DialogueSetting: ("environment", "summary", "policy", "decision"),
            Speaker: ("id", *INLINE, "service", "on_failure"),
        }
    ),
)
