"""CHARX files: a zip archive with `card.json` at its root, read member by member, nothing ever unpacked to a disk."""

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator

from msgspec import Struct

from fabula.agents.cards.json_text import JSON_SIZE_MAX_BYTES
from fabula.agents.cards.notices import CardNotices
from fabula.errors import UsageError

CARD_MEMBER = "card.json"
MEMBERS_MAX = 2_000
MEMBER_SIZE_MAX_BYTES = 32 * 2**20
UNPACKED_SIZE_MAX_BYTES = 128 * 2**20
"""Of all members together."""
MEMBER_NAME_CHARACTERS_MAX = 500

_DIRECTORY_ENTRY = b"PK\x01\x02"
_DRIVE = re.compile(r"[A-Za-z]:")
_WHEN = (1980, 1, 1, 0, 0, 0)
"""The moment all our members carry, so that equal cards make equal files."""
_BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError, OverflowError, KeyError)
"""What the standard library's reader raises at damaged archives and at packings it does not know."""


class Asset(Struct, frozen=True, kw_only=True):
    """A file that travels with a card."""

    path: str
    data: bytes


class Archive(Struct, frozen=True, kw_only=True):
    """What a CHARX file holds."""

    card: bytes
    assets: tuple[Asset, ...]
    """Everything beside the card, in the order of the archive."""


def read_archive(data: bytes, *, source: str, notices: CardNotices) -> Archive:
    """Read a CHARX file. What its names say is never followed: a member whose name leads out is dropped and told.

    Raises UsageError if it is no archive, has no card, is encrypted, or unpacks to more than the limits.
    """
    # The directory is counted before it is read: the standard reader would make an object of each of millions.
    if data.count(_DIRECTORY_ENTRY) > 2 * MEMBERS_MAX:
        raise UsageError(f"{source}: this has more than {MEMBERS_MAX:,} members; no card has so many.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _read(archive, source, notices)
    except (*_BROKEN, RuntimeError, AttributeError, IndexError, TypeError, MemoryError) as error:
        raise UsageError(
            f"{source}: this archive is damaged ({str(error) or type(error).__name__}). Get it anew."
        ) from error


def write_archive(card: bytes, assets: Iterable[Asset]) -> bytes:
    """A CHARX file of a card and its assets; equal contents give equal bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in [(CARD_MEMBER, card), *((asset.path, asset.data) for asset in assets)]:
            member = zipfile.ZipInfo(name, _WHEN)
            member.external_attr = 0o644 << 16
            archive.writestr(member, data, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def foreign(name: str) -> str:
    """Why a member's name is not one inside its archive; "" if it is."""
    if not name or len(name) > MEMBER_NAME_CHARACTERS_MAX or not name.isprintable():
        return "its name is empty, too long or unprintable"
    if "\\" in name:
        return "its name has backslashes"
    if name.startswith(("/", "~")) or _DRIVE.match(name):
        return "its name is that of a place outside the archive"
    if any(part in {"", ".", ".."} for part in name.split("/")):
        return "its name leads out of the archive or in a circle"
    return ""


def _read(archive: zipfile.ZipFile, source: str, notices: CardNotices) -> Archive:
    members = archive.infolist()
    if len(members) > MEMBERS_MAX:
        raise UsageError(f"{source}: this has {len(members):,} members; a card has {MEMBERS_MAX:,} at most.")
    if any(member.flag_bits & 0x1 for member in members):
        raise UsageError(f"{source}: this archive is encrypted. Save the card without a password.")
    kept = list(_kept(members, notices))
    card = next((member for member in kept if member.orig_filename == CARD_MEMBER), None)
    if card is None:
        nearest = next((member.filename for member in members if member.filename.casefold().endswith(CARD_MEMBER)), "")
        hint = (
            f" There is {nearest!r}: it has to be called {CARD_MEMBER!r} and to stand at the root." if nearest else ""
        )
        raise UsageError(f"{source}: this archive has no {CARD_MEMBER!r}, so it is no CHARX card.{hint}")
    left = UNPACKED_SIZE_MAX_BYTES
    text = _unpacked(archive, card, min(left, JSON_SIZE_MAX_BYTES), source)
    left -= len(text)
    assets = []
    for member in kept:
        if member is not card:
            content = _unpacked(archive, member, min(left, MEMBER_SIZE_MAX_BYTES), source)
            left -= len(content)
            assets.append(Asset(path=member.orig_filename, data=content))
    return Archive(card=text, assets=tuple(assets))


def _kept(members: list[zipfile.ZipInfo], notices: CardNotices) -> Iterator[zipfile.ZipInfo]:
    seen: set[str] = set()
    for member in members:
        name = member.orig_filename
        if member.is_dir() and not foreign(name.rstrip("/")):
            continue
        why = foreign(name)
        if stat.S_ISLNK(member.external_attr >> 16):
            why = why or "it is a link"
        # Where case does not count, two names that differ by case alone are one file.
        if not why and name.casefold() in seen:
            why = "its name is there twice"
        if why:
            notices.add(f"member {name[:80]!r}", f"it is left out: {why}")
            continue
        seen.add(name.casefold())
        yield member


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, size_max_bytes: int, source: str) -> bytes:
    if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise UsageError(f"{source}: {member.filename!r} is packed in a way no card uses. Save the card anew.")
    # Never more than the limit is unpacked, whatever the directory claims.
    with archive.open(member) as file:
        content = file.read(size_max_bytes + 1)
    if len(content) > size_max_bytes:
        raise UsageError(
            f"{source}: {member.filename!r} unpacks to more than {size_max_bytes:,} bytes are left for it "
            f"({UNPACKED_SIZE_MAX_BYTES // 2**20} MiB in all). This is no card."
        )
    return content
