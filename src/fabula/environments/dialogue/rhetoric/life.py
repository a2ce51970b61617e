"""What somebody has to tell of a life: the sheet's sentences in the first person, each with the grounds it speaks to.

What a sheet calls secret, or what its owner would plainly not say at a table, is not among them.
"""

import re
from enum import StrEnum
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from fabula.agents.persona import Persona, Tie
from fabula.environments.dialogue.rhetoric.english import (
    article,
    base_of,
    gerund,
    is_participle,
    is_plural,
    lower_first,
    sentences,
    upper_first,
    words_in,
)
from fabula.environments.dialogue.rhetoric.first_person import (
    in_first_person,
    in_my_words,
    pronoun_of,
    starts_with_verb,
)
from fabula.environments.dialogue.rhetoric.grounds import Ground, grounds_of_life

FACT_WORDS_MIN, FACT_WORDS_MAX = 5, 34
HISTORY_SENTENCES = 3
"""Of a history only so many are told: what comes later in a sheet tends to be what its owner keeps back."""
CRAFT_WORDS_MAX = 9

SECRET = re.compile(
    r"\b(?:secret|secretly|never told|told no ?(?:one|body)|tells? no|nobody (?:is|knows|to)|no one (?:knows|to)|"
    r"nobody is looking|unobserved"
    r"|held? (?:her|his|my|their) tongue|believes? (?:that )?(?:he|she|they|I|him|her|myself)\b.* alone|"
    r"when (?:he|she|they|I) (?:is|am|are|lie)\b"
    r"|guess(?:ed)?|pretends?|hides?|hid|hidden|forg(?:e|es|ed|ing)|steal\w*|stole|stolen|thief|lies?\b|lied|"
    r"liar|lying|betray\w*|murder\w*|kill\w*|affair"
    r"|asham\w+|confess\w*|smuggl\w*|bribe\w*|poison\w*|spy|spies|says? that (?:it|he|she|I)|suspects?|water(?:s|"
    r"ed)? ale|picks? pockets|nobody sees"
    r"|when (?:he|she|they|I) thinks?|without (?:being|having been) seen|would deny|by night|arranged|blind hour)\b",
    re.IGNORECASE,
)
_DANGLING = re.compile(
    r"^(?:But|So|And|Instead|Then|There|Since then|Before that|After that|It|That|This|They|Them|Such|Those|"
    r"These|When (?:it|that|they|[A-Z]))\b"
    r"|^I \w+(?: \w+)? (?:it|them|that)\b(?! \w+ \w+ \w+)",
)
_PERSON_NOUN = re.compile(
    r"^(?:a|an|the)?\s*[\w'-]*\s*(?:daughter|son|child|brat|foundling|orphan|native)(?= of| from| who|,|$)",
    re.IGNORECASE,
)
_KIN = frozenset("apprentice aunt brother cousin enemy father friend mother nephew niece rival sister uncle".split())
_TORN = re.compile(
    r";|\b(?:any|every|some)(?:thing|body|one)\b|\bit\b|\bI\b"
    r"|, (?:and )?(?:drink|understand|wake|shut|soothe|[a-z]+s)\b"
)
_LITTLE_KNOWN = re.compile(r"(?:basic|believes|hardly|little|no\b|none|novice|some\b|thinks)", re.IGNORECASE)
_SINGULAR = {"children": "child", "men": "man", "women": "woman", "wives": "wife", "kids": "child", "kid": "child"}
_SUBJECT = re.compile(
    r"((?:[A-Z][\w'’-]+)(?: (?:of|the|de|van|von|[A-Z][\w'’-]*))*) (?:was|is|has|had|came|grew|[a-z]+ed)\b"
)
"""Of a history: whom its first sentence is about."""
_NO_NAMES = frozenset(
    "a an at before born he her his i in it my once one our she that the their there they this".split()
)
_ORDINALS = frozenset("eighth eldest fifth first fourth last oldest only second seventh sixth third youngest".split())
_NOUN_STARTS = frozenset("a an the his her their its my one some another someone somebody".split())


class Source(StrEnum):
    """Where on the sheet it stands."""

    HISTORY = "history"
    TRAIT = "trait"
    HABIT = "habit"


class Fact(Struct, frozen=True):
    """A sentence in the first person, without a stop."""

    text: str
    source: Source
    grounds: tuple[Ground, ...]


_SMALL = frozenset(
    "about anything everything have here nothing other some something that their them there this".split()
)


class Life(Struct, frozen=True):
    """All that a speaker can say about itself."""

    name: str
    facts: tuple[Fact, ...]
    work: str
    """`I am a weaver`; empty: not known."""
    origin: str
    """`I come from Saltmere`; empty: not known."""
    want: str
    """`to see one dance before I go`; empty: not known."""
    crafts: tuple[str, ...]
    """What it knows or can do, as a noun: `navigation`, `reading water by its colour`."""
    ties: tuple[tuple[str, str], ...]
    """Whom it knows, and a sentence about each."""
    levels: tuple[tuple[str, str], ...]
    """Fields of knowledge, and how well it knows each, in the sheet's words."""
    known: tuple[str, ...]
    """Every sentence of the sheet that it would say when asked, its work and its origin among them."""

    def on(self, thing: str) -> str:
        """What the sheet says of a thing, the sentence that holds most of its words; empty if it holds none."""
        asked = [word for word in words_in(thing) if len(word) > 2 and word not in _SMALL]
        stems = {_stem(word) for word in asked if word not in {"the", "and", "your", "you", "any", "for"}}
        if not stems:
            return ""
        held = [(len(stems & {_stem(word) for word in words_in(told)}), told) for told in self.known]
        most, told = max(held, key=lambda each: each[0], default=(0, ""))
        return told if most * 2 > len(stems) else ""


