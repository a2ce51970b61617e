"""The outline of a sheet: its front matter and its sections, each with the part of a persona that it names.

Headings are `# ATX` (also without the blank, with closing marks), underlined (setext), and known titles that stand
alone on a line, bold or not. Nothing in a code fence is a heading. Where plain text has to hold a line that would be
one, a backslash stands before it (`escaped`, `unescaped`).
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from fabula.agents.persona import Part
from fabula.agents.sheet.notices import Notices, quoted
from fabula.agents.sheet.text import Line
from fabula.agents.sheet.vocabulary import TITLES, Naming, named_by_label, named_by_title

LISTED = frozenset({Part.TRAITS, Part.WEIGHTS, Part.KNOWLEDGE, Part.TIES, Part.SKILLS, Part.BEHAVIOUR})
"""Parts in which a heading of no known title groups what stands under it."""
_TEXTS = frozenset({Part.HISTORY, Part.ABOUT, None})
"""Parts that are kept word for word; None for sections without a part."""
_FIELDS = frozenset({Part.NAME, Part.FACTIONS, Part.ROLE, Part.ORIGIN})
_ALONE_LEVEL = 5
_UNDERLINED_CHARACTERS_MAX = 100

_ATX = re.compile(r" {0,3}(#{1,6})(?!#)(.*)")
_CLOSING = re.compile(r"(?:^|(?<=\s))#+$")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-{2,})\s*")
_BULLET = re.compile(r"\s*(?:[-*+•]|\d+[.)])\s")
_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})(.*)")
_ALONE = re.compile(r" {0,3}(\*\*|__)?([^\W\d_][^*_`|<>\\]{1,50}?)[:：]?(?:\1)?[:：]?\s*")
_RULE = re.compile(r"\s*-{3,}\s*")
_RULE_OR_DOTS = re.compile(r"\s*(?:-{3,}|\.{3})\s*")
_FRONT_FIELD = re.compile(r"[^\s#:|>-][^:]{0,80}:(?:\s|$)")
_BACKSLASHES = re.compile(r"( {0,3})(\\+)(.*)", re.DOTALL)


class Heading(NamedTuple):
    """A heading as it was found."""

    level: int
    """1 to 6."""
    title: str
    naming: Naming | None
    lines: int
    """How many lines it takes: 2 if it is underlined."""
    marked: bool
    """Whether it is marked by `#`."""


class Block(NamedTuple):
    """A section of a sheet."""

    part: Part | None
    """None: kept word for word."""
    title: str
    level: int
    line: int
    lines: list[Line]
    group: str = ""
    """The heading of no known title under which these lines stand within their part."""


class Outline(NamedTuple):
    """A sheet taken apart."""

    front: list[Line]
    """What stands between the fences of the front matter."""
    title: Line | None
    preamble: list[Line]
    """What stands before the first section."""
    blocks: list[Block]


def outline(lines: Sequence[Line], notices: Notices) -> Outline:
    """Take a sheet apart."""
    lines = _unwrapped(lines, notices)
    front, rest = _split_front(lines, notices)
    texts = [line.text for line in rest]
    found = headings(texts)
    _warn_of_open_fences(rest, notices)
    title_at = _title_at(found)
    title: Line | None = None
    current = Block(None, "", 0, 1, [])
    preamble, blocks = current.lines, list[Block]()
    index = 0
    while index < len(rest):
        line, heading = rest[index], found.get(index)
        if heading is None:
            current.lines.append(line)
        elif index == title_at:
            title = Line(line.number, heading.title)
        elif blocks and absorbs(current.part, current.level, heading):
            current.lines.append(line)
        else:
            current = _block(heading, line, current, notices)
            blocks.append(current)
        index += heading.lines if heading else 1
    return Outline(front, title, preamble, blocks)


def headings(texts: Sequence[str]) -> dict[int, Heading]:
    """The headings among lines, by the index of their line."""
    fenced = fences(texts)
    found: dict[int, Heading] = {}
    before_blank, skip = True, -1
    for index, text in enumerate(texts):
        if index != skip and not fenced[index] and text.strip():
            under = texts[index + 1] if index + 1 < len(texts) and not fenced[index + 1] else ""
            heading = _atx(text, first=not found) or _unmarked(text, under, before_blank=before_blank)
            if heading:
                found[index] = heading
                skip = index + 1 if heading.lines == 2 else skip
        before_blank = not text.strip() or index in found or index == skip
    return found


def absorbs(part: Part | None, level: int, heading: Heading) -> bool:
    """Whether a section that is kept word for word keeps this heading as part of its text."""
    unnamed = heading.naming is None or heading.naming.hinted
    return part in _TEXTS and heading.marked and unnamed and heading.level > level


def fences(texts: Sequence[str]) -> list[bool]:
    """Which lines are a code fence or stand in one; a fence that is never closed is none."""
    whole = "\n".join(texts)
    if "```" not in whole and "~~~" not in whole:
        return [False] * len(texts)
    # The longest closing fence of each mark from here to the end: whether an opening one is ever closed.
    closing = [(0, 0)] * (len(texts) + 1)
    marks = [_FENCE.match(text) for text in texts]
    for index in range(len(texts) - 1, -1, -1):
        closing[index] = closing[index + 1]
        if (mark := marks[index]) and not mark[2].strip():
            ticks, tildes = closing[index]
            length = len(mark[1])
            closing[index] = (max(ticks, length), tildes) if mark[1][0] == "`" else (ticks, max(tildes, length))
    inside: list[bool] = []
    opened = ""
    for index, mark in enumerate(marks):
        if opened:
            inside.append(True)
            if mark and mark[1].startswith(opened) and not mark[2].strip():
                opened = ""
        else:
            if mark and len(mark[1]) <= closing[index + 1][mark[1][0] == "~"]:
                opened = mark[1]
            inside.append(bool(opened))
    return inside


def plain_title(raw: str) -> tuple[str, Naming | None]:
    """The title that stands in a heading, and what it names; after a backslash it is only itself."""
    if raw.startswith("\\") and len(raw) > 1:
        return raw[1:], None
    title = raw.rstrip(":：").rstrip() or raw
    for mark in ("**", "__", "*", "_", "`") if title[0] in "*_`" else ():
        inner = title.removeprefix(mark).removesuffix(mark).strip(" :：")
        if inner and title.startswith(mark) and title.endswith(mark) and len(title) > 2 * len(mark):
            title = inner
    return title, named_by_title(title)


def written_title(title: str) -> str:
    """What stands after the `#` of a heading so that it is read as this very title and names nothing else."""
    raw = title if plain_title(title) == (title, None) else f"\\{title}"
    return f"{raw} ##" if _CLOSING.search(raw) else raw


def escaped(texts: Sequence[str], *, level: int) -> list[str]:
    """Lines of plain text, so that they can stand under a heading of `level` in a section kept word for word."""
    fenced, found = fences(texts), headings(texts)
    underlines = {index + 1 for index, heading in found.items() if heading.lines == 2}
    result = []
    for index, text in enumerate(texts):
        heading = found.get(index)
        begins = heading is not None and not absorbs(None, level, heading) and (heading.lines == 1 or _alone(text))
        if not fenced[index] and (begins or index in underlines or _FENCE.match(text) or _backslashed(text)):
            words = text.lstrip(" ")
            result.append(f"{text.removesuffix(words)}\\{words}")
        else:
            result.append(text)
    return result


def unescaped(texts: Sequence[str]) -> list[str]:
    """What `escaped` was given."""
    fenced = fences(texts)
    return [
        text if inside or not (match := _backslashed(text)) else f"{match[1]}{match[2][1:]}{match[3]}"
        for text, inside in zip(texts, fenced, strict=True)
    ]


def _backslashed(text: str) -> re.Match[str] | None:
    """`text` after one backslash or more, if without them it would mean something to the outline."""
    match = _BACKSLASHES.fullmatch(text)
    if match is None:
        return None
    rest = match[3]
    means = _ATX.match(rest) or _FENCE.match(rest) or _UNDERLINE.fullmatch(rest) or _alone(rest)
    return match if means else None


def _block(heading: Heading, line: Line, current: Block, notices: Notices) -> Block:
    if heading.naming is not None:
        part = heading.naming.part
        if heading.naming.misspelt or heading.naming.hinted:
            notices.add(line.number, f"the section {quoted(heading.title)} is read as {TITLES[part]!r}")
        return Block(part, heading.title, heading.level, line.number, [])
    if current.part in LISTED and heading.level > current.level:
        known = TITLES[current.part]
        notices.add(
            line.number, f"{quoted(heading.title)} is no section of its own; it is read as a group in {known!r}"
        )
        return current._replace(line=line.number, lines=[], group=heading.title)
    return Block(None, heading.title, heading.level, line.number, [])


def _title_at(found: dict[int, Heading]) -> int | None:
    """Where the sheet's own title is: the first heading, if it names no part and stands above the others."""
    first = next(iter(found.items()), None)
    if first is None or first[1].naming is not None:
        return None
    index, heading = first
    others = [other.level for other in list(found.values())[1:] if other.naming is not None]
    return index if heading.level == 1 or (others and heading.level < min(others)) else None


