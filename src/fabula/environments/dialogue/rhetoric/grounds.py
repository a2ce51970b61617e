"""The grounds of argument: what can be said for and against nearly anything, and by which words one knows them."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from hashlib import blake2b

from fabula.agents.drives import NEUTRAL, Drive
from fabula.environments.dialogue.rhetoric.english import words_in
from fabula.environments.dialogue.rhetoric.wordfiles import words_of


class Ground(StrEnum):
    """On what an argument stands."""

    COST = "cost"
    RISK = "risk"
    HABIT = "habit"
    FAIRNESS = "fairness"
    ABSENT = "absent"
    """Those who are not in the room."""
    TIME = "time"
    USE = "use"
    BEAUTY = "beauty"
    CHILDREN = "children"
    PRECEDENT = "precedent"
    PROOF = "proof"
    TRUST = "trust"


NEAR: Mapping[Ground, Mapping[Drive, float]] = {
    Ground.COST: {Drive.GREED: 0.8, Drive.CUNNING: 0.4, Drive.DUTY: 0.2},
    Ground.RISK: {Drive.SELF_PRESERVATION: 1.0, Drive.AGGRESSION: -0.4},
    Ground.HABIT: {Drive.LOYALTY: 0.7, Drive.DUTY: 0.2, Drive.CURIOSITY: -0.4},
    Ground.FAIRNESS: {Drive.COMPASSION: 0.5, Drive.DUTY: 0.5},
    Ground.ABSENT: {Drive.COMPASSION: 0.8, Drive.AFFECTION: 0.2},
    Ground.TIME: {Drive.SELF_PRESERVATION: 0.3, Drive.AMBITION: -0.4, Drive.CUNNING: 0.3},
    Ground.USE: {Drive.GREED: 0.4, Drive.DUTY: 0.3, Drive.CURIOSITY: -0.2},
    Ground.BEAUTY: {Drive.AFFECTION: 0.4, Drive.CURIOSITY: 0.3, Drive.GREED: -0.3},
    Ground.CHILDREN: {Drive.AFFECTION: 0.8, Drive.COMPASSION: 0.2},
    Ground.PRECEDENT: {Drive.DUTY: 0.5, Drive.CUNNING: 0.4},
    Ground.PROOF: {Drive.CURIOSITY: 0.8, Drive.CUNNING: 0.3, Drive.LOYALTY: -0.2},
    Ground.TRUST: {Drive.LOYALTY: 0.4, Drive.CUNNING: 0.4, Drive.AGGRESSION: 0.2},
}
"""Which drives make somebody care for a ground."""


def grounds_of_life(text: str) -> list[Ground]:
    """The grounds that a sentence of somebody's life speaks to; words that say little elsewhere say much there."""
    words = frozenset(words_in(text))
    return [ground for ground in Ground if words & _words(f"life.{ground}")]


def grounds_of_craft(craft: str) -> list[Ground]:
    """The grounds on which somebody who knows a craft has something to say."""
    words = frozenset(words_in(craft))
    return [ground for ground in Ground if words & _words(f"craft.{ground}")]


@cache
def _words(rule: str) -> frozenset[str]:
    return frozenset(" ".join(words_of("grounds").get(rule, ())).split())


@cache
def _known() -> Mapping[str, tuple[Ground, ...]]:
    known: dict[str, tuple[Ground, ...]] = {}
    for ground in Ground:
        for word in sorted(_words(ground)):
            known[word] = (*known.get(word, ()), ground)
    return known


def grounds_in(text: str) -> list[Ground]:
    """The grounds that words of the text belong to, the one with most of them first; empty where there are none."""
    counts = dict.fromkeys(Ground, 0)
    for word in words_in(text):
        for ground in _known().get(word, ()):
            counts[ground] += 1
    return sorted((ground for ground in Ground if counts[ground]), key=lambda ground: -counts[ground])


def lot(*parts: str) -> int:
    """A number from 0 to 99 that belongs to these words for ever, whatever the seed."""
    return int.from_bytes(blake2b("\x1f".join(parts).encode(), digest_size=4).digest(), "big") % 100


def care(ground: Ground, drives: Mapping[Drive, float], name: str, topic: str) -> int:
    """How much somebody cares for a ground in a topic, in hundredths; about -80 to 80."""
    near = sum(by * (drives[drive] - NEUTRAL) for drive, by in NEAR[ground].items())
    return round(100 * near) + (lot(name, topic, ground) - 50) // 2
