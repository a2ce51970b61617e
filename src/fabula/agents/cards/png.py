"""PNG and APNG files as chunks: the texts in them read and exchanged, everything else kept byte for byte.

No pixel is ever decoded. Source of the layout: PNG specification (third edition), sections 5 and 11.3.3.
"""

import struct
import zlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from fabula.errors import UsageError

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHUNK_SIZE_MAX_BYTES = 32 * 2**20
TEXT_SIZE_MAX_BYTES = 12 * 2**20
"""Of one text, unpacked: base64 of the longest JSON fits."""
CHUNKS_MAX = 100_000
KEYWORD_CHARACTERS_MAX = 79

_HEAD = struct.Struct(">I4s")
_TEXTS = (b"tEXt", b"zTXt", b"iTXt")
_PLAIN_WIDTH, _PLAIN_HEIGHT = 64, 96


class Chunk(NamedTuple):
    """One chunk where it stands in its file."""

    kind: bytes
    body: bytes
    raw: bytes
    """With length and checksum."""
    sound: bool
    """Whether the checksum is right."""


class Text(NamedTuple):
    """What a text chunk says."""

    keyword: str
    text: bytes
    sound: bool
    fault: str = ""
    """Why its text cannot be had; then it is empty."""


class Picture(NamedTuple):
    """A PNG file taken apart."""

    chunks: tuple[Chunk, ...]
    rest: bytes
    """What follows the last whole chunk; nothing in a sound file."""


def read_picture(data: bytes, *, source: str) -> Picture:
    """Take a PNG file apart. Raises UsageError if it is none, or has more or larger chunks than any picture."""
    if not data.startswith(SIGNATURE):
        raise UsageError(f"{source}: this is no PNG file. Name a card in PNG, JSON or CHARX.")
    chunks: list[Chunk] = []
    at = len(SIGNATURE)
    while len(data) - at >= _HEAD.size + 4 and (not chunks or chunks[-1].kind != b"IEND"):
        length, kind = _HEAD.unpack_from(data, at)
        if length > CHUNK_SIZE_MAX_BYTES:
            raise UsageError(
                f"{source}: the chunk at byte {at:,} claims {length:,} bytes; more than {CHUNK_SIZE_MAX_BYTES:,} are "
                "not read. The file is damaged, or no card."
            )
        end = at + _HEAD.size + length + 4
        if end > len(data):
            break
        if len(chunks) >= CHUNKS_MAX:
            raise UsageError(f"{source}: this has more than {CHUNKS_MAX:,} chunks, and no picture has so many.")
        body = data[at + _HEAD.size : end - 4]
        sound = zlib.crc32(kind + body) == int.from_bytes(data[end - 4 : end])
        chunks.append(Chunk(kind, body, data[at:end], sound))
        at = end
    return Picture(tuple(chunks), data[at:])


def is_cut(picture: Picture) -> bool:
    """Whether the file ends before its picture does."""
    return not picture.chunks or picture.chunks[-1].kind != b"IEND"


def text_of(chunk: Chunk) -> Text | None:
    """What a chunk says if it is one of the three kinds of text, at most TEXT_SIZE_MAX_BYTES; else None."""
    if chunk.kind not in _TEXTS:
        return None
    keyword, found, body = chunk.body.partition(b"\0")
    if not found or len(keyword) > KEYWORD_CHARACTERS_MAX:
        # The path of an asset makes longer keywords than PNG allows; those of cards are short.
        keyword, body = keyword[: KEYWORD_CHARACTERS_MAX * 4], body if found else b""
    name = keyword.decode("latin-1")
    packed = chunk.kind == b"zTXt"
    if packed:
        body = body[1:]
    elif chunk.kind == b"iTXt":
        packed = body[:1] == b"\x01"
        body = body[2:].partition(b"\0")[2].partition(b"\0")[2]
    if not packed:
        too_long = len(body) > TEXT_SIZE_MAX_BYTES
        return Text(name, b"" if too_long else body, chunk.sound, "it is too long" if too_long else "")
    return _unpacked(name, body, sound=chunk.sound)


def text_chunk(keyword: str, text: bytes) -> bytes:
    """A tEXt chunk, whole. keyword: Latin-1, 1 to KEYWORD_CHARACTERS_MAX characters. text: Latin-1 without NUL."""
    return _chunk(b"tEXt", keyword.encode("latin-1") + b"\0" + text)


def with_texts(picture: Picture, texts: Sequence[tuple[str, bytes]], *, instead_of: Sequence[str]) -> bytes:
    """The file with these texts in place of those of the keywords `instead_of`; without such, before its end."""
    gone = {keyword.casefold() for keyword in instead_of}
    new = b"".join(text_chunk(keyword, text) for keyword, text in texts)
    parts = [SIGNATURE]
    for chunk in picture.chunks:
        text = text_of(chunk)
        if text is not None and text.keyword.casefold() in gone:
            parts.append(new)
            new = b""
        elif chunk.kind == b"IEND":
            parts += [new, chunk.raw]
            new = b""
        else:
            parts.append(chunk.raw)
    return b"".join([*parts, new, picture.rest])


def plain_picture() -> bytes:
    """A small picture of our own for a card that has none: 64 by 96 points from dusk to night."""
    rows = b"".join(bytes([0, *_colour(row) * _PLAIN_WIDTH]) for row in range(_PLAIN_HEIGHT))
    head = struct.pack(">IIBBBBB", _PLAIN_WIDTH, _PLAIN_HEIGHT, 8, 2, 0, 0, 0)
    return b"".join(_plain_chunks(head, zlib.compress(rows, 9)))


def _plain_chunks(head: bytes, points: bytes) -> Iterator[bytes]:
    yield SIGNATURE
    yield _chunk(b"IHDR", head)
    yield _chunk(b"IDAT", points)
    yield _chunk(b"IEND", b"")


def _colour(row: int) -> list[int]:
    return [70 - row // 2, 62 - row // 3, 104 - row // 2]


def _chunk(kind: bytes, body: bytes) -> bytes:
    return _HEAD.pack(len(body), kind) + body + zlib.crc32(kind + body).to_bytes(4)


def _unpacked(keyword: str, packed: bytes, *, sound: bool) -> Text:
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(packed, TEXT_SIZE_MAX_BYTES)
    except zlib.error:
        return Text(keyword, b"", sound, "it cannot be unpacked")
    if unpacker.unconsumed_tail:
        return Text(keyword, b"", sound, f"it unpacks to more than {TEXT_SIZE_MAX_BYTES // 2**20} MiB")
    return Text(keyword, text, sound) if unpacker.eof else Text(keyword, b"", sound, "it is cut")
