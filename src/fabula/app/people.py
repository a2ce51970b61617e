"""People: whoever can be asked to speak, by the name, file or data file that a person gives."""

import re
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from fabula.agents.cards import fields_of_card, read_persona_file
from fabula.agents.persona import Persona
from fabula.agents.plain import key, one_line
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
_FILES = (".md", ".png", ".json", ".charx", ".apng", *_YAML)
"""How files end from which somebody is read: what ends so is no name."""
_WHO = "`fabula persona list` tells who is known; a file will do too."


def speaker_called(given: str) -> tuple[Speaker, list[str]]:
    """Who is meant by that, and what a person should be told about it.

    given: `NAME` of a shipped or installed pack's character, or `PACK/NAME`; a service agent's name; a file: a sheet, a
    card, a service agent's YAML; `you`; `NAME=` before any of these has them speak under that name. Raises UsageError.
    """
    name, equals, what = given.partition("=")
    if not equals or _is_file(given):
        return _meant(given)
    if not name.strip():
        raise UsageError(f"{given!r:.80}: a name is needed before '='")
    speaker, told = _meant(what)
    return replace(speaker, persona=called(speaker.persona, name)), told


def called(persona: Persona, name: str) -> Persona:
    """The persona under another name. Raises UsageError if that is none."""
    try:
        return replace(persona, name=name)
    except ValueError as wrong:
        raise UsageError(str(wrong)) from wrong


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
    # Who speaks under another name than the card's greets under that.
    char = fields.called if persona.name == one_line(fields.name) else persona.name
    names = lore.Names(char=char, user=to)
    greeting: str = lore.expand(
        fields.first_mes, names=names, stream=Chance(seed).stream("greeting", persona.name), seed=seed
    )
    return greeting.strip()


def sheet_of(given: str) -> Path:
    """The sheet or card that a path, or the name of somebody in a pack, leads to. Raises UsageError."""
    return _file(given) or _sheet_called(given)


def _meant(given: str) -> tuple[Speaker, list[str]]:
    if given.strip().casefold() == YOU:
        return Speaker(persona=Persona(name="You"), person=True), []
    if (file := _file(given)) is not None:
        if file.suffix.casefold() in _YAML:
            return service_speaker(file)
        persona, notices = read_persona_file(file)
        return Speaker(persona=persona), [f"{file.name}, {notice}" for notice in notices]
    if given in service_names():
        return service_speaker(given)
    persona, notices = read_persona_file(_sheet_called(given))
    return Speaker(persona=persona), []


def _file(given: str) -> Path | None:
    """The file that is meant; None if it is a name. Raises UsageError for a file that is none."""
    path = Path(given)
    if _is_file(given):
        return path
    if path.suffix.casefold() in _FILES or path.is_absolute() or given.startswith("."):
        wrong = "this is a folder; name a file in it" if _leads_to(given, Path.is_dir) else "there is no such file"
        raise UsageError(f"{given:.200}: {wrong}")
    return None


def _is_file(given: str) -> bool:
    return _leads_to(given, Path.is_file)


def _leads_to(given: str, kind: Callable[[Path], bool]) -> bool:
    try:
        return kind(Path(given))
    except OSError:
        return False  # Such as a name that is longer than any file's.


def _sheet_called(given: str) -> Path:
    """The sheet of whoever has that name, or that word in it."""
    pack, slash, name = given.rpartition("/")
    known = [each for each in people_known() if not slash or each[0] == pack]
    if slash and not known:
        raise UsageError(f"{given:.200}: no pack {pack!r:.80} has characters.{did_you_mean(pack[:80], pack_names())}")
    wanted = key(name)
    if not wanted:
        raise UsageError(f"{given!r:.80} names nobody. {_WHO}")
    whole = [each for each in known if key(each[1]) == wanted]
    found = whole or [each for each in known if wanted in key(each[1]).split()]
    if len(found) == 1:
        return found[0][2]
    if found:
        which = " or ".join(repr(f"{each[0]}/{each[1]}") for each in found)
        raise UsageError(f"{given!r:.80} could be {which}: give the whole name")
    names = {each[1] for each in known} | ({YOU, *service_names()} if not slash else set())
    near = did_you_mean(name[:80], names | {word for each in known for word in each[1].split()})
    raise UsageError(f"nobody called {given!r:.80} is known.{near} {_WHO}")
