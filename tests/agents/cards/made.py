"""Cards, pictures and archives made for tests."""

import base64
import io
import json
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

from fabula.agents.cards.png import SIGNATURE, plain_picture

DATA = Path(__file__).parents[2] / "data" / "cards"
SHARED = Path(__file__).parents[4] / "shared" / "data" / "cards"


def a_card(name: str = "Mira Vance", *, version: int = 2, **fields: Any) -> dict[str, Any]:
    data: dict[str, Any] = {
        "name": name,
        "description": "{{char}} keeps the gate.",
        "personality": "brave, curious",
        "scenario": "Dusk at the gate.",
        "first_mes": "Who goes there?",
        "mes_example": "",
        "creator_notes": "",
        "system_prompt": "",
        "post_history_instructions": "",
        "alternate_greetings": [],
        "tags": [],
        "creator": "",
        "character_version": "",
        "extensions": {},
    }
    if version == 1:
        return {field: data[field] for field in list(data)[:6]} | fields
    if version == 3:
        data["group_only_greetings"] = []
    return {"spec": f"chara_card_v{version}", "spec_version": f"{version}.0", "data": data | fields}


def as_json(card: Any) -> bytes:
    try:
        return json.dumps(card, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # half characters, which stand as escapes
        return json.dumps(card).encode()


def folded(card: Any) -> bytes:
    return base64.b64encode(card if isinstance(card, bytes) else as_json(card))


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def text(keyword: str, body: bytes) -> bytes:
    return chunk(b"tEXt", keyword.encode() + b"\0" + body)


def packed_text(keyword: str, body: bytes) -> bytes:
    return chunk(b"zTXt", keyword.encode() + b"\0\0" + zlib.compress(body))


def international_text(keyword: str, body: bytes, *, packed: bool = False) -> bytes:
    flag = b"\x01" if packed else b"\0"
    return chunk(b"iTXt", keyword.encode() + b"\0" + flag + b"\0en\0\0" + (zlib.compress(body) if packed else body))


def a_png(*chunks: bytes, after: bytes = b"") -> bytes:
    """A small picture with these chunks before its points, and `after` behind them."""
    plain = plain_picture()
    head_end = len(SIGNATURE) + 25
    end = len(plain) - 12
    return plain[:head_end] + b"".join(chunks) + plain[head_end:end] + after + plain[end:]


def an_archive(card: Any | None = None, **members: bytes) -> bytes:
    return an_archive_of({"card.json": as_json(a_card(version=3) if card is None else card), **members})


def an_archive_of(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return file.getvalue()
