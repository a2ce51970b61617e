"""Reading a sheet: what its front matter and sections say becomes one persona, and every oddity a warning.

Where a sheet says a thing twice: the front matter's name goes before the body's; of a role, an origin or a weight the
last counts; what is named twice in a list becomes one, with both texts. Nothing is left out without a warning.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from itertools import zip_longest
from pathlib import Path, PurePath
from typing import NamedTuple, TypeVar

from msgspec.structs import replace

from fabula.agents.persona import (
    NAME_CHARACTERS_MAX,
    REMARKABLE,
    Field,
    Part,
    Persona,
    Remark,
    Section,
    Skill,
    Tie,
    Trait,
    Weight,
    names_someone,
    says_none,
)
from fabula.agents.plain import block, hidden, one_line
from fabula.agents.sheet import flow, scale
from fabula.agents.sheet.entries import Entry, Split, entries_of, entry
from fabula.agents.sheet.items import skill_of, tie_of, trait_of, weighed
from fabula.agents.sheet.notices import Notices, SheetWarning, quoted
from fabula.agents.sheet.outline import Block, outline, unescaped
from fabula.agents.sheet.text import Line, SheetError, bytes_of, read_lines
from fabula.agents.sheet.vocabulary import TITLES, Naming, key, named_by_label

T = TypeVar("T", Trait, Skill, Tie, Field)

_SCALARS = (Part.NAME, Part.ROLE, Part.ORIGIN)
_CONTAINERS = (Part.IDENTITY, Part.PSYCHOLOGY)
_PSYCHOLOGICAL = (Part.TRAITS, Part.WEIGHTS)
_SHORTLY_SAID = (Part.TRAITS, Part.KNOWLEDGE, Part.SKILLS)
_ITEM_WORDS_MAX = 4
_WEIGHT_WORDS_MAX = 7
_FIELD_WORDS_MAX = 3
_RULE = re.compile(r"\s*-{3,}\s*")
_SHEET_TITLE = re.compile(r"\s*(?:character|persona)?\s*(?:sheet|profile|name|persona|character)\s*(?:[:–—-]|of\b|for\b)\s*", re.I)
_ALPHABETS = frozenset(["LATIN", "CYRILLIC", "GREEK", "ARMENIAN"])


def read_sheet(data: bytes | str, *, source: str) -> tuple[Persona, tuple[SheetWarning, ...]]:
    """The persona that a Markdown character sheet describes, and what is odd about the sheet.

    data: the bytes of the file, or its text. source: the file's name, as messages use it; the last resort for a name.
    Raises SheetError if it is empty, larger than 1 MiB, no text, or says nothing that a sheet says.
    """
    notices = Notices()
    sheet = outline(read_lines(data, source=source, notices=notices), notices)
    draft = _Draft(notices)
    draft.read_front(sheet.front)
    draft.read_preamble(sheet.preamble, bare=not sheet.front)
    for section, following in zip_longest(sheet.blocks, sheet.blocks[1:]):
        draft.read_block(section, following)
    return draft.persona(title=sheet.title, source=source), notices.warnings()


def read_sheet_file(path: Path | str) -> tuple[Persona, tuple[SheetWarning, ...]]:
    """The persona of a sheet file. Raises SheetError, also if the file cannot be read."""
    return read_sheet(bytes_of(Path(path)), source=str(path))


class _Claim(NamedTuple):
    """What a line says about the name, the role, the origin or the factions."""

    text: str
    """A faction's name; empty for what only says that there are factions or none."""
    line: int
    front: bool


class _Rated(NamedTuple):
    """A weight as the sheet has it, before its number is known."""

    name: str
    said: str
    line: int


