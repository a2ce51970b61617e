"""What the texts of a card say of a character: traits, skills and the like, where they are clear.

Cards are prose, lists between commas, or one of the shorthands their authors use: `Personality("kind" + "brave")`,
`[Mira's personality= kind, brave; Age= 30]`, `Personality: kind, brave`. Only what is clear is taken; every text stays
whole in the persona as well.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from msgspec import Struct

from fabula.agents.lexicon import PHRASE_WORDS_MAX, TRAITS, stem
from fabula.agents.persona import Part
from fabula.agents.plain import key, one_line

TRAITS_MAX = 24
TRAITS_OF_PROSE_MAX = 10
ITEM_WORDS_MAX = 9
ITEM_CHARACTERS_MAX = 80
TEXT_CHARACTERS_MAX = 50_000
"""Of each text that is looked through; what follows only stays."""
_SHORT_WORDS = 4

_LABELS: dict[Part, str] = {
    Part.TRAITS: """
        personality, personality traits, traits, character traits, mind, temperament, disposition, demeanor, demeanour,
        persönlichkeit, charakter, personnalité, caractère, personalidad, personalità, osobowość, характер
    """,
    Part.SKILLS: "skills, skill, abilities, talents, powers, fähigkeiten, compétences, habilidades, abilità, навыки",
    Part.HISTORY: "history, backstory, background, biography, bio, past, geschichte, histoire, historia, storia",
    Part.ROLE: "occupation, profession, job, role, rank, beruf, métier, ocupación, professione",
    Part.ORIGIN: "origin, birthplace, place of birth, hometown, homeland, nationality, herkunft, origine, origen",
    Part.BEHAVIOUR: "habits, habit, quirks, mannerisms, behavior, behaviour, gewohnheiten, habitudes",
    Part.IDENTITY: "pronouns, age, gender, sex, species, race, alter, geschlecht, âge, edad",
}
_PART_OF_LABEL = {key(name): part for part, names in _LABELS.items() for name in names.split(",")}

_SHORTHAND = re.compile(r"([^\W\d_][^\n()\"]{0,40}?)\s*\(\s*(\"[^\"\n]*\"(?:\s*\+\s*\"[^\"\n]*\")*)\s*\)")
"""`Label("one" + "two")`."""
_LABELLED = re.compile(r"[\s\[{(*_~#+-]*([^\W\d_][^\n:=]{0,40}?)[*_~]*\s*[:=][*_~]*\s*(.*)", re.DOTALL)
"""`Label: one, two`, also as bold text, in brackets or after a bullet."""
_PARTS = re.compile(r"[\n;]|\]")
_ITEMS = re.compile(r"[,;|\n]|\s\+\s")
_MACRO = re.compile(r"\{\{[^{}\n]{0,80}\}\}|\{\{|\}\}|<(?:user|bot|char)>", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…](?=\s|$)")
_SAYS_OF = frozenset(
    "am are be been can could did do does had has have he i is it she they was were who will would you".split()
)
_NEGATIONS = frozenset(["hardly", "lacks", "never", "no", "nor", "not", "rarely", "seldom", "without"])
_MEANS_MORE = frozenset("created even free just kind like mean patient still well".split())
"""Words of the lexicon that prose uses for something else: `just then`, `a kind of`, `the patient`."""
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


class Character(Struct, frozen=True, kw_only=True):
    """What two texts of a card clearly say."""

    traits: tuple[str, ...] = ()
    traits_say_all: bool = False
    """Whether the traits are the whole of `personality`."""
    skills: tuple[str, ...] = ()
    behaviour: tuple[str, ...] = ()
    history: str = ""
    role: str = ""
    origin: str = ""
    identity: tuple[tuple[str, str], ...] = ()
    """Label and text: pronouns, age."""


def character_of(*, description: str, personality: str) -> Character:
    """What is clear of a character from its description and personality."""
    description, personality = description[:TEXT_CHARACTERS_MAX], personality[:TEXT_CHARACTERS_MAX]
    told = _labelled(f"{personality}\n{description}")
    items = _listed(personality)
    listed = [item for item in items or () if _is_item(item)]
    traits = _distinct([*listed, *chain.from_iterable(map(_items, told.get(Part.TRAITS, ())))])
    return Character(
        traits=traits[:TRAITS_MAX] if traits else _of_prose(personality, description),
        traits_say_all=items is not None and len(listed) == len(items) <= TRAITS_MAX,
        skills=_distinct(chain.from_iterable(map(_items, told.get(Part.SKILLS, ()))))[:TRAITS_MAX],
        behaviour=_distinct(told.get(Part.BEHAVIOUR, ()))[:TRAITS_MAX],
        history="\n\n".join(told.get(Part.HISTORY, ())),
        role=next(iter(told.get(Part.ROLE, ())), ""),
        origin=next(iter(told.get(Part.ORIGIN, ())), ""),
        identity=_identity(told.get(Part.IDENTITY, ())),
    )


def _labelled(text: str) -> dict[Part, list[str]]:
    """The texts under the labels that name a part; of the identity with the label in front."""
    told: dict[Part, list[str]] = {}
    shorthand = [(found[1], ", ".join(re.findall(r'"([^"\n]*)"', found[2]))) for found in _SHORTHAND.finditer(text)]
    lines = (_LABELLED.fullmatch(part) for part in _PARTS.split(_SHORTHAND.sub("\n", text)))
    for label, words in [*shorthand, *((found[1], found[2]) for found in lines if found)]:
        part = _PART_OF_LABEL.get(key(label)) or _PART_OF_LABEL.get(key(_without_owner(label)))
        said = one_line(words.strip("[]{}()*_~ "))
        # With a macro in it, it could not be shown as it stands.
        if part is not None and said and not _MACRO.search(said):
            told.setdefault(part, []).append(f"{_without_owner(label)}: {said}" if part is Part.IDENTITY else said)
    return told


def _without_owner(label: str) -> str:
    """`Mira's personality` and `{{char}}'s personality` are about personality."""
    return re.sub(r"^.{1,40}?['’]s?\s+", "", label).strip()


def _listed(text: str) -> list[str] | None:
    """The items of a text that is nothing but a list, else None."""
    text = text.strip().rstrip(".").strip("[]() ")
    if not text or _SENTENCE_END.search(text) or re.search(r'[:=]|\("', text):
        return None
    items = [one_line(item.lstrip("-*•+ ")) for item in _ITEMS.split(text)]
    items = [re.sub(r"^(?:and|und|et|y|e|и)\s+", "", item) for item in items if item]
    short = [item for item in items if len(item.split()) <= _SHORT_WORDS and not _speaks(item)]
    return items if short[:1] == items[:1] and 2 * len(short) >= len(items) else None


def _items(text: str) -> list[str]:
    return [item for item in map(one_line, _ITEMS.split(text.rstrip("."))) if _is_item(item)]


def _is_item(item: str) -> bool:
    """Whether this could be the name of a trait or a skill, also where it is shown by itself."""
    fits = len(item) <= ITEM_CHARACTERS_MAX and len(item.split()) <= ITEM_WORDS_MAX
    return fits and bool(_WORD.search(item)) and not (_MACRO.search(item) or _speaks(item) or ":" in item)


def _speaks(item: str) -> bool:
    """Whether the beginning is that of a sentence: `she is kind`."""
    words = [word.casefold() for word in _WORD.findall(item)[:3]]
    return bool(_SAYS_OF.intersection(words))


def _of_prose(personality: str, description: str) -> tuple[str, ...]:
    """The words of the lexicon that prose uses of somebody."""
    found = chain(_known_words(personality), _known_words(description))
    return _distinct(found)[:TRAITS_OF_PROSE_MAX]


def _known_words(text: str) -> Iterator[str]:
    words = _WORD.findall(_MACRO.sub(" ", text).casefold())
    stems = [stem(word) for word in words]
    index = 0
    while index < len(words):
        ends = range(min(index + PHRASE_WORDS_MAX, len(words)), index, -1)
        end = next((end for end in ends if " ".join(stems[index:end]) in TRAITS), index)
        phrase = " ".join(words[index:end])
        if phrase and phrase not in _MEANS_MORE and not _NEGATIONS.intersection(words[max(index - 3, 0) : index]):
            yield phrase
        index = max(end, index + 1)


def _identity(told: Sequence[str]) -> tuple[tuple[str, str], ...]:
    fields: dict[str, tuple[str, str]] = {}
    for line in told:
        label, _, text = line.partition(": ")
        if len(text) <= ITEM_CHARACTERS_MAX:
            fields.setdefault(one_line(label).casefold(), (one_line(label), text))
    return tuple(fields.values())


def _distinct(items: Iterable[str]) -> tuple[str, ...]:
    """Each once, whatever its case."""
    first: dict[str, str] = {}
    for item in items:
        first.setdefault(item.casefold(), item)
    return tuple(first.values())
