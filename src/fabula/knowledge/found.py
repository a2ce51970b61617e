"""What the index of conversations is given, and what it gives back."""

from typing import NamedTuple

from msgspec import Struct


class Spoken(NamedTuple):
    """Something that was said, as the records have it."""

    step: int
    number: int
    """Of the turn; 0: turns are not counted there."""
    speaker: str
    words: str


class Indexed(Struct, frozen=True, kw_only=True):
    """A run, as far as it is in the index."""

    run: str
    environment: str = ""
    topic: str = ""
    began: str = ""
    """UTC, ISO 8601."""
    changed: str = ""
    """When it last went on. Records have no times: whatever was said in a run was said between these two."""
    parent: str = ""
    """Of a branch: where the steps before `parent_step` are."""
    parent_step: int = 0
    steps: int = 0
    """How many steps have been read."""
    digest: str = ""
    """Of the last of them, by which another run of the same name is told from this one."""


class Piece(NamedTuple):
    """A piece of an excerpt."""

    text: str
    is_hit: bool
    """It is what was looked for."""


class Found(Struct, frozen=True, kw_only=True):
    """Something that was said, and found again."""

    run: str
    environment: str
    topic: str
    began: str
    changed: str
    step: int
    number: int
    speaker: str
    words: str
    """All of them."""
    excerpt: tuple[Piece, ...]
    """Those around what was looked for."""
