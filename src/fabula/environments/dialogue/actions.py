"""What a speaker can do, and what a line that a person typed makes of it (`from_line`, which is given the question too
where it is known): an action, or, where it is not plain what is meant, a sentence that says so, and the person is asked
again.
"""

import re
from enum import StrEnum

from fabula.engine.values import Action, Observation
from fabula.environments.dialogue.objections import objections_in
from fabula.environments.dialogue.outlook import Outlook
from fabula.environments.dialogue.tokens import NEGATIONS, NUMBERS, ORDINALS
from fabula.environments.dialogue.verdicts import choice_in
from fabula.environments.dialogue.words import words_of

WISH_MIN, WISH_MAX = 0, 100
PASSING = "pass"
"""The line, whatever the case, by which a person says nothing."""
_CLOSING = re.compile(r"close\b(?:\s+it)?[\s:.,]*(.*)", re.IGNORECASE | re.DOTALL)
_CALLING = re.compile(r"(?:call|ask)\s+(?:on\s+|upon\s+)?(.*)", re.IGNORECASE | re.DOTALL)
_WISH = re.compile(r"([+-]?)\s*(\d{1,9})\d*(?![.,]?\d)\s*%?")
_NO_WISH = re.compile(
    r"(?:i )?pass|no(?: (?:thanks|thank you|wish|comment))?|nope|nah|none|nothing(?: (?:to say|to add|now|this time))?"
    r"|not(?: (?:at all|now|yet|me|really|this time|much))?|never|zero|(?:id |i would )?rather not"
    r"|i have nothing to (?:say|add)|i (?:do not|dont) want to(?: speak| talk)?"
)
_LETTERS = re.compile(r"[^\W\d_]+")
_BARE_NUMBERS = frozenset({"and", "no", "number", "or", "proposal", "the", *NUMBERS, *ORDINALS})
UNCLEAR_WISH = "A number from 0, not at all, to 100 says how much you want to speak; words say what about."
UNCLEAR_VOTE = "It is not plain what you vote for. Give a number or write the option alone; 'pass' is no vote."
UNCLEAR_CONSENT = "It is not plain what you object to. Write 'none', or the numbers alone and why: 1 and 3: too dear"


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
    def from_line(cls, line: str, _: Observation | None = None) -> "Say | Pass":
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
    def from_line(cls, line: str, _: Observation | None = None) -> "Bid | str":
        """`70`, `70 the mill`, or what one would speak about; `pass`, `no thanks` or less than 0 is no wish at all."""
        words = words_of(line)
        if _NO_WISH.fullmatch(" ".join(words)):
            return cls(wish=WISH_MIN)
        number = _WISH.match(line)
        if number is None and (not words or words[0].isdecimal() or NEGATIONS.intersection(words)):
            return UNCLEAR_WISH
        about = line[number.end() if number else 0 :].strip(" :,.-")
        wish = int(number[2]) * (-1 if number[1] == "-" else 1) if number else WISH_MAX
        return cls(wish=max(WISH_MIN, min(WISH_MAX, wish)), about=about)


class Call(Action):
    """Of a moderator: say who is next, with a word to them."""

    speaker: str
    text: str = ""
    """Empty: nothing is said."""

    @classmethod
    def from_line(cls, line: str, _: Observation | None = None) -> "Call | Close":
        """`Ben`, `Ben: what do you say?`, `call on Ben`; `close` and what is said at the end close the talk."""
        if (closing := _CLOSING.fullmatch(line)) is not None:
            return Close(text=closing[1].strip())
        calling = _CALLING.fullmatch(line)
        called = (calling[1] if calling else line).partition(":")
        return cls(speaker=called[0].strip(), text=called[2].strip())


class Close(Action):
    """Of a moderator: end the talk."""

    text: str = ""


class Propose(Action):
    """Put a proposal that all might agree to."""

    text: str
    """Empty: none this time."""

    @classmethod
    def from_line(cls, line: str, _: Observation | None = None) -> "Propose":
        """The line is the proposal; `pass` or `nothing` is none."""
        return cls(text="" if choice_in(line, ()) == "" else line)


class Vote(Action):
    """Vote for one of the options."""

    choice: str
    """Empty: for none."""

    @classmethod
    def from_line(cls, line: str, question: Observation | None = None) -> "Vote | str":
        """The line names the option, in one way or another; see `verdicts`. Without the question the line is taken
        as it stands, and counts for something only if it is plain then.
        """
        seen = _seen(question)
        if _passes(line) or seen is None:
            return cls(choice="" if _passes(line) else line)
        choice = choice_in(line, seen.options)
        return UNCLEAR_VOTE if choice is None else cls(choice=choice)


class Consent(Action):
    """Say of each proposal whether one can live with it."""

    objects_to: tuple[int, ...] = ()
    """Numbers of the proposals one cannot live with, from 1."""
    objection: str = ""
    """Why, in a sentence."""

    @classmethod
    def from_line(cls, line: str, question: Observation | None = None) -> "Consent | str":
        """`none`, or the numbers one cannot live with and why: `1 and 3: too dear`; see `objections`.
        Without the question nobody knows which numbers there are.
        """
        seen = _seen(question)
        on_table = None if seen is None else [each.number for each in seen.proposals]
        numbers = objections_in(line, on_table)
        if numbers is None:
            missing = sorted(set(objections_in(line, None) or ()).difference(on_table or ()))
            return f"There is no proposal {missing[0]} on the table." if missing else UNCLEAR_CONSENT
        _, colon, why = line.partition(":")
        says_why = colon or not _BARE_NUMBERS.issuperset(_LETTERS.findall(line.casefold()))
        return cls(objects_to=numbers, objection=(why if colon else line).strip() if numbers and says_why else "")


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


def _seen(question: Observation | None) -> Outlook | None:
    """What whoever answers perceives, where that is known."""
    perceives = question.perceives if question is not None else None
    return perceives if isinstance(perceives, Outlook) else None


def _passes(line: str) -> bool:
    return line.strip().casefold() == PASSING
