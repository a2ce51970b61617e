"""Reading a sheet: its front matter, its preamble and its sections, each handed to the part of the persona it tells of.

Nothing is left out without a warning: what has no place of its own is kept as a field, a remark or a section.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from pathlib import Path

from msgspec.structs import replace

from fabula.agents.persona import Field, Part, Persona
from fabula.agents.plain import block, hidden, key, one_line
from fabula.agents.sheet import flow, scale
from fabula.agents.sheet.draft import CLAIMED, AtNeed, Claim, Draft, Said
from fabula.agents.sheet.entries import Entry, Split, entries_of, entry, split_label
from fabula.agents.sheet.items import skill_of, tie_of, trait_of, weighed
from fabula.agents.sheet.notices import Notices, SheetWarning, quoted
from fabula.agents.sheet.outline import Block, outline, unescaped
from fabula.agents.sheet.text import Line, bytes_of, read_lines
from fabula.agents.sheet.vocabulary import TITLES, Naming, named_by_label

_CONTAINERS = (Part.IDENTITY, Part.PSYCHOLOGY)
_PSYCHOLOGICAL = (Part.TRAITS, Part.WEIGHTS)
_SHORTLY_SAID = (Part.TRAITS, Part.KNOWLEDGE, Part.SKILLS)
"""Lists whose items may also stand on a line of their own or between commas, without bullets."""
_RULES_DECIDE_BY = (Part.IDENTITY, Part.TRAITS, Part.WEIGHTS)
_ITEM_WORDS_MAX = 4
_WEIGHT_WORDS_MAX = 7
_FIELD_WORDS_MAX = 3
_YAML_MARKS = re.compile("[&*!]")
_RULE = re.compile(r"\s*-{3,}\s*")


def read_sheet(data: bytes | str, *, source: str) -> tuple[Persona, tuple[SheetWarning, ...]]:
    """The persona that a Markdown character sheet describes, and what is odd about the sheet.

    data: the bytes of the file, or its text. source: the file's name, as messages use it; the last resort for a name.
    Raises SheetError if it is empty, too long, no text, or says nothing that a sheet says.
    """
    notices = Notices()
    sheet = outline(read_lines(data, source=source, notices=notices), notices)
    reader = _Reader(notices)
    reader.front_matter(sheet.front)
    reader.preamble(sheet.preamble, fenced=bool(sheet.front))
    for section, following in zip_longest(sheet.blocks, sheet.blocks[1:]):
        reader.section(section, following)
    return reader.draft.persona(title=sheet.title, source=source), notices.warnings()


def read_sheet_file(path: Path | str) -> tuple[Persona, tuple[SheetWarning, ...]]:
    """The persona of a sheet file. Raises SheetError, also if the file cannot be read."""
    return read_sheet(bytes_of(Path(path)), source=one_line(str(path)))


class _Reader:
    """Reads one sheet into a draft."""

    def __init__(self, notices: Notices) -> None:
        self.notices = notices
        self.draft = Draft(notices)
        self.titles: dict[str, str] = {}
        """Folded titles of sections without a part, as they were spelled first."""

    # The regions of a sheet.

    def front_matter(self, lines: Sequence[Line]) -> None:
        """What stands between the fences."""
        entries, sentences, quotes = entries_of(lines, fields=True)
        strays = [Line(item.line, item.whole) for item in entries if not item.head.parted]
        for item in entries:
            if item.head.parted:
                self.field(item, front=True)
        for line in _in_order(strays, sentences, quotes):
            if line.text and not self.is_comment(line):
                self.notices.add(line.number, f"{quoted(line.text.strip())} is no field; it is kept under 'About'")
                self.draft.texts[Part.ABOUT].append(line.text)

    def preamble(self, lines: Sequence[Line], *, fenced: bool) -> None:
        """What stands before the first section: fields, and a text about the persona.

        fenced: whether there is front matter of its own.
        """
        entries, sentences, _ = entries_of(lines, fields=True)
        named = {item.line for item in entries if self.naming(item) is not None}
        first = next((item for item in entries if item.line in named), None)
        if first is not None and not first.bulleted and not fenced:
            self.notices.add(
                first.line, "the fields here have no lines `---` around them; they are read as front matter"
            )
        taken: set[int] = set()
        for item in entries if named else ():
            is_key = not item.bulleted and item.head.parted and len(item.label.split()) <= _FIELD_WORDS_MAX
            if item.line in named or is_key:
                self.field(item, front=not item.bulleted)
                taken.update(range(item.line, item.last + 1))
        for line in sentences:
            if line.number in taken:
                self.is_comment(line)
        self.tell(
            Part.ABOUT,
            [line for line in lines if line.number not in taken and not (named and _RULE.fullmatch(line.text))],
        )

    def section(self, section: Block, following: Block | None) -> None:
        """One section."""
        empty = not any(line.text.strip() for line in section.lines)
        if empty and not section.group and not _holds(section, following):
            self.notices.add(section.line, f"the section {quoted(section.title)} is empty")
        self.note_repeated(section)
        part = section.part or self.part_told_by_fields(section)
        if part is None:
            told = "is kept as it stands, but has no meaning in play"
            self.notices.add(section.line, f"the section {quoted(section.title)} {told}")
            texts = self.draft.sections.setdefault(self.spelled_first(section), [])
            texts += filter(None, [_text(section.lines)])
            return
        self.draft.recognised = True
        if part in self.draft.texts:
            self.tell(part, section.lines)
        elif part is Part.FACTIONS or part not in CLAIMED:
            self.listing(part, section)
        elif not empty:
            words = " ".join(item.whole for item in entries_of(section.lines).entries) or _text(section.lines)
            self.draft.claims[part].append(Claim(one_line(words), section.line))

    def part_told_by_fields(self, section: Block) -> Part | None:
        """The identity, if a section of an unknown title gives the name."""
        names = [item.text for item in entries_of(section.lines).entries if self.naming(item) == Naming(Part.NAME)]
        known = [claim.text for claim in self.draft.claims[Part.NAME]]
        if not names or (known and names[0] not in known):
            return None
        self.notices.add(
            section.line, f"the section {quoted(section.title)} is read as {TITLES[Part.IDENTITY]!r}: it gives the name"
        )
        return Part.IDENTITY

    def listing(self, part: Part, section: Block) -> None:
        """A section made of items."""
        entries, sentences, quotes = entries_of(
            section.lines,
            wrapped=part not in (Part.IDENTITY, Part.WEIGHTS),
            begins=_is_weighed if part is Part.WEIGHTS else None,
        )
        if part is Part.FACTIONS:
            told = _in_order(sentences, quotes)
            entries, sentences, quotes = (
                [*entries, *(entry(item, at) for at, text in told for item in flow.items(text))],
                [],
                [],
            )
        elif part is Part.BEHAVIOUR:
            paragraphs = _paragraphs(_in_order(sentences, quotes))
            habits = [Entry(lines[0].number, _text(lines), Split("", "", parted=False)) for lines in paragraphs]
            entries, sentences, quotes = sorted([*entries, *habits], key=lambda item: item.line), [], []
        elif part in _SHORTLY_SAID:
            short, sentences = _short_items(sentences)
            entries = sorted([*entries, *short], key=lambda item: item.line)
        elif part is Part.WEIGHTS:
            self.draft.scales.append(section.title)
        self.items(part, entries, group=section.group)
        self.remark(part, _in_order(sentences, quotes))

    # Fields.

    def naming(self, item: Entry) -> Naming | None:
        """What an entry's label names, if it is a field at all."""
        if item.head.literal or not (item.head.parted or item.head.text):
            return None
        naming = named_by_label(flow.unquoted(item.label))
        if naming is not None and naming.part in _CONTAINERS and not item.children and not item.text.startswith("{"):
            return None
        return naming

    def field(self, item: Entry, *, front: bool = False) -> None:
        """A labelled entry of the front matter or of the identity."""
        naming = self.naming(item)
        label = (one_line(flow.unquoted(item.label)) if front else "") or item.label
        text = self.words(item) if front else one_line(item.told)
        if naming is None:
            self.draft.fields.append((Field(label=label, text=text), item.line))
            return
        part = naming.part
        self.draft.recognised = True
        if naming.misspelt:
            self.notices.add(item.line, f"the field {quoted(label)} is read as {TITLES[part]!r}")
        if naming.at_need:
            claims = self.claims(part, item, text, front=front)
            self.draft.at_need.append(AtNeed(part, Field(label=label, text=text), item.line, claims))
        elif part in CLAIMED:
            self.draft.claims[part] += self.claims(part, item, text, front=front)
        elif part in self.draft.texts:
            self.draft.texts[part].append(item.head.text if "\n" in item.head.text else text)
        elif part is Part.BEHAVIOUR and not item.children and not item.text.startswith("["):
            self.draft.behaviour.append(item.text)
        else:
            self.items(part, self.listed(item), front=front)

    def claims(self, part: Part, item: Entry, text: str, *, front: bool) -> list[Claim]:
        """What a field says about the name, the role, the origin or the factions."""
        if part is not Part.FACTIONS:
            return [Claim(text, item.line, front)]
        names = [one_line(other.whole) for other in self.listed(item)]
        split = len(names) > 1 and not item.children and not item.text.startswith("[")
        oddity = f"{quoted(text)} is read as {len(names)} factions" if split else ""
        # A field that names no faction counts too: beside `factions: []` a `House` is only a field.
        return [Claim(name, item.line, front, text, oddity) for name in names or [""]]

    def listed(self, item: Entry) -> list[Entry]:
        """The items that a field lists, on its line or below it."""
        if flow.is_open(item.text):
            self.notices.add(item.line, f"the list {quoted(item.text)} is never closed")
        listed = [entry(text, item.line) for text in flow.items(item.text)]
        return [_opened(self.without_quotes(other)) for other in (*listed, *item.children)]

    def words(self, item: Entry) -> str:
        """A value of the front matter on one line."""
        if _YAML_MARKS.search(item.text) and any(map(flow.is_yaml_only, (item.text, *flow.items(item.text)))):
            told = "is kept as it stands; anchors, aliases and tags mean nothing here"
            self.notices.add(item.line, f"{quoted(item.text)} {told}")
        return self.visible(flow.unquoted(item.told), item.line)

    def without_quotes(self, item: Entry) -> Entry:
        """An item that stands in quotes, as a label that is only itself."""
        words = flow.unquoted(item.raw)
        if words == item.raw or item.more or item.children:
            return item
        return Entry(
            item.line, words, Split(self.visible(words, item.line), "", parted=True, literal=True), last=item.last
        )

    # Items.

    def items(self, part: Part, entries: Iterable[Entry], *, front: bool = False, group: str = "") -> None:
        """Items of a list, or of a part that holds lists.

        group: the heading within the part under which they stand.
        """
        for item in entries:
            match part:
                case Part.BEHAVIOUR:
                    self.draft.behaviour.append(_grouped(group, item.whole.removeprefix("\\")))
                case _ if not item.label:
                    continue
                case Part.IDENTITY:
                    self.identity(item)
                case Part.PSYCHOLOGY:
                    self.psychology(item)
                case Part.TRAITS:
                    self.trait(item, group, front=front)
                case Part.WEIGHTS:
                    self.weight(item)
                case Part.TIES:
                    self.tie(item, group)
                case Part.KNOWLEDGE | Part.SKILLS:
                    self.skill(part, item, group)
                case Part.FACTIONS:
                    self.draft.claims[part].append(Claim(one_line(item.whole), item.line))
                case _:
                    raise AssertionError(f"{part} is no list")

    def identity(self, item: Entry) -> None:
        """An entry of the identity: a field, or words without a label."""
        if item.head.parted or item.head.text:
            self.field(item)
        else:
            self.remark(Part.IDENTITY, [Line(item.line, item.whole)])

    def psychology(self, item: Entry) -> None:
        """An entry right under the psychological profile: a field, a weight if it has a number, otherwise a trait."""
        naming = self.naming(item)
        if naming is not None and naming.part not in CLAIMED:
            self.field(item)
        elif scale.is_value(item.text):
            self.weight(item)
        else:
            self.trait(item)

    def trait(self, item: Entry, group: str = "", *, front: bool = False) -> None:
        """A trait; front: of the front matter, which often only repeats the names."""
        trait = trait_of(item)
        if group:
            trait = replace(trait, note=_grouped(group, trait.note))
        (self.draft.front_traits if front else self.draft.traits).append((trait, item.line))

    def skill(self, part: Part, item: Entry, group: str) -> None:
        """Something known or mastered."""
        skill = skill_of(item)
        if group:
            skill = replace(skill, said=_grouped(group, skill.said))
        self.draft.skills[part].append((skill, item.line))

    def tie(self, item: Entry, group: str) -> None:
        """A tie; under a heading like `Rivals` that says what the tie itself does not."""
        tie = tie_of(item)
        if group:
            trust = scale.trust(group) if tie.trust is None else tie.trust
            tie = replace(tie, text=_grouped(group, tie.text), trust=trust)
        self.draft.ties.append((tie, item.line))

    def weight(self, item: Entry) -> None:
        """A weight, a group of weights, or what they are counted by."""
        if not item.head.literal and key(item.label) == "scale":
            self.remark(Part.WEIGHTS, [Line(item.line, f"{item.label}: {item.told}")])
        elif not item.text and any(child.bulleted and not child.cell and child.head.parted for child in item.children):
            self.notices.add(item.line, f"{quoted(item.label)} is no weight but a group of them; it is left out")
            for child in item.children:
                self.weight(child)
        else:
            name, said = weighed(item)
            self.draft.weights.append(Said(name, said, item.line))

    # Texts and notices.

    def tell(self, part: Part, lines: Sequence[Line]) -> None:
        """Lines of a text, word for word."""
        self.draft.texts[part] += filter(None, [_text(lines)])

    def remark(self, part: Part, sentences: Sequence[Line]) -> None:
        """Sentences in a section made of items."""
        text = block("\n".join(line.text for line in sentences))
        if not text:
            return
        if part in _RULES_DECIDE_BY:
            first = next(line for line in sentences if line.text.strip())
            self.notices.add(
                first.number, f"{quoted(first.text.strip())} is kept as a remark, but has no meaning in play"
            )
        if part is Part.WEIGHTS:
            self.draft.scales += text.split("\n")
        self.draft.remarks.setdefault(part, []).append(text)

    def spelled_first(self, section: Block) -> str:
        """A section's title as the first section of that title spells it."""
        title = one_line(section.title)
        return self.titles.setdefault(title.casefold(), title)

    def note_repeated(self, section: Block) -> None:
        """Warn if a part or a title has a second section."""
        if section.group:
            return
        name = section.part or f"# {one_line(section.title).casefold()}"
        lines = self.draft.section_lines
        if (first := lines.setdefault(name, section.line)) != section.line:
            told = f"is read together with the one of line {first}"
            self.notices.add(section.line, f"the section {quoted(section.title)} {told}")

    def is_comment(self, line: Line) -> bool:
        """Whether a line of front matter is a comment, which is warned of."""
        if not line.text.startswith("#"):
            return False
        self.notices.add(line.number, f"the comment {quoted(line.text)} is left out")
        return True

    def visible(self, text: str, line: int) -> str:
        """A value on one line, without what was hidden in it by escapes."""
        if hidden(text):
            self.notices.add(line, "invisible characters that are written as escapes are taken out")
        return one_line(text)


