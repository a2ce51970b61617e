"""The vocabulary: the titles and labels by which a sheet names the parts of a persona.

A name is found whatever its case, accents, punctuation, numbering or pictures (`2. CORE-IDENTITY 🧠`), and with one
slip of the pen in each longer word (`Pychological Profle`); a section also by a telling word (`Combat Skills`).
"""

import re
from functools import lru_cache
from typing import NamedTuple

from fabula.agents.persona import Part
from fabula.agents.plain import key

TITLES = {
    Part.IDENTITY: "Core Identity",
    Part.PSYCHOLOGY: "Psychological Profile",
    Part.TRAITS: "Personality Traits",
    Part.WEIGHTS: "Decision Making Weights",
    Part.KNOWLEDGE: "Knowledge Domains",
    Part.TIES: "Social Network",
    Part.SKILLS: "Skills & Capabilities",
    Part.HISTORY: "Personal History",
    Part.BEHAVIOUR: "Behavioral Patterns",
    Part.ABOUT: "About",
    Part.NAME: "Name",
    Part.FACTIONS: "Faction",
    Part.ROLE: "Rank/Role",
    Part.ORIGIN: "Origin",
}
"""What each part is called in the house form."""

_SECTIONS = {
    Part.IDENTITY: """
        core identity, identity, character identity, basic information, basic info, basics, basic details, general,
        general information, personal information, personal details, vital statistics, vitals, profile, character,
        identität, kernidentität, steckbrief, identité, identidad, identità, identidade, identita, totožnost,
        tożsamość, личность, идентичность
    """,
    Part.PSYCHOLOGY: """
        psychological profile, psychology, psyche, psych profile, mental profile, personality profile,
        psychologisches profil, psychologie, profil psychologique, perfil psicológico, profilo psicologico,
        psychologický profil, profil psychologiczny, психологический профиль, психология
    """,
    Part.TRAITS: """
        personality traits, personality trait, personality, traits, character traits, trait, traits of character,
        temperament, disposition, eigenschaften, charakterzüge, traits de caractère, traits de personnalité, rasgos,
        rasgos de personalidad, tratti, tratti della personalità, traços de personalidade, povahové rysy, rysy,
        vlastnosti, cechy, cechy charakteru, черты характера, черты, 性格
    """,
    Part.WEIGHTS: """
        decision making weights, decision weights, decision making, weights, weightings, decision weightings,
        priorities, decision priorities, decision factors, decision weighting, decision matrix,
        entscheidungsgewichte, gewichtungen, poids de décision, poids décisionnels, pesos de decisión, pesi
        decisionali, pesos de decisão, váhy rozhodování, rozhodovací váhy, wagi decyzji, веса решений
    """,
    Part.KNOWLEDGE: """
        knowledge domains, knowledge, domains of knowledge, areas of knowledge, knowledge areas, fields of
        knowledge, knowledge domain, expertise, areas of expertise, wissen, wissensgebiete, connaissances,
        conocimientos, conoscenze, conhecimentos, znalosti, wiedza, знания, 知識
    """,
    Part.TIES: """
        social network, relationships, relations, social ties, ties, social circle, social connections, connections,
        contacts, network, allies and enemies, allies and rivals, friends and foes, friends and enemies,
        beziehungen, soziales netzwerk, relations sociales, réseau social, relaciones, red social, relazioni,
        relações, vztahy, sociální síť, relacje, отношения, связи
    """,
    Part.SKILLS: """
        skills and capabilities, skills, capabilities, skill, abilities, talents, skills and abilities, skills and
        talents, capabilities and skills, competencies, competences, proficiencies, skill set, fähigkeiten,
        fertigkeiten, compétences, habilidades, abilità, competenze, dovednosti, schopnosti, umiejętności, навыки,
        умения, 技能
    """,
    Part.HISTORY: """
        personal history, history, backstory, back story, background, background story, biography, bio, life story,
        origin story, character history, story, the past, past, geschichte, vorgeschichte, hintergrund, lebenslauf,
        histoire, histoire personnelle, historia, historia personal, trasfondo, storia, storia personale, história,
        historie, minulost, osobní historie, przeszłość, история, предыстория, биография
    """,
    Part.BEHAVIOUR: """
        behavioral patterns, behavioural patterns, behavior patterns, behaviour patterns, behavior, behaviour,
        behaviors, behaviours, habits, mannerisms, quirks, habits and quirks, quirks and habits, patterns of
        behavior, patterns of behaviour, patterns, verhalten, verhaltensmuster, gewohnheiten, comportement,
        comportements, habitudes, comportamiento, comportamento, abitudini, chování, vzorce chování, zvyky,
        zachowanie, поведение, привычки
    """,
    Part.ABOUT: """
        about, summary, overview, concept, character concept, introduction, in brief, short description,
        zusammenfassung, résumé, resumen, riassunto, resumo, shrnutí
    """,
}
_FIELDS = {
    Part.NAME: """
        name, full name, character name, jméno, nom, nombre, nome, imię, имя, 名前, 姓名
    """,
    Part.FACTIONS: """
        faction, factions, faction allegiance, fraktion, fraktionen, faccion, facción, facciones, fazione, fazioni,
        facção, frakce, frakcja, frakcje, фракция, фракции
    """,
    Part.ROLE: """
        rank role, role, role rank, rank and role, rank or role, rolle, rang rolle, rôle, rol, ruolo, papel, hodnost
        role, rola, роль
    """,
    Part.ORIGIN: """
        origin, origins, place of origin, herkunft, origine, origen, origem, původ, pochodzenie, происхождение
    """,
}
_FIELDS_AT_NEED = {
    Part.NAME: "character",
    Part.FACTIONS: "allegiance, allegiances, affiliation, affiliations, organisation, organization, house, clan, guild",
    Part.ROLE: "rank, occupation, profession, job, position, class, title, function, beruf, métier, hodnost",
    Part.ORIGIN: "birthplace, place of birth, homeland, home, hometown, home town, from, born in",
}
"""Labels that serve where no better one is there; beside a better one they are fields of their own."""
_HINTS = {
    Part.PSYCHOLOGY: "psychological",
    Part.TRAITS: "traits, personality",
    Part.WEIGHTS: "weights, weighting, weightings",
    Part.KNOWLEDGE: "knowledge",
    Part.TIES: "relationships, relations, connections, contacts",
    Part.SKILLS: "skills, abilities, capabilities, talents",
    Part.HISTORY: "history, backstory, biography",
    Part.BEHAVIOUR: "behavior, behaviour, behaviors, behaviours, behavioral, behavioural, mannerisms, habits, quirks",
}
"""Words that tell what a section is about, whatever stands beside them."""
_HINTED_WORDS_MAX = 4