class _Draft:
    """A persona in the making."""

    def __init__(self, notices: Notices) -> None:
        self.notices = notices
        self.claims: dict[Part, list[_Claim]] = {part: [] for part in (*_SCALARS, Part.FACTIONS)}
        self.at_need: list[tuple[Part, Entry, Field, bool]] = []
        """Labels like `Rank` and `House`, which serve as a role or a faction where there is no other."""
        self.fields: list[tuple[Field, int]] = []
        self.front_traits: list[tuple[Trait, int]] = []
        self.traits: list[tuple[Trait, int]] = []
        self.weights: list[_Rated] = []
        self.scales: list[str] = []
        self.skills: dict[Part, list[tuple[Skill, int]]] = {Part.KNOWLEDGE: [], Part.SKILLS: []}
        self.ties: list[tuple[Tie, int]] = []
        self.behaviour: list[str] = []
        self.texts: dict[Part, list[str]] = {Part.ABOUT: [], Part.HISTORY: []}
        self.remarks: dict[Part, list[str]] = {part: [] for part in REMARKABLE}
        self.sections: dict[str, tuple[str, list[str]]] = {}
        """By folded title: the title and the texts."""
        self.seen: dict[str, int] = {}
        """Titles of sections and the lines they were first seen on."""
        self.recognised = False

    # The regions of a sheet.

    def read_front(self, lines: Sequence[Line]) -> None:
        """The front matter between its fences."""
        entries, sentences, quotes = entries_of(lines, fields=True)
        strays = [Line(item.line, item.whole) for item in entries if not item.head.parted]
        for item in entries:
            if item.head.parted:
                self.read_field(item, front=True)
        for line in _in_order(strays, sentences, quotes):
            if line.text.startswith("#"):
                self.notices.add(line.number, f"the comment {quoted(line.text)} is left out")
            elif line.text:
                self.notices.add(line.number, f"{quoted(line.text.strip())} is no field; it is kept under 'About'")
                self.texts[Part.ABOUT].append(line.text)

    def read_preamble(self, lines: Sequence[Line], *, bare: bool) -> None:
        """What stands before the first section: fields, and a text about the persona."""
        entries, sentences, _ = entries_of(lines, fields=True)
        named = {item.line for item in entries if self.naming(item) is not None}
        first = next((item for item in entries if item.line in named), None)
        if bare and first is not None and not first.bulleted:
            self.notices.add(first.line, "the fields here have no lines `---` around them; they are read as front matter")
        taken: set[int] = set()
        for item in entries if named else ():
            key_like = not item.bulleted and item.head.parted and len(item.label.split()) <= _FIELD_WORDS_MAX
            if item.line in named or key_like:
                self.read_field(item, front=not item.bulleted)
                taken.update(range(item.line, item.last + 1))
        for line in sentences:
            if line.number in taken and line.text.startswith("#"):
                self.notices.add(line.number, f"the comment {quoted(line.text)} is left out")
        rest = [line for line in lines if line.number not in taken and not (named and _RULE.fullmatch(line.text))]
        self.tell(Part.ABOUT, rest)

    def read_block(self, section: Block, following: Block | None) -> None:
        """One section."""
        part = section.part
        empty = not any(line.text.strip() for line in section.lines)
        if not section.group:
            if empty and not _holds(section, following):
                self.notices.add(section.line, f"the section {quoted(section.title)} is empty")
            self.note_repeated(section)
        if part is None:
            self.keep(section)
            return
        self.recognised = True
        if empty:
            return
        if part in self.texts:
            self.tell(part, section.lines)
        elif part in _SCALARS:
            words = " ".join(item.whole for item in entries_of(section.lines).entries) or _text(section.lines)
            self.claims[part].append(_Claim(one_line(words), section.line, front=False))
        else:
            self.read_list(part, section)

    def read_list(self, part: Part, section: Block) -> None:
        """A section made of items."""
        begins = _is_weighed if part is Part.WEIGHTS else None
        entries, sentences, quotes = entries_of(section.lines, begins=begins)
        if part is Part.FACTIONS:
            told = _in_order(sentences, quotes)
            entries, sentences, quotes = [*entries, *(entry(item, at) for at, text in told for item in flow.items(text))], [], []
        elif part in _SHORTLY_SAID:
            listed, sentences = _listed_sentences(sentences)
            entries = sorted([*entries, *listed], key=lambda item: item.line)
        elif part is Part.BEHAVIOUR:
            paragraphs = _paragraphs(_in_order(sentences, quotes))
            habits = [Entry(lines[0].number, _text(lines), Split("", "", parted=False)) for lines in paragraphs]
            entries, sentences, quotes = sorted([*entries, *habits], key=lambda item: item.line), [], []
        elif part is Part.WEIGHTS:
            self.scales.append(section.title)
        self.read_items(part, entries, group=section.group)
        self.remark(part, _in_order(sentences, quotes))

    # What a label or a section names.

    def naming(self, item: Entry) -> Naming | None:
        """What an entry's label names, if it is a field at all."""
        if item.head.literal or not (item.head.parted or item.head.text):
            return None
        naming = named_by_label(flow.unquoted(item.label))
        if naming is not None and naming.part in _CONTAINERS and not item.children and not item.text.startswith("{"):
            return None
        return naming

    def read_field(self, item: Entry, *, front: bool = False) -> None:
        """A labelled entry of the front matter or of the identity."""
        naming = self.naming(item)
        label = (one_line(flow.unquoted(item.label)) if front else "") or item.label
        if front and flow.is_yaml_only(item.text):
            self.notices.add(item.line, f"{quoted(item.text)} is kept as it stands; anchors, aliases and tags mean nothing here")
        text = self.words(item) if front else one_line(item.told)
        if naming is None:
            self.fields.append((Field(label=label, text=text), item.line))
            return
        self.recognised = True
        part = naming.part
        if naming.misspelt:
            self.notices.add(item.line, f"the field {quoted(label)} is read as {TITLES[part]!r}")
        if naming.at_need:
            self.at_need.append((part, item, Field(label=label, text=text), front))
        elif part in self.claims:
            self.claim(part, item, text, front=front)
        elif part in self.texts:
            self.texts[part].append(item.head.text if "\n" in item.head.text else text)
        elif part is Part.BEHAVIOUR and not item.children and not item.text.startswith("["):
            self.behaviour.append(item.text)
        else:
            self.read_items(part, self.listed(item), front=front)

    def claim(self, part: Part, item: Entry, text: str, *, front: bool) -> None:
        """Note what a field says about the name, the role, the origin or the factions."""
        if part is not Part.FACTIONS:
            self.claims[part].append(_Claim(text, item.line, front))
            return
        self.claims[part].append(_Claim("", item.line, front))
        if not front and text.casefold() in {claim.text.casefold() for claim in self.claims[part] if claim.front}:
            return
        names = [one_line(other.label if other.head.literal else other.whole) for other in self.listed(item)]
        if len(names) > 1 and not item.children and not item.text.startswith("["):
            self.notices.add(item.line, f"{quoted(text)} is read as {len(names)} factions")
        self.claims[part] += [_Claim(name, item.line, front) for name in names if not says_none(name)]

    def read_items(self, part: Part, entries: Iterable[Entry], *, front: bool = False, group: str = "") -> None:
        """Items of a list, or of a part that holds lists."""
        reads: dict[Part, Callable[[Entry], None]] = {
            Part.IDENTITY: self.read_identity,
            Part.PSYCHOLOGY: self.read_psychology,
            Part.FACTIONS: lambda item: self.claims[Part.FACTIONS].append(
                _Claim(one_line(item.whole), item.line, front=False)
            ),
            Part.TRAITS: lambda item: self.read_trait(item, group, front=front),
            Part.WEIGHTS: self.read_weight,
            Part.KNOWLEDGE: lambda item: self.read_skill(Part.KNOWLEDGE, item, group),
            Part.SKILLS: lambda item: self.read_skill(Part.SKILLS, item, group),
            Part.TIES: lambda item: self.read_tie(item, group),
            Part.BEHAVIOUR: lambda item: self.behaviour.append(_grouped(group, _plain_item(item.whole))),
        }
        for item in entries:
            if item.label or part is Part.BEHAVIOUR:
                reads[part](item)

    def read_identity(self, item: Entry) -> None:
        if item.head.parted or item.head.text:
            self.read_field(item)
        else:
            self.remark(Part.IDENTITY, [Line(item.line, item.whole)])

    def read_psychology(self, item: Entry) -> None:
        """An entry that stands right under the psychological profile."""
        naming = self.naming(item)
        if naming is not None and not naming.at_need and naming.part not in _SCALARS:
            self.read_field(item)
        elif scale.is_value(item.text):
            self.read_weight(item)
        else:
            self.read_trait(item)

    def read_trait(self, item: Entry, group: str = "", *, front: bool = False) -> None:
        trait = trait_of(item)
        trait = replace(trait, note=_grouped(group, trait.note))
        (self.front_traits if front else self.traits).append((trait, item.line))

    def read_skill(self, part: Part, item: Entry, group: str) -> None:
        skill = skill_of(item)
        self.skills[part].append((replace(skill, said=_grouped(group, skill.said)), item.line))

    def read_tie(self, item: Entry, group: str) -> None:
        tie = tie_of(item)
        trust = scale.trust(group) if tie.trust is None else tie.trust
        self.ties.append((replace(tie, text=_grouped(group, tie.text), trust=trust), item.line))

    def read_weight(self, item: Entry) -> None:
        if not item.head.literal and key(item.label) == "scale":
            self.remark(Part.WEIGHTS, [Line(item.line, f"{item.label}: {item.told}")])
        elif not item.text and any(child.bulleted and not child.cell and child.head.parted for child in item.children):
            self.notices.add(item.line, f"{quoted(item.label)} is no weight but a group of them; it is left out")
            for child in item.children:
                self.read_weight(child)
        else:
            name, said = weighed(item)
            self.weights.append(_Rated(name, said, item.line))

    # Texts.

    def tell(self, part: Part, lines: Sequence[Line]) -> None:
        """Lines of a text, word for word."""
        if text := _text(lines):
            self.texts[part].append(text)

    def remark(self, part: Part, sentences: Sequence[Line]) -> None:
        """Sentences in a section made of items."""
        text = block("\n".join(line.text for line in sentences))
        if not text:
            return
        if part in (Part.IDENTITY, Part.TRAITS, Part.WEIGHTS):
            first = next(line for line in sentences if line.text.strip())
            self.notices.add(first.number, f"{quoted(first.text.strip())} is kept as a remark, but has no meaning in play")
        if part is Part.WEIGHTS:
            self.scales += text.split("\n")
        self.remarks[part].append(text)

    def keep(self, section: Block) -> None:
        """A section without a place of its own."""
        title = one_line(section.title)
        _, texts = self.sections.setdefault(title.casefold(), (title, []))
        if text := _text(section.lines):
            texts.append(text)

    def note_repeated(self, section: Block) -> None:
        name = section.part or f"#{one_line(section.title).casefold()}"
        first = self.seen.setdefault(name, section.line)
        if first != section.line:
            self.notices.add(section.line, f"the section {quoted(section.title)} is read together with the one of line {first}")

    def words(self, item: Entry) -> str:
        """A value of the front matter on one line."""
        text = flow.unquoted(item.told)
        if hidden(text):
            self.notices.add(item.line, "invisible characters that are written as escapes are taken out")
        return one_line(text)

    def listed(self, item: Entry) -> list[Entry]:
        """The items that a field lists, below it or on its line."""
        if flow.is_open(item.text):
            self.notices.add(item.line, f"the list {quoted(item.text)} is never closed")
        listed = [entry(text, item.line) for text in flow.items(item.text)]
        return [_unquoted(other, self.notices) for other in (*listed, *item.children)]

    # The persona.

    def persona(self, *, title: Line | None, source: str) -> Persona:
        """What was read, put together."""
        self.settle()
        name = self.name(title, source)
        factions, role, origin = self.factions(), self.scalar(Part.ROLE), self.scalar(Part.ORIGIN)
        traits, weights = self.all_traits(), self.all_weights()
        if not traits and not weights:
            self.notices.add(1, "neither traits nor decision weights; in play every drive stands at 0.5")
        return Persona(
            name=name,
            title=title.text if title else "",
            about="\n\n".join(self.texts[Part.ABOUT]),
            factions=factions,
            role=role,
            origin=origin,
            identity=self.merged("field", self.fields, "label", "text"),
            traits=traits,
            weights=weights,
            knowledge=self.merged("field of knowledge", self.skills[Part.KNOWLEDGE], "name", "said"),
            ties=self.merged("tie to", self.ties, "who", "text"),
            skills=self.merged("skill", self.skills[Part.SKILLS], "name", "said"),
            history="\n\n".join(self.texts[Part.HISTORY]),
            behaviour=tuple(self.behaviour),
            remarks=tuple(Remark(on=part, text="\n\n".join(texts)) for part, texts in self.remarks.items() if texts),
            sections=tuple(Section(title=title, text="\n\n".join(texts)) for title, texts in self.sections.values()),
        )

    def settle(self) -> None:
        """Decide what the labels at need are: the first serves where nothing better is said, the others are fields."""
        for part, item, told, front in self.at_need:
            if self.claims[part]:
                self.fields.append((told, item.line))
            else:
                self.claim(part, item, told.text, front=front)
        self.fields.sort(key=lambda field: field[1])

    def name(self, title: Line | None, source: str) -> str:
        claims = self.claims[Part.NAME]
        good = [claim for claim in claims if names_someone(claim.text[:NAME_CHARACTERS_MAX])]
        for claim in claims:
            if not names_someone(claim.text[:NAME_CHARACTERS_MAX]):
                self.notices.add(claim.line, f"{quoted(claim.text)} is no name")
        chosen = self.chosen(Part.NAME, good)
        if chosen is not None:
            name, line = chosen.text, chosen.line
        else:
            name, line = self.name_at_need(title, source)
        if len(name) > NAME_CHARACTERS_MAX:
            self.notices.add(line, f"the name is cut to {NAME_CHARACTERS_MAX} characters")
            name = name[:NAME_CHARACTERS_MAX].strip()
        if (alphabets := _mixed_alphabets(name)) is not None:
            self.notices.add(line, f"the name {quoted(name)} mixes letters that look alike: {alphabets}")
        return name

    def name_at_need(self, title: Line | None, source: str) -> tuple[str, int]:
        """A name where no field gives one: from the sheet's title, another heading or the file's name."""
        name = one_line(_SHEET_TITLE.sub("", title.text, count=1)) if title is not None else ""
        if title is not None and names_someone(name[:NAME_CHARACTERS_MAX]):
            self.notices.add(title.number, f"no field gives a name; the title is used: {quoted(name)}")
            return name, title.number
        heading, _ = next(iter(self.sections.values()), ("", []))
        if names_someone(heading[:NAME_CHARACTERS_MAX]):
            line = self.seen[f"#{heading.casefold()}"]
            self.notices.add(line, f"no field gives a name; a heading is used: {quoted(heading)}")
            return heading, line
        stem = one_line(re.sub(r"[_\s-]+", " ", PurePath(source).stem))
        if self.recognised and names_someone(stem) and not source.startswith("<"):
            self.notices.add(1, f"no field and no heading gives a name; the file's name is used: {quoted(stem)}")
            return stem, 1
        raise SheetError(
            f"{source}: this is no character sheet: it has no name, no heading and none of the sections. "
            "Begin it with a line `name: ` and the name."
        )

    def scalar(self, part: Part) -> str:
        chosen = self.chosen(part, self.claims[part])
        return chosen.text if chosen is not None else ""

    def chosen(self, part: Part, claims: list[_Claim]) -> _Claim | None:
        """The claim that counts: the last, but a name in the front matter before the others."""
        best = max(claims, key=lambda claim: (claim.front and part is Part.NAME, claim.line), default=None)
        for claim in claims:
            if best is not None and claim.text.casefold() != best.text.casefold():
                what, instead = TITLES[part].casefold(), f"{quoted(best.text)} in line {best.line}"
                self.notices.add(claim.line, f"the {what} {quoted(claim.text)} gives way to {instead}")
        return best

    def factions(self) -> tuple[str, ...]:
        """The factions of the front matter and after them what only the body has."""
        claims = sorted(self.claims[Part.FACTIONS], key=lambda claim: not claim.front)
        in_front = any(claim.front for claim in claims)
        factions: dict[str, str] = {}
        for name, line, front in claims:
            if name and name.casefold() in factions and front:
                self.notices.add(line, f"the faction {quoted(name)} stands there twice; once is enough")
            elif name and name.casefold() not in factions:
                factions[name.casefold()] = name
                if in_front and not front:
                    self.notices.add(line, f"the faction {quoted(name)} is not in the front matter; it is added")
        return tuple(factions.values())

    def all_traits(self) -> tuple[Trait, ...]:
        """The traits of the section, as it spells them, and after them what only the front matter has."""
        spelled = {trait.name.casefold() for trait, _ in self.traits}
        alike = {key(trait.name) for trait, _ in self.traits} - {""}
        extra: list[tuple[Trait, int]] = []
        for trait, line in self.front_traits:
            if trait.name.casefold() in spelled:
                continue
            if key(trait.name) not in alike:
                extra.append((trait, line))
                if self.traits:
                    self.notices.add(line, f"the trait {quoted(trait.name)} stands only in the front matter; it is added")
        return self.merged("trait", [*self.traits, *extra], "name", "note")

    def all_weights(self) -> tuple[Weight, ...]:
        rated: dict[str, list[_Rated]] = {}
        for weight in self.weights:
            same = rated.setdefault(weight.name.casefold(), [])
            if same:
                said = f"{quoted(same[-1].said)} in line {same[-1].line} and {quoted(weight.said)} here; the last counts"
                self.notices.add(weight.line, f"the weight {quoted(weight.name)} stands there twice: {said}")
            same.append(weight)
        return tuple(_weights(list(rated.values()), self.scales, self.notices))

    def merged(self, what: str, found: list[tuple[T, int]], name: str, text: str) -> tuple[T, ...]:
        """Values with distinct names: of one name, one, with all the texts and the last number."""
        same_named: dict[str, list[T]] = {}
        first: dict[str, int] = {}
        for value, line in found:
            folded = getattr(value, name).casefold()
            same_named.setdefault(folded, []).append(value)
            if first.setdefault(folded, line) != line or len(same_named[folded]) > 1:
                stands = f"{quoted(getattr(value, name))} stands already in line {first[folded]}"
                self.notices.add(line, f"the {what} {stands}; they are one now")
        return tuple(_united(values, name, text) for values in same_named.values())


