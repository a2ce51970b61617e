"""Voices: how somebody speaks, by traits: how long, how plainly, with which turns of phrase."""

from collections.abc import Mapping
from functools import lru_cache

from msgspec import Struct

from fabula.agents.drives import Drive, drives
from fabula.agents.lexicon import stem
from fabula.agents.persona import Persona
from fabula.environments.dialogue.rhetoric.english import words_in
from fabula.environments.dialogue.rhetoric.grounds import lot


class Voice(Struct, frozen=True):
    """A manner of speaking; its words are in `words/voices.txt` under its name."""

    name: str
    contracts: bool
    """Says `don't`."""
    shortest: int
    """Sentences of a turn, as a rule."""
    longest: int


_VOICES = {
    voice.name: voice
    for voice in (
        Voice("curt", True, 1, 2),
        Voice("blunt", True, 2, 3),
        Voice("dry", False, 2, 3),
        Voice("warm", True, 2, 4),
        Voice("formal", False, 2, 4),
        Voice("ornate", False, 3, 5),
        Voice("plain", True, 2, 3),
    )
}
_TRAITS: Mapping[str, str] = {
    "curt": "brief curt grim gruff impatient laconic quick quiet reserved shy silent stern taciturn terse tired timid weary",
    "blunt": "angry aggressive brave bold blunt brash candid defiant direct fierce fiery frank hot-headed hot-tempered loud"
    " outspoken reckless rough scornful stubborn strong tough",
    "dry": "bitter calculating clever cunning cynical dry dry-humoured ironic jealous observant sarcastic sardonic sceptical sharp"
    " sharp-tongued shrewd skeptical sly watchful witty wry",
    "warm": "affectionate amiable caring cheerful compassionate devoted easy-going friendly gentle generous good-natured homesick"
    " hearty helpful hospitable kind loving maternal merry motherly patient protective sentimental sociable tender warm",
    "formal": "abstemious careful cautious correct courteous devout dignified disciplined dutiful exact fair fastidious formal"
    " honourable implacable meticulous methodical noble orderly pious polite precise principled proper proud reserved scrupulous",
    "ornate": "boastful charming dramatic dreamy eccentric eloquent extravagant flamboyant grand imaginative melancholy mystical"
    " poetic pompous romantic superstitious talkative theatrical vain wise",
}


@lru_cache(maxsize=256)
def voice_of(persona: Persona) -> Voice:
    """How the persona speaks: its first traits count most; where they say nothing, its drives and its name."""
    points = dict.fromkeys(_VOICES, 0)
    for at, trait in enumerate(persona.traits[:6]):
        for word in words_in(trait.name):
            for name, traits in _stems().items():
                if stem(word) in traits:
                    points[name] += 60 - 8 * at
    strong = drives(persona)
    points["warm"] += round(40 * max(0.0, strong[Drive.COMPASSION] + strong[Drive.AFFECTION] - 1.3))
    points["blunt"] += round(60 * max(0.0, strong[Drive.AGGRESSION] - 0.6))
    points["dry"] += round(60 * max(0.0, strong[Drive.CUNNING] - 0.7))
    points["formal"] += round(60 * max(0.0, strong[Drive.DUTY] - 0.75))
    if not any(points.values()):
        return _VOICES[sorted(_VOICES)[lot(persona.name, "voice") % len(_VOICES)]]
    return _VOICES[max(sorted(points), key=lambda name: points[name])]


@lru_cache(maxsize=1)
def _stems() -> Mapping[str, frozenset[str]]:
    return {name: frozenset(stem(word) for words in traits.split() for word in words_in(words)) for name, traits in _TRAITS.items()}