_CHARACTERS_MAX = 100
"""No name is longer."""
_ROMAN_OR_DIGITS = re.compile(r"[ivx]{1,5}|\d{1,3}|[a-h]|section|part")
_SLIPPABLE_LENGTH = 5


class Naming(NamedTuple):
    """What a title or label names."""

    part: Part
    at_need: bool = False
    """Only where no better label names the same."""
    misspelt: bool = False
    hinted: bool = False
    """By one of its words only: `Combat Skills`."""


def _index(names: dict[Part, str], *, at_need: bool = False) -> dict[str, Naming]:
    return {key(name): Naming(part, at_need) for part, listed in names.items() for name in listed.split(",")}


_SECTION = _index(_SECTIONS)
_FIELD = _index(_FIELDS_AT_NEED, at_need=True) | _index(_FIELDS)
_SURE_FIELD = {name: naming for name, naming in _FIELD.items() if not naming.at_need}
_TITLE = _SURE_FIELD | _SECTION
_HINT = _index(_HINTS)
_LABEL = _SECTION | _FIELD


def _shortened(word: str) -> list[str]:
    """`word` and every word that is one letter shorter."""
    return [word, *(word[:index] + word[index + 1 :] for index in range(len(word)))]


_WORDS = sorted({word for name in _TITLE for word in name.split() if len(word) >= _SLIPPABLE_LENGTH}, reverse=True)
# Two words are one slip apart (a letter added, lost, changed or swapped) if they have a shortened form in common.
_SLIPS = {form: word for word in _WORDS for form in _shortened(word)}


def named_by_title(title: str, *, exactly: bool = False) -> Naming | None:
    """The part that a section's title names, or None. exactly: whether neither slips nor hints count."""
    return _named(title[:_CHARACTERS_MAX], of_section=True, exactly=exactly)


def named_by_label(label: str) -> Naming | None:
    """The part that a field's label names, or None."""
    return _named(label[:_CHARACTERS_MAX], of_section=False, exactly=False)


@lru_cache(maxsize=4096)
def _named(text: str, *, of_section: bool, exactly: bool) -> Naming | None:
    names = _TITLE if of_section else _LABEL
    forms = _forms(text)
    for form in forms:
        if form in names:
            return names[form]
    # A section's name has to be spelled out in a label: the field `Weight` is not the section `Weights` less a letter.
    names = _TITLE if of_section else _SURE_FIELD
    for form in () if exactly else forms:
        words = [_spelled(word) for word in form.split()]
        if (naming := names.get(" ".join(words))) is not None:
            return naming._replace(misspelt=True)
    return _hinted(forms) if of_section and not exactly else None


def _hinted(forms: list[str]) -> Naming | None:
    words = forms[0].split() if forms else []
    if len(words) > _HINTED_WORDS_MAX:
        return None
    return next((_HINT[word]._replace(hinted=True) for word in words if word in _HINT), None)


def _forms(text: str) -> list[str]:
    """The ways in which a name may be meant: as it stands, without a bracket, a number in front or whose it is."""
    forms = [key(text)]
    if "(" in text or "[" in text:
        forms.append(key(re.sub(r"[(\[][^)\]]*[)\]]?", " ", text)))
    first, _, rest = forms[-1].partition(" ")
    if rest and _ROMAN_OR_DIGITS.fullmatch(first):
        forms.append(rest)
    if whose := re.match(r".{1,60}?['’]s?\s+", text):
        forms.append(key(text[whose.end() :]))
    return [form for form in forms if form]


def _spelled(word: str) -> str:
    if len(word) < _SLIPPABLE_LENGTH or len(word) > 30:
        return word
    near = next((_SLIPS[form] for form in _shortened(word) if form in _SLIPS), word)
    # In a short word one other letter makes another word: a store is no story.
    exchanged = len(near) == len(word) and sorted(near) != sorted(word)
    return word if exchanged and len(word) <= _SLIPPABLE_LENGTH + 1 else near
