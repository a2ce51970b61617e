"""The console: what a keeper types at a run that is being played, and what it means.

What changes the run becomes a command, recorded like any input, so that replay holds; what only looks is answered from
the state at hand.
"""

import shlex
from collections.abc import Callable, Mapping
from typing import TypeAlias

import msgspec

from fabula.app.assigning import PERSON, check_not_here
from fabula.engine import RULES, Advance, AgentId, Command, Pace, Pause, Release, Resume, Save, Stop, Take
from fabula.errors import UsageError, did_you_mean

GUEST = "guest"
"""What the record calls a person who gives no name: whose it is at this machine is nobody's business."""
PACE_MIN, PACE_MAX = 0.01, 100.0
LINE_MAX = 2000


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """Something to be looked at, which changes nothing."""

    what: str
    """`debug`, `why`, `find`, `figures`, `help`."""
    about: str = ""


class Ordered(msgspec.Struct, frozen=True, kw_only=True):
    """Something to be done."""

    command: Command
    said: str
    """What to tell whoever typed it."""


Meant: TypeAlias = Look | Ordered


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """How a word of the console is used."""

    form: str
    help: str


USAGES: Mapping[str, Usage] = {
    "pause": Usage(form="/pause", help="hold the run"),
    "resume": Usage(form="/resume", help="go on"),
    "step": Usage(form="/step [N]", help="while paused: play one step, or N"),
    "speed": Usage(form="/speed X", help="go X times as fast as set: 0.5, 2, 10"),
    "spawn": Usage(form="/spawn KIND [COUNT] [at PLACE|x,y] [named NAME]", help="bring lives in, or one person"),
    "kill": Usage(form="/kill NAME|#ID", help="end a life"),
    "give": Usage(form="/give NAME [AMOUNT] WHAT", help="put goods or coin into someone's hands"),
    "put": Usage(form="/put NAME at PLACE|x,y", help="set somebody down elsewhere"),
    "take": Usage(form="/take NAME [MIND]", help="seat a model there, or a person who answers by `fabula take`"),
    "release": Usage(form="/release NAME", help="give the seat back"),
    "save": Usage(form="/save", help="keep the state as it is after this step"),
    "stop": Usage(form="/stop [WHY]", help="end the run here"),
    "debug": Usage(form="/debug NAME", help="what NAME is, has, wants and does"),
    "why": Usage(form="/why NAME", help="why NAME does what they do"),
    "find": Usage(form="/find TEXT", help="people, places and goods of that name, and where they are"),
    "figures": Usage(form="/figures", help="how the run keeps its time"),
    "help": Usage(form="/help", help="this list"),
}
"""Every word, in the order of the help."""

_LOOKS = ("debug", "why", "find", "figures", "help")
_NEED_A_NAME = ("debug", "why", "find")

Orders: TypeAlias = Mapping[str, Callable[[list[str]], Command]]


def meant(line: str, *, own: Orders) -> Meant:
    """What a line means. own: the words that the environment itself understands, each given the words after it.

    Raises UsageError that says how the word is used, or names the nearest one.
    """
    if len(line) > LINE_MAX:
        raise UsageError(f"a line of {len(line):,} characters: {LINE_MAX:,} at most")
    try:
        words = _words(line.strip().removeprefix("/"))
    except ValueError as wrong:
        raise UsageError(f"{line.strip()!r}: {wrong}") from wrong
    if not words:
        raise UsageError("nothing was said; /help lists what is understood")
    word, rest = words[0].casefold(), words[1:]
    if word not in USAGES:
        raise UsageError(f"there is no /{word}.{did_you_mean(word, USAGES)} /help lists them all.")
    if word in _LOOKS:
        if word in _NEED_A_NAME and not rest:
            raise UsageError(f"use it so: {USAGES[word].form}")
        return Look(what=word, about=" ".join(rest))
    try:
        command = own[word](rest) if word in own else _OURS[word](rest)
    except KeyError:
        raise UsageError(f"/{word} means nothing in this environment") from None
    except (ValueError, IndexError) as wrong:
        why = f"{wrong}: " if isinstance(wrong, UsageError) else ""
        raise UsageError(f"{why}use it so: {USAGES[word].form}") from None
    return Ordered(command=command, said=_SAYS.get(word, "told; it is done, or refused, at the next step"))


def _words(text: str) -> list[str]:
    """Words, those between double quotes as one. An apostrophe is a letter: names have them."""
    lexer = shlex.shlex(text, posix=True)
    lexer.quotes, lexer.escape, lexer.commenters, lexer.whitespace_split = '"', "", "", True
    return list(lexer)


def _advance(rest: list[str]) -> Command:
    steps = int(rest[0]) if rest else 1
    if not 1 <= steps <= 1_000_000:
        raise ValueError
    return Advance(steps=steps)


def _pace(rest: list[str]) -> Command:
    factor = float(rest[0].lower().removesuffix("x"))
    if not PACE_MIN <= factor <= PACE_MAX:
        raise UsageError(f"/speed {rest[0]}: give {PACE_MIN:g} to {PACE_MAX:g}")
    return Pace(factor=factor)


def _take(rest: list[str]) -> Command:
    named = len(rest) > 1 and (rest[-1] == RULES or ":" in rest[-1])
    mind = rest.pop() if named else PERSON + GUEST
    check_not_here(mind, f"/take {mind}")
    return Take(agent=AgentId(" ".join(rest) or rest[0]), mind=mind)


def _release(rest: list[str]) -> Command:
    return Release(agent=AgentId(" ".join(rest) or rest[0]))


_OURS: Orders = {
    "pause": lambda _: Pause(),
    "resume": lambda _: Resume(),
    "step": _advance,
    "speed": _pace,
    "take": _take,
    "release": _release,
    "save": lambda _: Save(),
    "stop": lambda rest: Stop(why=" ".join(rest)),
}
_SAYS = {
    "pause": "paused; /resume goes on, /step plays one",
    "resume": "goes on",
    "step": "stepping",
    "speed": "at that pace from now on",
    "take": "the seat is taken; a person answers in another terminal: fabula take RUN NAME",
    "release": f"the seat is given back to its own mind ({RULES}, unless another was assigned)",
    "save": "the state will be kept after this step",
    "stop": "stopping",
}
