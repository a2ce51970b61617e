"""Malformed texts: what models write when an object was wanted, one of each common kind.

The cases were written for Fabula.
"""

import json
from collections.abc import Callable

from fabula.engine import Stream

Spoiling = Callable[[str], str]


def _fenced(text: str) -> str:
    return f"Sure! Here is my decision:\n\n```json\n{text}\n```\n\nLet me know if you need anything else."


def _quoted_singly(text: str) -> str:
    return text.replace('"', "'")


def _escaped_twice(text: str) -> str:
    return json.dumps(text)


def _with_comment(text: str) -> str:
    return text.replace("{", "{ // my choice\n", 1).replace("}", ",}", 1)


SPOILINGS: tuple[Spoiling, ...] = (
    _fenced,
    _quoted_singly,
    _escaped_twice,
    _with_comment,
    lambda text: f"{text}\n{text}",
    lambda text: text[: max(1, len(text) * 2 // 3)],
    lambda text: f"I have thought about it for a while, and I would say: {text.strip('{}')}",
    lambda text: f"<think>What would they expect? Not this.</think>\n{text}",
    lambda text: f"[{text}]",
    lambda text: "\ufeff" + text,
)
"""What models make of a good answer."""

STRAYS = (
    "ACTION: wait\nTARGET: nobody\nREASON: I would rather see what happens.",
    "Ich halte mich zurück und beobachte das Tor, bis jemand kommt.",
    "我会守住大门,直到有人来。",
    "I think waiting is the better part of valour.",
    "",
    "   \n\t\n",
    "{",
    "[" * 2000 + "]" * 2000,
    "null",
    '{"choice": "the one with the gate", "reason": 7}',
    '{"choice": 9999, "reason": "all of them"}',
    "I'm sorry, but I can't help with that.",
    "la " * 400,
)
"""What they write instead of one."""


def spoiled(text: str, chance: Stream) -> str:
    """A good answer made bad, or another in its place."""
    number = chance.integer(0, len(SPOILINGS) + len(STRAYS) - 1)
    return SPOILINGS[number](text) if number < len(SPOILINGS) else STRAYS[number - len(SPOILINGS)]
