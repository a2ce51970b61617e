"""The topic: what people are to talk about, taken apart, so that one can be for it and one against it."""

from enum import StrEnum

from msgspec import Struct


class Kind(StrEnum):
    """What sort of topic it is, which is what one can say for and against it."""

    ACTION = "action"
    CHOICE = "choice"
    THESIS = "thesis"
    OPEN = "open"
    """A question that wants an answer other than yes or no; everyone has their own."""
    NONE = "none"


class Topic(Struct, frozen=True):
    """A topic, taken apart."""

    kind: Kind
    thing: str = ""
    """What it is about: `the old tower`, `home`."""
    view: str = ""
    """`the old tower should be rebuilt`."""
    nay: str = ""
    one: str = ""
    """What is to be done, or chosen, by the one view: `having the old tower rebuilt`, `tea`."""
    other: str = ""
    quoted: str = ""
    """Its own words, in quotation marks, short."""
    keeps: bool = False
    """Of an action: it is the view that would leave things as they are."""
    short: tuple[str, str] = ("", "")
    """Of an action: what the one and the other are called once everybody knows what is meant; empty: not otherwise."""
    ways: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    """Other words for either view, once everybody knows what is meant."""
    ask: str = ""
    """Of an open question: the word it asks with."""
    clause: str = ""
    """Of an open question: its own words, as an answer takes them up: `killed the miller`, `people lie`."""
    foreign: bool = False
    """It was asked in another language than the speakers'."""