def _weights(rated: list[list[_Rated]], scales: list[str], notices: Notices) -> Iterable[Weight]:
    """The weights, each given as all that is said under its name."""
    joined = ["; ".join(dict.fromkeys(weight.said for weight in same if weight.said)) for same in rated]
    stated = [scale.split_value(said) for said in joined]
    saids = [said if state is None else state[0] for said, state in zip(joined, stated, strict=True)]
    mark = scale.full_mark(saids, declared=scales)
    if rated and mark != scale.FULL_MARK:
        notices.add(rated[0][0].line, f"bare numbers in this section are counted out of {mark:g}")
    for same, said, state in zip(rated, saids, stated, strict=True):
        if state is not None:
            yield Weight(name=same[0].name, value=state[1], said=said)
            continue
        name, last, line = same[-1]
        reading = scale.rate(last, full_mark=mark)
        if reading.oddity:
            notices.add(line, f"{quoted(f'{name}: {last}'.strip())} {reading.oddity}")
        yield Weight(name=same[0].name, value=reading.value, said=said)


def _holds(section: Block, following: Block | None) -> bool:
    """Whether the section that follows is one within this one."""
    if following is None:
        return False
    return bool(following.group) or following.level > section.level or (
        section.part is Part.PSYCHOLOGY and following.part in _PSYCHOLOGICAL
    )


