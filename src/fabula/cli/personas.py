"""Characters: `persona list`, `persona check`, `persona show`, `persona convert`."""

from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import typer

from fabula.agents import WEIGHT_RULE, Persona, SheetWarning, drives, write_sheet
from fabula.agents.cards import (
    CardWarning,
    Container,
    ReadPersona,
    fields_of_card,
    open_persona_file,
    read_persona,
    write_card,
)
from fabula.agents.cards.json_text import decoded, read_json
from fabula.agents.cards.reader import file_bytes, is_card
from fabula.agents.lore import Book, ReadBook, book_of, is_book, read_book
from fabula.chronicle import visible
from fabula.cli.columns import aligned, counted
from fabula.cli.context import Call, Json
from fabula.cli.terminal import CALLED_WRONG, Terminal, harmless_json, output
from fabula.errors import UsageError

personas = typer.Typer(no_args_is_help=True, help="Character sheets and cards: list, check, show, convert.")

Files = Annotated[
    list[Path],
    typer.Argument(metavar="FILE", help="Character sheets in Markdown, cards in PNG, JSON or CHARX, lorebooks."),
]
Warned = tuple[SheetWarning | CardWarning, ...]


class Target(StrEnum):
    """What a character is written as."""

    MD = "md"
    JSON = "json"
    V2 = "v2"
    V3 = "v3"


_VERSIONS = {Target.V2: 2, Target.V3: 3}
_CONTAINERS = {".png": Container.PNG, ".apng": Container.PNG, ".charx": Container.CHARX, ".json": Container.JSON}
_SHEETS = (".md", ".markdown", ".txt")
_NOT_IN_A_SHEET = {
    "first_mes": "the greeting",
    "alternate_greetings": "other greetings",
    "group_only_greetings": "greetings in a group",
    "mes_example": "example dialogue",
    "system_prompt": "the system prompt",
    "post_history_instructions": "instructions after the history",
    "creator_notes": "the creator's notes",
    "tags": "tags",
    "creator": "the creator",
    "nickname": "the nickname",
}


def add_to(program: typer.Typer) -> None:
    """Register the commands."""
    program.add_typer(personas, name="persona", rich_help_panel="Prepare")


@personas.command()
def check(files: Files, as_json: Json = False) -> None:
    """Read character sheets, cards and lorebooks and say, by line or field, what is odd about them.

    Exit code 0 if all can be read, warnings or not; 2 if one cannot.
    """
    shown = Call(as_json=as_json).shown
    results = [_checked(file, shown) for file in files]
    shown.result({"files": results})
    if any("error" in result for result in results):
        raise typer.Exit(CALLED_WRONG)


@personas.command()
def show(
    who: Annotated[str, typer.Argument(metavar="WHO", help="A sheet or card, or somebody `persona list` names.")],
    as_json: Json = False,
) -> None:
    """Show what a sheet or card says, what its weights become, and what drives the character."""
    shown = Call(as_json=as_json).shown
    file = Path(who)
    if not file.suffix and not file.exists():
        # Reads every sheet's head; a file needs no packs.
        file = import_module("fabula.app.people").sheet_of(who)
    found = open_persona_file(file)
    persona = found.persona
    _tell(persona, shown)
    card = _card(found)
    for name, value in card.items():
        if value:
            shown.say(f"  {name.replace('_', ' ')}: {visible(str(value), letters_max=200)}", style="dim")
    for warning in found.warnings:
        shown.say(_said(warning), style="yellow")
    shown.result(
        {
            **msgspec.to_builtins(msgspec.structs.replace(persona, card=msgspec.UNSET)),
            "traits": [trait.name for trait in persona.traits],
            "trait_notes": {trait.name: trait.note for trait in persona.traits},
            "weights": {weight.name: {"value": weight.value, "said": weight.said} for weight in persona.weights},
            "drives": {str(drive): round(value, 3) for drive, value in drives(persona).items()},
            **({"card": card} if card else {}),
            "warnings": msgspec.to_builtins(found.warnings),
        }
    )


@personas.command("list")
def list_people(as_json: Json = False) -> None:
    """List whom `fabula talk` and `fabula chat` know by name: characters of all packs, and service agents."""
    shown = Call(as_json=as_json).shown
    # Reads every sheet's head; nothing else here needs packs.
    people = import_module("fabula.app.people")
    speakers = import_module("fabula.environments.dialogue.service_speakers")
    known = [(name, pack) for pack, name, _ in people.people_known()]
    services = [(name, speakers.service_speaker(name)[0].persona.role) for name in speakers.service_names()]
    rows = [*known, *((name, f"service agent, {role}") for name, role in services)]
    for line in aligned([(visible(name), visible(of)) for name, of in rows]):
        shown.say(line)
    shown.result(
        {
            "characters": [{"name": name, "pack": pack} for name, pack in known],
            "service_agents": [{"name": name, "role": role} for name, role in services],
        }
    )


