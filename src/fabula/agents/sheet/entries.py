"""The entries of a section: the items of its lists, the rows of its tables, its labelled lines, and its sentences.

An entry is a label with a text (`- **Patient**: waits out storms`), or a label alone, and may have entries under it.
Any bullet, number or letter begins an item; a colon or dash, inside or outside the emphasis, ends a label; lines that
only go on belong to the entry before them.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from fabula.agents.plain import key
from fabula.agents.sheet.flow import is_open
from fabula.agents.sheet.outline import fences
from fabula.agents.sheet.text import Line

DEPTH_MAX = 6
"""Lists in lists; what stands deeper counts as this deep."""
_LABEL_CHARACTERS_MAX = 80
_LABEL_WORDS_MAX = 5
_CELLS_MAX = 20

_BULLET = re.compile(
    r"(?:[-*+—–·∙‣◦▪▫●○■□⁃►▶➤→✦✓•](?:\s+|$)|[·∙‣◦▪▫■□⁃►▶➤•]"  # signs
    r"|[-–+](?=[^\W\d_]|\*\*|__)|\*(?=[^\W\d_])(?!.*\*)"  # signs with the blank left out
    r"|\(?\d{1,3}[.)](?:\s+|(?=[^\W\d_]))|\(?[a-z][.)]\s+|[A-Z]\)\s+|[ivx]{1,4}[.)]\s+)"  # numbers and letters
    r"(.*)",
    re.DOTALL,
)
_THEMATIC_BREAK = re.compile(r"\s*(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,})")
_FENCE = re.compile(r"\s*(?:`{3,}|~{3,})")
_SEPARATOR = re.compile(r"\s*(?::(?=\s|$)|：|\t|(?<=\s)[-–—=→|](?=\s|$)|\.{4,})\s*")
_TIGHT_COLON = re.compile(r"([^\W\d][^:/\s][^:/]{0,40}):(?=[^\s/:])")
_AFTER_EMPHASIS = re.compile(r"\s*(?:[:：]|[-–—=→](?=\s|$))\s*")
_PUNCTUATION_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_RULED = re.compile(r"(?=[^-]*-)[\s|:–—-]++")
_CELL_END = re.compile(r"(?<!\\)\|")
_BLOCK = re.compile(r"[|>][-+]?\d?[-+]?")
_COMMENT = re.compile(r"(?:^|\s)#(?=\s|$)")
_QUOTE = re.compile("[\"']")
_WITHOUT_LABEL = frozenset(
    "relation relationship note notes description value level rating score weight text type".split(),
)
"""Labels under an entry that add nothing to what they label."""


class Split(NamedTuple):
    """An item's label and text."""

    label: str
    text: str
    parted: bool
    """Whether a sign stands between the two; otherwise the label is all there is, or ends where its emphasis does."""
    literal: bool = False
    """Whether the label begins with a backslash: it then names nothing but itself."""


@dataclass(slots=True)
class Entry:
    """One thing that a section lists."""

    line: int
    raw: str
    """The first line as it stands, without the bullet."""
    head: Split
    """The first line taken apart."""
    bulleted: bool = True
    indent: int = 0
    cell: bool = False
    """Whether it is a cell of a table; its label is then the head of its column."""
    last: int = 0
    """The last line that belongs to it or to an entry under it."""
    more: list[str] = field(default_factory=list)
    """The lines that go on with it."""
    children: list["Entry"] = field(default_factory=list)

    @property
    def label(self) -> str:
        """What it is about."""
        return self.head.label if self._has_text else " ".join([self.head.label, *self.more])

    @property
    def text(self) -> str:
        """What is said about it."""
        return " ".join([self.head.text, *self.more]).strip() if self._has_text else ""

    @property
    def told(self) -> str:
        """The text, with what stands under it behind."""
        return _joined(self.text, self.children)

    @property
    def whole(self) -> str:
        """Label and text as they stand, with what stands under it behind."""
        return _joined(" ".join([self.raw, *self.more]), self.children)

    @property
    def _has_text(self) -> bool:
        return self.head.parted or bool(self.head.text)


