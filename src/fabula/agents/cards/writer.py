"""Writing a card as the bytes of a PNG, JSON or CHARX file."""

import base64

from msgspec import Struct

from fabula.agents.cards.casting import card_of
from fabula.agents.cards.charx import CARD_MEMBER, Asset, write_archive
from fabula.agents.cards.form import Form, converted, recognised
from fabula.agents.cards.json_text import Json, read_json, write_json
from fabula.agents.cards.notices import CardNotices
from fabula.agents.cards.png import (
    KEYWORD_CHARACTERS_MAX,
    SIGNATURE,
    Picture,
    plain_picture,
    read_picture,
    text_of,
    with_texts,
)
from fabula.agents.cards.reader import ASSET_KEYWORD, CARD_KEYWORDS, Container, ReadCard
from fabula.agents.persona import Persona
from fabula.errors import UsageError

_EMBEDDED = ("embeded://", "embedded://")


class Written(Struct, frozen=True, kw_only=True):
    """A card as a file."""

    data: bytes
    left_out: tuple[str, ...] = ()
    """What this kind of file cannot hold, a sentence each."""


def write_card(
    persona: Persona, container: Container, *, version: int | None = None, origin: ReadCard | None = None
) -> Written:
    """The card of a persona as a file.

    version: 2 or 3; None: as it came, 3 where it came with none; CHARX is always 3. origin: the file it came in, whose
    picture and assets go along. What was not changed is written letter for letter as it came.
    Raises UsageError for a CHARX of version 2.
    """
    if container is Container.CHARX and version == 2:
        raise UsageError("a CHARX file holds a card of version 3: leave --to v2 out, or write a .png or .json.")
    text = card_of(persona, version=3 if container is Container.CHARX else version)
    assets = origin.assets if origin is not None else ()
    match container:
        case Container.JSON:
            left = [f"{asset.path}: JSON holds no assets; write a .charx to keep it" for asset in assets]
            return Written(data=text.encode(), left_out=tuple(left))
        case Container.CHARX:
            return _archive(text, assets, origin)
        case Container.PNG:
            return _picture(text, assets, origin)


def _archive(text: str, assets: tuple[Asset, ...], origin: ReadCard | None) -> Written:
    left: list[str] = []
    if origin is not None and origin.picture:
        # The card's own texts are in card.json: in the picture they would only grow old.
        bare = with_texts(read_picture(origin.picture, source="picture"), [], instead_of=CARD_KEYWORDS)
        path = "assets/icon/images/main.png"
        if all(asset.path != path for asset in assets):
            assets = (*assets, Asset(path=path, data=bare))
        else:
            left.append(f"the picture: {path} is there already")
    return Written(data=write_archive(text.encode(), assets), left_out=tuple(left))


def _picture(text: str, assets: tuple[Asset, ...], origin: ReadCard | None) -> Written:
    icon = _icon(text, assets)
    base = origin.picture if origin is not None and origin.picture else icon or plain_picture()
    picture = read_picture(base, source="picture")
    if origin is not None and origin.picture:
        return Written(data=_in_its_own(picture, text))
    chunks, left = [], []
    for asset in assets:
        if _fits(asset.path):
            chunks.append((ASSET_KEYWORD + asset.path, base64.b64encode(asset.data)))
        else:
            left.append(f"{asset.path}: its name is too long for a PNG; write a .charx to keep it")
    return Written(data=with_texts(picture, [*_texts(text), *chunks], instead_of=CARD_KEYWORDS), left_out=tuple(left))


def _in_its_own(picture: Picture, text: str) -> bytes:
    """The picture a card came in, with the card as it is now; where nothing changed, byte for byte as it came."""
    said: dict[str, bytes] = {}
    for chunk in picture.chunks:
        found = text_of(chunk)
        if found is not None and found.sound and found.keyword in CARD_KEYWORDS:
            said.setdefault(found.keyword, found.text)
    first = next((said[keyword] for keyword in CARD_KEYWORDS if keyword in said), None)
    if first == base64.b64encode(text.encode()):
        return b"".join([SIGNATURE, *(chunk.raw for chunk in picture.chunks), picture.rest])
    return with_texts(picture, _texts(text), instead_of=CARD_KEYWORDS)


def _texts(text: str) -> list[tuple[str, bytes]]:
    """A version 3 goes along as version 2 too, for programs that know no other."""
    form = recognised(read_json(text, source=CARD_MEMBER), source=CARD_MEMBER, notices=CardNotices())
    if form.version < 3:
        return [("chara", base64.b64encode(text.encode()))]
    two = write_json(converted(form, 2))
    return [("chara", base64.b64encode(two.encode())), ("ccv3", base64.b64encode(text.encode()))]


def _icon(text: str, assets: tuple[Asset, ...]) -> bytes:
    """The PNG among the assets that the card calls its icon; b"" if there is none."""
    form = recognised(read_json(text, source=CARD_MEMBER), source=CARD_MEMBER, notices=CardNotices())
    paths = [_path(entry) for entry in _listed(form) if isinstance(entry, dict) and entry.get("type") == "icon"]
    pictures = {asset.path: asset.data for asset in assets if asset.data.startswith(SIGNATURE)}
    return next((pictures[path] for path in paths if path in pictures), b"")


def _listed(form: Form) -> list[Json]:
    listed = form.data.get("assets")
    return listed if isinstance(listed, list) else []


def _path(entry: Json) -> str:
    uri = entry.get("uri")
    text = uri if isinstance(uri, str) else ""
    return next((text.removeprefix(scheme) for scheme in _EMBEDDED if text.startswith(scheme)), "")


def _fits(path: str) -> bool:
    keyword = ASSET_KEYWORD + path
    return len(keyword) <= KEYWORD_CHARACTERS_MAX and all(" " <= letter <= "\xff" for letter in path)
