"""Wrongs: what people know of wrongs that were done, and when those are settled. Whoever did one knows it too."""

import msgspec

from fabula.environments.world.hearsay import hear
from fabula.environments.world.state import Person, Wrong

WRONGS_MAX = 36
"""That somebody remembers: the settled go first, then the oldest."""


def learn(person: Person, wrong: Wrong, *, told_by: str = "") -> bool:
    """Let somebody know of a wrong; returns whether it was new to them. What one saw outweighs what one was told."""
    if knows(person, wrong):
        return False
    person.wrongs.append(msgspec.structs.replace(wrong, told_by=told_by))
    hear(person, sentence(wrong))
    if len(person.wrongs) > WRONGS_MAX:
        oldest = next((at for at, one in enumerate(person.wrongs) if one.settled), 0)
        del person.wrongs[oldest]
    return True


def knows(person: Person, wrong: Wrong) -> bool:
    """Whether somebody saw it, was told of it, or did it."""
    return any(is_same(one, wrong) for one in person.wrongs)


def is_same(one: Wrong, other: Wrong) -> bool:
    """Whether two people mean the same wrong."""
    return (one.by, one.to, one.what, one.tick) == (other.by, other.to, other.what, other.tick)


def sentence(wrong: Wrong) -> str:
    """The wrong as it is passed on."""
    return f"{wrong.by} was seen {wrong.what}"


def told_of(person: Person, news: str) -> Wrong | None:
    """The wrong that somebody passes on by that sentence, the latest."""
    return next((wrong for wrong in reversed(person.wrongs) if sentence(wrong) == news), None)


def unsettled(person: Person, *, by: str, to: str = "") -> list[Wrong]:
    """The wrongs of somebody that a person knows of and that were not made good."""
    return [one for one in person.wrongs if one.by == by and to in ("", one.to) and not one.settled]


def settle(person: Person, *, by: str, to: str) -> None:
    """Let somebody hold settled what one did to the other."""
    for wrong in unsettled(person, by=by, to=to):
        wrong.settled = True