class Entries(NamedTuple):
    """What a section lists, and what else it says."""

    entries: list[Entry]
    sentences: list[Line]
    """Word for word; blank lines between them are kept."""
    quotes: list[Line]
    """The same behind quotation marks of the margin (`>`), without these."""


def entry(raw: str, line: int) -> Entry:
    """The entry of one item that stands alone."""
    return Entry(line, raw, split_label(raw), last=line)


def promoted(item: Entry, labels: frozenset[str]) -> Entry:
    """For `- name: Brave` with other lines under it: the entry that is meant, if the label is one of `labels`."""
    if item.head.literal or not item.text or key(item.label) not in labels:
        return item
    return Entry(item.line, item.text, Split(item.text, "", parted=True), last=item.last, children=item.children)


def split_label(raw: str) -> Split:
    """The label and the text of an item: `**Name:** x`, `*Name* - x`, `Name: x`, `Name – x`, `Name:x`."""
    if (emphasis := _emphasised(raw)) is not None:
        inner, rest = emphasis
        if match := _AFTER_EMPHASIS.match(rest):
            return _split(inner, rest[match.end() :], parted=True)
        if rest:
            label = inner.rstrip(":： ") or inner
            return _split(label, rest.strip(), parted=label != inner)
        raw = inner
    if match := _SEPARATOR.search(raw, 1, _LABEL_CHARACTERS_MAX):
        return _split(
            raw[: match.start()].strip("*_` ") or raw[: match.start()], raw[match.end() :].strip(), parted=True
        )
    if match := _TIGHT_COLON.match(raw[:_LABEL_CHARACTERS_MAX]):
        return _split(match[1], raw[match.end() :].strip(), parted=True)
    return _split(raw, "", parted=False)


def written(label: str, text: str = "", *, literal: bool = False, parted: bool = False) -> str:
    """The line of a list that is read as this label and text.

    literal: the label is also a word of the vocabulary and must not be read as one.
    parted: a colon ends the label even if there is no text.
    """
    if not text and not literal and not parted and _reads_as(line := f"- {label}", label):
        return line
    escaped = label.replace("\\", "\\\\").replace("*", "\\*")
    if literal and not escaped.startswith("\\"):
        escaped = f"\\{escaped}"
    if text:
        return f"- **{escaped}**: {text}"
    line = f"- **{escaped}**"
    return line if not parted and _reads_as(line, label) else f"{line}:"


def entries_of(
    lines: Sequence[Line],
    *,
    fields: bool = False,
    wrapped: bool = True,
    begins: Callable[[str], bool] | None = None,
) -> Entries:
    """The entries of a section's lines.

    fields: whether they are front matter, with or without fences: everything that has a label is an entry, what is
    indented under a label belongs to it, `|` and `>` begin a block of text, and comments are told as sentences.
    wrapped: whether the text of an item may go on without being indented; never in front matter.
    begins: whether a line without bullet and label is an entry nevertheless.
    """
    return _Reader(lines, fields=fields, wrapped=wrapped and not fields, begins=begins).read()


