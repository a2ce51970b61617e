"""The digest of a request: the one name by which caches and records know the same question again."""

import json
from hashlib import sha256

import msgspec

from fabula.engine import canonical
from fabula.llm.values import ModelName, Request

_FORM = "ask/1"
"""Changes with the encoding, so that what was kept under another one is not found by chance."""

_PIECE_BYTES = 2000


def digest_of(request: Request, model: ModelName | None = None) -> str:
    """SHA-256 (hex) over all of a request but who asks, and over the model's name if it is given."""
    parts = msgspec.structs.asdict(request)
    del parts["asker"]
    data = encoded([_FORM, str(model or ""), parts])
    digest = sha256()
    # In pieces, for which hashlib does not let go of the interpreter: to get it back from a thread that works, such as
    # the store's, takes several times as long as to hash a prompt.
    for start in range(0, len(data), _PIECE_BYTES):
        digest.update(data[start : start + _PIECE_BYTES])
    return digest.hexdigest()


def encoded(value: object) -> bytes:
    """The canonical bytes of a value, even where its texts are no UTF-8."""
    try:
        return canonical(value)
    except UnicodeEncodeError:  # Half a character, as an imported card may hold: no UTF-8, but it can be escaped.
        return json.dumps(msgspec.to_builtins(value), sort_keys=True).encode()
