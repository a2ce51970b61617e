"""What a speaker can do, and what a line that a person typed makes of it (`from_line`)."""

import re
from enum import StrEnum

from fabula.engine.values import Action

WISH_MIN, WISH_MAX = 0, 100
PASSING = "pass"
"""The line, whatever the case, by which a person says nothing."""
_CLOSING = re.compile(r"close\b(?:\s+it)?[\s:.,]*(.*)", re.IGNORECASE | re.DOTALL)
_CALLING = re.compile(r"(?:call|ask)\s+(?:on\s+|upon\s+)?(.*)", re.IGNORECASE | re.DOTALL)
_NUMBER = re.compile(r"\d{1,9}")


class Say(Action):
    """Say something."""

    text: str
    to: str = ""
    """Whom it is said to, of several; empty: to all."""
    leaving: bool = False
    """These are parting words."""
    take: int = 0
    """Of a person who asks for another answer to the same words: the how-manieth; rules answer each differently."""

    @classmethod
    def from_line(cls, line: str) -> "Say | Pass":
        """The line as it stands is said; only `pass` is none."""
        return Pass() if _passes(line) else cls(text=line)


class Pass(Action):
    """Say nothing this time."""

    why: str = ""


class Bid(Action):
    """Say how much one wants to speak next."""

    wish: int
    """WISH_MIN not at all, WISH_MAX at once."""
    about: str = ""
    """What one would speak about, in a few words."""

    @classmethod
    def from_line(cls, line: str) -> "Bid":
        """`70`, `70 the mill`, or what one would speak about; `pass` or `no` is no wish at all."""
        if _passes(line) or line.casefold() == "no":
            return cls(wish=WISH_MIN)
        number = _NUMBER.match(line)
        about = line[number.end() if number else 0 :].strip(" :,.-")
        return cls(wish=min(WISH_MAX, int(number[0])) if number else WISH_MAX, about=about)


class Call(Action):
    """Of a moderator: say who is next, with a word to them."""

    speaker: str
    text: str = ""
    """Empty: nothing is said."""

    @classmethod
    def from_line(cls, line: str) -> "Call | Close":
        """`Ben`, `Ben: what do you say?`, `call on Ben`; `close` and what is said at the end close the talk."""
        if (closing := _CLOSING.fullmatch(line)) is not None:
            return Close(text=closing[1].strip())
        calling = _CALLING.fullmatch(line)
        name, _, words = (calling[1] if calling else line).partition(":")
        return cls(speaker=name.strip(), text=words.strip())


class Close(Action):
    """Of a moderator: end the talk."""

    text: str = ""


class Propose(Action):
    """Put a proposal that all might agree to."""

    text: str
    """Empty: none this time."""

    @classmethod
    def from_line(cls, line: str) -> "Propose":
        """The line is the proposal."""
        return cls(text="" if _passes(line) else line)


class Vote(Action):
    """Vote for one of the options."""

    choice: str
    """Empty: for none."""

    @classmethod
    def from_line(cls, line: str) -> "Vote":
        """The line names the option."""
        return cls(choice="" if _passes(line) else line)


class Consent(Action):
    """Say of each proposal whether one can live with it."""

    objects_to: tuple[int, ...] = ()
    """Numbers of the proposals one cannot live with, from 1."""
    objection: str = ""
    """Why, in a sentence."""

    @classmethod
    def from_line(cls, line: str) -> "Consent":
        """`none`, or the numbers one cannot live with and why: `1 and 3: too dear`."""
        numbers, _, objection = line.partition(":")
        return cls(objects_to=tuple(int(found[0]) for found in _NUMBER.finditer(numbers)), objection=objection.strip())


class Cause(StrEnum):
    """Why a mind could not answer."""

    FAILED = "failed"
    BREAKER = "breaker"
    """Its model failed too often of late and is left alone."""
    BUDGET = "budget"
    """What it may spend is spent."""
    TIME = "time"
    """It did not answer in time."""


class Falter(Action):
    """What is recorded for a speaker whose mind could not answer, where no rules speak in its place."""

    cause: Cause
    why: str = ""
    """In a sentence, for the transcript."""


Speaking = Say | Pass
"""Open to whoever's turn it is."""
Leading = Call | Close
Deciding = Propose | Vote | Consent
AnyAction = Say | Pass | Bid | Call | Close | Propose | Vote | Consent | Falter


def _passes(line: str) -> bool:
    return line.strip().casefold() == PASSING
