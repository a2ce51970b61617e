"""The lexicon: phrases a telling is dressed in, by style and slot, stock ones from the YAML files beside this module.

A setting brings words of its own in the same form (style -> slot -> phrases, the style `any` serves all); they come
first and are mixed with the stock ones. A phrase holds no name, no number and no final stop, and begins with a small
letter unless noted.

| slot | form |
|---|---|
| air | a full clause about the surroundings, past tense |
| light, sound, smell | noun phrases |
| simile | begins with `like`, `as if` or `as though` |
| burden | an abstract noun phrase |
| saying | a full sentence, capital first: a maxim or an aside |
| strike | a past-tense transitive verb phrase, the object follows |
| flinch | a past-tense intransitive verb phrase, of one who is hit or loses |
| gesture | a past-tense verb phrase of small business, the subject precedes, no possessive pronoun |
| hush | a noun phrase of waiting or silence |
| omen, hope | noun phrases of a bad and of a good sign |
| chapter | a fragment of a title, in title case |
| manner | an adverbial phrase of how one goes, looks, speaks |
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from fabula.engine.chance import Stream
from fabula.environments.campaign.pack import SLOTS

__all__ = ["RECURRING", "Decks", "stock"]

RECURRING = frozenset({"flinch", "gesture", "manner", "strike"})
"""Slots whose phrases may come again in a story once all have been used; phrases of the others stand once."""

_FIGURATIVE = frozenset({"burden", "chapter", "saying", "simile", "strike"})
_WOUNDS = re.compile(r"\b(blood\w*|bleed\w*|bled|wound\w*)\b", re.IGNORECASE)
"""No wound is told that is not in the log: outside figures of speech, phrases that speak of one are not used."""

_Words = Mapping[str, Sequence[str]]

# Text stays text: `no` and `on` are words here, not flags.
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@cache
def stock(style: str) -> dict[str, tuple[str, ...]]:
    """The stock phrases of a style (or of `any`), by slot."""
    text = files(__name__).joinpath(f"{style}.yaml").read_bytes()
    words = yaml.load(text, Loader=_LOADER)  # noqa: S506 - BaseLoader makes nothing but text, lists and mappings
    return {slot: tuple(phrases) for slot, phrases in words.items()}


class Decks:
    """The phrases of every slot in the order in which one story uses them."""

    def __init__(self, own: Mapping[str, _Words], style: str, stream: Stream) -> None:
        first, then = (own.get(style, {}), own.get("any", {}), stock(style)), (stock("any"),)
        self._cards = {slot: _dealt(first, slot, stream) for slot in SLOTS}
        for slot, cards in self._cards.items():
            cards += [phrase for phrase in _dealt(then, slot, stream) if phrase not in cards]
        self._next = dict.fromkeys(SLOTS, 0)

    def has(self, slot: str) -> bool:
        """True if there is a phrase left to draw."""
        return self.peek(slot, 0) is not None

    def peek(self, slot: str, beyond: int) -> str | None:
        """The phrase that comes after the next `beyond` ones; None if there is none."""
        cards, at = self._cards.get(slot, []), self._next.get(slot, 0) + beyond
        if slot in RECURRING and cards:
            return cards[at % len(cards)]
        return cards[at] if at < len(cards) else None

    def discard(self, slot: str) -> None:
        """The next phrase has been used."""
        self._next[slot] += 1


def _dealt(sources: Sequence[_Words], slot: str, stream: Stream) -> list[str]:
    """All phrases of the sources, each source shuffled, one of each in turn: a setting's own lead, the stock ones mix
    in.
    """
    fit = [
        [phrase for phrase in words.get(slot, ()) if slot in _FIGURATIVE or not _WOUNDS.search(phrase)]
        for words in sources
    ]
    piles = [stream.shuffled(phrases) for phrases in fit]
    dealt: list[str] = []
    for row in range(max(map(len, piles))):
        dealt += [pile[row] for pile in piles if row < len(pile)]
    return list(dict.fromkeys(dealt))
