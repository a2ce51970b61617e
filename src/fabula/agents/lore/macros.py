"""Macros: `{{char}}`, `{{random:a,b}}` and the like in the texts of cards and books, put in when a text is used.

A text is read once, from left to right. What is put in - a name, another text - is never read again, so that nobody's
name can be a macro. What is no macro stays as it stands.
"""

import re
from collections.abc import Callable, Iterator
from hashlib import sha256

from msgspec import Struct

from fabula.agents.plain import key
from fabula.engine.chance import Chance, Stream

NESTING_MAX = 8
"""Macros within one another; deeper ones stay as they stand."""
EXPANDED_CHARACTERS_MAX = 400_000
"""Of one text; what follows stays as it stands."""
MACROS_MAX = 20_000
DICE_MAX = 100
SIDES_MAX = 1_000
NEWLINES_MAX = 20

_TOKEN = re.compile(r"\{\{|\}\}|<(?:user|bot|char)>", re.IGNORECASE)
_NAME = re.compile(r"\s*([A-Za-z_]+)\s*(?:(::?|\s)|$)")
_DICE = re.compile(r"(\d{0,3})d?(\d{1,4})?(?:([+-])(\d{1,4}))?", re.IGNORECASE)
_SPLIT_COMMA = re.compile(r"(?<!\\),")
_TRIM = "\0trim\0"
"""Stands for `{{trim}}` until the whole text is there; no text of ours holds NUL."""


class Names(Struct, frozen=True, kw_only=True):
    """Who is meant, as others call them."""

    char: str
    """`{{char}}` and `<BOT>`: the nickname where there is one."""
    user: str
    """`{{user}}` and `<USER>`: whom the character speaks with."""
    original: str | None = None
    """`{{original}}`: the text that this one stands in place of; None: there is none, and the macro stays."""


class _Piece(Struct, frozen=True):
    """A stretch of text: written there, or put in."""

    text: str
    written: bool


class _Open(Struct):
    """A macro whose end has not been read yet."""

    start: int
    pieces: list[_Piece]


def expand(text: str, *, names: Names, stream: Stream, seed: int = 0) -> str:
    """The text with its macros put in.

    stream: what `{{random}}` and `{{roll}}` are drawn from. seed: the run's; `{{pick}}` depends on it, the text and the
    place in it alone, and so is the same whenever the text is used.
    Macros, names in any case: char, user, original, random, pick, roll, reverse, newline, trim, noop, comment and
    `//`, hidden_key. Lists are written `{{random:a,b}}` (`\\,` for a comma) or `{{random::a::b}}`.
    """
    if "{{" not in text and "<" not in text:
        return text
    return _trimmed(_Expansion(text, names, stream, seed).expanded())


def names_in(text: str, names: Names) -> str:
    """The text with only the names put in, for keys and the like that know no chance."""
    return _NAMES.sub(lambda found: names.char if key(found[0]) in {"char", "bot"} else names.user, text)


_NAMES = re.compile(r"\{\{\s*(?:char|user)\s*\}\}|<(?:user|bot|char)>", re.IGNORECASE)


