"""Labels: prose in which the fields are named, `ACTION: talk TARGET: Edda`, as an object."""

import re
from collections.abc import Collection
from typing import Any

import msgspec

READ_MAX = 8_000
"""Characters that are read."""

LEADING = frozenset(
    "action act choice option decision deed command kind type intent tool chosen_option chosen_action "
    "selected_option next_action my_action option_number difficulties complication".split()
)
"""One of these makes labelled lines an answer."""
WORDY = frozenset(
    "text say says said speech words dialogue dialog message line quote reason reasoning reasons rationale why because "
    "justification explanation motivation thought thoughts thinking inner_thoughts internal_thoughts reflection "
    "description details".split()
)
"""Their values may go on over several lines."""
KNOWN = (
    LEADING
    | WORDY
    | frozenset(
        "target to who whom what where on at with from object item thing place location destination person recipient "
        "subject topic about demand goal priority place difficulty readings targets parameters params arguments "
        "action_input action_type observation input mood emotion confidence".split()
    )
)

_NAME = r"[A-Za-z_]{1,24}(?:[ -][A-Za-z]{1,24}){0,2}"
_LABELLED = re.compile(
    rf"""[ \t>]*+(?:[-*+•–]\s++|\d{{1,2}}[.)]\s++|\#{{1,6}}\s++)?(?P<mark>[*_`"'\[]{{0,3}})(?P<name>{_NAME})"""
    r"""[*_`"'\]]{0,3}[ \t]*(?::|=>?|->|→)[ \t]*(?P<value>.*)""",
    re.DOTALL,
)
_SHOUTED = "|".join(sorted((name.upper().replace("_", "[ _]") for name in KNOWN), key=len, reverse=True))
_INLINE = re.compile(rf"(?<=\S)(?:[ \t]*+[;|,.])?[ \t]++(?=[*_]{{0,2}}(?:{_SHOUTED})[*_]{{0,2}}[ \t]{{0,3}}[:=])")
_PARTED = re.compile(
    rf"(?<=\S)[ \t]*+[;|][ \t]*+(?=[*_]{{0,2}}(?:{_SHOUTED})[*_]{{0,2}}[ \t]{{0,3}}[:=])", re.IGNORECASE
)
_FENCE = re.compile(r"[ \t>]*(?:`{3,}|~{3,}|-{3,}|\.{3})[ \t]*\w*[ \t]*\Z")
_BULLET = re.compile(r"[ \t]*(?:[-*+•–]|\d{1,2}[.)])\s+")
_QUOTES = {'"': '"', "'": "'", "“": "”", "‘": "’", "«": "»", "`": "`", "„": "“"}


class _Line(msgspec.Struct, frozen=True):
    name: str
    marked: bool
    value: str
    as_written: str


def labelled(text: str, also: Collection[str] = ()) -> dict[str, Any] | None:
    """The labelled lines as an object, names in lower case with `_`; None if the text is no labelled answer.

    Values are texts, or lists of texts where a label is followed by bullets. `also`: further names to know.
    """
    fields = label_lines(text, also)
    leading = LEADING.intersection(fields) or {name.lower() for name in also}.intersection(fields)
    if leading or len(KNOWN.intersection(fields)) >= 2:
        return fields if any(value not in ("", []) for value in fields.values()) else None
    return None


def label_lines(text: str, also: Collection[str] = ()) -> dict[str, Any]:
    """All lines that look labelled, and what stands under them; empty if none do."""
    known = KNOWN | {name.lower() for name in also}
    gathered: dict[str, list[str]] = {}
    name = ""
    for line in _lines(text):
        label = _label(line, known)
        if label is not None:
            name = label.name
            gathered[name] = [label.value] if label.value else []
        elif name and _belongs(name, gathered[name], line):
            gathered[name].append(line)
        elif line.strip():
            name = ""
    return {name: _value(lines) for name, lines in gathered.items()}


def _lines(text: str) -> list[str]:
    lines: list[str] = []
    for line in text[:READ_MAX].splitlines():
        if not _FENCE.match(line):
            lines += _PARTED.sub("\n", _INLINE.sub("\n", line)).split("\n")
    return lines


def _label(line: str, known: Collection[str]) -> _Line | None:
    match = _LABELLED.match(line)
    if match is None:
        return None
    written = match["name"]
    name = re.sub(r"[ -]", "_", written).lower()
    marked = match["mark"].startswith(("*", "_", "`", "["))
    if name not in known and not marked and not (written.isidentifier() and (written.islower() or written.isupper())):
        return None
    # `https://…` is no label.
    if match["value"].startswith("//"):
        return None
    return _Line(name, marked, match["value"].strip().removeprefix("**").removeprefix("__").strip(), written)


def _belongs(name: str, so_far: list[str], line: str) -> bool:
    """Words go on until the next label; a name or number is one line, or the bullets beneath its label."""
    if name in WORDY:
        return True
    if not so_far:
        return True
    return bool(_BULLET.match(line) or line.startswith((" ", "\t"))) and bool(line.strip())


def _value(lines: list[str]) -> Any:
    filled = [line for line in lines if line.strip()]
    if len(filled) > 1 and all(_BULLET.match(line) for line in filled):
        return [_unquoted(_BULLET.sub("", line, count=1)) for line in filled]
    return _unquoted("\n".join(lines))


def _unquoted(value: str) -> str:
    value = value.strip().rstrip(",;").strip()
    if value[:1] == value[-1:] == "*" or value[:2] == value[-2:] == "__":
        value = value.strip("*_").strip()
    closing = _QUOTES.get(value[:1])
    if closing and len(value) > 1 and value.endswith(closing) and closing not in value[1:-1]:
        value = value[1:-1]
    return value.strip()
