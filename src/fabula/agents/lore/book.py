"""Lorebooks: what may become worth knowing while a story is told, whatever program the book was written with.

One form for three kinds: the `character_book` of a version 2 card, the version 3 lorebook, and World Info. The book
keeps its own JSON word for word, so it can be given back without loss.
"""

from enum import StrEnum
from typing import Any

from msgspec import UNSET, Struct

from fabula.agents.cards.fields import shown
from fabula.agents.cards.form import LOREBOOK_SPEC, recognised
from fabula.agents.cards.json_text import Json, JsonObject, Number, decoded, read_json, write_json
from fabula.agents.cards.notices import CardNotices, CardWarning
from fabula.agents.lore.decorators import Position, Role
from fabula.agents.persona import Persona
from fabula.agents.plain import one_line
from fabula.errors import UsageError

ENTRIES_MAX = 10_000
KEYS_MAX = 200
"""Of one entry."""
CONTENT_CHARACTERS_MAX = 100_000
ORDER_MAX = 1_000_000_000

_WORLD_INFO_MARKS = frozenset(["key", "keysecondary", "disable"])
_WORLD_INFO_POSITIONS = {0: Position.BEFORE, 1: Position.AFTER, 4: Position.AT_DEPTH}
_ROLES = {0: Role.SYSTEM, 1: Role.USER, 2: Role.ASSISTANT}
_TRUE, _FALSE = frozenset(["true", "yes", "on", "1"]), frozenset(["false", "no", "off", "0", ""])


class Kind(StrEnum):
    """How a book was written."""

    CARD = "character_book"
    LOREBOOK = "lorebook_v3"
    WORLD_INFO = "world_info"


class Logic(StrEnum):
    """What the secondary keys of an entry must do, beside one of its keys."""

    AND_ANY = "and_any"
    """One must be found."""
    NOT_ALL = "not_all"
    """One must be missing."""
    NOT_ANY = "not_any"
    """All must be missing."""
    AND_ALL = "and_all"
    """All must be found."""


_LOGIC = dict(enumerate((Logic.AND_ANY, Logic.NOT_ALL, Logic.NOT_ANY, Logic.AND_ALL)))


class Entry(Struct, frozen=True, kw_only=True):
    """One piece of lore and when it comes up."""

    number: int
    """Its place in the book, from 0: what timings are kept by."""
    name: str = ""
    """What its author calls it, for people."""
    keys: tuple[str, ...] = ()
    secondary_keys: tuple[str, ...] = ()
    logic: Logic = Logic.AND_ANY
    content: str = ""
    """Word for word, decorators included."""
    enabled: bool = True
    constant: bool = False
    use_regex: bool = False
    """All keys are patterns; secondary keys and `constant` do not count."""
    slashes: bool = False
    """A key written `/like this/i` is a pattern."""
    case_sensitive: bool | None = None
    whole_words: bool | None = None
    order: int = 100
    """Lower stands earlier."""
    priority: int | None = None
    """The lowest is dropped first when the book is over its budget; None: by the order, the later kept."""
    position: Position = Position.BEFORE
    depth: int = 4
    """Messages from the end, for Position.AT_DEPTH."""
    role: Role = Role.SYSTEM
    scan_depth: int | None = None
    """Of this entry alone."""
    probability: int = 100
    sticky: int = 0
    """Messages it stays after it came up."""
    cooldown: int = 0
    """Messages it cannot come up again after that."""
    delay: int = 0
    """Messages there must be before it can come up."""
    never_recursed: bool = False
    """The text of other entries does not bring it up."""
    never_recurses: bool = False
    """Its text brings no other one up."""
    only_recursed: bool = False
    """Nothing but the text of other entries brings it up."""
    outside_budget: bool = False


class Book(Struct, frozen=True, kw_only=True):
    """A lorebook."""

    kind: Kind
    name: str = ""
    description: str = ""
    scan_depth: int | None = None
    """Messages from the end that are searched; None: the reader's own number."""
    token_budget: int | None = None
    recursive: bool = False
    entries: tuple[Entry, ...] = ()
    text: str = ""
    """Its JSON, word for word."""


class ReadBook(Struct, frozen=True, kw_only=True):
    """A book as it was read, and what is odd about it."""

    book: Book
    warnings: tuple[CardWarning, ...] = ()


