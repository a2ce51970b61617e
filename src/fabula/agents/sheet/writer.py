"""Writing a sheet: a persona in the house form, which reads in as the same persona."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from fabula.agents.persona import Part, Persona, Skill, Tie, Trait, Weight
from fabula.agents.plain import key, lines_of
from fabula.agents.sheet import scale
from fabula.agents.sheet.entries import Entry, entries_of, written
from fabula.agents.sheet.flow import written_value
from fabula.agents.sheet.items import NAME_LABELS, skill_of, tie_of, trait_of, weighed
from fabula.agents.sheet.outline import escaped, written_title
from fabula.agents.sheet.text import Line
from fabula.agents.sheet.vocabulary import TITLES, named_by_label

T = TypeVar("T")

_SECTION_LEVEL = 2


def write_sheet(persona: Persona) -> str:
    """The sheet of a persona: front matter, a title, and in the house order the sections that have something to say."""
    parts = [
        _front(persona),
        f"# {written_title(persona.title or persona.name)}",
        *_text_section(TITLES[Part.ABOUT], persona.about),
        *_section(Part.IDENTITY, _identity(persona), persona),
        *_psychology(persona),
        *_section(Part.KNOWLEDGE, map(_skill, persona.knowledge), persona),
        *_section(Part.TIES, map(_tie, persona.ties), persona),
        *_section(Part.SKILLS, map(_skill, persona.skills), persona),
        *_text_section(TITLES[Part.HISTORY], persona.history),
        *_section(Part.BEHAVIOUR, map(_habit, persona.behaviour), persona),
    ]
    for section in persona.sections:
        parts += [f"## {written_title(section.title)}", *_text(section.text)]
    return "\n\n".join(parts) + "\n"


def _front(persona: Persona) -> str:
    factions = ", ".join(map(written_value, persona.factions))
    traits = ", ".join(written_value(trait.name) for trait in persona.traits)
    return "\n".join(
        [
            "---",
            f"name: {written_value(persona.name)}",
            f"factions: [{factions}]",
            f"personality_traits: [{traits}]",
            "---",
        ]
    )


def _identity(persona: Persona) -> Iterator[str]:
    yield _field(Part.NAME, persona.name)
    if persona.factions:
        yield _field(Part.FACTIONS, persona.factions[0])
    at_need = {naming.part for field in persona.identity if (naming := named_by_label(field.label)) and naming.at_need}
    for part, text in ((Part.ROLE, persona.role), (Part.ORIGIN, persona.origin)):
        # An empty field keeps one like `Rank`, which would serve in its place, a field of its own.
        if text or part in at_need:
            yield _field(part, text)
    for field in persona.identity:
        naming = named_by_label(field.label)
        yield written(field.label, field.text, literal=naming is not None and not naming.at_need, parted=True)


def _field(part: Part, text: str) -> str:
    return written(TITLES[part], text, parted=True)


def _psychology(persona: Persona) -> list[str]:
    parts = [
        *_remark(Part.PSYCHOLOGY, persona),
        *_section(Part.TRAITS, map(_trait, persona.traits), persona, level=3),
        *_section(Part.WEIGHTS, _weights(persona), persona, level=3),
    ]
    return [f"## {TITLES[Part.PSYCHOLOGY]}", *parts] if parts else []


def _section(part: Part, items: Iterable[str], persona: Persona, *, level: int = _SECTION_LEVEL) -> list[str]:
    lines = list(items)
    body = [*(["\n".join(lines)] if lines else []), *_remark(part, persona)]
    return [f"{'#' * level} {TITLES[part]}", *body] if body else []


def _remark(part: Part, persona: Persona) -> list[str]:
    """Sentences in a section made of items, in quotation marks of the margin, so that none is read as an item."""
    return ["\n".join(f"> {line}" for line in lines_of(remark.text)) for remark in persona.remarks if remark.on is part]


def _text_section(title: str, text: str) -> list[str]:
    return [f"## {title}", *_text(text)] if text else []


def _text(text: str) -> list[str]:
    return ["\n".join(escaped(lines_of(text), level=_SECTION_LEVEL))] if text else []


def _trait(trait: Trait) -> str:
    return _first_that_reads(trait, trait_of, trait.name, [trait.note])


def _skill(skill: Skill) -> str:
    return _first_that_reads(skill, skill_of, skill.name, [skill.said, scale.join_value(skill.said, skill.level)])


def _tie(tie: Tie) -> str:
    return _first_that_reads(tie, tie_of, tie.who, [tie.text, scale.join_trust(tie.text, tie.trust)])


def _first_that_reads(value: T, read: Callable[[Entry], T], name: str, texts: list[str]) -> str:
    """The plainest line that is read as `value`."""
    literal = key(name) in NAME_LABELS
    for text in texts:
        for parted in (False, True):
            line = written(name, text, literal=literal, parted=parted)
            if read(entries_of([Line(1, line)]).entries[0]) == value:
                return line
    raise AssertionError(f"no line is read as {value!r}")


def _weights(persona: Persona) -> Iterator[str]:
    remarks = [line for remark in persona.remarks if remark.on is Part.WEIGHTS for line in lines_of(remark.text)]
    mark = scale.full_mark([weight.said for weight in persona.weights], declared=remarks)
    for weight in persona.weights:
        yield _weight(weight, mark)


def _weight(weight: Weight, mark: float) -> str:
    literal = key(weight.name) == "scale"
    line = written(weight.name, weight.said, literal=literal, parted=True)
    plain = scale.split_value(weight.said) is None and scale.rate(weight.said, full_mark=mark).value == weight.value
    if plain and weighed(entries_of([Line(1, line)]).entries[0]) == (weight.name, weight.said):
        return line
    return written(weight.name, scale.join_value(weight.said, weight.value), literal=literal, parted=True)


def _habit(habit: str) -> str:
    line = f"- {habit}"
    reads = [entry.whole for entry in entries_of([Line(1, line)]).entries] == [habit] and not habit.startswith("\\")
    return line if reads else f"- \\{habit}"
