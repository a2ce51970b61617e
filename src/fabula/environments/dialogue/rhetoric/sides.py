"""Sides: which one somebody takes, or what they answer to an open question, by what they said."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from fabula.agents.drives import Drive
from fabula.environments.dialogue.rhetoric.english import sentences, words_in
from fabula.environments.dialogue.rhetoric.grounds import Ground, lot
from fabula.environments.dialogue.rhetoric.guesses import answers
from fabula.environments.dialogue.rhetoric.marks import known_of, template_of
from fabula.environments.dialogue.rhetoric.reading import Heard
from fabula.environments.dialogue.rhetoric.topic import Kind, Topic
from fabula.environments.dialogue.rhetoric.values import VALUES
from fabula.environments.dialogue.rhetoric.wordfiles import words_of

STATING = ("open.", "sum.", "theme.raise", "chat.opinion")
"""The rules by which somebody says what they think."""

DISPOSED_FROM = 0.9
"""So far must drives lean to change or against it to outweigh the wish that two should differ."""
CONCEDING = ("shared", "fact", "plan")
"""The books in which one gives way on a ground."""
_QUOTED = re.compile("“[^”]*”")
_NEGATIONS = frozenset("against doubt hate instead never no nor not stop without worse".split())
_MODALS = frozenset(["ought", "should", "would", "leaving", "letting", "having"])


def leaning(topic: Topic, text: str) -> int:
    """Which side words of somebody's own take: 1, -1, or 0 where they do not show it."""
    words = words_in(text)
    sign = -1 if _NEGATIONS.intersection(words) else 1
    if topic.kind is Kind.ACTION:
        forms = {word for phrase in (topic.view, topic.one) for word in words_in(phrase) if len(word) > 4}
        stems = {form[:5] for form in forms - set(words_in(topic.thing)) - _MODALS}
        return sign if any(word[:5] in stems for word in words) and not text.rstrip().endswith("?") else 0
    if topic.kind is Kind.CHOICE:
        one, other = (set(words_in(each)) for each in (topic.one, topic.other))
        first, second = bool(words and (one - other).intersection(words)), bool((other - one).intersection(words))
        return 0 if first == second else sign if first else -sign
    return 0


def named_side(topic: Topic, sentence: str) -> int:
    """Which view of the topic a sentence names first: 1, -1, or 0 where it names neither. Quoting is not holding."""
    text = " ".join(words_in(_QUOTED.sub(" ", sentence)))
    yes, no = (text.find(" ".join(words_in(view))) for view in (topic.view, topic.nay))
    if yes < 0 and no < 0:
        return 0
    return 1 if no < 0 or 0 <= yes < no else -1


def short_side(topic: Topic, sentence: str) -> int:
    """Which view a sentence of rules' states in short, `we should not`: 1, -1, or 0 where it states neither."""
    text = f" {' '.join(words_in(_QUOTED.sub(' ', sentence)))} "
    found = [
        (text.find(f" {' '.join(words_in(way))} "), -len(way), side)
        for side, ways in zip((1, -1), topic.ways, strict=True)
        for way in ways
    ]
    # Where one begins as another does, the longer is meant: `we should not`.
    return min(((at, length, side) for at, length, side in found if at >= 0), default=(0, 0, 0))[2]


def side_in(topic: Topic, said: Heard) -> int:
    """Which side a turn takes by its own words: 1, -1, or 0 where it does not show, and of an open question."""
    if topic.kind is Kind.OPEN or not topic.view:
        return 0
    stated = [
        each for each in sentences(said.line.text) if any(known.rule.startswith(STATING) for known in known_of(each))
    ]
    for sentence in stated or sentences(said.line.text) * said.foreign:
        if side := named_side(topic, sentence) or (bool(stated) and short_side(topic, sentence)):
            return side
    for known in said.known if topic.kind is Kind.ACTION else ():
        if known.side and known.part in {"reason", "counter", "defend", "answer", "question"}:
            return of_action(topic, 1 if known.side == "for" else -1)
    return leaning(topic, said.line.text) if said.foreign and not said.agrees else 0


