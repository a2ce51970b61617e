"""Bringing speakers of one's own: each sheet or card becomes one more speaker of a setting, or replaces one."""

from collections.abc import Sequence

import msgspec

from fabula.agents.cards import read_persona_file
from fabula.agents.persona import Persona
from fabula.environments.dialogue.setting import DialogueSetting, Speaker
from fabula.environments.pack import Renaming, key, parted_cast
from fabula.errors import UsageError, did_you_mean


def add_cast(setting: DialogueSetting, cast: Sequence[str]) -> tuple[DialogueSetting, list[str]]:
    """The setting with these speakers in it, and a sentence on what was done with each.

    cast: `FILE` or `NAME=FILE`, a character sheet or a card, told apart by content. One named like a speaker, or given
    as `NAME=FILE`, replaces that speaker and inherits its part: stance, points, questions. Any other one joins, with no
    part but its own character. Raises UsageError if a file cannot be read.
    """
    told: list[str] = []
    for given in cast:
        name, file = parted_cast(given)
        persona, notices = read_persona_file(file)
        told += [f"{file.name}, {notice}" for notice in notices]
        replaced = _replaced(setting, name or persona.name, needed=bool(name))
        if any(key(each.persona.name) == key(persona.name) for each in setting.speakers if each is not replaced):
            raise UsageError(f"{file}: {persona.name!r} is a speaker of {setting.pack}. Give the other another name.")
        if replaced:
            setting = _with_replaced(setting, replaced, persona)
            told.append(f"{persona.name} takes the place of {replaced.persona.name}.")
        else:
            speakers = (*setting.speakers, Speaker(persona=persona))
            setting = msgspec.structs.replace(setting, speakers=speakers)
            told.append(f"{persona.name} joins.")
    return setting, told


def _replaced(setting: DialogueSetting, name: str, *, needed: bool) -> Speaker | None:
    found = next((each for each in setting.speakers if key(each.persona.name) == key(name)), None)
    if needed and found is None:
        hint = did_you_mean(name, setting.names)
        raise UsageError(f"no speaker {name!r} in {setting.pack} to be replaced.{hint}")
    return found


def _with_replaced(setting: DialogueSetting, replaced: Speaker, persona: Persona) -> DialogueSetting:
    """All that the setting says of the one is said of the other; the sheets stay as they are."""
    renaming = Renaming(setting.names, replaced.persona.name, persona.name)
    speakers = tuple(
        msgspec.structs.replace(
            each,
            persona=persona if each is replaced else each.persona,
            points=renaming.of(each.points),
            wants_to_know=renaming.of(each.wants_to_know),
        )
        for each in setting.speakers
    )
    said = {
        field: renaming.of(getattr(setting, field))
        for field in ("title", "topic", "background", "first", "moderator", "greeting", "options")
    }
    return msgspec.structs.replace(setting, speakers=speakers, **said)
