"""The lines of a campaign log: one event as one line of Markdown, and back, whatever struct the event is.

    - **Attacked** — agent: Mira Kest; target: Korr; place: the Iron Gate; roll: 17; against: 13 · seen by Korr, Mira
    Kest

The words in bold are the struct's name, the fields are the struct's own and typed by it; fields at their default are
left out. A value that would be misread, break the line or mean something to Markdown or HTML is written as a JSON
string, with the letters that mean something written as `\\u003c`: such a line shows the same everywhere and reads
back to the same value.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, get_args

import msgspec
from msgspec import inspect

from fabula.chronicle.letters import INVISIBLE
from fabula.engine.values import AgentId, Event
from fabula.errors import did_you_mean

EVERYONE = "all"
"""What stands after `seen by` when every agent in the campaign's action perceived it."""

_MEANS_SOMETHING = r"\"\\<>&*_`\[\]~|"
_PLAIN = re.compile(rf"(?!\s)[^;·{_MEANS_SOMETHING}{INVISIBLE}]+(?<!\s)")
_ESCAPED = re.compile(rf"[*_`\[\]<>&~|{INVISIBLE}]")
_QUOTED = r'"[^"\\]*(?:\\.[^"\\]*)*"'
_PIECE = re.compile(rf'{_QUOTED}|[;·,]|[^";·,]+')
_EVENT_LINE = re.compile(r"\*\*([^*]{1,80})\*\*\s*(?:(?:—|–|--?)\s*|(?=·|$))")
_WORD_JOINT = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class LineError(ValueError):
    """The line is no event; the text says why, in words for the person who edited it."""


def quoted(text: str) -> str:
    """The text as a JSON string that holds no letter which Markdown, HTML or a terminal would act upon."""

    def escape(match: re.Match[str]) -> str:
        return "".join(f"\\u{unit:04x}" for unit in _utf16(match[0]))

    return _ESCAPED.sub(escape, json.dumps(text, ensure_ascii=False).replace("://", ":\\/\\/"))


def write_text(text: str) -> str:
    """The text as it is where that reads back the same and renders as itself, else quoted."""
    return text if _PLAIN.fullmatch(text) and "://" not in text else quoted(text)


def write_names(names: tuple[str, ...]) -> str:
    """The texts in a row, those with a comma quoted."""
    return ", ".join(quoted(name) if "," in name or name == EVERYONE else write_text(name) for name in names)


def read_text(value: str) -> str:
    """What `write_text` was given. Raises LineError for a broken quotation."""
    if not value.startswith('"'):
        return value
    try:
        return str(json.loads(value, strict=False))
    except ValueError:
        raise LineError(
            f"{value!r} is not a whole quotation; end it with a quotation mark that nothing follows"
        ) from None


def read_names(value: str) -> tuple[str, ...]:
    """What `write_names` was given. Raises LineError for a broken quotation."""
    if '"' not in value:
        return tuple(name for piece in value.split(",") if (name := piece.strip()))
    return tuple(read_text(name) for name in _split(value, ",") if name)


class LineCodec:
    """Writes events of any kind as lines, and reads lines as events of the kinds in `event_type` (a union of
    structs).
    """

    def __init__(self, event_type: Any) -> None:
        self._layouts: dict[type[Event], _Layout] = {}
        self._kinds = {_folded(kind.__name__): kind for kind in (get_args(event_type) or (event_type,))}

    def write(self, event: Event, *, everyone: tuple[AgentId, ...] = ()) -> str:
        """The event's line, without its end. `everyone`: the agents that `seen by all` stands for, sorted."""
        layout = self._layout(type(event))
        fields = "; ".join(layout.write(event))
        seen = event.seen_by
        witnesses = "" if not seen else f" · seen by {EVERYONE if seen == everyone else write_names(seen)}"
        return f"- **{layout.title}**{' — ' if fields else ''}{fields}{witnesses}"

    def read(self, item: str, *, everyone: tuple[AgentId, ...] = ()) -> Event | None:
        """The event of a list item (its text, without the dash); None if it is no event's line but free words.

        Raises LineError if it begins like an event's line and cannot be read as one.
        """
        match = _EVENT_LINE.match(item)
        if match is None:
            return None
        kind = self._kinds.get(_folded(match[1]))
        if kind is None:
            raise LineError(f"no event is called {match[1]!r}.{did_you_mean(match[1], self._titles())}")
        body, seen_by = _parted(item[match.end() :], everyone)
        return self._layout(kind).read(body, seen_by)

    def _titles(self) -> Iterator[str]:
        return (_title(kind.__name__) for kind in self._kinds.values())

    def _layout(self, kind: type[Event]) -> "_Layout":
        layout = self._layouts.get(kind)
        if layout is None:
            layout = self._layouts[kind] = _Layout(kind)
        return layout


class _Field(msgspec.Struct, frozen=True):
    """How one field of a struct is written and read."""

    name: str
    words: str
    required: bool
    default: Any
    write: Callable[[Any], str]
    read: Callable[[str], Any]


