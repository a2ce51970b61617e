"""The items of a persona's lists, each read from one entry of a sheet."""

import re

from fabula.agents.persona import Skill, Tie, Trait
from fabula.agents.plain import key, one_line
from fabula.agents.sheet import scale
from fabula.agents.sheet.entries import Entry, promoted

NAME_LABELS = frozenset(
    ["name", "who", "trait", "skill", "person", "domain", "field", "topic", "character", "ability", "quirk", "habit"]
)
"""Labels behind which the name of an item stands: `- name: Brave`."""
TRUST_LABELS = frozenset(["trust", "affinity", "standing", "attitude", "disposition"])

_BRACKET = re.compile(r"(.*\S)\s*\(([^()]+)\)")
_WORDS_OF_A_VALUE_MAX = 4


def trait_of(entry: Entry) -> Trait:
    """`- **Patient**: waits out storms`, `- patient`."""
    entry = promoted(entry, NAME_LABELS)
    return Trait(name=entry.label, note=entry.told)


def skill_of(entry: Entry) -> Skill:
    """`- **Navigation**: expert`, `- Navigation (expert)`, `- reads water by its colour`."""
    entry = promoted(entry, NAME_LABELS)
    name, said = one_line(entry.label), one_line(entry.told)
    if (stated := scale.split_value(said)) is not None:
        return Skill(name=name, said=stated[0], level=stated[1])
    if not said and not entry.head.parted and (match := _BRACKET.fullmatch(name)) and scale.level(match[2]) is not None:
        name, said = match[1], match[2]
    return Skill(name=name, said=said, level=scale.level(said))


def tie_of(entry: Entry) -> Tie:
    """`- **Oskar**: apprentice (trust +0.6)`, `- Oskar (apprentice)`, a row with a column for trust."""
    entry = promoted(entry, NAME_LABELS)
    rating = next((child for child in entry.children if key(child.label) in TRUST_LABELS), None)
    value = scale.rate(rating.told).value if rating is not None else None
    if value is not None:
        others = [child for child in entry.children if child is not rating]
        entry = Entry(entry.line, entry.raw, entry.head, more=entry.more, children=others)
        return Tie(who=entry.label, text=entry.told, trust=scale.trust_of(value))
    who, text = one_line(entry.label), one_line(entry.told)
    if (stated := scale.split_trust(text)) is not None:
        return Tie(who=who, text=stated[0], trust=stated[1])
    if not text and not entry.head.parted and (match := _BRACKET.fullmatch(who)):
        who, text = match[1], match[2]
    return Tie(who=who, text=text, trust=scale.trust(text))


def weighed(entry: Entry) -> tuple[str, str]:
    """The name of a weight and what is said of it: `- **Duty**: 7/10`, `- Duty 7`, `- Duty (very high)`."""
    name, said = one_line(entry.label), one_line(entry.told)
    if said:
        # `Duty (7): to the crown` has its number in the name.
        match = _BRACKET.fullmatch(name)
        if match and scale.is_value(match[2]) and scale.split_value(said) is None and scale.rate(said).value is None:
            return match[1], f"{match[2]}; {said}"
    elif not entry.head.parted:
        if (match := _BRACKET.fullmatch(name)) and scale.is_value(match[2]):
            return match[1], match[2]
        words = name.split()
        for count in range(min(_WORDS_OF_A_VALUE_MAX, len(words) - 1), 0, -1):
            if scale.is_value(tail := " ".join(words[-count:])):
                return " ".join(words[:-count]).rstrip(" .…") or words[0], tail
    return name, said
