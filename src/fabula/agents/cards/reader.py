"""Reading a card from whatever holds it: PNG, JSON or CHARX, told apart by their bytes and not by their names."""

import base64
import binascii
import re
from enum import StrEnum
from pathlib import Path, PurePath

import msgspec
from msgspec import Struct

from fabula.agents.cards.casting import persona_of
from fabula.agents.cards.charx import Asset, foreign, read_archive
from fabula.agents.cards.fields import check_whole, read_fields
from fabula.agents.cards.form import recognised
from fabula.agents.cards.json_text import decoded, has_no_numbers, plain, read_json
from fabula.agents.cards.notices import CardNotices, CardWarning
from fabula.agents.cards.png import SIGNATURE, Picture, Text, is_cut, read_picture, text_of
from fabula.agents.persona import Card, Persona
from fabula.agents.plain import one_line
from fabula.agents.sheet import SheetWarning, read_sheet
from fabula.errors import UsageError

FILE_SIZE_MAX_BYTES = 64 * 2**20
ASSET_KEYWORD = "chara-ext-asset_:"
"""Begins the keyword of a chunk that holds an asset; its path follows."""
CARD_KEYWORDS = ("ccv3", "chara")
"""The first one that can be read counts."""

_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06")
_FOREIGN_STARTS = {
    b"GIF8": "a GIF picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"RIFF": "a WebP picture or a sound",
    b"BM": "a BMP picture",
    b"%PDF": "a PDF document",
    b"\x1f\x8b": "a gzip archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
}
_BLANK = re.compile(rb"\s+")


class Container(StrEnum):
    """What holds a card."""

    JSON = "json"
    PNG = "png"
    CHARX = "charx"


class ReadCard(Struct, frozen=True, kw_only=True):
    """A card as it was read from a file, with all that the file holds besides."""

    card: Card
    warnings: tuple[CardWarning, ...]
    container: Container
    picture: bytes = b""
    """The whole PNG file it stood in."""
    assets: tuple[Asset, ...] = ()


class ReadPersona(Struct, frozen=True, kw_only=True):
    """A persona as it was read from a sheet or a card."""

    persona: Persona
    warnings: tuple[SheetWarning | CardWarning, ...]
    origin: ReadCard | None = None
    """The card's file; None for a sheet."""


def read_card(data: bytes, *, name: str) -> ReadCard:
    """The card in the bytes of a PNG, APNG, JSON or CHARX file.

    name: the file's name, as messages use it. Raises UsageError that says what it is instead, or what is broken.
    """
    source = one_line(name) or "card"
    if len(data) > FILE_SIZE_MAX_BYTES:
        raise UsageError(f"{source}: this has more than {FILE_SIZE_MAX_BYTES // 2**20} MiB; no card is so large.")
    if not data.strip():
        raise UsageError(f"{source}: this is empty. Name a card in PNG, JSON or CHARX.")
    notices = CardNotices()
    assets: tuple[Asset, ...] = ()
    if data.startswith(SIGNATURE):
        container = Container.PNG
        text, assets = _of_png(read_picture(data, source=source), source, notices)
    elif data.startswith(_ZIP_STARTS):
        container = Container.CHARX
        archive = read_archive(data, source=source, notices=notices)
        text, assets = decoded(archive.card, source=f"{source}, card.json"), archive.assets
    else:
        container = Container.JSON
        _refuse_foreign(data, source)
        text = decoded(data, source=source)
    _check(text, source, notices)
    picture = data if container is Container.PNG else b""
    return ReadCard(
        card=Card(text=text), warnings=notices.warnings(), container=container, picture=picture, assets=assets
    )


def is_card(data: bytes) -> bool:
    """Whether the bytes begin as something that `read_card` reads, or as a picture or archive that it knows to refuse;
    a character sheet in Markdown does not.
    """
    start = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    is_marked = data.startswith((b"\xff\xfe", b"\xfe\xff")) and start[2:12].replace(b"\0", b"").lstrip()[:1] == b"{"
    is_binary = data.startswith((SIGNATURE, *_ZIP_STARTS, *(mark for mark in _FOREIGN_STARTS if len(mark) > 2)))
    return start.startswith(b"{") or is_marked or is_binary or bool(re.match(rb"\[\s*[{\"]", start))


def read_persona(data: bytes, *, name: str) -> ReadPersona:
    """The persona in the bytes of a card or a sheet, told apart by their content. Raises UsageError."""
    source = one_line(name) or "file"
    if not is_card(data):
        persona, oddities = read_sheet(data, source=source)
        return ReadPersona(persona=persona, warnings=oddities)
    if (own := _own_json(data)) is not None:
        return ReadPersona(persona=own, warnings=())
    origin = read_card(data, name=source)
    notices = CardNotices()
    persona = persona_of(origin.card.text, source=PurePath(source).stem, notices=notices)
    warnings = tuple(dict.fromkeys((*origin.warnings, *notices.warnings())))
    return ReadPersona(persona=persona, warnings=warnings, origin=origin)