class _Expansion:
    """One reading of one text."""

    def __init__(self, text: str, names: Names, stream: Stream, seed: int) -> None:
        self._text = text.replace("\0", "")
        self._names = names
        self._stream = stream
        self._seed = seed
        self._added = 0
        self._fingerprint = ""

    def expanded(self) -> str:
        whole: list[_Piece] = []
        opened: list[_Open] = []
        at = 0
        for count, found in enumerate(_TOKEN.finditer(self._text)):
            if count >= MACROS_MAX or self._added > EXPANDED_CHARACTERS_MAX:
                break
            into = opened[-1].pieces if opened else whole
            into.append(_Piece(self._text[at : found.start()], written=True))
            at = found.end()
            if found[0] == "{{":
                opened.append(_Open(found.start(), []))
            elif found[0] == "}}" and opened:
                self._close(opened, whole, at)
            else:
                into.append(_Piece(self._mark(found[0]), written=found[0] == "}}"))
        for macro in opened:
            whole += [_Piece("{{", written=True), *macro.pieces]
        return "".join(piece.text for piece in whole) + self._text[at:]

    def _mark(self, mark: str) -> str:
        """`<USER>` and `<BOT>`; an end without a beginning stays."""
        if mark == "}}":
            return mark
        return self._put_in(self._names.user if mark.casefold() == "<user>" else self._names.char)

    def _close(self, opened: list[_Open], whole: list[_Piece], end: int) -> None:
        macro = opened.pop()
        value = self._value(macro) if len(opened) < NESTING_MAX else None
        into = opened[-1].pieces if opened else whole
        if value is None:
            # As it stands, and so part of what is written there.
            into.append(_Piece(self._text[macro.start : end], written=True))
        else:
            into.append(_Piece(self._put_in(value), written=False))

    def _put_in(self, value: str) -> str:
        self._added += len(value)
        return value

    def _value(self, macro: _Open) -> str | None:
        """What a macro becomes; None if it is none."""
        first = macro.pieces[0]
        if first.written and first.text.lstrip().startswith("//"):
            return ""
        found = _NAME.match(first.text) if first.written else None
        if found is None:
            return None
        rule = _RULES.get(found[1].casefold())
        if rule is None or (found[2] is None and len(macro.pieces) > 1 and not found[0]):
            return None
        said = [_Piece(first.text[found.end() :], written=True), *macro.pieces[1:]]
        return rule(self, said, found[2] or "", macro.start)

    # The rules, each with what follows the name, what parts it from the name, and where it stands.

    def char(self, said: list[_Piece], parted: str, start: int) -> str | None:
        return None if _joined(said).strip() else self._names.char

    def user(self, said: list[_Piece], parted: str, start: int) -> str | None:
        return None if _joined(said).strip() else self._names.user

    def original(self, said: list[_Piece], parted: str, start: int) -> str | None:
        return None if _joined(said).strip() else self._names.original

    def random(self, said: list[_Piece], parted: str, start: int) -> str | None:
        items = _items(said, parted)
        return self._stream.choice(items) if items else None

    def pick(self, said: list[_Piece], parted: str, start: int) -> str | None:
        items = _items(said, parted)
        if not items:
            return None
        self._fingerprint = self._fingerprint or sha256(self._text.encode("utf-8", "replace")).hexdigest()
        return Chance(self._seed).stream("pick", self._fingerprint, str(start)).choice(items)

    def roll(self, said: list[_Piece], parted: str, start: int) -> str | None:
        found = _DICE.fullmatch(_joined(said).strip().replace(" ", "").lstrip(":"))
        if found is None or not (found[1] or found[2]):
            return None
        # `{{roll:20}}` is one die of twenty sides.
        dice, sides = (int(found[1] or 1), int(found[2])) if found[2] else (1, int(found[1]))
        if not (1 <= dice <= DICE_MAX and 1 <= sides <= SIDES_MAX):
            return None
        total = sum(self._stream.integer(1, sides) for _ in range(dice))
        return str(total + int((found[3] or "+") + (found[4] or "0")))

    def reverse(self, said: list[_Piece], parted: str, start: int) -> str | None:
        return _joined(said)[::-1] if parted else None

    def newline(self, said: list[_Piece], parted: str, start: int) -> str | None:
        count = _joined(said).strip() or "1"
        return "\n" * min(int(count), NEWLINES_MAX) if count.isdecimal() and len(count) < 5 else None

    def trim(self, said: list[_Piece], parted: str, start: int) -> str | None:
        return None if _joined(said).strip() else _TRIM

    def nothing(self, said: list[_Piece], parted: str, start: int) -> str | None:
        return ""


_Rule = Callable[[_Expansion, list[_Piece], str, int], str | None]

_RULES: dict[str, _Rule] = {
    "char": _Expansion.char,
    "bot": _Expansion.char,
    "user": _Expansion.user,
    "original": _Expansion.original,
    "random": _Expansion.random,
    "pick": _Expansion.pick,
    "roll": _Expansion.roll,
    "reverse": _Expansion.reverse,
    "newline": _Expansion.newline,
    "trim": _Expansion.trim,
    "noop": _Expansion.nothing,
    "comment": _Expansion.nothing,
    "hidden_key": _Expansion.nothing,
}


def _joined(pieces: list[_Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def _items(pieces: list[_Piece], parted: str) -> list[str]:
    """The items of a list; only what is written parts them, so a name with a comma in it stays one."""
    items = [""]
    for piece in pieces:
        first, *others = list(_split(piece.text, parted)) if piece.written else [piece.text]
        items[-1] += first
        items += others
    items = [item.strip() for item in items]
    return items if any(items) else []


def _split(text: str, parted: str) -> Iterator[str]:
    if parted == "::":
        yield from text.split("::")
    else:
        yield from (item.replace("\\,", ",") for item in _SPLIT_COMMA.split(text))


def _trimmed(text: str) -> str:
    """The text without the line ends around each `{{trim}}`."""
    if _TRIM not in text:
        return text
    first, *others = text.split(_TRIM)
    for other in others:
        first = first.rstrip("\r\n") + other.lstrip("\r\n")
    return first