class _Layout:
    """How the events of one struct stand on a line."""

    def __init__(self, kind: type[Event]) -> None:
        self.title = _title(kind.__name__)
        self._kind = kind
        # What is the event's own comes first: who did what; how the dice fell stands behind it.
        fields = sorted(_struct_fields(kind), key=lambda field: field.name not in kind.__annotations__)
        self._fields = tuple(_field(field) for field in fields if field.name != "seen_by")
        self._by_words = {_folded(field.name): field for field in self._fields}

    def write(self, event: Event) -> Iterator[str]:
        for field in self._fields:
            value = getattr(event, field.name)
            if field.required or value != field.default:
                yield f"{field.words}: {field.write(value)}"

    def read(self, body: str, seen_by: tuple[AgentId, ...]) -> Event:
        values: dict[str, Any] = {}
        for part in _split(body, ";"):
            words, colon, value = part.partition(":")
            if not colon:
                raise LineError(f"{part!r} is no field; write 'name: value' and a semicolon between fields")
            field = self._by_words.get(_folded(words))
            if field is None:
                known = (field.words for field in self._fields)
                raise LineError(f"{self.title!r} has no field {words.strip()!r}.{did_you_mean(words.strip(), known)}")
            if field.name in values:
                raise LineError(f"the field {field.words!r} stands twice; keep one")
            try:
                values[field.name] = field.read(value.strip())
            except LineError as error:
                raise LineError(f"{field.words}: {error}") from None
        missing = [field.words for field in self._fields if field.required and field.name not in values]
        if missing:
            raise LineError(f"{self.title!r} needs the field {' and the field '.join(map(repr, missing))}")
        return self._kind(seen_by=seen_by, **values)


def _struct_fields(kind: type[Event]) -> tuple[inspect.Field, ...]:
    info = inspect.type_info(kind)
    assert isinstance(info, inspect.StructType)
    return info.fields


def _field(field: inspect.Field) -> _Field:
    write, read = _codec_of(field.type)
    default = field.default if field.default is not msgspec.NODEFAULT else None
    if field.default_factory is not msgspec.NODEFAULT:
        default = field.default_factory()
    return _Field(field.name, field.name.replace("_", " "), field.required, default, write, read)


def _codec_of(kind: inspect.Type) -> tuple[Callable[[Any], str], Callable[[str], Any]]:
    match kind:
        case inspect.StrType():
            return write_text, read_text
        case inspect.LiteralType(values=values):
            return write_text, _reader_of_choice([str(value) for value in values])
        case inspect.BoolType():
            return (lambda value: "yes" if value else "no"), _read_flag
        case inspect.IntType() | inspect.FloatType():
            return str, _reader_of_number(int if isinstance(kind, inspect.IntType) else float)
        case inspect.VarTupleType(item_type=inspect.StrType()):
            return write_names, read_names
        case inspect.TupleType(item_types=items) if all(isinstance(item, inspect.StrType) for item in items):
            return write_names, _reader_of_row(len(items))
        case _:
            raise TypeError(
                f"a log line cannot hold a field of the type {kind}; use texts, numbers, flags or tuples of texts"
            )


def _reader_of_choice(known: list[str]) -> Callable[[str], str]:
    def read(value: str) -> str:
        text = read_text(value)
        if text not in known:
            raise LineError(f"{text!r} is not one of the words it can be.{did_you_mean(text, known)}")
        return text

    return read


def _read_flag(value: str) -> bool:
    flags = {"yes": True, "true": True, "no": False, "false": False}
    if value.casefold() not in flags:
        raise LineError(f"expected yes or no, got {value!r}")
    return flags[value.casefold()]


def _reader_of_number(number: type[int] | type[float]) -> Callable[[str], int | float]:
    def read(value: str) -> int | float:
        try:
            return number(value)
        except ValueError:
            raise LineError(f"expected a number, got {value!r}") from None

    return read


def _reader_of_row(length: int) -> Callable[[str], tuple[str, ...]]:
    def read(value: str) -> tuple[str, ...]:
        names = read_names(value)
        if len(names) != length:
            raise LineError(f"expected {length} names with commas between them, got {len(names)}")
        return names

    return read


def _parted(rest: str, everyone: tuple[AgentId, ...]) -> tuple[str, tuple[AgentId, ...]]:
    """The fields, and who saw it."""
    body, *tails = _split(rest, "·", keep_empty=True) or [""]
    if not tails:
        return body, ()
    tail = tails[0]
    if len(tails) > 1 or not tail.startswith("seen by"):
        raise LineError(f"after '·' stands who saw it, as 'seen by Mira, Tom', not {' · '.join(tails)!r}")
    names = tail.removeprefix("seen by").strip()
    return body, everyone if names == EVERYONE else tuple(AgentId(name) for name in read_names(names))


def _split(text: str, mark: str, *, keep_empty: bool = False) -> list[str]:
    """The parts between the marks that stand outside quotations, trimmed."""
    if '"' not in text:
        parts = text.split(mark)
    else:
        parts, end = [""], 0
        for piece in _PIECE.finditer(text):
            if piece.start() != end:
                break
            end = piece.end()
            if piece[0] == mark:
                parts.append("")
            else:
                parts[-1] += piece[0]
        if end != len(text):
            raise LineError('a quotation mark opens and none closes; write \\" for one inside a quotation')
    return [part.strip() for part in parts if keep_empty or part.strip()]


def _title(class_name: str) -> str:
    return _WORD_JOINT.sub(" ", class_name).capitalize()


def _folded(words: str) -> str:
    return "".join(letter for letter in words.casefold() if letter.isalnum())


def _utf16(letter: str) -> Iterator[int]:
    raw = letter.encode("utf-16-be", "surrogatepass")
    return (int.from_bytes(raw[i : i + 2], "big") for i in range(0, len(raw), 2))
