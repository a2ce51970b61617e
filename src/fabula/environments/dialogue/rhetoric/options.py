"""Options: what can be voted for, where it has names, as the topic that its speakers argue about."""

from collections.abc import Sequence

from msgspec import Struct

from fabula.environments.dialogue.rhetoric.choices import as_noun, choice
from fabula.environments.dialogue.rhetoric.english import sentences, words_in
from fabula.environments.dialogue.rhetoric.grounds import lot
from fabula.environments.dialogue.rhetoric.marks import template_of
from fabula.environments.dialogue.rhetoric.reading import Heard
from fabula.environments.dialogue.rhetoric.topic import Topic

STEM_LETTERS = 4
_LITTLE = frozenset(
    "a an and as at be but by do for from have if in is it its not of on or our should so that the them then they this "
    "to we what who will with".split()
)
"""Words that stand in any option."""
YES = frozenset("for yes aye agree accept approve in favour pro".split())
NO = frozenset("against no nay oppose reject contra".split())


class Named(Struct, frozen=True):
    """An option, and what it is called in a sentence."""

    option: str
    noun: str


def telling(text: str) -> set[str]:
    """The beginnings of words that tell one thing from another: `open` and `opening` are one, `the` is none."""
    return {word[:STEM_LETTERS] for word in words_in(text) if word not in _LITTLE}


def sides_of(topic: Topic, option: str, options: Sequence[str]) -> int:
    """How much more an option names the one side of a topic than the other; 0 where it names neither."""
    own = telling(topic.one)
    # `not opening it` names nothing of its own.
    other = telling(topic.other) - own
    shared = set[str].intersection(*map(telling, options))
    named = telling(option) - shared
    return len(named & own) - len(named & other)


def named_options(topic: Topic, options: Sequence[str]) -> tuple[Named, ...]:
    """The options that a topic's own sides do not speak for; empty where yes and no, or its sides, are all there is."""
    if len(options) < 2 or any(set(words_in(option)) <= YES | NO for option in options):
        return ()
    sides = [sides_of(topic, option, options) for option in options] if topic.one else []
    if len(options) == 2 and sides and min(sides) < 0 < max(sides):
        return ()
    return tuple(Named(option, as_noun(option) or option) for option in options)


def option_in(turns: Sequence[Heard], options: Sequence[Named], stating: tuple[str, ...]) -> Named | None:
    """The option that somebody spoke for first; None where they named none."""
    for each in turns:
        for sentence in sentences(each.line.text):
            states = any(known.rule.startswith(stating) for known in each.known)
            if (each.foreign or states) and (found := _first_in(sentence, options)):
                return found
    for each in turns:
        for sentence in sentences(each.line.text):
            template = template_of(sentence)
            if "{mine" in template and "{theirs" not in template and (found := _first_in(sentence, options)):
                return found
    return None


def _first_in(sentence: str, options: Sequence[Named]) -> Named | None:
    text = " ".join(words_in(sentence))
    places = []
    for named in options:
        at = [text.find(" ".join(words_in(words))) for words in (named.noun, named.option)]
        if found := [place for place in at if place >= 0]:
            places.append((min(found), named))
    return min(places, key=lambda each: each[0])[1] if places else None


def preferred(
    topic: Topic, options: Sequence[Named], *, name: str, stance: int, said: str, taken: Sequence[Named]
) -> Named:
    """The option somebody speaks for who has not spoken: by stance, by what it came to say, else one that is free."""
    words = [each.option for each in options]
    sides = {named: sides_of(topic, named.option, words) * stance for named in options} if topic.one else {}
    if stance and any(sides.values()):
        return max(options, key=lambda named: sides[named])
    shared = set[str].intersection(*map(telling, words))
    points = {named: len((telling(named.option) - shared) & telling(said)) for named in options}
    if any(points.values()):
        return max(options, key=lambda named: points[named])
    free = [named for named in options if named not in taken] or list(options)
    if stance:
        return free[0] if stance > 0 else free[-1]
    return max(free, key=lambda named: lot(name, named.option))


def between(topic: Topic, mine: Named, other: Named) -> Topic:
    """The topic as a choice between one's own option and another."""
    thing = topic.thing or "the choice"
    return choice(thing, mine.noun, other.noun, topic.quoted)
