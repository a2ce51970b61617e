"""Hearsay: what people know of one another's doings, a sentence each, and what one of them could tell another."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from fabula.environments.world.state import HEARD_MAX, Person

FRESH = 8
"""Of what somebody heard, the latest so many are worth telling."""
_TAKEN, _THINKS = " was taken from ", " thinks of "


class Suspicion(NamedTuple):
    """What somebody thinks another took from them."""

    what: str
    """As it follows `for`: `taking 3 bread from the bakery`."""
    owner: str
    suspect: str


def loss(goods: str, from_: str, owner: str, suspect: str) -> str:
    """The sentence that goes round of what is gone: goods as `3 bread`; suspect: empty where there is none."""
    gone = f"{goods}{_TAKEN}{from_}"
    return f"{gone}, and {owner}{_THINKS}{suspect}" if suspect else gone


def suspicions(heard: Iterable[str]) -> list[Suspicion]:
    """Of what somebody heard, who is thought to have taken what, the latest last."""
    found = []
    for what in heard:
        goods, taken, rest = what.partition(_TAKEN)
        from_, thinks, suspect = rest.rpartition(_THINKS)
        if taken and thinks:
            place, _, owner = from_.rpartition(", and ")
            found.append(Suspicion(f"taking {goods} from {place}", owner, suspect))
    return found


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
