"""Interpretation: what an agent makes of an experience - how it will tell it to itself, and how much it weighs.

The same event is another memory for a friend than for an enemy. Words come from fabula.agents.memory.phrases, chosen by
a hash of what happened, so that they vary and are yet the same in every replay; nothing is said to have happened that
did not.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from zlib import crc32

from fabula.agents.drives import Drive, drives
from fabula.agents.memory import phrases
from fabula.agents.memory.entries import IMPORTANCE_MOST, Relationship
from fabula.agents.memory.experience import KNOWN, SEEN, Experience, Kind
from fabula.agents.memory.regard import Regard, regard
from fabula.agents.persona import Persona

HARM_FROM, KIND_FROM = -0.15, 0.15
"""A kindness at or beyond these is a harm, or a kindness."""
STRONG = 700
"""A drive of so many thousandths speaks up."""
ASIDE_FROM = 450
"""Importance from which a drive adds its word, and then to every other memory."""
JUDGED_FROM = 150
"""Importance from which something that is neither harm nor kindness is judged at all."""


class Temper(NamedTuple):
    """What in a persona colours its memories."""

    name: str
    drives: Mapping[Drive, int]
    """In thousandths."""

    @classmethod
    def of(cls, persona: Persona) -> "Temper":
        """The temper of a persona."""
        return cls(persona.name, {drive: round(strength * 1000) for drive, strength in drives(persona).items()})


class Reading(NamedTuple):
    """What an agent makes of an experience."""

    text: str
    importance: int
    """1..IMPORTANCE_MOST."""
    tone: int
    """-1 harm, 1 kindness, 0 neither."""


def interpret(temper: Temper, side: str, others: Mapping[str, Relationship], lived: Experience) -> Reading:
    """The experience as the agent, who is on `side` and stands to others as given, takes it."""
    doer = regard(temper.name, side, others, lived.source if lived.kind is Kind.LEARNED else lived.doer)
    to = regard(temper.name, side, others, lived.to)
    tone = -1 if lived.kindness <= HARM_FROM else 1 if lived.kindness >= KIND_FROM else 0
    importance = _importance(temper, others, lived, doer, to, tone)
    salt = crc32(f"{temper.name}\0{lived.step}\0{lived.text}".encode("utf-8", "replace"))
    words = {
        "me": temper.name,
        "doer": lived.doer,
        "to": lived.to,
        "deed": lived.deed,
        "side": _side_of(others, lived.doer),
        "body": lived.text.rstrip("."),
    }
    text = _judged(lived, doer, to, tone, importance, words, salt)
    aside = _aside(temper, lived, doer, to, tone, importance, salt)
    return Reading(f"{text} {aside}".rstrip(), importance, tone)


def _judged(
    lived: Experience, doer: Regard, to: Regard, tone: int, importance: int, words: Mapping[str, str], salt: int
) -> str:
    if lived.kind is Kind.LEARNED:
        said = phrases.HEARD.get(doer, ()) if lived.source != SEEN else ()
        return " ".join(filter(None, (lived.text, _chosen(said, words, salt))))
    if lived.kind is Kind.WORLD:
        ways = phrases.BEFELL.get(to, ()) if importance >= JUDGED_FROM * 2 else ()
    else:
        ways = _ways(lived.kind, doer, to, tone) if tone or importance >= JUDGED_FROM else ()
    judged = _chosen(ways, words, salt)
    return f"{judged}." if judged else lived.text


def _ways(kind: Kind, doer: Regard, to: Regard, tone: int) -> Sequence[str]:
    if tone:
        table = phrases.HARM if tone < 0 else phrases.KIND
    else:
        table = phrases.WORDS if kind is Kind.WORDS else phrases.DEEDS
    return table.get((doer, to)) or table.get((doer, None)) or ()


def _chosen(ways: Sequence[str], words: Mapping[str, str], salt: int) -> str:
    """One of the ways whose words are all there."""
    open_to_it = [way for way in ways if all(words[name] or f"{{{name}}}" not in way for name in words)]
    return open_to_it[salt % len(open_to_it)].format_map(words) if open_to_it else ""


def _aside(temper: Temper, lived: Experience, doer: Regard, to: Regard, tone: int, importance: int, salt: int) -> str:
    """What the strongest drive that has something to say to it adds, every other time."""
    if importance < ASIDE_FROM or doer is Regard.SELF or salt >> 8 & 1:
        return ""
    asides: phrases.Asides = {}
    if lived.kind is Kind.LEARNED:
        asides = phrases.LEARNING if lived.source != KNOWN else {}
    elif tone < 0:
        asides = phrases.HARM_SUFFERED if to is Regard.SELF else phrases.HARM_WITNESSED
    elif tone > 0:
        asides = phrases.KINDNESS_MET if to is Regard.SELF else phrases.KINDNESS_WITNESSED
    loud = [drive for drive in asides if temper.drives[drive] >= STRONG]
    if not loud:
        return ""
    said = asides[max(loud, key=lambda drive: (temper.drives[drive], drive))]
    return said[salt % len(said)]


def _importance(
    temper: Temper, others: Mapping[str, Relationship], lived: Experience, doer: Regard, to: Regard, tone: int
) -> int:
    """What it weighs: more what touches oneself or somebody one feels for, and what speaks to one's drives.

    Everything is counted in whole thousandths, so that it is the same on every machine.
    """
    weight = round(lived.importance * IMPORTANCE_MOST)
    weight = weight * (100 + _closeness(others, lived, doer, to, tone)) // 100
    drive = _spoken_to(lived.kind, to, tone)
    if drive is not None:
        weight = weight * (800 + 400 * temper.drives[drive] // 1000) // 1000
    return max(1, min(IMPORTANCE_MOST, weight))


def _closeness(others: Mapping[str, Relationship], lived: Experience, doer: Regard, to: Regard, tone: int) -> int:
    """In hundredths: what it adds that oneself, or somebody one feels for, is concerned."""
    if doer is Regard.SELF:
        return 0
    if to is Regard.SELF:
        # Harm weighs more than kindness, and most from somebody who was trusted.
        betrayed = 25 if tone < 0 and doer is Regard.DEAR else 0
        hurt = tone < 0 or lived.kind is Kind.WORLD
        return (50 if hurt else 30 if tone > 0 else 20) + betrayed
    if lived.kind is Kind.LEARNED:
        return 0
    felt = [abs(others[name].value) for name in (lived.doer, lived.to) if name in others]
    if to is Regard.DEAR and tone < 0:
        return 20 + max(felt) // 3
    return max(felt) // 3 if felt and max(felt) >= 10 else -25 if lived.doer else 0


def _spoken_to(kind: Kind, to: Regard, tone: int) -> Drive | None:
    if kind is Kind.LEARNED:
        return Drive.CURIOSITY
    if tone < 0:
        return Drive.SELF_PRESERVATION if to is Regard.SELF else Drive.COMPASSION
    return Drive.AFFECTION if tone > 0 else None


def _side_of(others: Mapping[str, Relationship], name: str) -> str:
    known = others.get(name)
    return known.side if known else ""
