"""Reading words out of the events of a record, knowing no more of an environment than which kinds carry words."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from fabula.knowledge.found import Spoken


class Wording(NamedTuple):
    """Where an event keeps who spoke and what they said."""

    speaker: str
    words: str = "text"
    number: str = ""
    """Where it keeps the number of the turn; empty: nowhere."""


_EVENTS = msgspec.json.Decoder(list[dict[str, Any]])


def spoken(step: int, events: bytes, kinds: Mapping[str, Wording]) -> Iterator[Spoken]:
    """What was said in a step.

    events: its events as recorded, a canonical JSON array. kinds: how events that carry words are built, by `kind`.
    Raises msgspec.DecodeError if they cannot be read.
    """
    # Most steps of a long run say nothing, and need not be decoded.
    if not any(f'"kind":"{kind}"'.encode() in events for kind in kinds):
        return
    for event in _EVENTS.decode(events):
        if (wording := kinds.get(event.get("kind", ""))) is None:
            continue
        speaker, words = event.get(wording.speaker, ""), event.get(wording.words, "")
        number = event.get(wording.number, 0)
        if isinstance(speaker, str) and isinstance(words, str) and words.strip():
            yield Spoken(step, number if isinstance(number, int) else 0, speaker, words)