def of_action(topic: Topic, side: int) -> int:
    """Words `for` are for a change: of a topic that would keep things, that is its contrary."""
    return -side if topic.keeps else side


def drawn_side(topic: Topic, drives: Mapping[Drive, float], me: str, names: Sequence[str]) -> int:
    """By disposition where it is strong, else so that whoever speaks is parted into two."""
    if topic.kind is Kind.ACTION:
        lean = sum(drives[each] for each in (Drive.CURIOSITY, Drive.AMBITION, Drive.AGGRESSION))
        lean -= sum(drives[each] for each in (Drive.SELF_PRESERVATION, Drive.LOYALTY, Drive.DUTY))
        if abs(lean) >= DISPOSED_FROM:
            return of_action(topic, 1 if lean > 0 else -1)
    order = sorted((me, *names), key=lambda name: (lot(name, topic.view), name))
    return 1 if order.index(me) % 2 == 0 else -1


def argued_side(topic: Topic, turns: Sequence[Heard]) -> int:
    """Which side somebody has argued most, by the templates that speak for their view or against the other."""
    sides = 0
    for sentence in (sentence for each in turns if each.known for sentence in sentences(each.line.text)):
        template, text = template_of(sentence), " ".join(words_in(sentence))
        for mine, theirs, yes, no in (
            ("{view", "{nay", topic.view, topic.nay),
            ("{mine", "{theirs", topic.one, topic.other),
        ):
            said = [bool(words) and " ".join(words_in(words)) in text for words in (yes, no)]
            if (mine in template) != (theirs in template) and said[0] != said[1]:
                sides += 1 if said[0] == (mine in template) else -1
    return (sides > 0) - (sides < 0)


def valued(topic: Topic, turns: Sequence[Heard]) -> Drive | None:
    """What somebody answers to an open question: what they said they hold, else what they argued for; None where that
    is not known.
    """
    said = [(each, sentence) for each in turns for sentence in sentences(each.line.text)]
    for states in (_states, _argues):
        for each, sentence in said:
            if states(sentence, foreign=each.foreign) and (named := _drive_in(topic, sentence)) is not None:
                return named
    return None


def gave_way(said: Heard, ground: Ground) -> bool:
    """Whether a turn gave way on a ground for sure: the ground's name alone is in the words that do so too."""
    ways = [way for book in CONCEDING for way in words_of(book).get(f"{ground}.concede", ())]
    return any(template_of(sentence) in ways for sentence in sentences(said.line.text))


def _drive_in(topic: Topic, sentence: str) -> Drive | None:
    """The drive whose answer a sentence names first."""
    text = " ".join(words_in(sentence))
    places = {drive: at for drive, ways in _answers(topic).items() if (at := _place(text, ways)) >= 0}
    return min(places, key=lambda drive: places[drive], default=None)


@lru_cache(maxsize=64)
def _answers(topic: Topic) -> Mapping[Drive, tuple[str, ...]]:
    """What each drive answers, as words are compared."""
    return {
        drive: tuple(
            " ".join(words_in(words))
            for words in (VALUES[drive].what, VALUES[drive].doing, VALUES[drive].who, *answers(topic, drive))
        )
        for drive in Drive
    }


def _states(sentence: str, *, foreign: bool) -> bool:
    """Whether somebody says there what they think: in words of their own, or by a rule that does."""
    return foreign or any(known.rule.startswith(STATING) for known in known_of(sentence))


def _argues(sentence: str, *, foreign: bool) -> bool:
    """Whether a sentence of rules' argues for the speaker's own view and does not name the other."""
    template = "" if foreign else template_of(sentence)
    return "{view" in template and "{nay" not in template


def _place(text: str, ways: Sequence[str]) -> int:
    """Where the first of several wordings stands in a text; -1 where none does."""
    return min((at for words in ways if (at := text.find(words)) >= 0), default=-1)
