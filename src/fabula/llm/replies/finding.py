"""Finding: the JSON value that is meant in a text that holds more than one, or more than JSON."""

import re
from typing import Any

import msgspec

from fabula.llm.replies.decoding import Plain, decode_at
from fabula.llm.replies.mending import Brackets, Mender
from fabula.llm.replies.reading import Fault, How
from fabula.llm.replies.wrapping import made_up_turn

PIECES_MAX = 64
"""Pieces of a text that are looked at."""

_OPENING = re.compile(r"[{\[]")
_LIKE_JSON = re.compile(
    r"""\{\s*+(?:["'“”‘’«`\\&}#/]|[\w$-]++["']?\s*+[:=]|\Z)|\[\s*+(?:["'“{\[\](]|-?\.?\d|(?:true|false|null|none)\b|\Z)""",
    re.IGNORECASE,
)
_BARE_KEY = re.compile(r"""["'“][\w -]{1,40}["'”]\s*+:""")
_JOINT = re.compile(r"[\s;`~]*(?:```|~~~)?(?:json)?[\s`~]*", re.IGNORECASE)


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What was found."""

    value: Any
    how: How
    fault: Fault | None = None
    cut: bool = False
    around: str = ""
    """The text before it."""


class _Piece(msgspec.Struct, frozen=True, kw_only=True):
    start: int
    end: int
    plain: Plain | None = None
    """None: it is not valid JSON."""
    closed: bool = True
    in_text: bool = False
    """It ends within quotes."""
    in_name: bool = False
    lacks_quote: bool = False


def find(text: str, mender: Mender) -> Found | None:
    """The value meant; None if the text holds nothing like JSON, or it could not be mended.

    What stands first counts, and what follows it:
    - of values of the same form (same fields, same types) the last;
    - of others all, as a list in their order; empty ones do not count beside full ones;
    - nothing behind a line in which the model begins to speak for somebody else (`Player: …`);
    - nothing that is cut off or is no JSON, behind something complete.
    """
    pieces = _pieces(text)
    first = next((piece for piece in pieces if _counts(text, piece)), None)
    if first is None or text[: first.start].strip() == "(":
        return _unopened(text, mender)
    if first.plain is None or _goes_on(text, first):
        return _mended(text, first, mender)
    return _chosen(text, [piece for piece in pieces if piece.start >= first.start], mender)


def _pieces(text: str) -> list[_Piece]:
    """What is in brackets, outermost brackets only."""
    pieces: list[_Piece] = []
    position = 0
    while len(pieces) < PIECES_MAX and (opening := _OPENING.search(text, position)):
        pieces.append(_piece(text, opening.start()))
        position = pieces[-1].end
    return pieces


def _piece(text: str, start: int) -> _Piece:
    found = decode_at(text, start)
    if found is not None:
        return _Piece(start=start, end=found.end, plain=found)
    brackets = Brackets(text, start)
    end = len(text) if brackets.end is None else brackets.end
    if brackets.too_deep:
        return _Piece(start=start, end=end, plain=Plain(None, end, Fault.TOO_DEEP))
    return _Piece(
        start=start,
        end=end,
        closed=brackets.end is not None,
        in_text=brackets.in_text,
        in_name=brackets.in_name,
        lacks_quote=brackets.lacks_quote,
    )


def _counts(text: str, piece: _Piece) -> bool:
    """Whether it is JSON, however broken, and no bracket of prose: `[sighs]`, `[1]`, `{smiling}`."""
    if piece.start == 0:
        return True
    if piece.plain is not None and isinstance(piece.plain.value, dict):
        return True
    if text[piece.start] == "{":
        return _LIKE_JSON.match(text, piece.start) is not None
    return _stands_alone(text, piece) and _LIKE_JSON.match(text, piece.start) is not None


def _stands_alone(text: str, piece: _Piece) -> bool:
    """A list, other than an object, counts only where it cannot be a remark: on a line of its own, in a fence, as the
    end of the text.
    """
    before = text[: piece.start].rstrip(" \t")
    return before.endswith(("\n", ":", "json", "`")) or not piece.closed or not text[piece.end :].strip(" \t`.")


def _goes_on(text: str, piece: _Piece) -> bool:
    """An object was closed too early, or a list lacks its brackets."""
    return text[piece.end : piece.end + 64].lstrip().startswith(",")


def _unopened(text: str, mender: Mender) -> Found | None:
    """The value of a text whose brackets are round, or whose first is missing."""
    if _BARE_KEY.match(text):
        found = mender.mend("{" + text)
    elif text.startswith("("):
        found = mender.mend(text)
    else:
        found = None
    return None if found is None else Found(value=found.value, how=How.REPAIRED, fault=found.fault)


def _mended(text: str, first: _Piece, mender: Mender) -> Found | None:
    body = text[first.start :]
    found = mender.mend(body)
    if found is None:
        return None
    end = body.rstrip()[-1:]
    truncated = first.plain is None and not first.closed and not first.lacks_quote
    return Found(
        value=found.value,
        how=How.REPAIRED,
        fault=found.fault or (Fault.TRUNCATED if truncated else None),
        cut=truncated and not first.in_name and (first.in_text or end.isalnum() or end in "-."),
        around=text[: first.start],
    )


def _chosen(text: str, pieces: list[_Piece], mender: Mender) -> Found:
    first = pieces[0]
    assert first.plain is not None
    values, how, fault = [first.plain.value], How.JSON, first.plain.fault
    until, position = made_up_turn(text, first.end), first.end
    for piece in pieces[1:]:
        if piece.start >= until:
            break
        found = _following(text, position, piece, mender)
        if found is None:
            continue
        position = piece.end
        how = How.JSON if found is piece.plain and how is How.JSON else How.REPAIRED
        fault = fault or found.fault
        _take_in(found.value, values)
    value = values[0] if len(values) == 1 else values
    return Found(value=value, how=how, fault=fault, around=text[: first.start])


def _following(text: str, position: int, piece: _Piece, mender: Mender) -> Plain | None:
    """What a later piece adds: objects wherever they stand, lists where nothing but a fence stands between."""
    is_list = text[piece.start] == "["
    if is_list and _JOINT.fullmatch(text, max(position, piece.start - 64), piece.start) is None:
        return None
    if piece.plain is not None:
        return piece.plain
    if not piece.closed or _LIKE_JSON.match(text, piece.start) is None:
        return None
    found = mender.mend(text[piece.start : piece.end])
    meant = list if is_list else dict
    return found if found is not None and found.value and isinstance(found.value, meant) else None


def _take_in(value: Any, values: list[Any]) -> None:
    """In place: the newest of the same form replaces, an empty one never does, an empty one is replaced."""
    if not value:
        return
    if not values[-1] or same_form(values[-1], value):
        values.pop()
    values.append(value)


def same_form(one: Any, other: Any) -> bool:
    """Whether two values have the same fields and types all the way down."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same_form(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same_form, one, other))
    return True
