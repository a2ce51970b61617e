"""Telling: what a speaker brings of its own life and work into an argument."""

import re

from fabula.environments.dialogue.rhetoric.composing import Turn
from fabula.environments.dialogue.rhetoric.english import is_gerund, is_past, is_plural, lower_first, words_in
from fabula.environments.dialogue.rhetoric.grounds import Ground, grounds_of_craft
from fabula.environments.dialogue.rhetoric.life import Fact, Source
from fabula.environments.dialogue.rhetoric.reading import COMMON

TOLD_MAX = 2
"""Stories of one's own in one dialogue; who tells more is a bore."""
TAUGHT_MAX = 1
"""Sayings in one dialogue."""
TELLING_LETTERS = 4
"""Longer words are taken for such as tell what is spoken of."""
ASIDES_MAX = 1
"""Of what has nothing to do with the matter but who one is."""


def tell(turn: Turn, ground: Ground | None) -> bool:
    """A short thing of one's own that speaks to the ground."""
    told = [fact for fact in turn.matter.life.facts if was_told(turn, fact.text)]
    if len(told) >= TOLD_MAX or ground is None:
        return False
    fitting = [fact for fact in turn.matter.life.facts if fact not in told and ground in fact.grounds]
    if not fitting:
        return False
    slots = {"fact": inside(turn, turn.stream.choice(fitting).text)}
    return turn.say("shared", f"{ground}.tale", slots, why="something from its life")


def tell_of_oneself(turn: Turn) -> bool:
    """A habit or trait, for its own sake."""
    matter = turn.matter
    told = [fact for fact in matter.life.facts if was_told(turn, fact.text)]
    # What it says of itself must take up a word of what is spoken of.
    near = [each.line.text for each in matter.heard[-1:]] + [matter.outlook.topic, *turn.parts]
    at_hand = {word for text in near for word in words_in(text) if len(word) > TELLING_LETTERS} - COMMON
    left = [
        fact
        for fact in matter.life.facts
        if fact not in told
        and fact.source is not Source.HISTORY
        and is_way(fact)
        and at_hand.intersection(words_in(fact.text))
    ]
    if not left or len([fact for fact in told if not fact.grounds]) >= ASIDES_MAX:
        return False
    return _say(turn, turn.stream.choice(left), "way.lead")


def teach(turn: Turn, ground: Ground) -> bool:
    """A saying on the ground; as what one's work teaches, where it is work that teaches such things."""
    lesson = turn.fresh_words("shared", f"{ground}.lesson")
    said = sum(each.did("craft.line", "lesson") for each in turn.matter.mine)
    if not lesson or said >= TAUGHT_MAX or turn.is_worn(lesson):
        return False
    crafts = [
        craft for craft in turn.matter.life.crafts if ground in grounds_of_craft(craft) and not was_told(turn, craft)
    ]
    if not crafts:
        return turn.say_given(lesson, why=f"a saying about {ground}")
    slots = {"craft": _worked_at(turn.stream.choice(crafts)), "lesson": lesson}
    return turn.say("moves", "craft.line", slots, why=f"what work teaches about {ground}")


def _worked_at(craft: str) -> str:
    """As one learns from it: `my work with mules`, `navigation`, `reading water`."""
    return f"my work with {craft}" if is_plural(craft) and not is_gerund(craft.split(maxsplit=1)[0]) else craft


def is_way(fact: Fact) -> bool:
    """Whether it says how somebody is, and not what happened once."""
    words = words_in(fact.text)
    return (
        fact.source is not Source.HISTORY
        and words[:1] == ["i"]
        and not is_past(words[1])
        and words[1] not in {"was", "had", "did", "once"}
    )


def was_told(turn: Turn, text: str) -> bool:
    """Whether the speaker said these words before."""
    words = " ".join(words_in(text))
    mine = [each.line.text for each in turn.matter.mine] + turn.parts
    return any(words in " ".join(words_in(said)) for said in mine)


def _say(turn: Turn, fact: Fact, lead: str) -> bool:
    return turn.say("moves", lead, {"fact": inside(turn, fact.text)}, why="something from its life")


def inside(turn: Turn, text: str) -> str:
    """A sentence of the sheet as it goes on inside another."""
    if re.match(r"[A-Z][\w'’-]* [A-Z]", text) and not text.startswith(
        ("I ", "The ", "A ", "An ", "My ", "When ", "In ")
    ):
        return text  # Two capitals in a row are a name.
    return lower_first(text, turn.matter.proper)


def tell_want(turn: Turn) -> bool:
    """What it wants most."""
    want = turn.matter.life.want
    if want and not was_told(turn, want):
        return turn.say("talk", "care.tell", {"want_clause": f"I want {want}"}, why="says what it wants")
    return turn.say("talk", "care.none", why="keeps to itself what it wants")


def tell_skills(turn: Turn) -> bool:
    """What it knows best."""
    crafts = [craft for craft in turn.matter.life.crafts if not was_told(turn, craft)][:2]
    return bool(crafts) and turn.say("talk", "know.tell", {"skills": " and ".join(crafts)}, why="says what it knows")


def tell_tie(turn: Turn, who: str = "") -> bool:
    """Somebody it knows."""
    ties = [
        told
        for name, told in turn.matter.life.ties
        if (who or name) == name and name not in turn.matter.names and not was_told(turn, told)
    ]
    return bool(ties) and turn.say("talk", "tie.tell", {"tie": turn.stream.choice(ties)}, why="speaks of somebody")
