"""Tokens: a count that is simple, the same everywhere, and near enough to a real tokenizer's."""

import math
import re
from bisect import bisect_right
from collections.abc import Iterator

import msgspec

from fabula.llm.process.values import Question

LONG = 64 * 2**10
"""Characters beyond which a text is streamed in pieces of this size."""
_PIECE = re.compile(r"\s*\S{1,12}|\s+")


def tokens_of(text: str) -> int:
    """A quarter of the UTF-8 bytes, at least one for each word, never more than there are bytes."""
    size = len(text) if text.isascii() else len(text.encode())
    return min(size, max(math.ceil(size / 4), len(text.split())))


def tokens_asked(question: Question) -> int:
    """Tokens of a prompt: its texts, and the forms and tools that go with it."""
    said = sum(tokens_of(turn.text) for turn in question.turns)
    forms = [question.schema] if question.schema is not None else []
    forms += [{"name": tool.name, "parameters": tool.schema} for tool in question.tools]
    return said + sum(tokens_of(msgspec.json.encode(form).decode()) for form in forms)


def first_tokens(text: str, tokens_max: int) -> str:
    """The longest beginning of a text that has no more than `tokens_max` tokens."""
    if tokens_of(text) <= tokens_max:
        return text
    # A longer beginning never has fewer tokens, so the place to cut can be found by halving.
    return text[: bisect_right(range(len(text) + 1), tokens_max, key=lambda length: tokens_of(text[:length])) - 1]


def pieces_of(text: str) -> Iterator[str]:
    """The text in the pieces in which a stream gives it: about a word each, larger ones of what is very long."""
    if len(text) > LONG:
        return (text[start : start + LONG] for start in range(0, len(text), LONG))
    return (found[0] for found in _PIECE.finditer(text))
