"""Orders: the console's words that mean something in a world, made into commands."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from fabula.engine.values import Command
from fabula.environments.world.commands import Grant, Kill, Put, Spawn


def _spawn(words: list[str]) -> Command:
    """KIND [COUNT] [at PLACE|x,y] [named NAME]"""
    before, named = _parted(words, "named")
    what, at = _parted(before, "at")
    count = int(what.pop()) if len(what) > 1 and what[-1].lstrip("-").isdecimal() else 1
    return Spawn(what=_joined(what), at=" ".join(at), count=count, name=" ".join(named))


def _kill(words: list[str]) -> Command:
    return Kill(whom=_joined(words))


def _give(words: list[str]) -> Command:
    """NAME [AMOUNT] WHAT: where no amount parts them, the last word is what is given."""
    amounts = [at for at, word in enumerate(words) if word.isdecimal() and 0 < at < len(words) - 1]
    if amounts:
        at = amounts[-1]
        return Grant(to=_joined(words[:at]), what=_joined(words[at + 1 :]), amount=int(words[at]))
    return Grant(to=_joined(words[:-1]), what=words[-1])


def _put(words: list[str]) -> Command:
    whom, at = _parted(words, "at")
    return Put(whom=_joined(whom), at=_joined(at))


def _parted(words: list[str], word: str) -> tuple[list[str], list[str]]:
    """The words before and after the last such word that has some on both sides."""
    for at in range(len(words) - 2, 0, -1):
        if words[at].casefold() == word:
            return words[:at], words[at + 1 :]
    return list(words), []


def _joined(words: list[str]) -> str:
    if not words:
        raise ValueError("a name is missing")
    return " ".join(words)


ORDERS: Mapping[str, Callable[[list[str]], Command]] = MappingProxyType(
    {"spawn": _spawn, "kill": _kill, "give": _give, "put": _put}
)
"""Word -> what makes a command of the words after it."""
