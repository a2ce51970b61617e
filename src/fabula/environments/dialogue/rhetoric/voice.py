"""Voices: how somebody speaks, by traits: how long, how plainly, with which turns of phrase."""

from collections.abc import Mapping
from functools import cache, lru_cache

from msgspec import Struct

from fabula.agents.drives import Drive, drives
from fabula.agents.lexicon import stem
from fabula.agents.persona import Persona
from fabula.environments.dialogue.rhetoric.english import words_in
from fabula.environments.dialogue.rhetoric.grounds import lot
from fabula.environments.dialogue.rhetoric.wordfiles import words_of


class Voice(Struct, frozen=True):
    """A manner of speaking; its words are in `words/voices.txt` under its name."""

    name: str
    contracts: bool
    """Says `don't`."""
    lengths: tuple[int, int, int, int]
    """How often, beside one another, a turn is of one, two, three, four sentences."""


_VOICES = {
    voice.name: voice
    for voice in (
        Voice("curt", True, (5, 4, 1, 0)),
        Voice("blunt", True, (4, 5, 3, 0)),
        Voice("dry", False, (3, 5, 3, 0)),
        Voice("warm", True, (3, 4, 4, 1)),
        Voice("formal", False, (2, 4, 4, 1)),
        Voice("ornate", False, (2, 3, 4, 2)),
        Voice("plain", True, (4, 5, 3, 0)),
    )
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


@cache
def _stems() -> Mapping[str, frozenset[str]]:
    """Voice -> the traits that make it; each word stands for all its forms."""
    return {
        name: frozenset(stem(word) for line in lines for word in words_in(line))
        for name, lines in words_of("traits").items()
    }
