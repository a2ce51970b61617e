"""Hearsay: what people know of one another's doings, a sentence each, and what one of them could tell another."""

from collections.abc import Collection, Iterable

from fabula.environments.world.state import HEARD_MAX, Person

FRESH = 8
"""Of what somebody heard, the latest so many are worth telling."""


def hear(person: Person, what: str) -> None:
    """Let somebody know a thing; what they heard longest ago is forgotten."""
    if what in person.heard:
        person.heard.remove(what)
    person.heard.append(what)
    del person.heard[:-HEARD_MAX]


def tellable(speaker: Person, hearer: Person, near: Collection[str]) -> list[str]:
    """What the speaker could tell the hearer that they do not know, the latest last: nothing about those who stand by,
    and nobody is told what they did themselves.
    """
    return [
        what
        for what in speaker.heard[-FRESH:]
        if what not in hearer.heard
        and not what.startswith(f"{hearer.name} ")
        and not any(name in what for name in near if name not in (speaker.name, hearer.name))
    ]


def news_about(speaker: Person, hearer: Person, about: str) -> str:
    """The latest that the speaker knows of somebody or something and the hearer does not; empty: nothing."""
    for what in reversed(speaker.heard):
        if about in what and what not in hearer.heard and not what.startswith(f"{hearer.name} "):
            return what
    return ""


def subject(what: str, names: Iterable[str]) -> str:
    """Whom a sentence is about: who stands first in it; empty: nobody."""
    found = [(what.index(name), -len(name), name) for name in names if name in what]
    return min(found)[2] if found else ""