@lru_cache(maxsize=64)
def life_of(persona: Persona) -> Life:
    """What the sheet lets it say."""
    pronoun = _pronoun(persona)
    # Whoever speaks under another name is still meant where the sheet names its own.
    given, persona = persona.name, replace(persona, name=own_name(persona))
    return Life(
        given,
        tuple(_facts(persona, pronoun)),
        _work(persona.role, persona.name, pronoun),
        _origin(persona.origin, persona.name, pronoun),
        _want(persona, pronoun),
        tuple(dict.fromkeys(_crafts(persona, pronoun))),
        tuple((tie.who, told) for tie in persona.ties if (told := tie_told(tie, persona, pronoun))),
        tuple(
            (skill.name, skill.said) for skill in persona.knowledge if not SECRET.search(f"{skill.name} {skill.said}")
        ),
        tuple(_known(persona, pronoun)),
    )


def _known(persona: Persona, pronoun: str) -> list[str]:
    """What it tells only of what it is asked for by name: more of a history than it would tell unasked."""
    told = [_work(persona.role, persona.name, pronoun), _origin(persona.origin, persona.name, pronoun)]
    told += [each.text for each in _facts(persona, pronoun)]
    told += [tie_said for tie in persona.ties if (tie_said := tie_told(tie, persona, pronoun))]
    for sentence in (*sentences(persona.history), *sentences(persona.about)):
        said = "" if SECRET.search(sentence) else in_first_person(sentence, persona.name, pronoun)
        told.append(said if len(said.split()) <= FACT_WORDS_MAX and not _DANGLING.search(said) else "")
    told += [f"I know about {_field(skill.name)}" for skill in persona.knowledge if not SECRET.search(skill.name)]
    return list(dict.fromkeys(each for each in told if each))


def _stem(word: str) -> str:
    """So that `guns` is found in `gun`, `children` in `child`."""
    word = _SINGULAR.get(word, word)
    return word[:-1] if word.endswith("s") and len(word) > 3 else word


def own_name(persona: Persona) -> str:
    """What the sheet calls whom it describes, though the persona may bear another name."""
    told = " ".join((persona.history, persona.about, *persona.behaviour, *(trait.note for trait in persona.traits)))
    if persona.name.split()[0] in told:
        return persona.name
    found = _SUBJECT.match(persona.history or persona.about)
    return found[1] if found and found[1].casefold() not in _NO_NAMES else persona.name


def _pronoun(persona: Persona) -> str:
    said = next((field.text for field in persona.identity if field.label.casefold().startswith("pronoun")), "")
    if said:
        return pronoun_of(said)
    # Without a word on it the sheet's own sentences show it.
    words = words_in(
        " ".join([persona.history, persona.about, *persona.behaviour, *(trait.note for trait in persona.traits)])
    )
    counts = {each: words.count(each) for each in ("he", "she", "they")}
    best = max(counts, key=lambda each: counts[each])
    return best if counts[best] else ""


def _facts(persona: Persona, pronoun: str) -> list[Fact]:
    history = sentences(persona.history or persona.about)
    told = [
        (each, Source.HISTORY) for each in history[: 2 if len(history) > 2 * HISTORY_SENTENCES else HISTORY_SENTENCES]
    ]
    told += [(trait.note, Source.TRAIT) for trait in persona.traits if trait.note]
    told += [(each, Source.HABIT) for each in persona.behaviour]
    facts = [(_told(text, persona.name, pronoun), source) for text, source in told]
    return [Fact(text, source, tuple(grounds_of_life(text))) for text, source in facts if text]


def _told(text: str, name: str, pronoun: str) -> str:
    if SECRET.search(text):
        return ""
    said = in_first_person(text, name, pronoun)
    if ", I say," in said or not FACT_WORDS_MIN <= len(said.split()) <= FACT_WORDS_MAX or _DANGLING.search(said):
        return ""
    return said if re.search(r"\b(?:I|me|my|myself)\b", said) else ""


def _work(role: str, name: str, pronoun: str) -> str:
    role = role.strip(" .")
    if not role:
        return ""
    if starts_with_verb(role):
        return in_first_person(role, name, pronoun)
    first, *rest = role.split()
    plain = lower_first(role) if not (rest and rest[0][:1].isupper()) else role
    bare = first.casefold() in _NOUN_STARTS or "of" in rest[:1] or plain == role or is_plural(first)
    told = f"{name} is {plain if bare else f'{article(plain)} {plain}'}"
    return in_first_person(told, name, pronoun)