def _opened(item: Entry) -> Entry:
    """An item whose text is a mapping, `Bob: {relation: enemy, trust: 1}`, with what is in it under it."""
    if not item.text.startswith("{") or item.children:
        return item
    inside = [Entry(item.line, text, split_label(text), bulleted=False) for text in flow.items(item.text)]
    return Entry(item.line, item.raw, item.head._replace(text=""), last=item.last, children=inside)


def _holds(section: Block, following: Block | None) -> bool:
    """Whether the section that follows is one within this one."""
    if following is None:
        return False
    deeper = bool(following.group) or following.level > section.level
    return deeper or (section.part is Part.PSYCHOLOGY and following.part in _PSYCHOLOGICAL)


def _is_weighed(words: str) -> bool:
    """Whether a line without bullet and colon is a weight: `Duty 7`."""
    return len(words.split()) <= _WEIGHT_WORDS_MAX and bool(weighed(entry(words, 0))[1])


def _grouped(group: str, text: str) -> str:
    return ": ".join(filter(None, (group, text)))


def _text(lines: Sequence[Line]) -> str:
    return block("\n".join(unescaped([line.text for line in lines])))


def _in_order(*lines: Sequence[Line]) -> list[Line]:
    return sorted((line for some in lines for line in some), key=lambda line: line.number)


def _paragraphs(lines: Sequence[Line]) -> list[list[Line]]:
    paragraphs: list[list[Line]] = [[]]
    for line in lines:
        if line.text.strip():
            paragraphs[-1].append(line)
        else:
            paragraphs.append([])
    return [paragraph for paragraph in paragraphs if paragraph]


def _short_items(lines: Sequence[Line]) -> tuple[list[Entry], list[Line]]:
    """Lines that are nothing but a few short words between commas, as entries; and the other lines."""
    listed: list[Entry] = []
    others: list[Line] = []
    for line in lines:
        names = list(flow.items(line.text))
        if (
            names
            and all(len(name.split()) <= _ITEM_WORDS_MAX for name in names)
            and line.text.rstrip()[-1] not in ".!?"
        ):
            listed += [entry(name, line.number) for name in names]
        else:
            others.append(line)
    return listed, others