def _united(values: list[T], name: str, text: str) -> T:
    """Values of one name as one."""
    if len(values) == 1:
        return values[0]
    texts = list(dict.fromkeys(told for value in values if (told := getattr(value, text))))
    sentences = [told if told[-1] in ".!?…" else f"{told};" for told in texts[:-1]]
    changes = {name: getattr(values[0], name), text: " ".join([*sentences, *texts[-1:]])}
    for number in ("level", "trust"):
        if hasattr(values[0], number):
            numbers = [getattr(value, number) for value in values]
            changes[number] = next((value for value in reversed(numbers) if value is not None), None)
    return replace(values[0], **changes)


def _is_weighed(words: str) -> bool:
    """Whether a line without bullet and colon is a weight: `Duty 7`."""
    return len(words.split()) <= _WEIGHT_WORDS_MAX and bool(weighed(entry(words, 0))[1])


def _grouped(group: str, text: str) -> str:
    return ": ".join(filter(None, (group, text)))


def _text(lines: Sequence[Line]) -> str:
    return block("\n".join(unescaped([line.text for line in lines])))


def _plain_item(raw: str) -> str:
    """An item without the backslash that keeps it from being read as something else."""
    return raw[1:] if raw.startswith("\\") else raw


def _unquoted(item: Entry, notices: Notices) -> Entry:
    words = flow.unquoted(item.whole) if not item.children else item.raw
    if words == item.raw or item.more or item.children:
        return item
    if hidden(words):
        notices.add(item.line, "invisible characters that are written as escapes are taken out")
    return Entry(item.line, words, Split(one_line(words), "", parted=True, literal=True), last=item.last)


