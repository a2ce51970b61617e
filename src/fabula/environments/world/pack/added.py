"""Bringing people of one's own: each sheet or card becomes one more person of a setting, or replaces one."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from fabula.agents.cards import read_persona_file
from fabula.agents.persona import Persona
from fabula.environments.pack import Renaming, bonds_of, key, parted_cast
from fabula.environments.world.pack.form import PEOPLE_MAX, RESERVED
from fabula.environments.world.setting import Place, Resident, WorldSetting
from fabula.errors import UsageError, did_you_mean

_TELLING_LETTERS = 4
"""Shorter words of a role say nothing about a trade."""


def add_cast(setting: WorldSetting, cast: Sequence[str]) -> tuple[WorldSetting, list[str]]:
    """The setting with these people in it, and a sentence on what was done with each.

    cast: `FILE` or `NAME=FILE`, a character sheet or a card, told apart by content. One named like a person, or given
    as `NAME=FILE`, replaces that person and inherits all that the setting says of them; NAME is as the setting writes
    it, case and article aside. Any other one joins as a resident: in the setting's faction that the sheet names first,
    in the home where fewest live, with the work its role speaks of or, failing that, where fewest work.
    Raises UsageError if a file cannot be read, or is named like something else in the setting.
    """
    told: list[str] = []
    for given in cast:
        name, file = parted_cast(given)
        persona, notices = read_persona_file(file)
        told += [f"{file.name}, {notice}" for notice in notices]
        replaced = _replaced(setting, name or persona.name, needed=bool(name))
        _check_free(setting, persona.name, file, besides=replaced)
        if replaced:
            setting = _with_replaced(setting, replaced, persona)
            told.append(f"{persona.name} takes the place of {replaced.persona.name}{_lives(setting.people, persona)}.")
        else:
            setting = _with_joined(setting, persona, file)
            told.append(f"{persona.name} joins{_lives(setting.people, persona)}.")
    return setting, told


def _replaced(setting: WorldSetting, name: str, *, needed: bool) -> Resident | None:
    found = next((one for one in setting.people if key(one.persona.name) == key(name)), None)
    if needed and found is None:
        names = [person.persona.name for person in setting.people]
        raise UsageError(f"nobody called {name!r} in {setting.pack} to be replaced.{did_you_mean(name, names)}")
    return found


def _check_free(setting: WorldSetting, name: str, file: Path, *, besides: Resident | None) -> None:
    """Raises UsageError if the name stands for something else in the setting already."""
    kinds: tuple[tuple[str, Iterable[Any]], ...] = (
        ("place", setting.places),
        ("faction", setting.factions),
        ("person", (person.persona for person in setting.people if person is not besides)),
    )
    for kind, entries in kinds:
        if any(key(entry.name) == key(name) for entry in entries):
            raise UsageError(f"{file}: {name!r} is a {kind} of {setting.pack}. Give the person another name.")
    if key(name) in RESERVED:
        raise UsageError(f"{file}: {name!r} means something else in a log. Give the person another name.")


def _with_replaced(setting: WorldSetting, replaced: Resident, persona: Persona) -> WorldSetting:
    names = [person.persona.name for person in setting.people]
    number = setting.people.index(replaced)
    renaming = Renaming(names, replaced.persona.name, persona.name)
    renamed = msgspec.structs.replace(
        setting, people=renaming.of(setting.people), places=tuple(_owned(place, renaming) for place in setting.places)
    )
    heir = renamed.people[number]
    bonds = {**heir.bonds, **bonds_of(persona, [person.persona.name for person in renamed.people])}
    heir = msgspec.structs.replace(heir, persona=persona, bonds=bonds)
    return msgspec.structs.replace(renamed, people=(*renamed.people[:number], heir, *renamed.people[number + 1 :]))


def _owned(place: Place, renaming: Renaming) -> Place:
    """A place keeps its own name, whoever's it was: `Reed's mill` is where the map says it is."""
    return msgspec.structs.replace(place, owner=renaming.of(place.owner), about=renaming.of(place.about))


def _with_joined(setting: WorldSetting, persona: Persona, file: Path) -> WorldSetting:
    if len(setting.people) >= PEOPLE_MAX:
        raise UsageError(f"{file}: {setting.pack} has {PEOPLE_MAX} people already. Replace one: NAME={file.name}.")
    factions = {key(faction.name): faction.name for faction in setting.factions}
    named = [factions[key(name)] for name in persona.factions if key(name) in factions]
    common = Counter(person.faction for person in setting.people if person.faction).most_common(1)
    faction = (named or [name for name, _ in common] or [""])[0]
    fellows = [person for person in setting.people if person.faction == faction] or list(setting.people)
    newcomer = Resident(
        persona=persona,
        faction=faction,
        kind=fellows[0].kind if fellows else "",
        home=_home(setting, fellows),
        work=_work(setting, persona),
        bonds=dict(bonds_of(persona, [person.persona.name for person in setting.people])),
    )
    return msgspec.structs.replace(setting, people=(*setting.people, newcomer))


def _home(setting: WorldSetting, fellows: Sequence[Resident]) -> str:
    """Where fewest live; where two are alike, one where somebody of the same faction does."""
    living = Counter(person.home for person in setting.people)
    with_fellows = {fellow.home for fellow in fellows}
    homes = [place.name for place in setting.places if _use(setting, place) == "home"]
    return min(homes, key=lambda home: (living[home], home not in with_fellows), default="")


def _work(setting: WorldSetting, persona: Persona) -> str:
    """The trade that the persona's role speaks of; else where something is made, and fewest work at it."""
    working = Counter(person.work for person in setting.people)
    words = [word for word in key(persona.role).split() if len(word) >= _TELLING_LETTERS]
    trades = [place for place in setting.places if _use(setting, place) in {"work", "market"}]
    meant = [place.name for place in trades if any(word[:-1] in key(f"{place.name} {place.kind}") for word in words)]
    making = [place.name for place in trades if _use(setting, place) == "work"]
    return min(meant or making, key=lambda work: working[work], default="")


def _use(setting: WorldSetting, place: Place) -> str:
    return next(kind.use for kind in setting.place_kinds if kind.name == place.kind)


def _lives(people: Sequence[Resident], persona: Persona) -> str:
    person = next(one for one in people if one.persona.name == persona.name)
    home = f", at home in {person.home}" if person.home else ""
    work = f", at work in {person.work}" if person.work else ""
    return f"{home}{work}"