class _Reader:
    """Reads the entries of one section, line by line."""

    def __init__(
        self, lines: Sequence[Line], *, fields: bool, wrapped: bool, begins: Callable[[str], bool] | None
    ) -> None:
        self.lines = lines
        self.fields = fields
        self.wrapped = wrapped
        self.begins = begins
        self.entries: list[Entry] = []
        self.sentences: list[Line] = []
        self.quotes: list[Line] = []
        self.open: list[Entry] = []
        """The entry read last, and those it stands under, outermost first."""
        self.after_blank = True

    def read(self) -> Entries:
        fenced = fences([line.text for line in self.lines])
        index = 0
        while index < len(self.lines):
            line = self.lines[index]
            if not line.text.strip():
                self.blank(line)
            elif _is_table(self.lines, index):
                index = self.table(index)
                continue
            elif not (_THEMATIC_BREAK.fullmatch(line.text) or (fenced[index] and _FENCE.match(line.text))):
                self.line(line)
                if self.fields and self.open and _BLOCK.fullmatch(self.open[-1].head.text):
                    index = self.block_of_text(index + 1)
                    continue
            index += 1
        return Entries(self.entries, self.sentences, self.quotes)

    def blank(self, line: Line) -> None:
        self.after_blank = True
        if self.sentences:
            self.sentences.append(Line(line.number, ""))

    def line(self, line: Line) -> None:
        words = line.text.strip()
        if self.fields and (comment := _COMMENT.search(words)) and not _QUOTE.search(words, comment.end()):
            self.sentences.append(Line(line.number, words[comment.start() :].strip()))
            if not (words := words[: comment.start()].rstrip()):
                return
        indent = _indent(line.text)
        if self.is_in_brackets(words, indent):
            self.go_on(words, line)
        elif words.startswith(">"):
            self.open = []
            self.quotes.append(Line(line.number, line.text.lstrip()[1:].removeprefix(" ")))
        elif bullet := _BULLET.fullmatch(words):
            self.add(bullet[1].strip(), line, indent, bulleted=True)
        elif self.goes_on(indent):
            self.go_on(words, line)
        elif self.is_labelled(words) or (self.begins is not None and self.begins(words)):
            self.add(words, line, indent, bulleted=False)
        elif self.open and not self.after_blank and self.may_wrap(words, indent):
            self.go_on(words, line)
        else:
            self.open = []
            self.sentences.append(line)
        self.after_blank = False

    def is_in_brackets(self, words: str, indent: int) -> bool:
        """Whether a line stands in a list in brackets that the lines above have begun."""
        if not (self.fields and self.open):
            return False
        begun, more = self.open[-1].head.text, self.open[-1].more
        if not is_open(begun[:1] + (more[-1] if more else begun)):
            return False
        return indent > self.open[-1].indent or not self.is_labelled(words)

    def goes_on(self, indent: int) -> bool:
        """Whether a line without a bullet continues the item above it because it is indented."""
        if not self.open or indent <= self.open[-1].indent:
            return False
        return self.open[-1].bulleted and not (self.fields and self.open[-1].head.parted)

    def may_wrap(self, words: str, indent: int) -> bool:
        """Whether words can belong to the text above them; markup is no text that was wrapped."""
        return (self.wrapped or indent > self.open[-1].indent) and not words.startswith("<")

    def go_on(self, words: str, line: Line) -> None:
        self.open[-1].more.append(words)
        self.open[0].last = line.number

    def is_labelled(self, words: str) -> bool:
        label, _, parted, _ = split_label(words)
        if not parted or words.startswith("<!"):
            return False
        return self.fields or (len(label.split()) <= _LABEL_WORDS_MAX and label[-1] not in ".!?,;")

    def add(self, words: str, line: Line, indent: int, *, bulleted: bool) -> None:
        if not words:
            return
        new = Entry(line.number, words, split_label(words), bulleted, indent, last=line.number)
        while self.open and not _holds(self.open[-1], new):
            self.open.pop()
        del self.open[DEPTH_MAX:]
        (self.open[-1].children if self.open else self.entries).append(new)
        self.open.append(new)
        self.open[0].last = line.number

    def block_of_text(self, index: int) -> int:
        """Read the indented lines from `index` on as the text of the open entry; returns the index after them."""
        block: list[str] = []
        new = self.open[-1]
        while index < len(self.lines):
            text = self.lines[index].text
            if text.strip() and _indent(text) <= new.indent:
                break
            block.append(text)
            index += 1
        margin = min((_indent(text) for text in block if text.strip()), default=0)
        new.head = new.head._replace(text="\n".join(text.expandtabs(4)[margin:] for text in block))
        self.open[0].last = self.lines[index - 1].number
        return index

    def table(self, index: int) -> int:
        """Read the table that begins at `index`; returns the index after it."""
        self.open = []
        rows: list[tuple[int, list[str]]] = []
        header: list[str] = []
        while index < len(self.lines) and "|" in (text := self.lines[index].text):
            if not _RULED.fullmatch(text):
                rows.append((self.lines[index].number, _cells(text)))
            elif len(rows) == 1 and not header:
                header = rows.pop()[1]
            index += 1
        names = [_plain_label(name) for name in header[1:]] + [""] * _CELLS_MAX
        for number, (first, *others) in rows:
            label = _plain_label(first)
            if label:
                cells = [
                    Entry(number, cell, Split(name, cell, parted=True), cell=True)
                    for name, cell in zip(names, others, strict=False)
                    if cell
                ]
                self.entries.append(Entry(number, label, Split(label, "", parted=True), last=number, children=cells))
        self.after_blank = True
        return index


