"""Sides: which one somebody takes, by words of their own."""

from fabula.environments.dialogue.rhetoric.english import words_in
from fabula.environments.dialogue.rhetoric.topic import Kind, Topic

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
