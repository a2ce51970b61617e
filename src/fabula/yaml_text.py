"""YAML that strangers wrote, read into plain values: bounded, free of objects, each with the line it stands on.

What is read is the core of YAML 1.2, and of its types only those that surprise nobody: in a plain (unquoted) scalar
`true` and `false` are booleans, `null`, `~` and nothing at all are None, digits are integers or decimals; everything
else stays the text it is, `yes`, `on`, `1:30` and `2026-11-01` too. A quoted scalar is always text, and so is a key;
merge keys (`<<`) are ordinary keys. Refused, with the line: tags, several documents, a key given twice, keys that are
lists or mappings, aliases that stand inside what they stand for, control characters, and more than the bounds allow.

The bounds hold while the file is read: nothing is built or unfolded before it is counted, and the depth of a file
never becomes the depth of a call stack.
"""

import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import yaml

from fabula.errors import UsageError

SIZE_MAX_BYTES = 2 * 1024 * 1024
NODES_MAX = 50_000
"""In one file: keys, scalars, lists and mappings, each alias counted as all that it stands for."""
DEPTH_MAX = 40
"""Lists and mappings within one another, aliases unfolded."""

KeyPath = tuple[str | int, ...]
"""The way to a value: keys of mappings, indices of lists from 0."""

# libyaml's parser gives the same events as PyYAML's own and is about ten times faster.
_FAST: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_DECIMAL = re.compile(r"[-+]?((\.[0-9]+|[0-9]+\.[0-9]*)([eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+)")
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INDENTATION = "Look at the indentation and the quotes, here and in the lines before."
_HINTS = {
    "mapping values are not allowed": "Put a text that holds ': ' in quotes.",
    "sequence entries are not allowed": "Begin the list on a line of its own.",
    "expected ':'": "A key needs a ':' after it.",
    "tab character": "Indent with spaces.",
    "character '\\t'": "Indent with spaces.",
    "cannot start any token": "Put the text in quotes.",
    "expected <block end>": _INDENTATION,
    "expected key": _INDENTATION,
    "expected '-' indicator": _INDENTATION,
    "expected ',' or": "Is a bracket never closed?",
    "unexpected end of stream": "Is a quote never closed?",
}
"""What to do about a problem of which the parsers say this; they word many a problem differently."""


class Tree(msgspec.Struct, frozen=True, kw_only=True):
    """A YAML file as plain values (dict, list, str, int, float, bool, None) and where each of them stands."""

    value: Any
    source: str
    """The file's name, as messages use it."""
    marks: dict[KeyPath, tuple[str, int]]
    """Path -> (source, line counted from 1). What an alias stands for has the line of the alias."""

    def where(self, path: KeyPath = ()) -> str:
        """The place of a value as messages write it: `pack.yaml, line 31, places[3].ways[0]`.

        A path that leads to nothing has the line of the nearest value that would hold it.
        """
        known = (self.marks[path[:end]] for end in range(len(path), -1, -1) if path[:end] in self.marks)
        source, line = next(known, (self.source, 1))
        return f"{source}, line {line}" + (f", {path_text(path)}" if path else "")

    def grafted(self, path: KeyPath, other: "Tree") -> "Tree":
        """This tree with another file's value in place of its own at `path`."""
        marks = {path + at: mark for at, mark in other.marks.items()}
        return Tree(value=_with(self.value, path, other.value), source=self.source, marks=self.marks | marks)