def read_persona_file(path: Path | str) -> tuple[Persona, tuple[SheetWarning | CardWarning, ...]]:
    """The persona of a sheet or a card, and what is odd about the file. Raises UsageError, also if it is not there."""
    found = open_persona_file(path)
    return found.persona, found.warnings


def open_persona_file(path: Path | str) -> ReadPersona:
    """The persona of a file with all that the file holds besides. Raises UsageError, also if there is no such file."""
    path = Path(path)
    return read_persona(file_bytes(path), name=str(path))


def file_bytes(path: Path) -> bytes:
    """The bytes of a file, of one that is too large only as many as show that. Raises UsageError."""
    shown = one_line(str(path))
    try:
        if path.exists() and not path.is_file():
            raise UsageError(f"{shown}: this is no file. Name a character sheet or a card.")
        with path.open("rb") as file:
            return file.read(FILE_SIZE_MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise UsageError(f"{shown}: it cannot be read: {getattr(error, 'strerror', None) or error}.") from error


def _own_json(data: bytes) -> Persona | None:
    """The persona that `fabula persona convert --to json` wrote; None if it is anything else."""
    # It is written whole, empty fields too, and no card has all of these.
    if not all(f'"{part}"'.encode() in data for part in Persona.__struct_fields__ if part != "card"):
        return None
    try:
        values = plain(read_json(decoded(data, source=""), source=""))
        if not isinstance(values, dict) or set(values) - set(Persona.__struct_fields__):
            return None
        return msgspec.convert(values, Persona)
    except (UsageError, ValueError, msgspec.ValidationError, OverflowError):
        return None


def _check(text: str, source: str, notices: CardNotices) -> None:
    form = recognised(read_json(text, source=source), source=source, notices=notices)
    read_fields(form, notices)
    check_whole(form, notices)
    if has_no_numbers(text):
        notices.add("card", "it says NaN or Infinity, which other readers of JSON refuse; it is kept as it stands")


def _refuse_foreign(data: bytes, source: str) -> None:
    kind = next((kind for mark, kind in _FOREIGN_STARTS.items() if data.startswith(mark)), "")
    if kind:
        raise UsageError(f"{source}: this is {kind}, whatever its name says. Cards are PNG, JSON or CHARX files.")


# Pictures.


def _of_png(picture: Picture, source: str, notices: CardNotices) -> tuple[str, tuple[Asset, ...]]:
    texts = [text for chunk in picture.chunks if (text := text_of(chunk)) is not None]
    if is_cut(picture):
        notices.add("picture", "the file ends before its picture does; it is kept as it is")
    card = _card_text(texts, source, notices, cut=is_cut(picture))
    return card, tuple(_assets(texts, notices))


def _card_text(texts: list[Text], source: str, notices: CardNotices, *, cut: bool) -> str:
    faults: list[str] = []
    for keyword in CARD_KEYWORDS:
        found = [text for text in texts if text.keyword.casefold() == keyword]
        if len(found) > 1:
            notices.add(f"chunk {keyword}", f"it is there {len(found)} times; the first counts")
        for text in found[:1]:
            try:
                card = _unfolded(text, f"{source}, chunk {keyword}")
            except UsageError as error:
                faults.append(str(error))
                continue
            if not text.sound:
                notices.add(f"chunk {keyword}", "its checksum is wrong; the text could be read all the same")
            for fault in faults:
                notices.add("chunk ccv3", f"it cannot be read, so `chara` is read in its place ({fault[:200]})")
            return card
    if faults:
        raise UsageError(faults[0])
    if cut:
        raise UsageError(f"{source}: this picture is cut off before its end, and its card with it; get the whole file.")
    raise UsageError(
        f"{source}: this is a picture without a character card in it. Programs that show pictures often save them "
        "without; get the original file."
    )


def _unfolded(text: Text, where: str) -> str:
    """The JSON of a chunk, which is base64 - some programs forget that. Raises UsageError."""
    if text.fault:
        raise UsageError(f"{where}: {text.fault}.")
    if text.text.lstrip()[:1] == b"{":
        card = decoded(text.text, source=where)
    else:
        try:
            folded = _BLANK.sub(b"", text.text).rstrip(b"=")
            card = decoded(base64.b64decode(folded + b"=" * (-len(folded) % 4), validate=True), source=where)
        except (binascii.Error, ValueError) as error:
            raise UsageError(f"{where}: its text is damaged: it is no base64. Get the original file.") from error
    # Whether it is JSON has to be known before the other chunk is given up.
    read_json(card, source=where)
    return card


def _assets(texts: list[Text], notices: CardNotices) -> list[Asset]:
    assets: dict[str, Asset] = {}
    for text in texts:
        path = text.keyword.removeprefix(ASSET_KEYWORD)
        if path == text.keyword:
            continue
        try:
            data = base64.b64decode(text.text, validate=True)
        except (binascii.Error, ValueError):
            notices.add(f"asset {path[:80]!r}", "it is left out: it is no base64")
            continue
        if why := foreign(path) or ("its name is there twice" if path in assets else text.fault):
            notices.add(f"asset {path[:80]!r}", f"it is left out: {why}")
        else:
            assets[path] = Asset(path=path, data=data)
    return list(assets.values())
