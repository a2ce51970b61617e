"""Filling: what templates say of the matter - the topic, the side taken, who speaks - before it is put in short."""

from fabula.environments.dialogue.rhetoric.guesses import guess_of, plan_of
from fabula.environments.dialogue.rhetoric.matter import Matter
from fabula.environments.dialogue.rhetoric.topic import Kind

_COUNTS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def slots_of(matter: Matter) -> dict[str, str]:
    """What templates are filled with that follow from the topic and the side taken, in full."""
    topic = matter.topic
    mine, theirs = (topic.one, topic.other) if matter.side > 0 else (topic.other, topic.one)
    change, rest = (topic.other, topic.one) if topic.keeps else (topic.one, topic.other)
    is_open = topic.kind is Kind.OPEN
    # Where words were cut off, or nothing was asked, people do not say the topic over.
    asked = topic.quoted.endswith("?”") and "…" not in topic.quoted
    return {
        "thing": topic.thing,
        "clause": topic.clause,
        "view": matter.view,
        "nay": matter.nay,
        "mine": mine,
        "theirs": theirs,
        "guess": guess_of(topic, matter.value) if is_open else "",
        "plan": plan_of(topic, matter.value) if is_open else "",
        "doing": change,
        "leaving": rest,
        "topic_asked": topic.quoted if asked else "",
        "topic_quoted_or_thing": topic.quoted or topic.thing,
        "me": matter.me,
        "work": matter.life.work,
        "origin": matter.life.origin,
        "want": matter.life.want,
        "count": str(matter.seats) if matter.seats > 9 else _COUNTS[matter.seats],
    }
