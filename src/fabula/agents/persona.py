"""The persona: who an agent is, as values that hold nothing but plain text and numbers.

A persona says what its author said, whether it came from a Markdown sheet (`fabula.agents.sheet`) or is made in
code. All texts are made plain when a value is made (`fabula.agents.plain`), so that no persona can carry control
characters anywhere, and names within one list differ by more than case, so that every rule finds the one it means.
"""

import math
import unicodedata
from collections.abc import Callable, Iterable
from enum import StrEnum

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import force_setattr

from fabula.agents.plain import block, one_line

NAME_CHARACTERS_MAX = 200

_SAYS_NONE = frozenset(
    [
        "",
        "-",
        "–",
        "—",
        "n/a",
        "none",
        "no faction",
        "nothing",
        "aucune",
        "brak",
        "keine",
        "nessuna",
        "ninguna",
        "žádná",
    ]
)


class Part(StrEnum):
    """What a persona is made of; the values are the names of its fields."""

    NAME = "name"
    FACTIONS = "factions"
    ROLE = "role"
    ORIGIN = "origin"
    ABOUT = "about"
    IDENTITY = "identity"
    PSYCHOLOGY = "psychology"
    """Traits and weights under one roof."""
    TRAITS = "traits"
    WEIGHTS = "weights"
    KNOWLEDGE = "knowledge"
    TIES = "ties"
    SKILLS = "skills"
    HISTORY = "history"
    BEHAVIOUR = "behaviour"


REMARKABLE = frozenset(
    {Part.IDENTITY, Part.PSYCHOLOGY, Part.TRAITS, Part.WEIGHTS, Part.KNOWLEDGE, Part.TIES, Part.SKILLS}
)
"""The parts that are lists, about which a sheet may also say something in sentences."""


class Trait(Struct, frozen=True, kw_only=True):
    """A trait of character."""

    name: str
    note: str = ""
    """How it shows."""

    def __post_init__(self) -> None:
        _tidy(self, one_line, "name", "note")
        _require(self.name, "a trait needs a name")


class Weight(Struct, frozen=True, kw_only=True):
    """What a decision weighs for this persona."""

    name: str
    value: float | None = None
    """0.0 counts for nothing, 1.0 before everything; None: undecided. Kept to four decimals."""
    said: str = ""
    """What the author wrote: `7`, `9/10`, `high`, `??`."""

    def __post_init__(self) -> None:
        _tidy(self, one_line, "name", "said")
        _require(self.name, "a weight needs a name")
        _round(self, "value", lowest=0.0)


class Skill(Struct, frozen=True, kw_only=True):
    """Something the persona knows or is able to do."""

    name: str
    level: float | None = None
    """0.0 for nothing of it, 1.0 for mastery; None: not said. Kept to four decimals."""
    said: str = ""
    """What the author wrote: `expert`, `working knowledge`, `8/10`, or any note."""

    def __post_init__(self) -> None:
        _tidy(self, one_line, "name", "said")
        _require(self.name, "a skill needs a name")
        _round(self, "level", lowest=0.0)


class Tie(Struct, frozen=True, kw_only=True):
    """What binds the persona to someone else."""

    who: str
    text: str = ""
    trust: float | None = None
    """-1.0 an enemy, 0.0 nobody in particular, 1.0 with one's life; None: not said. Kept to four decimals."""

    def __post_init__(self) -> None:
        _tidy(self, one_line, "who", "text")
        _require(self.who, "a tie needs someone at its other end")
        _round(self, "trust", lowest=-1.0)


class Field(Struct, frozen=True, kw_only=True):
    """Something else the sheet says about who this is: an age, a pronoun, a pen name."""

    label: str
    text: str = ""

    def __post_init__(self) -> None:
        _tidy(self, one_line, "label", "text")
        _require(self.label, "a field needs a label")


class Remark(Struct, frozen=True, kw_only=True):
    """What is said in sentences about a part that is otherwise a list."""

    on: Part
    text: str

    def __post_init__(self) -> None:
        _tidy(self, block, "text")
        _require(self.text, "a remark needs a text")
        if self.on not in REMARKABLE:
            raise ValueError(f"a remark is on one of {', '.join(sorted(REMARKABLE))}, not on {self.on.value!r}")


class Section(Struct, frozen=True, kw_only=True):
    """A section without a place of its own in a persona, word for word."""

    title: str
    text: str = ""
    """Markdown of any number of lines."""

    def __post_init__(self) -> None:
        _tidy(self, one_line, "title")
        _tidy(self, block, "text")
        _require(self.title, "a section needs a title")


