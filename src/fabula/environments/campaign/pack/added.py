"""Bringing characters of one's own: each sheet or card becomes one more character of a setting, or replaces one."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from fabula.agents.cards import read_persona_file
from fabula.agents.persona import Persona
from fabula.environments.campaign.faults import RESERVED
from fabula.environments.campaign.setting import Character, Setting
from fabula.environments.pack import Renaming, bonds_of, key, parted_cast
from fabula.errors import UsageError, did_you_mean


def add_cast(setting: Setting, sheets: Sequence[str]) -> tuple[Setting, tuple[str, ...]]:
    """The setting with these characters in it, and a sentence on what was done with each.

    sheets: `FILE` or `NAME=FILE`, a character sheet or a card, told apart by content. One named like a character, or
    given as `NAME=FILE`, replaces that character and inherits all that the setting says of it; NAME is as the setting
    writes it, case and article aside. Any other one joins: in the setting's faction that the sheet names first, where
    most of that faction are (or in the first place), with bonds from the trust its Social Network speaks of.
    Raises UsageError if a file cannot be read, or is named like something else in the setting.
    """
    told: list[str] = []
    for given in sheets:
        name, file = parted_cast(given)
        persona, notices = read_persona_file(file)
        told += [f"{file.name}, {notice}" for notice in notices]
        replaced = _replaced(setting, name or persona.name, needed=bool(name))
        _check_free(setting, persona.name, file, besides=replaced)
        if replaced:
            setting = _with_replaced(setting, replaced, persona)
            told.append(f"{persona.name} takes the place of {replaced.persona.name}{_stands(setting, persona)}.")
        else:
            setting = _with_joined(setting, persona)
            told.append(f"{persona.name} joins{_stands(setting, persona)}.")
    return setting, tuple(told)


def _character(setting: Setting, name: str) -> Character | None:
    return next((one for one in setting.characters if key(one.persona.name) == key(name)), None)


def _replaced(setting: Setting, name: str, *, needed: bool) -> Character | None:
    found = _character(setting, name)
    if needed and found is None:
        names = [character.persona.name for character in setting.characters]
        raise UsageError(f"no character {name!r} in {setting.pack} to be replaced.{did_you_mean(name, names)}")
    return found


def _check_free(setting: Setting, name: str, file: Path, *, besides: Character | None) -> None:
    """Raises UsageError if the name stands for something else in the setting already."""
    kinds: tuple[tuple[str, Iterable[Any]], ...] = (
        ("place", setting.places),
        ("faction", setting.factions),
        ("object", setting.things),
        ("secret", setting.secrets),
        ("clock", setting.clocks),
        ("threat", setting.threats),
        ("character", (character.persona for character in setting.characters if character is not besides)),
    )
    for kind, entries in kinds:
        if any(key(entry.name) == key(name) for entry in entries):
            raise UsageError(f"{file}: {name!r} is a {kind} of {setting.pack}. Give the character another name.")
    if key(name) in RESERVED:
        raise UsageError(f"{file}: {name!r} means somebody else in a log. Give the character another name.")


def _with_replaced(setting: Setting, replaced: Character, persona: Persona) -> Setting:
    names = [character.persona.name for character in setting.characters]
    renamed: Setting = Renaming(names, replaced.persona.name, persona.name).of(setting)
    number = setting.characters.index(replaced)
    heir = renamed.characters[number]
    heir = msgspec.structs.replace(heir, persona=persona, bonds={**heir.bonds, **_bonds(renamed, persona)})
    return msgspec.structs.replace(
        renamed, characters=(*renamed.characters[:number], heir, *renamed.characters[number + 1 :])
    )


def _with_joined(setting: Setting, persona: Persona) -> Setting:
    factions = {key(faction.name): faction.name for faction in setting.factions}
    faction = next((factions[key(name)] for name in persona.factions if key(name) in factions), "")
    places = Counter(character.place for character in setting.characters if faction and character.faction == faction)
    place = places.most_common(1)[0][0] if places else setting.places[0].name
    newcomer = Character(persona=persona, faction=faction, place=place, bonds=dict(_bonds(setting, persona)))
    return msgspec.structs.replace(setting, characters=(*setting.characters, newcomer))


def _bonds(setting: Setting, persona: Persona) -> Mapping[str, int]:
    return bonds_of(persona, [character.persona.name for character in setting.characters])


def _stands(setting: Setting, persona: Persona) -> str:
    character = _character(setting, persona.name)
    assert character is not None
    return f" for {character.faction} at {character.place}" if character.faction else f" at {character.place}"