def read_book(data: bytes, *, name: str) -> ReadBook:
    """The book in a JSON file of its own: a version 3 lorebook, World Info, or a bare book.

    name: the file's name, as messages use it, and the book's where it has none. Raises UsageError.
    """
    source = one_line(name) or "book"
    text = decoded(data, source=source)
    root = read_json(text, source=source)
    if not is_book(root):
        raise UsageError(
            f"{source}: this is no lorebook: it has no 'entries'. Name a lorebook of version 3, a World Info file or "
            "the book out of a card."
        )
    notices = CardNotices()
    kind, value, where = Kind.CARD, root, ""
    if root.get("spec") == LOREBOOK_SPEC:
        kind, value, where = Kind.LOREBOOK, root["data"], "data."
    elif isinstance(root["entries"], dict) or _is_world_info(root["entries"]):
        kind = Kind.WORLD_INFO
    book = _Reader(kind, notices, where).book(value, text=text, name=source.rsplit("/", 1)[-1].rsplit("\\", 1)[-1])
    return ReadBook(book=book, warnings=notices.warnings())


def is_book(root: Json) -> bool:
    """Whether a JSON value is a book in a file of its own."""
    if not isinstance(root, dict):
        return False
    if root.get("spec") == LOREBOOK_SPEC:
        return isinstance(root.get("data"), dict)
    return isinstance(root.get("entries"), dict | list) and "spec" not in root and "first_mes" not in root


def book_of(persona: Persona) -> ReadBook | None:
    """The book that a persona's card brings along; None if there is none."""
    if persona.card is UNSET:
        return None
    root = read_json(persona.card.text, source=persona.name)
    form = recognised(root, source=persona.name, notices=CardNotices())
    value = form.data.get("character_book", root.get("character_book"))
    if not isinstance(value, dict):
        return None
    notices = CardNotices()
    where = f"{form.where}character_book."
    kind = Kind.WORLD_INFO if isinstance(value.get("entries"), dict) else Kind.CARD
    book = _Reader(kind, notices, where).book(value, text=write_json(value), name=persona.name)
    return ReadBook(book=book, warnings=notices.warnings())


def _is_world_info(entries: list[Json]) -> bool:
    return bool(entries) and isinstance(entries[0], dict) and not _WORLD_INFO_MARKS.isdisjoint(entries[0])


class _Reader:
    """Reads a book leniently, entry by entry."""

    def __init__(self, kind: Kind, notices: CardNotices, where: str) -> None:
        self._kind = kind
        self._notices = notices
        self._where = where

    def book(self, value: JsonObject, *, text: str, name: str) -> Book:
        fields = _Fields(value, self._where, self._notices)
        depth, budget = fields.number("scan_depth", "scanDepth"), fields.number("token_budget", "tokenBudget")
        return Book(
            kind=self._kind,
            name=one_line(fields.text("name")) or name.removesuffix(".json").removesuffix(".worldinfo"),
            description=fields.text("description"),
            scan_depth=None if depth is None else max(depth, 0),
            token_budget=None if budget is None else max(budget, 0),
            recursive=fields.flag("recursive_scanning", "recursiveScanning") or self._kind is Kind.WORLD_INFO,
            entries=tuple(self._entries(value.get("entries"))),
            text=text,
        )

    def _entries(self, value: Json) -> list[Entry]:
        if isinstance(value, dict):
            named = [(f"entries.{name[:20]}", item) for name, item in value.items()]
        elif isinstance(value, list):
            named = [(f"entries[{number}]", item) for number, item in enumerate(value)]
        else:
            self._notices.add(f"{self._where}entries", f"{shown(value)} is no list; the book is empty")
            return []
        if len(named) > ENTRIES_MAX:
            self._notices.add(f"{self._where}entries", f"only the first {ENTRIES_MAX:,} of {len(named):,} are read")
        entries = []
        for number, (where, item) in enumerate(named[:ENTRIES_MAX]):
            if isinstance(item, dict):
                entries.append(self._entry(number, _Fields(item, f"{self._where}{where}.", self._notices)))
            else:
                self._notices.add(self._where + where, f"{shown(item)} is no entry; it is kept and not used")
        return entries

    def _entry(self, number: int, fields: "_Fields") -> Entry:
        keys, secondary = fields.texts("keys", "key"), fields.texts("secondary_keys", "keysecondary")
        selective = fields.flag("selective", default=self._kind is Kind.WORLD_INFO)
        chance = fields.number("probability")
        certain = fields.flag("useProbability", default=True) is False or chance is None
        disabled = fields.flag("disable") or fields.flag("disabled")
        content = fields.text("content")
        return Entry(
            number=number,
            name=one_line(fields.text("name") or fields.text("comment")),
            keys=keys[:KEYS_MAX],
            secondary_keys=secondary[:KEYS_MAX] if selective else (),
            logic=_LOGIC.get(fields.number("selectiveLogic") or 0, Logic.AND_ANY),
            content=content[:CONTENT_CHARACTERS_MAX],
            enabled=fields.flag("enabled", default=True) and not disabled,
            constant=fields.flag("constant"),
            use_regex=fields.flag("use_regex"),
            slashes=self._kind is Kind.WORLD_INFO or "selectiveLogic" in fields,
            case_sensitive=fields.maybe("case_sensitive", "caseSensitive"),
            whole_words=fields.maybe("match_whole_words", "matchWholeWords"),
            order=_within(fields.number("insertion_order", "order"), ORDER_MAX, default=100),
            priority=fields.number("priority"),
            position=fields.position(),
            depth=max(fields.number("depth") or 0, 0) if "depth" in fields else 4,
            role=fields.role(),
            scan_depth=fields.number("scan_depth", "scanDepth"),
            probability=100 if certain else min(max(chance or 0, 0), 100),
            sticky=max(fields.number("sticky") or 0, 0),
            cooldown=max(fields.number("cooldown") or 0, 0),
            delay=max(fields.number("delay") or 0, 0),
            never_recursed=fields.flag("excludeRecursion", "exclude_recursion"),
            never_recurses=fields.flag("preventRecursion", "prevent_recursion"),
            only_recursed=fields.flag("delayUntilRecursion", "delay_until_recursion"),
            outside_budget=fields.flag("ignoreBudget", "ignore_budget"),
        )