class Card(Struct, frozen=True, kw_only=True):
    """The character card a persona came with, word for word; `fabula.agents.cards` reads and writes it."""

    text: str
    """JSON. Never made plain: what reads it does that with the fields it takes."""


class Persona(Struct, frozen=True, kw_only=True):
    """Who an agent is.

    Fields may be added later, each with a default, so that what is stored today can be read then.
    """

    name: str
    """Unique among the agents of a run; at most NAME_CHARACTERS_MAX characters, at least one that is no punctuation."""
    title: str = ""
    """What the author calls the sheet where that is not just the name."""
    about: str = ""
    """A summary in front of everything else; any number of lines."""
    factions: tuple[str, ...] = ()
    """The first is the one it stands for. A word for none (`None`, `-`) is no faction."""
    role: str = ""
    origin: str = ""
    identity: tuple[Field, ...] = ()
    traits: tuple[Trait, ...] = ()
    weights: tuple[Weight, ...] = ()
    knowledge: tuple[Skill, ...] = ()
    ties: tuple[Tie, ...] = ()
    skills: tuple[Skill, ...] = ()
    history: str = ""
    """Any number of lines."""
    behaviour: tuple[str, ...] = ()
    """One habit each."""
    remarks: tuple[Remark, ...] = ()
    """At most one on each part, in the order of `Part`."""
    sections: tuple[Section, ...] = ()
    card: Card | UnsetType = UNSET
    """UNSET (which is false) for none: so it is left out of what is stored, and personas that came without a card are
    stored byte for byte as before there were any.
    """

    def __post_init__(self) -> None:
        _tidy(self, one_line, "name", "title", "role", "origin")
        _tidy(self, block, "about", "history")
        force_setattr(self, "factions", tuple(name for name in map(one_line, self.factions) if not says_none(name)))
        force_setattr(self, "behaviour", tuple(filter(None, map(one_line, self.behaviour))))
        force_setattr(self, "remarks", tuple(sorted(self.remarks, key=lambda remark: list(Part).index(remark.on))))
        if self.title == self.name:
            force_setattr(self, "title", "")
        if not names_someone(self.name):
            raise ValueError(f"a persona needs a name, and {self.name!r} is none")
        if len(self.name) > NAME_CHARACTERS_MAX:
            raise ValueError(f"a name of {len(self.name)} characters is too long; {NAME_CHARACTERS_MAX} are enough")
        _require_distinct("faction", self.factions)
        _require_distinct("field", (field.label for field in self.identity))
        _require_distinct("trait", (trait.name for trait in self.traits))
        _require_distinct("weight", (weight.name for weight in self.weights))
        _require_distinct("field of knowledge", (skill.name for skill in self.knowledge))
        _require_distinct("tie to", (tie.who for tie in self.ties))
        _require_distinct("skill", (skill.name for skill in self.skills))
        _require_distinct("remark on", (remark.on for remark in self.remarks))
        _require_distinct("section", (section.title for section in self.sections))


def names_someone(text: str) -> bool:
    """Whether `text` could be a name: `Ö`, `7` and a picture can, `??`, `-` and white space cannot."""
    return any(unicodedata.category(character)[0] in "LNS" for character in text)


def says_none(text: str) -> bool:
    """Whether `text` only says that there is none: `None`, `n/a`, `-`, nothing at all."""
    return text.casefold().strip() in _SAYS_NONE


def _tidy(value: Struct, plain: Callable[[str], str], *fields: str) -> None:
    for field in fields:
        force_setattr(value, field, plain(getattr(value, field)))


def _round(value: Struct, field: str, *, lowest: float) -> None:
    number: float | None = getattr(value, field)
    if number is None:
        return
    if not (math.isfinite(number) and lowest <= number <= 1.0):
        raise ValueError(f"the {field} {number!r} is not between {lowest:g} and 1")
    # Adding zero turns -0.0, which is written otherwise, into 0.0.
    force_setattr(value, field, round(float(number), 4) + 0.0)


def _require(text: str, need: str) -> None:
    if not text:
        raise ValueError(need)


def _require_distinct(what: str, names: Iterable[str]) -> None:
    seen: dict[str, str] = {}
    for name in names:
        if (folded := name.casefold()) in seen:
            raise ValueError(f"two of one name: the {what} {name!r} stands beside {seen[folded]!r}; make them one")
        seen[folded] = name
