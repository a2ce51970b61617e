"""Shortening: a text that was pasted into the conversation, cut to its first whole sentences. Nothing is rewritten."""

import re
from collections.abc import Sequence

from fabula.environments.dialogue.service.patterns import matches
from fabula.environments.dialogue.service.sentences import cut, sentences

PASTED_LETTERS_MIN = 80
PASTED_SENTENCES_MIN = 2
"""What is shorter is something said, and no text."""

_HEAD = re.compile(r"[^.!?:\n]{1,80}[.!?:\n]\s*")
"""What may stand before a text: `Make this shorter: …`."""
_POINTING = ("this|following|text|here|below|it",)
"""Words with which a head that ends in a colon points to what follows."""


def shortened(others: Sequence[str], own: Sequence[str], *, request: Sequence[str]) -> str | None:
    """The last text that was pasted, cut to half its letters, and to half of those each time it is asked for again, but
    not below a sentence: empty if nothing is left to cut. None if no text was pasted.

    others: all that was said to the agent, own: all that it said itself, in order. request: patterns of the words
    that ask for it, which are no part of a text.
    """
    texts = (_without_request(said, request) for said in reversed(others))
    pasted = next((text for text in texts if _is_text(text)), None)
    if pasted is None:
        return None
    letters = len(pasted) // 2
    while letters:
        shorter = cut(pasted, max(letters, len(sentences(pasted)[0].rstrip())))
        if not any(f"\n\n{shorter}\n\n" in f"{said}\n\n" for said in own):
            return shorter
        letters //= 2
    return ""


def _without_request(said: str, request: Sequence[str]) -> str:
    head = _HEAD.match(said)
    if head is None:
        return said
    points = head[0].rstrip().endswith(":") and matches(_POINTING, head[0])
    return said[head.end() :] if points or matches(request, head[0]) else said


def _is_text(said: str) -> bool:
    return len(said) >= PASTED_LETTERS_MIN and len(sentences(said)) >= PASTED_SENTENCES_MIN
