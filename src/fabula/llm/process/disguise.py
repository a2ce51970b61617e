"""Disguise: the texts that hide in a text - decoded, unscrambled, or written in characters nobody sees."""

import base64
import binascii
import codecs
import html
import re
from collections.abc import Iterator
from urllib.parse import unquote

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,4000}={0,2}")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}[ ]?){12,2000}")
_TAGS = range(0xE0020, 0xE007F)
_UNSEEN = dict.fromkeys([0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0xAD])


def readings_of(text: str) -> Iterator[str]:
    """The text itself, then everything else it can be read as."""
    plain = (
        text,
        text.translate(_UNSEEN),
        "".join(chr(ord(sign) - 0xE0000) for sign in text if ord(sign) in _TAGS),
        codecs.encode(text, "rot13"),
        html.unescape(text),
        unquote(text, errors="ignore"),
        text[::-1],
    )
    yield from dict.fromkeys(plain)
    yield from (decoded for found in _BASE64.finditer(text) if (decoded := _from_base64(found[0])))
    yield from (decoded for found in _HEX.finditer(text) if (decoded := _from_hex(found[0])))


def _from_base64(text: str) -> str:
    padded = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(padded + "=" * (-len(padded) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _from_hex(text: str) -> str:
    try:
        return bytes.fromhex(text).decode()
    except ValueError:
        return ""