class _Fields:
    """The fields of an entry or a book: its own, and those that frontends keep in its extensions."""

    def __init__(self, value: JsonObject, where: str, notices: CardNotices) -> None:
        extensions = value.get("extensions")
        self._all: JsonObject = (extensions if isinstance(extensions, dict) else {}) | value
        # A frontend's `position` is a number in the extensions; the book's own is a word.
        self._extended: JsonObject = extensions if isinstance(extensions, dict) else {}
        self._where = where
        self._notices = notices

    def __contains__(self, name: str) -> bool:
        return name in self._all

    def text(self, name: str) -> str:
        match self._all.get(name):
            case str() as text:
                return text
            case None:
                return ""
            case Number() as number:
                return number.literal
            case other:
                self._odd(name, f"{shown(other)} stands where a text belongs; it is not used")
                return ""

    def texts(self, *names: str) -> tuple[str, ...]:
        for name in names:
            if (value := self._all.get(name)) is None:
                continue
            if isinstance(value, str):
                self._odd(name, f"{shown(value)} stands where a list belongs; it is parted at commas")
                return tuple(filter(None, map(str.strip, value.split(","))))
            if isinstance(value, list):
                texts = (item.literal if isinstance(item, Number) else item for item in value)
                return tuple(text for text in texts if isinstance(text, str) and text.strip())
            self._odd(name, f"{shown(value)} is no list; it is not used")
        return ()

    def number(self, *names: str) -> int | None:
        for name in names:
            if (value := self._all.get(name)) is None or isinstance(value, bool):
                continue
            number = _whole(value.literal if isinstance(value, Number) else value)
            if number is None:
                self._odd(name, f"{shown(value)} is no number that can be used")
            else:
                return number
        return None

    def flag(self, *names: str, default: bool = False) -> bool:
        found = self.maybe(*names)
        return default if found is None else found

    def maybe(self, *names: str) -> bool | None:
        for name in names:
            match self._all.get(name):
                case None:
                    continue
                case bool() as flag:
                    return flag
                case Number() as number:
                    return number.value != 0
                case str() as word if word.strip().casefold() in _TRUE | _FALSE:
                    self._odd(name, f"{shown(word)} stands where true or false belongs; it is read as one")
                    return word.strip().casefold() in _TRUE
                case other:
                    self._odd(name, f"{shown(other)} is neither true nor false; it is not used")
        return None

    def position(self) -> Position:
        for value in (self._extended.get("position"), self._all.get("position")):
            if isinstance(value, Number):
                return _WORLD_INFO_POSITIONS.get(int(_whole(value.literal) or 0), Position.BEFORE)
            if value == "after_char":
                return Position.AFTER
        return Position.BEFORE

    def role(self) -> Role:
        value = self._all.get("role")
        if isinstance(value, Number):
            return _ROLES.get(_whole(value.literal) or 0, Role.SYSTEM)
        return Role(value) if value in list(Role) else Role.SYSTEM

    def _odd(self, name: str, text: str) -> None:
        self._notices.add(self._where + name, text)


def _whole(value: Any) -> int | None:
    """A number of at most ORDER_MAX either way, whole; None if it is none."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return int(min(max(number, -ORDER_MAX), ORDER_MAX)) if number == number else None  # noqa: PLR0124 - NaN is not


def _within(number: int | None, most: int, *, default: int) -> int:
    return default if number is None else min(max(number, -most), most)
