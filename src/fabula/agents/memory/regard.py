"""Regard: how an agent looks at somebody as something happens - as its own, a friend, a stranger, a foe."""

from collections.abc import Mapping
from enum import StrEnum

from fabula.agents.memory.entries import Relationship

DEAR_VALUE, FOE_VALUE = 30, -30
"""From here on somebody is dear, or a foe, whatever side they are on."""


class Regard(StrEnum):
    """How an agent looks at somebody."""

    SELF = "self"
    DEAR = "dear"
    OURS = "ours"
    """On its own side, and nothing else."""
    STRANGER = "stranger"
    THEIRS = "theirs"
    """On another side, and not liked for it."""
    FOE = "foe"
    NOBODY = "nobody"


def regard(me: str, side: str, others: Mapping[str, Relationship], name: str) -> Regard:
    """How `me`, who is on `side`, looks at `name`."""
    if not name:
        return Regard.NOBODY
    if name == me:
        return Regard.SELF
    known = others.get(name)
    if known is None:
        return Regard.STRANGER
    if known.value >= DEAR_VALUE:
        return Regard.DEAR
    if known.value <= FOE_VALUE:
        return Regard.FOE
    if side and known.side:
        if known.side == side:
            return Regard.OURS
        if known.value < 0:
            return Regard.THEIRS
    return Regard.STRANGER
