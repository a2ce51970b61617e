"""The drives: ten numbers in which every persona, whatever words it uses, can be compared, and by which rules decide.

A drive begins at NEUTRAL. What a persona's weights say of it takes its place: `Loyalty: 8` makes loyalty 0.8,
`Courage: 8` makes self-preservation 0.2, and two that lean towards the same drive share it. Then each trait's words
move it, those of the note less than the name, all together by SHIFT_MAX at most, so that what a sheet weighs
outspeaks what it only describes. Words that the lexicon does not have do nothing.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from fabula.agents.lexicon import PHRASE_WORDS_MAX, TRAITS, WEIGHED, Drive, Leaning, stem
from fabula.agents.persona import Persona
from fabula.agents.plain import key

__all__ = ["NEUTRAL", "NOTE_FORCE", "SHIFT_MAX", "Drive", "drives", "leanings"]

NEUTRAL = 0.5
SHIFT_MAX = 0.35
"""How far all traits together move one drive."""
NOTE_FORCE = 0.3
"""What a word in a trait's note counts against one in its name."""
_WORDS_MAX = 60
"""Of a trait's name or note; the others say nothing more."""
_NEGATION_REACH_WORDS = 2

_NEGATIONS = frozenset(["hardly", "lacks", "never", "no", "nor", "not", "rarely", "seldom", "t", "without"])
"""The `t` is what is left of `isn't`."""
_LINKS = frozenset("a an by for from her his in its my of one one's s the their to with".split())
_WORD = re.compile(r"[^\W\d_]+")


def drives(persona: Persona) -> dict[Drive, float]:
    """How strong each drive is in this persona, 0.0 to 1.0, to four decimals."""
    base, shift = _weighed(persona), _shifted(persona)
    return {drive: round(min(max(base[drive] + shift[drive], 0.0), 1.0), 4) for drive in Drive}


@lru_cache(maxsize=4096)
def leanings(weight_name: str) -> Leaning:
    """What a weight of this name is about: 1.0 is the drive itself, -1.0 its opposite; empty for unknown words."""
    words = [stem(word) for word in key(weight_name).split() if word not in _LINKS]
    known = [WEIGHED[phrase] for _, phrase in _phrases(words, WEIGHED)]
    # `Stubbornness: 8`: a trait can be weighed too, and is then wholly about what it moves most.
    known = known or [_scaled(TRAITS[phrase]) for _, phrase in _phrases(words, TRAITS)]
    about = {drive: sum(leaning.get(drive, 0.0) for leaning in known) / len(known) for drive in Drive if known}
    return MappingProxyType({drive: by for drive, by in about.items() if by})


def _weighed(persona: Persona) -> dict[Drive, float]:
    """The drives by the weights alone: the mean of what leans towards each, and NEUTRAL for what that leaves open."""
    said, force = dict.fromkeys(Drive, 0.0), dict.fromkeys(Drive, 0.0)
    for weight in persona.weights:
        if weight.value is not None:
            for drive, by in leanings(weight.name).items():
                said[drive] += abs(by) * (weight.value if by > 0 else 1 - weight.value)
                force[drive] += abs(by)
    return {drive: (said[drive] + NEUTRAL * max(1 - force[drive], 0.0)) / max(force[drive], 1.0) for drive in Drive}


def _shifted(persona: Persona) -> dict[Drive, float]:
    """How far the traits move each drive."""
    shift = dict.fromkeys(Drive, 0.0)
    for trait in persona.traits:
        for text, force in ((trait.name, 1.0), (trait.note, NOTE_FORCE)):
            for leaning, sign in _told(text):
                for drive, by in leaning.items():
                    shift[drive] += force * sign * by
    return {drive: min(max(by, -SHIFT_MAX), SHIFT_MAX) for drive, by in shift.items()}


def _told(text: str) -> Iterator[tuple[Leaning, int]]:
    """What the words of a trait say, and the sign of it: -1 after a negation."""
    words = _WORD.findall(text.casefold())[:_WORDS_MAX]
    for index, phrase in _phrases([stem(word) for word in words], TRAITS):
        before = words[max(index - _NEGATION_REACH_WORDS, 0) : index]
        yield TRAITS[phrase], -1 if _NEGATIONS.intersection(before) else 1


def _phrases(words: Sequence[str], table: Mapping[str, Leaning]) -> Iterator[tuple[int, str]]:
    """The phrases of `table` among `words`, the longest first at each place, with where they begin."""
    index = 0
    while index < len(words):
        ends = range(min(index + PHRASE_WORDS_MAX, len(words)), index, -1)
        end = next((end for end in ends if " ".join(words[index:end]) in table), None)
        if end is not None:
            yield index, " ".join(words[index:end])
        index = end or index + 1


def _scaled(leaning: Leaning) -> Leaning:
    most = max(map(abs, leaning.values()), default=1.0)
    return {drive: by / most for drive, by in leaning.items()}