@personas.command()
def rule() -> None:
    """Show how what a sheet says of a weight becomes a number from 0 to 1."""
    output(WEIGHT_RULE)


@personas.command()
def convert(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    to: Annotated[
        Literal["md", "json", "v2", "v3"] | None,
        typer.Option(
            "--to",
            help="A sheet in Markdown, the persona as plain JSON, or a card of version 2 or 3 (default: by --out).",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Write it there - .md, .json, .png, .charx - instead of printing."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Write a character anew, as a sheet or as a card: it reads in as the same persona.

    What was not changed stays as it was, letter for letter; what the new form cannot hold is told.
    """
    shown = Call(as_json=as_json).shown
    target, container = _target(to, out)
    found = open_persona_file(file)
    data, left_out = _converted(found, target, container)
    for text in left_out:
        shown.say(f"left out: {visible(text)}", style="yellow")
    if out is not None:
        _write(out, data)
        shown.say(f"{visible(found.persona.name)}: written to {out}, {counted(len(found.warnings), 'warning')}")
        for warning in found.warnings:
            shown.say(f"  {_said(warning)}", style="yellow")
    elif not as_json:
        is_json = target not in {None, Target.MD}
        output(harmless_json(data.decode()) if is_json else data.decode())
    shown.result(
        {
            "name": found.persona.name,
            "out": str(out) if out else None,
            "text": data.decode() if out is None else None,
            "left_out": left_out,
            "warnings": msgspec.to_builtins(found.warnings),
        }
    )


# Checking.


def _checked(file: Path, shown: Terminal) -> dict[str, Any]:
    try:
        data = file_bytes(file)
        if is_card(data) and (book := _book(data, file)) is not None:
            return _told_book(file, book, shown)
        found = read_persona(data, name=str(file))
        carried = _with_patterns(book_of(found.persona))
    except UsageError as failure:
        shown.say(visible(str(failure)), style="red")
        return {"file": str(file), "error": str(failure)}
    warnings: Warned = (*found.warnings, *(carried.warnings if carried is not None else ()))
    kind = "sheet" if found.origin is None else f"card v{_version(found)} in {found.origin.container.upper()}"
    lore = f", a lorebook of {_entries(carried.book)}" if carried is not None else ""
    told = "" if found.origin is None else f" ({kind}{lore})"
    shown.say(
        f"{visible(str(file))}: {visible(found.persona.name)}{told}, {_counted(warnings)}",
        style="yellow" if warnings else "green",
    )
    return {"file": str(file), "name": found.persona.name, "kind": kind, "warnings": _listed(warnings, shown)}


def _told_book(file: Path, read: ReadBook, shown: Terminal) -> dict[str, Any]:
    book = read.book
    idle = sum(not entry.enabled for entry in book.entries)
    kind = {"character_book": "character book", "lorebook_v3": "lorebook v3", "world_info": "World Info"}[book.kind]
    disabled = f", {idle} of them disabled" if idle else ""
    shown.say(
        f"{visible(str(file))}: {visible(book.name)} ({kind}, {_entries(book)}{disabled}), {_counted(read.warnings)}",
        style="yellow" if read.warnings else "green",
    )
    return {
        "file": str(file),
        "name": book.name,
        "kind": kind,
        "entries": len(book.entries),
        "disabled": idle,
        "warnings": _listed(read.warnings, shown),
    }


def _book(data: bytes, file: Path) -> ReadBook | None:
    """The book in a file, None if it holds none."""
    try:
        root = read_json(decoded(data, source=str(file)), source=str(file))
    except UsageError:
        return None
    return _with_patterns(read_book(data, name=str(file))) if is_book(root) else None


def _with_patterns(read: ReadBook | None) -> ReadBook | None:
    """With what is wrong with the patterns of a book among its warnings."""
    if read is None:
        return None
    # The module loads the regex library, which no other command needs.
    patterns = import_module("fabula.agents.lore.patterns")
    return msgspec.structs.replace(read, warnings=(*read.warnings, *patterns.checked_patterns(read.book)))


def _entries(book: Book) -> str:
    return counted(len(book.entries), "entry", "entries")


def _counted(warnings: Warned) -> str:
    return counted(len(warnings), "warning") if warnings else "clean"


def _listed(warnings: Warned, shown: Terminal) -> list[dict[str, Any]]:
    for warning in warnings:
        shown.say(f"  {_said(warning)}")
    listed: list[dict[str, Any]] = msgspec.to_builtins(warnings)
    return list(listed)


def _said(warning: SheetWarning | CardWarning) -> str:
    return visible(str(warning))


# Showing.


def _version(found: ReadPersona) -> int:
    return fields_of_card(found.origin.card).version if found.origin is not None else 0


def _card(found: ReadPersona) -> dict[str, Any]:
    """What a card has beside its persona."""
    if found.origin is None:
        return {}
    fields = fields_of_card(found.origin.card)
    book = book_of(found.persona)
    return {
        "card": f"version {fields.version} in {found.origin.container.upper()}",
        "greetings": int(bool(fields.first_mes)) + len(fields.alternate_greetings) + len(fields.group_only_greetings),
        "first_mes": fields.first_mes,
        "tags": ", ".join(fields.tags),
        "creator": fields.creator,
        "lorebook_entries": len(book.book.entries) if book is not None else 0,
        "assets": len(found.origin.assets),
    }


def _tell(persona: Persona, shown: Terminal) -> None:
    shown.say(visible(persona.name), style="bold")
    for text in (persona.role, ", ".join(persona.factions), persona.origin):
        if text:
            shown.say(f"  {visible(text)}")
    for trait in persona.traits:
        shown.say(f"  {visible(trait.name)}" + (f": {visible(trait.note)}" if trait.note else ""))
    for weight in persona.weights:
        value = "undecided" if weight.value is None else f"{weight.value:.2f}"
        shown.say(f"  {visible(weight.name)}: {value}  (the sheet says {visible(weight.said)!r})")
    strongest = sorted(drives(persona).items(), key=lambda pair: (-pair[1], str(pair[0])))
    shown.say("  Drives: " + ", ".join(f"{drive} {value:.2f}" for drive, value in strongest), style="dim")


# Converting.


def _target(to: str | None, out: Path | None) -> tuple[Target | None, Container | None]:
    """What to write, and in which container; None: a sheet, and for a card the version it has."""
    container = _container(out) if out is not None else None
    target = Target(to) if to is not None else None
    if target in _VERSIONS:
        if out is not None and container is None:
            raise UsageError(f"{out}: a card is a .json, .png or .charx file; give it such a name.")
        return target, container or Container.JSON
    if target is Target.JSON and container not in {None, Container.JSON}:
        raise UsageError(f"{out}: plain JSON goes into a .json file; leave --to out for a card.")
    if target is Target.MD and container is not None:
        raise UsageError(f"{out}: a sheet is Markdown; give it a name that ends in .md, or leave --to out for a card.")
    return target, None if target is Target.JSON else container


def _container(out: Path) -> Container | None:
    """What a file of that name is; None: a sheet. Raises UsageError if its ending is unknown."""
    ending = out.suffix.casefold()
    if ending not in _CONTAINERS and ending not in _SHEETS:
        known = ", ".join([_SHEETS[0], *_CONTAINERS])
        raise UsageError(f"{out}: its ending says nothing of what it is to be; end the name in one of {known}.")
    return _CONTAINERS.get(ending)


def _converted(found: ReadPersona, target: Target | None, container: Container | None) -> tuple[bytes, list[str]]:
    """The bytes of the new file, and what it cannot hold."""
    persona, origin = found.persona, found.origin
    if container is not None:
        version = None if target is None else _VERSIONS[target]
        written = write_card(persona, container, version=version, origin=origin)
        return written.data, list(written.left_out)
    around = _around(found)
    if target is Target.JSON:
        return msgspec.json.format(msgspec.json.encode(persona), indent=2), around
    return write_sheet(persona).encode(), [*_beyond_a_sheet(persona), *around]


def _beyond_a_sheet(persona: Persona) -> list[str]:
    """What of a card has no place in Markdown."""
    if not persona.card:
        return []
    fields = fields_of_card(persona.card)
    left = [told for name, told in _NOT_IN_A_SHEET.items() if getattr(fields, name)]
    if book_of(persona) is not None:
        left.append("the lorebook")
    return [f"a sheet has no place for {', '.join(left)}; keep the card"] if left else []


def _around(found: ReadPersona) -> list[str]:
    if found.origin is None:
        return []
    left = ["the picture: keep the card"] if found.origin.picture else []
    return [*left, *(f"{asset.path}: keep the card" for asset in found.origin.assets)]


def _write(out: Path, data: bytes) -> None:
    if out.exists():
        raise UsageError(f"{out} is there already: give another name")
    try:
        out.write_bytes(data)
    except OSError as failure:
        raise UsageError(f"{out} cannot be written: {failure.strerror or failure}") from failure