def _holds(above: Entry, below: Entry) -> bool:
    if below.indent > above.indent:
        return True
    # `Factions:` with bullets right below it, not indented.
    bare = above.head.parted and not above.bulleted and not above.head.text and not above.more
    return below.indent == above.indent and below.bulleted and bare


def _emphasised(raw: str) -> tuple[str, str] | None:
    """What stands in emphasis at the beginning of `raw`, and what follows it."""
    if raw[:1] not in ("*", "_"):
        return None
    mark = raw[: len(raw) - len(raw.lstrip(raw[0]))]
    if len(mark) > 3:
        return None
    end = raw.find(mark, len(mark) + 1)
    while end > 0:
        if not _is_escaped(raw, end) and not raw[end - 1].isspace():
            return raw[len(mark) : end].strip(), raw[end + len(mark) :]
        end = raw.find(mark, end + 1)
    return None


def _is_escaped(text: str, index: int) -> bool:
    """Whether an odd number of backslashes stands before `index`."""
    start = index
    while start > 0 and text[start - 1] == "\\":
        start -= 1
    return (index - start) % 2 == 1


def _split(label: str, text: str, *, parted: bool) -> Split:
    literal = label.startswith("\\")
    if literal and not _PUNCTUATION_ESCAPED.match(label):
        label = label[1:] or label
    return Split(_PUNCTUATION_ESCAPED.sub(r"\1", label), text, parted, literal)


def _plain_label(cell: str) -> str:
    emphasis = _emphasised(cell)
    return emphasis[0] if emphasis and not emphasis[1].strip() else cell


def _reads_as(line: str, label: str) -> bool:
    return [(item.label, item.text) for item in entries_of([Line(1, line)]).entries] == [(label, "")]


def _joined(text: str, children: list[Entry]) -> str:
    parts = [text]
    for index, child in enumerate(children):
        if not child.head.parted:
            parts.append(child.whole)
        elif key(child.label) in _WITHOUT_LABEL or not child.label or (child.cell and index == 0):
            parts.append(child.told)
        else:
            parts.append(f"{child.label}: {child.told}" if child.told else child.label)
    return "; ".join(filter(None, parts))


def _indent(text: str) -> int:
    return len(text[: len(text) - len(text.lstrip())].expandtabs(4))


def _is_table(lines: Sequence[Line], index: int) -> bool:
    text = lines[index].text.strip()
    if text.startswith("|"):
        return True
    following = lines[index + 1].text if index + 1 < len(lines) else ""
    return "|" in text and "|" in following and bool(_RULED.fullmatch(following)) and not _BULLET.fullmatch(text)


def _cells(text: str) -> list[str]:
    row = text.strip().removeprefix("|")
    row = row[:-1] if row.endswith("|") and not row.endswith("\\|") else row
    return [cell.strip().replace("\\|", "|") for cell in _CELL_END.split(row, maxsplit=_CELLS_MAX - 1)]
