"""The two chains that hold a run together, and the canonical bytes they are taken over.

`digest` says what happened: it is chained over the inputs and events of each step and is the same on every machine.
`seal` says what was written: it is chained over the digests and the notes beside them, so that a byte changed
anywhere in a record is found.
"""

from hashlib import sha256
from typing import Any

import msgspec

_encoder = msgspec.json.Encoder(order="deterministic")


def canonical(value: Any) -> bytes:
    """The one JSON encoding of a value: no spaces, fields in their declared order, mapping keys sorted."""
    return _encoder.encode(value)


def fingerprint(data: bytes) -> str:
    """SHA-256 of some bytes, as hex."""
    return sha256(data).hexdigest()


def genesis(*, environment: str, rules: str, seed: int, setup_digest: str) -> str:
    """The digest before the first record: two runs that begin alike share it, whatever they are called and wherever
    they are.
    """
    return fingerprint(canonical(["fabula/1", environment, rules, seed, setup_digest]))


def next_digest(before: str, step: int, inputs: bytes, events: bytes) -> str:
    """The digest after a step. The lengths keep a byte from moving between inputs and events unnoticed."""
    head = f"{before}\n{step}\n{len(inputs)}\n{len(events)}\n".encode()
    return sha256(head + inputs + events).hexdigest()


def next_seal(before: str, digest: str, notes: bytes, schema: int) -> str:
    """The seal after a step; `schema` is the version of the record's form."""
    return sha256(f"{before}\n{digest}\n{schema}\n".encode() + notes).hexdigest()