def _in_order(*lines: Sequence[Line]) -> list[Line]:
    return sorted((line for some in lines for line in some), key=lambda line: line.number)


def _paragraphs(lines: Sequence[Line]) -> list[list[Line]]:
    paragraphs: list[list[Line]] = [[]]
    for line in lines:
        if not line.text.strip():
            paragraphs.append([])
        else:
            paragraphs[-1].append(line)
    return [paragraph for paragraph in paragraphs if paragraph]


def _listed_sentences(lines: Sequence[Line]) -> tuple[list[Entry], list[Line]]:
    """Lines that are nothing but a few short words between commas, as entries; and the other lines."""
    listed: list[Entry] = []
    others: list[Line] = []
    for line in lines:
        names = list(flow.items(line.text)) if line.text.strip() else []
        if names and all(len(name.split()) <= _ITEM_WORDS_MAX for name in names) and line.text.strip()[-1] not in ".!?":
            listed += [entry(name, line.number) for name in names]
        else:
            others.append(line)
    return listed, others


def _mixed_alphabets(name: str) -> str | None:
    """The alphabets that one word of `name` mixes, though some of their letters look the same."""
    for word in name.split():
        alphabets = {unicodedata.name(letter, "").split(" ")[0] for letter in word if letter.isalpha()} & _ALPHABETS
        if len(alphabets) > 1:
            return " and ".join(sorted(alphabet.capitalize() for alphabet in alphabets))
    return None
