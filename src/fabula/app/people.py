"""People: whoever can be asked to speak, by the name, file or data file that a person gives."""

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from fabula.agents.cards import fields_of_card, read_persona_file
from fabula.agents.persona import Persona
from fabula.agents.plain import key
from fabula.engine import Chance
from fabula.environments.dialogue.service_speakers import service_names, service_speaker
from fabula.environments.dialogue.setting import Speaker
from fabula.errors import UsageError, did_you_mean
from fabula.packs import find_pack, pack_names

YOU = "you"
"""What stands for whoever plays."""
_HEAD_BYTES = 4096
_NAME = re.compile(r"^name:\s*[\"']?(.+?)[\"']?\s*$", re.MULTILINE)
_YAML = (".yaml", ".yml")


def speaker_called(given: str) -> tuple[Speaker, list[str]]:
    """Who is meant by that, and what a person should be told about it.

    given: `NAME` of a shipped or installed pack's character, or `PACK/NAME`; a service agent's name; a file: a sheet, a
    card, a service agent's YAML; `you`; `NAME=` before any of these has them speak under that name. Raises UsageError.
    """
    name, equals, what = given.partition("=")
    if equals and not Path(given).exists():
        speaker, told = speaker_called(what)
        return _renamed(speaker, name.strip()), told
    if given.strip().casefold() == YOU:
        return Speaker(persona=Persona(name="You"), person=True), []
    if (file := _file(given)) is not None:
        if file.suffix in _YAML:
            return service_speaker(file)
        persona, notices = read_persona_file(file)
        return Speaker(persona=persona), [f"{file.name}, {notice}" for notice in notices]
    if given in service_names():
        return service_speaker(given)
    persona, notices = read_persona_file(_sheet_called(given))
    return Speaker(persona=persona), []


def people_known() -> Iterator[tuple[str, str, Path]]:
    """Everyone in the packs that are shipped or installed: pack, name, file; by pack, then file."""
    for pack in pack_names():
        for file in sorted((find_pack(pack).parent / "characters").glob("*.md")):
            with file.open(encoding="utf-8", errors="replace") as text:
                found = _NAME.search(text.read(_HEAD_BYTES))
            yield pack, found[1] if found else file.stem.replace("_", " ").title(), file


def greeting_of(persona: Persona, *, to: str, seed: int) -> str:
    """How a character's card has it begin a conversation; empty if it has none."""
    if not persona.card:
        return ""
    fields = fields_of_card(persona.card)
    # Loads the library that lorebooks need, which only a card does.
    lore: Any = import_module("fabula.agents.lore")
    names = lore.Names(char=fields.called, user=to)
    greeting: str = lore.expand(
        fields.first_mes, names=names, stream=Chance(seed).stream("greeting", persona.name), seed=seed
    )
    return greeting.strip()


def _file(given: str) -> Path | None:
    path = Path(given)
    if path.is_file():
        return path
    if path.suffix.casefold() in {".md", ".png", ".json", ".charx", ".apng", *_YAML}:
        raise UsageError(f"{given}: there is no such file")
    return None


def _sheet_called(given: str) -> Path:
    """The sheet of whoever has that name, or that word in it."""
    pack, slash, name = given.rpartition("/")
    known = [each for each in people_known() if not slash or each[0] == pack]
    if slash and not known:
        raise UsageError(f"{given}: no pack {pack!r} has characters.{did_you_mean(pack, pack_names())}")
    wanted = key(name)
    whole = [each for each in known if key(each[1]) == wanted]
    found = whole or [each for each in known if wanted in key(each[1]).split()]
    if len(found) == 1:
        return found[0][2]
    if found:
        which = " or ".join(repr(f"{each[0]}/{each[1]}") for each in found)
        raise UsageError(f"{given!r} could be {which}: give the whole name")
    names = {each[1] for each in known} | set(service_names()) | {YOU}
    near = did_you_mean(given, names | {word for each in known for word in each[1].split()})
    raise UsageError(f"nobody called {given!r} is known.{near} `fabula persona list` tells who is; a file will do too.")


def _renamed(speaker: Speaker, name: str) -> Speaker:
    if not name:
        raise UsageError("a name is needed before '='")
    return replace(speaker, persona=replace(speaker.persona, name=name))
