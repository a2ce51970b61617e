"""Guesses: what each drive answers to an open question in the question's own words, be it who, why or what to do."""

import re
from collections.abc import Mapping

from msgspec import Struct

from fabula.agents.drives import Drive
from fabula.environments.dialogue.rhetoric.english import is_past
from fabula.environments.dialogue.rhetoric.topic import Topic
from fabula.environments.dialogue.rhetoric.values import VALUES, answer


class Guess(Struct, frozen=True):
    """What somebody moved by a drive suspects first."""

    who: str
    """`it was` …"""
    why: str
    """`because` …"""
    what: str
    """`we should` …"""


GUESSES: Mapping[Drive, Guess] = {
    Drive.SELF_PRESERVATION: Guess(
        "somebody who was afraid", "they are afraid of what comes otherwise", "see first that nobody comes to harm"
    ),
    Drive.LOYALTY: Guess(
        "somebody who did it for their own", "they stand by their own", "ask our own people before any stranger"
    ),
    Drive.AFFECTION: Guess(
        "somebody who stood close by",
        "there is somebody they do not want to lose",
        "look first after those who suffer by it",
    ),
    Drive.COMPASSION: Guess(
        "somebody who thought it the lesser evil",
        "they do not want to hurt anybody",
        "do it with as little harm as can be",
    ),
    Drive.CURIOSITY: Guess(
        "somebody whom nobody thought of asking",
        "nobody has ever asked them to stop and look",
        "find out first where it comes from",
    ),
    Drive.AMBITION: Guess(
        "somebody who meant to rise by it", "there is something to be won by it", "do the whole of it at once"
    ),
    Drive.AGGRESSION: Guess(
        "somebody who was angry", "nobody stands up and stops it", "go at it tonight, with everyone who can stand"
    ),
    Drive.DUTY: Guess(
        "somebody who was told to", "it is expected of them", "give it to one person who answers for it by name"
    ),
    Drive.GREED: Guess("somebody who gained by it", "it pays", "reckon first what it costs us and what it saves"),
    Drive.CUNNING: Guess(
        "somebody who looks the least like it",
        "it serves somebody who is not seen",
        "watch quietly until we know the ways of it",
    ),
}


_PLAIN, _MEANT = "by a plain cause that nobody has looked for", "because it was meant so"
_NEED, _CHANCE = "because it could not well be otherwise", "by chance, and might as well not"
_CAUSES: Mapping[Drive, str] = {
    Drive.SELF_PRESERVATION: _NEED,
    Drive.LOYALTY: _MEANT,
    Drive.AFFECTION: _MEANT,
    Drive.COMPASSION: _NEED,
    Drive.CURIOSITY: _PLAIN,
    Drive.AMBITION: _CHANCE,
    Drive.AGGRESSION: _CHANCE,
    Drive.DUTY: _MEANT,
    Drive.GREED: _PLAIN,
    Drive.CUNNING: _PLAIN,
}
"""Why something is so that has no wishes of its own."""
_PEOPLE = re.compile(r"(?:people|we|they|men|women|one|everybody|everyone|children|(?:the )?\w+(?:ers|ors|ists|men))\b")
_FIRST = {"they": "we", "them": "us", "their": "our"}


def _of_people(clause: str) -> bool:
    return _PEOPLE.match(clause) is not None


def _said_of(subject: str, cause: str) -> str:
    if subject != "we":
        return cause
    return " ".join(_FIRST.get(word, word) for word in cause.split())


def answers(topic: Topic, drive: Drive) -> tuple[str, ...]:
    """What a drive answers to an open topic: a clause, and other words for it."""
    guess, value, clause = GUESSES[drive], VALUES[drive], topic.clause
    ought = bool(topic.one)
    plain = answer(value, topic.ask, ought=ought)
    if not clause:
        return plain
    match topic.ask:
        case "who" | "whom" if ought:
            return f"whoever {value.who} should {clause}", *plain
        case "who" | "whom":
            was = "was" if is_past(clause.split()[0]) else "is"
            return f"it {was} {guess.who} who {clause}", f"it {was} {guess.who}", f"one has to look for {guess.who}"
        case "why" if not _of_people(clause):
            cause = _CAUSES[drive]
            return f"{clause} {cause}", f"it is so {cause}", f"it comes to be so {cause}"
        case "why":
            cause = _said_of(clause.split()[0], guess.why)
            return f"{clause} because {cause}", f"it is because {cause}"
        case "what" if ought:
            return (
                f"as for {clause}, we should {guess.what}",
                f"we should {guess.what}",
                f"the thing is to {guess.what}",
            )
        case "how" if ought:
            return f"to {clause}, we should {guess.what}", f"we should {guess.what}", f"the thing is to {guess.what}"
        case "what":
            return f"what {clause} is {value.what}", *plain
        case _:
            return plain