def _origin(origin: str, name: str, pronoun: str) -> str:
    origin = origin.strip(" .")
    if not origin or SECRET.search(origin):
        return ""
    if is_participle(first := origin.split()[0]):
        return in_first_person(f"{name} was {lower_first(origin)}", name, pronoun) or f"I was {lower_first(origin)}"
    if starts_with_verb(origin):
        return in_first_person(origin, name, pronoun)
    if first.casefold() in _ORDINALS:
        return in_first_person(f"{name} is the {lower_first(origin)}", name, pronoun)
    if _PERSON_NOUN.match(origin):
        return in_first_person(f"{name} is {lower_first(origin)}", name, pronoun)
    return in_first_person(f"{name} comes from {_lowered(origin)}", name, pronoun)


def _lowered(phrase: str) -> str:
    """With a small letter, unless it begins with a name: `Brine Street`, `Saltmere, a village`."""
    words = phrase.split()
    common = words[0].casefold() in _NOUN_STARTS or (len(words) > 1 and words[0][-1].isalnum() and words[1].islower())
    return lower_first(phrase) if common or words[0].casefold() in {"here", "everywhere", "nowhere"} else phrase


def _want(persona: Persona, pronoun: str) -> str:
    text = next(
        (field.text for field in persona.identity if field.label.casefold() in {"wants", "want", "goal", "goals"}), ""
    )
    if not text or SECRET.search(text) or not text.casefold().startswith("to "):
        return ""
    said = in_first_person(f"{persona.name} wants {lower_first(text.strip(' .'))}", persona.name, pronoun)
    return said.removeprefix("I want ") if said.startswith("I want ") else ""


def _crafts(persona: Persona, pronoun: str) -> list[str]:
    found = []
    for skill in persona.knowledge:
        if re.match(r"(?i)(?:who|what|how|where|when) ", skill.name):
            found.append(f"knowing {lower_first(skill.name)}")
        elif "," not in skill.name and not _LITTLE_KNOWN.search(skill.said):
            found.append(_field(skill.name))
    for skill in persona.skills:
        first, _, rest = skill.name.partition(" ")
        if starts_with_verb(skill.name) and (base := base_of(first)):
            turned = in_first_person(f"{persona.name} likes {gerund(base)} {rest}", persona.name, pronoun)
            found.append(turned.removeprefix("I like "))
        elif first.casefold().endswith("ing") and "," not in skill.name:
            found.append(lower_first(skill.name))
    return [
        craft
        for craft in found
        if craft and len(craft.split()) <= CRAFT_WORDS_MAX and not SECRET.search(craft) and not _TORN.search(craft)
    ]


def _field(name: str) -> str:
    return (
        lower_first(name)
        if name.split(maxsplit=1)[0].casefold() not in {"latin", "scripture"} and not re.search(r"\w [A-Z]", name[:4])
        else name
    )


def tie_told(tie: Tie, persona: Persona, pronoun: str) -> str:
    """A sentence about somebody it knows; empty where the sheet's words do not make one."""
    text = tie.text.split(";")[0].strip(" .")
    if not text or SECRET.search(tie.text):
        return ""
    words = words_in(text)
    if starts_with_verb(text) and (turned := _of_both(tie, text, persona, pronoun)):
        said = turned
    elif starts_with_verb(text):
        said = _of_other(f"{tie.who} {lower_first(text)}", persona, pronoun)
    elif words[0] in {"whom", "to", "who"}:
        said = _of_other(f"{tie.who} is someone {lower_first(text)}", persona, pronoun)
    elif words[0] in _KIN:
        owned = "my" if len(words) < 3 or "," in text[:14] else article(text)
        said = _of_other(f"{tie.who} is {owned} {lower_first(text)}", persona, pronoun)
    elif words[0] in _NOUN_STARTS and not is_plural(text.split(",")[0]):
        said = _of_other(f"{tie.who} is {lower_first(text)}", persona, pronoun)
    else:
        said = ""
    return said


def _of_both(tie: Tie, text: str, persona: Persona, pronoun: str) -> str:
    """Of `would follow her off the wall`, on his sheet: it is he who would; empty where no pronoun shows that."""
    theirs = {
        "he": r"\bher\b(?=$|[,.;]| (?:and|as|at|for|from|in|off|on|out|to|up|when|with)\b)",
        "she": r"\bhim\b",
    }.get(pronoun)
    own = {"he": r"\b(?:he|him|his|himself)\b", "she": r"\b(?:she|her|herself)\b"}.get(pronoun)
    if theirs is None or own is None or re.search(own, text) or not re.search(theirs, text):
        return ""
    named = re.sub(theirs, tie.who, text, count=1)
    said = in_first_person(f"{persona.name} {lower_first(named)}", persona.name, pronoun)
    return said if len(said.split()) <= FACT_WORDS_MAX else ""


def _of_other(text: str, persona: Persona, pronoun: str) -> str:
    """With the persona's own pronouns turned, where the subject is somebody else."""
    said = in_my_words(text, persona.name, pronoun)
    return upper_first(said) if len(said.split()) <= FACT_WORDS_MAX else ""