def _atx(text: str, *, first: bool) -> Heading | None:
    match = _ATX.match(text) if "#" in text[:4] else None
    if match is None or not (after := match[2].strip()):
        return None
    raw = _CLOSING.sub("", after).rstrip()
    if not raw:
        return None
    title, naming = plain_title(raw)
    # `#1 of all pilots` is text; `#Skills` and, as the first heading, `#Maren` are headings.
    if not match[2][0].isspace() and len(match[1]) == 1 and naming is None and not (first and raw[0].isalpha()):
        return None
    return Heading(len(match[1]), title, naming, 1, marked=True)


def _unmarked(text: str, under: str, *, before_blank: bool) -> Heading | None:
    if before_blank:
        return _underlined(text, under) or _alone(text)
    return _alone(text) if text.lstrip(" ").startswith(("**", "__")) else None


def _underlined(text: str, under: str) -> Heading | None:
    if not _UNDERLINE.fullmatch(under) or len(text) > _UNDERLINED_CHARACTERS_MAX or text.startswith(("    ", "\t")):
        return None
    label, colon, _ = text.partition(":")
    if _BULLET.match(text) or "|" in text or _RULE.fullmatch(text) or (colon and named_by_label(label)):
        return None
    raw = text.strip()
    if raw.startswith((">", "\\")):
        return None
    title, naming = plain_title(raw)
    return Heading(1 if "=" in under else 2, title, naming, 2, marked=False)


