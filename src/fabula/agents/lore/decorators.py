"""Decorators: lines such as `@@depth 2` at the head of an entry that say when and where it goes into a prompt."""

import re
from enum import StrEnum

from msgspec import Struct

DECORATORS_MAX = 50
"""Lines at the head of one entry."""

DIGITS_MAX = 6

_LINE = re.compile(r"(@@@?)([A-Za-z_]+)[ \t]*(.*)")
_WORDS_MAX = 100


class Position(StrEnum):
    """Where an entry goes."""

    BEFORE = "before_char"
    """Before what describes the character."""
    AFTER = "after_char"
    """After that."""
    AT_DEPTH = "at_depth"
    """Among the messages, `depth` of them from the end."""


class Role(StrEnum):
    """Whose words an entry's text is given as."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


class Decorated(Struct, frozen=True, kw_only=True):
    """An entry's text and what its decorators ask for; None and 0 for what they leave open."""

    text: str
    """Without the decorators."""
    depth: int | None = None
    role: Role | None = None
    position: Position | None = None
    scan_depth: int | None = None
    only_after: int = 0
    only_every: int = 0
    keep_after_match: bool = False
    dont_after_match: bool = False
    activate: bool = False
    """Always in."""
    dont_activate: bool = False
    """Never in."""
    additional_keys: tuple[str, ...] = ()
    exclude_keys: tuple[str, ...] = ()
    is_greeting: int | None = None
    """Only after this greeting of the card, counted from 0."""


def decorated(content: str) -> Decorated:
    """Take the decorators off. Unknown ones are ignored; `@@@name` stands in for the unknown one right before it."""
    lines = content.split("\n")
    asked: dict[str, object] = {}
    at = 0
    # Whether a fallback is wanted: the decorator before it was unknown or made no sense.
    wanting = False
    while at < min(len(lines), DECORATORS_MAX) and (found := _LINE.fullmatch(lines[at].strip("\r"))):
        at += 1
        if found[1] == "@@@" and not wanting:
            continue
        meant = _meant(found[2].casefold(), found[3].strip())
        wanting = meant is None
        asked |= meant or {}
    return _asked("\n".join(lines[at:]) if at else content, asked)


def _asked(text: str, asked: dict[str, object]) -> Decorated:
    values = {name: value for name, value in asked.items() if name in Decorated.__struct_fields__}
    return Decorated(text=text, **values)  # type: ignore[arg-type]  # _meant gives each field its own type


def _meant(name: str, value: str) -> dict[str, object] | None:
    """What one decorator asks for; {} for nothing that concerns us, None if it is unknown."""
    if name in _NUMBERS:
        if not value.isdecimal() or len(value) > DIGITS_MAX:
            return None
        number: dict[str, object] = {_NUMBERS[name]: int(value)}
        return number | {"position": Position.AT_DEPTH} if name == "depth" else number
    if name in _FLAGS:
        return {_FLAGS[name]: True}
    if name in {"additional_keys", "exclude_keys"}:
        return {name: tuple(word for word in map(str.strip, value.split(",")[:_WORDS_MAX]) if word)}
    if name == "role":
        return {"role": Role(value)} if value in list(Role) else None
    if name == "position":
        return {"position": _POSITIONS[value]} if value in _POSITIONS else None
    return None


_NUMBERS = {
    "depth": "depth",
    "scan_depth": "scan_depth",
    "activate_only_after": "only_after",
    "activate_only_every": "only_every",
    "is_greeting": "is_greeting",
}
_FLAGS = {
    "keep_activate_after_match": "keep_after_match",
    "dont_activate_after_match": "dont_after_match",
    "activate": "activate",
    "dont_activate": "dont_activate",
}
_POSITIONS = {"before_desc": Position.BEFORE, "after_desc": Position.AFTER}
