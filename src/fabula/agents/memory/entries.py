"""Entries: the values that a memory keeps and hands out."""

from enum import StrEnum

import msgspec

SURE_MOST, TRUST_MOST, VALUE_MOST, IMPORTANCE_MOST = 100, 100, 100, 1000


class EntryKind(StrEnum):
    """What kind of memory it is."""

    OBSERVATION = "observation"
    """What the agent perceived, as it took it."""
    THOUGHT = "thought"
    """What it made of something, in its own words; nothing vouches for it."""
    REFLECTION = "reflection"
    """Many observations that have become one."""


class Tally(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an observation counts as when many are summed up."""

    who: str = ""
    """Who did it; empty: nobody."""
    tone: int = 0
    """-1 harm, 1 kindness, 0 neither."""
    to: str = ""
    words: bool = False
    about: str = ""


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One memory."""

    number: int
    """In the order in which this memory took them in, from 1; never given twice."""
    kind: EntryKind
    step: int
    """At which it was taken in; of a reflection, at which the latest of what it sums up was."""
    turn: int = 0
    text: str
    """As the agent remembers it."""
    plain: str
    """As it was, before the agent made something of it; of a thought, the same."""
    place: str = ""
    people: tuple[str, ...] = ()
    importance: int
    """To the agent, 1..IMPORTANCE_MOST."""
    tally: Tally
    count: int = 1
    """Observations that it stands for."""
    steps: tuple[int, ...] = ()
    """Of a reflection: the steps of those, ascending, each once."""


class Former(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the agent believed before."""

    claim: str
    source: str
    step: int
    turn: int = 0


class Belief(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the agent takes to be so, rightly or wrongly."""

    about: str
    claim: str
    source: str
    """`seen`, `known` from the start, or who told it."""
    sure: int
    """0..SURE_MOST."""
    step: int
    turn: int = 0
    disputed: tuple[str, ...] = ()
    """Who said otherwise and was not believed."""
    former: tuple[Former, ...] = ()
    """What it believed before, the latest last; FORMER_MAX at most."""


class Relationship(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How the agent stands to somebody."""

    name: str
    side: str = ""
    """Which side they are on, as far as the agent knows."""
    value: int = 0
    """-VALUE_MOST mortal enmity .. VALUE_MOST devotion."""
    trust: int = TRUST_MOST // 2
    """How far their word counts, 0..TRUST_MOST."""
    step: int = 0
    """Of the last contact."""
    turn: int = 0
    why: tuple[str, ...] = ()
    """What it rests on, the latest last, WHY_MAX at most."""
    told: bool = False
    """The environment says how the feeling moves; then nothing else moves `value`."""


class Recollection(msgspec.Struct, frozen=True, kw_only=True):
    """A memory that came to mind, and why."""

    entry: Entry
    recency: int
    """RECENCY_MIN..1000."""
    relevance: int
    """0..1000: how near it is to what it was asked for, before RELEVANCE_MIN lifts it."""
    score: int
    """What it was ranked by: the product of recency, importance and relevance."""