def _alone(text: str) -> Heading | None:
    """A known title that is a line by itself: `**Personality Traits**`, `Social Network:`."""
    match = _ALONE.fullmatch(text)
    # `personality_traits:` is a field of front matter without fences.
    if match is None or (match[2][0].islower() and not match[1]):
        return None
    naming = named_by_title(match[2], exactly=True)
    if naming is None or naming.part in _FIELDS:
        return None
    return Heading(_ALONE_LEVEL, match[2].strip(), naming, 1, marked=False)


def _unwrapped(lines: Sequence[Line], notices: Notices) -> Sequence[Line]:
    """The lines of a sheet that stands in a code fence, without that fence."""
    inside = fences([line.text for line in lines])
    if not any(inside) or any(_is_sheet(line.text) for line, fenced in zip(lines, inside, strict=True) if not fenced):
        return lines
    if not any(_is_sheet(line.text) for line in lines):
        return lines
    notices.add(lines[inside.index(True)].number, "the sheet stands in a code fence; the fence is left out")
    return [
        line._replace(text="") if fenced and _FENCE.match(line.text) else line
        for line, fenced in zip(lines, inside, strict=True)
    ]


def _is_sheet(text: str) -> bool:
    label, colon, _ = text.partition(":")
    return _atx(text, first=False) is not None or bool(colon and len(label) < 40 and named_by_label(label))


def _split_front(lines: Sequence[Line], notices: Notices) -> tuple[list[Line], list[Line]]:
    """The front matter between its fences and everything after it."""
    start = next((index for index, line in enumerate(lines) if line.text.strip()), 0)
    if not lines or not _RULE.fullmatch(lines[start].text):
        return [], list(lines)
    closing = next((i for i in range(start + 1, len(lines)) if _RULE_OR_DOTS.fullmatch(lines[i].text)), len(lines))
    section = next((i for i in range(start + 1, len(lines)) if _opens_section(lines[i].text)), len(lines))
    end = min(closing, section)
    if not any(_FRONT_FIELD.match(line.text) for line in lines[start + 1 : end]):
        return [], list(lines)
    if closing < section:
        return list(lines[start + 1 : closing]), list(lines[closing + 1 :])
    # Nothing closes it: it ends at the first heading of any kind, for a comment would not look like this.
    heading = (index for index in range(start + 1, len(lines)) if lines[index].text.startswith("#"))
    end = next(heading, _first_prose(lines, start + 1))
    notices.add(lines[start].number, "the front matter that begins here is never closed by a line `---`")
    return list(lines[start + 1 : end]), list(lines[end:])


def _opens_section(text: str) -> bool:
    """Whether a line cannot be front matter, in which `# words` are a comment and an indented line is text."""
    heading = _atx(text, first=False) if text.startswith("#") else None
    return heading is not None and (heading.level > 1 or heading.naming is not None)


def _first_prose(lines: Sequence[Line], start: int) -> int:
    """Where lines that could be front matter end."""
    for index in range(start, len(lines)):
        text = lines[index].text
        if text.strip() and not (text[0].isspace() or _BULLET.match(text) or _FRONT_FIELD.match(text)):
            return index
    return len(lines)


def _warn_of_open_fences(lines: Sequence[Line], notices: Notices) -> None:
    texts = [line.text for line in lines]
    for line, inside in zip(lines, fences(texts), strict=True):
        if not inside and _FENCE.match(line.text):
            notices.add(line.number, "a code fence is never closed; what follows is read as if it were none")
