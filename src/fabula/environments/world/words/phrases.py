"""Phrases: the sentences that can be said, by kind and voice, and how one of them is written out.

A sentence may begin with conditions, `<hungry late>`; has choices, `[one|another]`, which may hold nothing; and slots,
`{hearer}`.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

from fabula.engine.chance import Stream

ANY = "any"
"""The voice that everybody has."""

_CONDITIONS = re.compile(r"<([a-z ]*)>\s*")
_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{(\w+)\}")
_SPACES = re.compile(r"\s+")
_LOOSE = re.compile(r"\s+([,.;:!?])")
_SURPLUS = re.compile(r"([?!])[.,?!]+")

# Text stays text: `no` and `on` are words here, not flags.
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class Phrase(NamedTuple):
    """A sentence or two, and what must hold for them to be said."""

    text: str
    slots: frozenset[str]
    conditions: frozenset[str]

    def fits(self, slots: Mapping[str, str], holds: frozenset[str]) -> bool:
        """Whether all its slots can be filled, and all its conditions hold."""
        return self.conditions <= holds and all(slots.get(slot, "") for slot in self.slots)


@cache
def stock() -> Mapping[str, Mapping[str, tuple[Phrase, ...]]]:
    """The sentences that ship: kind -> voice -> phrases."""
    written = yaml.load(files(__package__).joinpath("phrases.yaml").read_bytes(), Loader=_LOADER)  # noqa: S506 - BaseLoader makes nothing but text, lists and mappings
    return {
        kind: {voice: tuple(phrase(text) for text in texts) for voice, texts in voices.items()}
        for kind, voices in written.items()
    }


@cache
def phrase(text: str) -> Phrase:
    """A sentence as somebody wrote it."""
    found = _CONDITIONS.match(text)
    conditions = frozenset(found[1].split()) if found else frozenset()
    body = text[found.end() :] if found else text
    # What only some options of a choice need is not needed.
    needed = frozenset(_SLOT.findall(_CHOICE.sub("", body)))
    for choice in _CHOICE.findall(body):
        needed |= frozenset.intersection(*(frozenset(_SLOT.findall(option)) for option in choice.split("|")))
    return Phrase(text=body, slots=needed, conditions=conditions)


def pool(kind: str, voice: str, own: Sequence[str]) -> tuple[Phrase, ...]:
    """All that can be said of a kind in a voice. own: a pack's sentences for it."""
    shipped = stock().get(kind, {})
    return (*shipped.get(ANY, ()), *shipped.get(voice, ()), *map(phrase, own))


def written(text: str, slots: Mapping[str, str], draw: Stream) -> str:
    """A phrase with its choices made and its slots filled; a slot nobody knows is left out."""

    def choose(found: re.Match[str]) -> str:
        options = [one for one in found[1].split("|") if all(slots.get(slot, "") for slot in _SLOT.findall(one))]
        return draw.choice(options) if options else ""

    filled = _SLOT.sub(lambda found: slots.get(found[1], ""), _CHOICE.sub(choose, text))
    return _sentences(_SURPLUS.sub(r"\1", _LOOSE.sub(r"\1", _SPACES.sub(" ", filled))).strip(" ,;"))


def _sentences(text: str) -> str:
    """With a capital after every stop, and a stop at the end."""
    text = re.sub(r"(^|[.!?]\s+)([a-z])", lambda found: found[1] + found[2].upper(), text)
    return text if text.endswith((".", "!", "?", "…")) or not text else text + "."
