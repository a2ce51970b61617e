"""Guesses: what each drive answers to an open question in the question's own words, be it who, why or what to do."""

import re
from collections.abc import Mapping

from fabula.agents.drives import Drive
from fabula.environments.dialogue.rhetoric.english import gerund, is_past
from fabula.environments.dialogue.rhetoric.grounds import lot
from fabula.environments.dialogue.rhetoric.topic import Topic
from fabula.environments.dialogue.rhetoric.values import VALUES, answer
from fabula.environments.dialogue.rhetoric.wordfiles import words_of

PLANNED = frozenset(["what", "how"])
"""Questions, with `should`, whose answer is what to do."""


WHY: Mapping[Drive, str] = {
    Drive.SELF_PRESERVATION: "they are afraid of what comes otherwise",
    Drive.LOYALTY: "they stand by their own",
    Drive.AFFECTION: "there is somebody they do not want to lose",
    Drive.COMPASSION: "they do not want to hurt anybody",
    Drive.CURIOSITY: "nobody has ever asked them to stop and look",
    Drive.AMBITION: "there is something to be won by it",
    Drive.AGGRESSION: "nobody stands up and stops it",
    Drive.DUTY: "it is expected of them",
    Drive.GREED: "it pays",
    Drive.CUNNING: "it serves somebody who is not seen",
}
"""Why people do what they do, as one moved by a drive suspects: `because` …"""


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


def is_of_fact(topic: Topic) -> bool:
    """Whether it asks what happened: who did it, where it went."""
    if topic.ask in {"who", "whom"}:
        return not topic.one and is_past(topic.clause.partition(" ")[0])
    return topic.ask == "where" and not topic.one and re.search(r"\b(?:did|was|were)\b", topic.quoted) is not None


def is_of_a_plan(topic: Topic) -> bool:
    """Whether it asks what is to be done."""
    return topic.ask in PLANNED and bool(topic.one and topic.clause)


def _in_general(topic: Topic) -> bool:
    """Whether it asks for a sort of people, and not for one."""
    return topic.ask in {"who", "whom"} and not is_of_fact(topic)


def _of_people(clause: str) -> bool:
    return _PEOPLE.match(clause) is not None


def _said_of(subject: str, cause: str) -> str:
    if subject != "we":
        return cause
    return " ".join(_FIRST.get(word, word) for word in cause.split())


def answers(topic: Topic, drive: Drive) -> tuple[str, ...]:
    """What a drive answers to an open topic: a clause, and other words for it."""
    value, clause = VALUES[drive], topic.clause
    ought = bool(topic.one)
    if (guess := guess_of(topic, drive)) and not _in_general(topic):
        return _guessed(topic, guess)
    plain = answer(value, topic.ask, ought=ought)
    if not clause:
        return plain
    match topic.ask:
        case "who" | "whom" if ought:
            return f"whoever {value.who} should {clause}", f"it should be whoever {value.who}"
        case "who" | "whom":
            will = "will be" if clause.startswith("will ") else "is"
            return f"whoever {value.who} {clause}", f"it {will} whoever {value.who}"
        case "why" if not _of_people(clause):
            cause = _CAUSES[drive]
            return f"{clause} {cause}", f"it is so {cause}", f"it comes to be so {cause}"
        case "why":
            cause = _said_of(clause.split()[0], WHY[drive])
            return f"{clause} because {cause}", f"it is because {cause}"
        case "what" if ought:
            return (
                f"the thing to do about {clause} is to {_deed_of(topic, drive)}",
                f"we should {_deed_of(topic, drive)}",
                f"the thing is to {_deed_of(topic, drive)}",
            )
        case "how" if ought:
            return (
                f"the way to {clause} is to {_deed_of(topic, drive)}",
                f"we should {_deed_of(topic, drive)}",
                f"the thing is to {_deed_of(topic, drive)}",
            )
        case "what":
            return f"what {clause} is {value.what}", *plain
        case _:
            return plain


def plan_of(topic: Topic, drive: Drive) -> str:
    """What a drive would do where that is asked, as a thing: `finding out first where it comes from`."""
    verb, _, rest = _deed_of(topic, drive).partition(" ")
    return f"{gerund(verb)} {rest}" if topic.one else ""


def _deed_of(topic: Topic, drive: Drive) -> str:
    ways = words_of("guesses")[f"plan.{drive}"]
    return ways[lot(topic.quoted, drive) % len(ways)]


def guess_of(topic: Topic, drive: Drive) -> str:
    """What a drive suspects where a person, a place, one of several is asked for: `a hired hand`; empty elsewhere."""
    asked = "who" if topic.ask == "whom" else topic.ask
    asked = f"{asked}.ought" if topic.one else asked
    ways = words_of("guesses").get(f"{asked}.{drive}", ())
    return ways[lot(topic.quoted, drive) % len(ways)] if ways else ""


def _guessed(topic: Topic, guess: str) -> tuple[str, ...]:
    match topic.ask:
        case "where":
            found = "the place for it is" if topic.one else "the place to look is"
            return (f"{found} {guess}", f"it belongs {guess}") if topic.one else (f"{found} {guess}", f"it is {guess}")
        case "which" if topic.one:
            return f"it should be {guess}", f"I am for {guess}"
        case "which":
            return f"it is {guess}", f"I take it to be {guess}"
        case _:
            return f"it was {guess} who {topic.clause}", f"it was {guess}"
