"""A persona in the making: what a sheet says about each part and where, until all is read and can be put together.

Where a sheet says a thing twice: a name in the front matter goes before the others; of a role, an origin or a weight
the last counts; what is named twice in a list becomes one, with both texts. Whatever gives way is warned of.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import NamedTuple, TypeVar

from msgspec.structs import replace

from fabula.agents.persona import (
    NAME_CHARACTERS_MAX,
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
from fabula.agents.plain import key, one_line
from fabula.agents.sheet import scale
from fabula.agents.sheet.notices import Notices, quoted
from fabula.agents.sheet.text import Line, SheetError
from fabula.agents.sheet.vocabulary import TITLES

T = TypeVar("T", Trait, Skill, Tie, Field)

CLAIMED = (Part.NAME, Part.ROLE, Part.ORIGIN, Part.FACTIONS)
"""The parts that fields give, of which several may speak."""

_SHEET_TITLE = re.compile(
    r"\s*(?:character|persona)?\s*(?:sheet|profile|name|persona|character)\s*(?:[:–—-]|of\b|for\b)\s*", re.IGNORECASE
)
_ALPHABETS = frozenset(["ARMENIAN", "CYRILLIC", "GREEK", "LATIN"])


class Claim(NamedTuple):
    """What a field says about the name, the role, the origin or one of the factions."""

    text: str
    line: int
    front: bool = False
    """Whether it stands in the front matter."""
    whole: str = ""
    """All that the field says, of which this is a part."""
    oddity: str = ""
    """What has to be said if it counts."""


class AtNeed(NamedTuple):
    """A field such as `Rank` or `House`: a field of its own, or a role or faction where nothing better gives one."""

    part: Part
    field: Field
    line: int
    claims: list[Claim]


class Said(NamedTuple):
    """A weight as the sheet has it, before its number is known."""

    name: str
    said: str
    line: int


@dataclass(slots=True)
class Draft:
    """What has been read so far. What comes with a number comes with its line."""

    notices: Notices
    claims: dict[Part, list[Claim]] = field(default_factory=lambda: {part: [] for part in CLAIMED})
    at_need: list[AtNeed] = field(default_factory=list)
    fields: list[tuple[Field, int]] = field(default_factory=list)
    front_traits: list[tuple[Trait, int]] = field(default_factory=list)
    traits: list[tuple[Trait, int]] = field(default_factory=list)
    weights: list[Said] = field(default_factory=list)
    scales: list[str] = field(default_factory=list)
    """Words that may say what the weights are counted by."""
    skills: dict[Part, list[tuple[Skill, int]]] = field(default_factory=lambda: {Part.KNOWLEDGE: [], Part.SKILLS: []})
    ties: list[tuple[Tie, int]] = field(default_factory=list)
    behaviour: list[str] = field(default_factory=list)
    texts: dict[Part, list[str]] = field(default_factory=lambda: {Part.ABOUT: [], Part.HISTORY: []})
    remarks: dict[Part, list[str]] = field(default_factory=dict)
    sections: dict[str, list[str]] = field(default_factory=dict)
    """The texts of the sections of one title."""
    section_lines: dict[str, int] = field(default_factory=dict)
    """Where a part, or a `# title` in small letters, first has a section."""
    recognised: bool = False
    """Whether anything was found that a sheet has."""

    def persona(self, *, title: Line | None, source: str) -> Persona:
        """All of it put together. Raises SheetError if there is no name and nothing that a sheet has."""
        self._settle()
        name = self._name(title, source)
        factions, role, origin = tuple(self._factions()), self._scalar(Part.ROLE), self._scalar(Part.ORIGIN)
        traits, weights = self._traits(), tuple(self._weights())
        if not traits and not weights:
            self.notices.add(1, "neither traits nor decision weights are there; in play every drive stands at 0.5")
        return Persona(
            name=name,
            title=title.text if title else "",
            about="\n\n".join(self.texts[Part.ABOUT]),
            factions=factions,
            role=role,
            origin=origin,
            identity=self._distinct("field", self.fields, "label", "text"),
            traits=traits,
            weights=weights,
            knowledge=self._distinct("field of knowledge", self.skills[Part.KNOWLEDGE], "name", "said"),
            ties=self._distinct("tie to", self.ties, "who", "text"),
            skills=self._distinct("skill", self.skills[Part.SKILLS], "name", "said"),
            history="\n\n".join(self.texts[Part.HISTORY]),
            behaviour=tuple(self.behaviour),
            remarks=tuple(Remark(on=part, text="\n\n".join(texts)) for part, texts in self.remarks.items()),
            sections=tuple(Section(title=name, text="\n\n".join(texts)) for name, texts in self.sections.items()),
        )

    def _settle(self) -> None:
        """Decide what the fields at need are: the first serves where nothing better is said."""
        for part, own, line, claims in self.at_need:
            if self.claims[part]:
                self.fields.append((own, line))
            else:
                self.claims[part] += claims
        self.fields.sort(key=lambda found: found[1])

    def _name(self, title: Line | None, source: str) -> str:
        claims = []
        for claim in self.claims[Part.NAME]:
            if names_someone(claim.text[:NAME_CHARACTERS_MAX]):
                claims.append(claim)
            else:
                self.notices.add(claim.line, f"{quoted(claim.text)} is no name")
        name, line, *_ = self._chosen(Part.NAME, claims) or self._name_at_need(title, source)
        if len(name) > NAME_CHARACTERS_MAX:
            self.notices.add(line, f"the name is cut to {NAME_CHARACTERS_MAX} characters")
            name = name[:NAME_CHARACTERS_MAX].strip()
        if alphabets := _mixed_alphabets(name):
            self.notices.add(line, f"the name {quoted(name)} mixes letters that look alike: {alphabets}")
        return name

    def _name_at_need(self, title: Line | None, source: str) -> Claim:
        """A name where no field gives one: from the sheet's title, another heading or the file's name."""
        if title is not None:
            name = one_line(_SHEET_TITLE.sub("", title.text, count=1))
            if names_someone(name[:NAME_CHARACTERS_MAX]):
                self.notices.add(title.number, f"no field gives a name; the title is used: {quoted(name)}")
                return Claim(name, title.number)
        heading = next(iter(self.sections), "")
        if names_someone(heading[:NAME_CHARACTERS_MAX]):
            line = self.section_lines[f"# {heading.casefold()}"]
            self.notices.add(line, f"no field gives a name; a heading is used: {quoted(heading)}")
            return Claim(heading, line)
        stem = one_line(re.sub(r"[_\s-]+", " ", PurePath(source).stem))
        if self.recognised and names_someone(stem) and not source.startswith("<"):
            self.notices.add(1, f"no field and no heading gives a name; the file's name is used: {quoted(stem)}")
            return Claim(stem, 1)
        raise SheetError(
            f"{source}: this is no character sheet: it has no name, no heading and none of the sections. "
            "Begin it with a line `name: ` and the name."
        )

    def _scalar(self, part: Part) -> str:
        chosen = self._chosen(part, self.claims[part])
        return chosen.text if chosen is not None else ""

    def _chosen(self, part: Part, claims: list[Claim]) -> Claim | None:
        best = max(claims, key=lambda claim: (claim.front and part is Part.NAME, claim.line), default=None)
        for claim in claims:
            if best is not None and claim.text.casefold() != best.text.casefold():
                what, instead = TITLES[part].casefold(), f"{quoted(best.text)} in line {best.line}"
                self.notices.add(claim.line, f"the {what} {quoted(claim.text)} gives way to {instead}")
        return best

    def _factions(self) -> Iterator[str]:
        """The factions of the front matter, and after them what only the body has."""
        claims = [claim for claim in self.claims[Part.FACTIONS] if not says_none(claim.text)]
        in_front = {claim.text.casefold() for claim in claims if claim.front}
        seen: set[str] = set()
        for claim in sorted(claims, key=lambda claim: not claim.front):
            name = claim.text.casefold()
            if not claim.front and claim.whole.casefold() in in_front:
                continue
            if claim.oddity:
                self.notices.add(claim.line, claim.oddity)
            if name in seen and claim.front:
                self.notices.add(claim.line, f"the faction {quoted(claim.text)} stands there twice; once is enough")
            elif name not in seen:
                if in_front and not claim.front:
                    self.notices.add(
                        claim.line, f"the faction {quoted(claim.text)} is not in the front matter; it is added"
                    )
                seen.add(name)
                yield claim.text

    def _traits(self) -> tuple[Trait, ...]:
        """The traits of the section, as it spells them, and after them what only the front matter has."""
        alike = {key(trait.name) or trait.name for trait, _ in self.traits}
        spelled = {trait.name.casefold() for trait, _ in self.traits}
        extra = [
            (trait, line)
            for trait, line in self.front_traits
            if trait.name.casefold() not in spelled and key(trait.name) not in alike
        ]
        for trait, line in extra if self.traits else ():
            self.notices.add(line, f"the trait {quoted(trait.name)} stands only in the front matter; it is added")
        return self._distinct("trait", [*self.traits, *extra], "name", "note")

    def _weights(self) -> Iterator[Weight]:
        """The weights, each with all that is said under its name and the number of what is said last."""
        rated: dict[str, list[Said]] = {}
        for weight in self.weights:
            same = rated.setdefault(weight.name.casefold(), [])
            if same:
                said = (
                    f"{quoted(same[-1].said)} in line {same[-1].line} and {quoted(weight.said)} here; the last counts"
                )
                self.notices.add(weight.line, f"the weight {quoted(weight.name)} stands there twice: {said}")
            same.append(weight)
        joined = ["; ".join(dict.fromkeys(weight.said for weight in same if weight.said)) for same in rated.values()]
        stated = [scale.split_value(said) for said in joined]
        saids = [said if state is None else state[0] for said, state in zip(joined, stated, strict=True)]
        mark = scale.full_mark(saids, declared=self.scales)
        if self.weights and mark != scale.FULL_MARK:
            self.notices.add(self.weights[0].line, f"bare numbers in this section are counted out of {mark:g}")
        for same, said, state in zip(rated.values(), saids, stated, strict=True):
            value = self._rated(same[-1], mark) if state is None else state[1]
            yield Weight(name=same[0].name, value=value, said=said)

    def _rated(self, weight: Said, mark: float) -> float | None:
        reading = scale.rate(weight.said, full_mark=mark)
        if reading.oddity:
            self.notices.add(weight.line, f"{quoted(f'{weight.name}: {weight.said}'.strip())} {reading.oddity}")
        return reading.value

    def _distinct(self, what: str, found: list[tuple[T, int]], name: str, text: str) -> tuple[T, ...]:
        """Values of distinct names: of one name, one, with all the texts and the last number."""
        same: dict[str, list[T]] = {}
        first: dict[str, int] = {}
        for value, line in found:
            called: str = getattr(value, name)
            folded = called.casefold()
            if folded in same:
                self.notices.add(
                    line, f"the {what} {quoted(called)} stands already in line {first[folded]}; they are one now"
                )
            same.setdefault(folded, []).append(value)
            first.setdefault(folded, line)
        return tuple(_united(values, text) for values in same.values())


def _united(values: list[T], text: str) -> T:
    """Values of one name as one."""
    if len(values) == 1:
        return values[0]
    texts: list[str] = list(dict.fromkeys(told for value in values if (told := getattr(value, text))))
    ended: list[str] = [told if told[-1] in ".!?…" else f"{told};" for told in texts[:-1]]
    changes: dict[str, str | float | None] = {text: " ".join([*ended, *texts[-1:]])}
    for number in ("level", "trust"):
        if hasattr(values[0], number):
            numbers = (getattr(value, number) for value in reversed(values))
            changes[number] = next((value for value in numbers if value is not None), None)
    return replace(values[0], **changes)


def _mixed_alphabets(name: str) -> str:
    """The alphabets that one word of `name` mixes though some of their letters look the same; "" if none does."""
    for word in name.split():
        alphabets = {unicodedata.name(letter, "").split(" ")[0] for letter in word if letter.isalpha()} & _ALPHABETS
        if len(alphabets) > 1:
            return " and ".join(sorted(alphabet.capitalize() for alphabet in alphabets))
    return ""