def path_text(path: KeyPath) -> str:
    """A path in one word: `places[3].ways[0].to`."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).removeprefix(".")


def read_yaml(data: Path | bytes, *, source: str = "") -> Tree:
    """Read a YAML file, or the bytes of one.

    source: what messages call it; a path needs none. An empty file has the value None.
    Raises UsageError, with the line if there is one, if it cannot be read, is no UTF-8 or no YAML as described above.
    """
    source = source or (str(data) if isinstance(data, Path) else "YAML")
    return _build(_text(_bytes(data, source) if isinstance(data, Path) else data, source), source, loader=_FAST)


def _with(value: Any, path: KeyPath, new: Any) -> Any:
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = _with(value[path[0]], path[1:], new)
    return copy


def _bytes(path: Path, source: str) -> bytes:
    try:
        if not path.is_file():
            raise UsageError(f"{source}: {'this is no file' if path.exists() else 'no such file'}. Name a YAML file.")
        _check_size(path.stat().st_size, source)
        with path.open("rb") as file:
            return file.read(SIZE_MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{source}: it cannot be read: {error.strerror or error}.") from error


def _check_size(size: int, source: str) -> None:
    if size > SIZE_MAX_BYTES:
        mib, most = size / 2**20, SIZE_MAX_BYTES // 2**20
        raise UsageError(f"{source}: {mib:.1f} MiB are more than the {most} MiB a YAML file may have. Split it up.")


def _text(data: bytes, source: str) -> str:
    _check_size(len(data), source)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UsageError(f"{source}: this is UTF-16. Save it as UTF-8.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = f"byte 0x{data[error.start]:02x}"
        raise UsageError(f"{source}, line {line}: {byte} is not UTF-8. Save it as text in UTF-8.") from error
    if control := _CONTROL.search(text):
        line = text.count("\n", 0, control.start()) + 1
        raise UsageError(f"{source}, line {line}: {_code(control)} is no text. Is this a YAML file?")
    return text


def _code(control: re.Match[str]) -> str:
    return f"the control character U+{ord(control[0]):04X}"


def _events(text: str, source: str, loader: Any) -> Iterator[Any]:
    try:
        parser = loader(text)
        while not isinstance(event := parser.get_event(), yaml.StreamEndEvent):
            yield event
    except yaml.MarkedYAMLError as error:
        problem = error.problem or error.context or "this is not YAML"
        hint = next((f" {hint}" for part, hint in _HINTS.items() if part in problem), "")
        began = error.context_mark.line + 1 if error.context_mark else None
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        since = f", in what began in line {began}" if began and began < line else ""
        raise UsageError(f"{source}, line {line}, column {column}: {problem}{since}.{hint}") from error
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        raise UsageError(f"{source}: this is not YAML: {error}.") from error


class _Open:
    """A list or mapping that is being read."""

    __slots__ = ("anchor", "before", "height", "key", "path", "value")

    def __init__(self, value: dict[str, Any] | list[Any], path: KeyPath, anchor: str | None, before: int) -> None:
        self.value = value
        self.path = path
        self.anchor = anchor
        self.before = before
        """How many values were counted before it."""
        self.height = 1
        self.key: str | None = None
        """The key read last, while its value is still to come."""


class _Whole:
    """What an anchor stands for."""

    __slots__ = ("height", "size", "value")

    def __init__(self, value: Any, size: int, height: int) -> None:
        self.value = value
        self.size = size
        self.height = height


class _Builder:
    """Builds the tree from parser events, one call an event."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.marks: dict[KeyPath, tuple[str, int]] = {}
        self.root: Any = None
        self.documents = 0
        self.count = 0
        self.stack: list[_Open] = []
        self.anchors: dict[str, _Whole | _Open] = {}

    def fault(self, event: Any, text: str) -> UsageError:
        return UsageError(f"{self.source}, line {event.start_mark.line + 1}: {text}")

    def document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            raise self.fault(event, "a second document begins here. Keep one to a file: take the '---' out.")

    def scalar(self, event: Any) -> None:
        self.admit(event, size=1, height=0)
        text: str = event.value
        if event.style == '"' and (control := _CONTROL.search(text)):
            raise self.fault(event, f"{_code(control)} stands in a text. Take it out.")
        value = _plain(text) if event.implicit[0] and not event.style else text
        if event.anchor:
            self.anchors[event.anchor] = _Whole(value, 1, 0)
        if self.stack and self.stack[-1].key is None and isinstance(self.stack[-1].value, dict):
            self.key(event, self.stack[-1], text)
        else:
            self.put(event, value)

    def key(self, event: Any, mapping: _Open, key: str) -> None:
        path = (*mapping.path, key)
        if path in self.marks:
            raise self.fault(event, f"{key!r} stands here again after line {self.marks[path][1]}. Keep one of the two.")
        self.marks[path] = (self.source, event.start_mark.line + 1)
        mapping.key = key

    def alias(self, event: Any) -> None:
        whole = self.anchors.get(event.anchor)
        if whole is None:
            raise self.fault(event, f"no '&{event.anchor}' stands above. A text that begins with '*' needs quotes.")
        if isinstance(whole, _Open):
            raise self.fault(event, f"'*{event.anchor}' stands inside the very thing it stands for. Break the circle.")
        self.admit(event, size=whole.size, height=whole.height)
        self.put(event, whole.value)
        self.deepen(whole.height)

    def begin(self, event: Any, value: dict[str, Any] | list[Any]) -> None:
        self.admit(event, size=1, height=1)
        path = self.put(event, value)
        self.stack.append(_Open(value, path, event.anchor, self.count - 1))
        if event.anchor:
            self.anchors[event.anchor] = self.stack[-1]

    def end(self) -> None:
        done = self.stack.pop()
        self.deepen(done.height)
        if done.anchor:
            self.anchors[done.anchor] = _Whole(done.value, self.count - done.before, done.height)

    def deepen(self, height: int) -> None:
        if self.stack:
            self.stack[-1].height = max(self.stack[-1].height, height + 1)

    def admit(self, event: Any, *, size: int, height: int) -> None:
        """Count what comes next, before it is built."""
        self.count += size
        if self.count > NODES_MAX:
            raise self.fault(
                event, f"more than {NODES_MAX:,} values with this one, aliases unfolded. Split the file up."
            )
        if len(self.stack) + height > DEPTH_MAX:
            raise self.fault(event, f"this is more than {DEPTH_MAX} levels deep, aliases unfolded. Flatten it.")
        if getattr(event, "tag", None) is not None:
            raise self.fault(event, f"the tag {event.tag!r} is not read. Take it out, or put the text in quotes.")

    def put(self, event: Any, value: Any) -> KeyPath:
        """Set a value where it belongs; returns its path."""
        if not self.stack:
            self.root = value
            self.marks[()] = (self.source, event.start_mark.line + 1)
            return ()
        parent = self.stack[-1]
        if isinstance(parent.value, list):
            path = (*parent.path, len(parent.value))
            self.marks[path] = (self.source, event.start_mark.line + 1)
            parent.value.append(value)
            return path
        if parent.key is None:
            raise self.fault(event, "a key has to be a word, not a list, a mapping or an alias.")
        path = (*parent.path, parent.key)
        parent.value[parent.key], parent.key = value, None
        return path


def _plain(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text) and math.isfinite(number := float(text)):
        return number
    return text


def _build(text: str, source: str, *, loader: Any) -> Tree:
    builder = _Builder(source)
    actions = {
        yaml.ScalarEvent: builder.scalar,
        yaml.AliasEvent: builder.alias,
        yaml.MappingStartEvent: lambda event: builder.begin(event, {}),
        yaml.SequenceStartEvent: lambda event: builder.begin(event, []),
        yaml.MappingEndEvent: lambda _: builder.end(),
        yaml.SequenceEndEvent: lambda _: builder.end(),
        yaml.DocumentStartEvent: builder.document,
    }
    for event in _events(text, source, loader):
        if (action := actions.get(type(event))) is not None:
            action(event)
    return Tree(value=builder.root, source=source, marks=builder.marks)
