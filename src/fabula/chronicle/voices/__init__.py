"""The voices: one way of telling a style - its words, its taste in what matters, and how it builds a chapter.

A voice is a `Voice` value; `voice_of(style)` finds it. Its templates stand in a words file beside its module
(`grimdark.txt`, see fabula.chronicle.words); `shared.txt` serves all. Adding a style means a module and a words file
here and its name in the setting's `Style`.
"""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module

import msgspec

from fabula.chronicle.segments import Segment
from fabula.chronicle.story import Block
from fabula.chronicle.telling import Telling
from fabula.environments.campaign.setting import Style

__all__ = ["STYLES", "Voice", "voice_of"]


class Voice(msgspec.Struct, frozen=True, kw_only=True):
    """How a style is told."""

    words: Mapping[str, Sequence[str]]
    """Rule -> templates; the rules are named by beats (`strike.hit`) and by what a chapter is built of."""
    taste: Mapping[str, float]
    """Family of deeds -> what its salience is multiplied by."""
    title: Callable[[Telling, Segment], str]
    """The title of a chapter."""
    chapter: Callable[[Telling, Segment], Sequence[Block]]
    """The body of a chapter."""
    headings: tuple[str, str, str]
    """Of the cast, of the fates, of what is left open."""


_MODULES: Mapping[Style, str] = {
    "grimdark_dramatic": "grimdark",
    "philosophical": "philosophical",
    "plain": "plain",
    "tactical": "tactical",
}
STYLES: tuple[Style, ...] = tuple(_MODULES)
"""The styles a story can be told in."""


def voice_of(style: Style) -> Voice:
    """The voice of a style. Only the voice asked for is loaded."""
    voice = import_module(f"{__name__}.{_MODULES[style]}").VOICE
    assert isinstance(voice, Voice)
    return voice
