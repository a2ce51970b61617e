"""What people hold dear: an answer that each drive has to any open question."""

from collections.abc import Mapping

from msgspec import Struct

from fabula.agents.drives import Drive
from fabula.environments.dialogue.rhetoric.english import is_plural
from fabula.environments.dialogue.rhetoric.grounds import lot


class Value(Struct, frozen=True):
    """What somebody moved by a drive holds dear."""

    what: str
    doing: str
    who: str
    """`whoever` …"""
    short: str
    """In a word or two."""


VALUES: Mapping[Drive, Value] = {
    Drive.SELF_PRESERVATION: Value(
        "being safe in one's bed", "keeping out of harm's way", "knows when to leave a room", "safety"
    ),
    Drive.LOYALTY: Value(
        "standing by one's own", "standing by one's own", "stands by their own when it costs something", "loyalty"
    ),
    Drive.AFFECTION: Value(
        "the few people one would get up for at night",
        "looking after one's few people",
        "loves somebody more than the matter",
        "love",
    ),
    Drive.COMPASSION: Value(
        "sparing others what one can", "sparing others what one can", "cannot see another go short", "mercy"
    ),
    Drive.CURIOSITY: Value(
        "wanting to know how a thing really is",
        "finding out for oneself",
        "asks one question more than the rest",
        "knowing",
    ),
    Drive.AMBITION: Value(
        "reaching for more than one was given",
        "reaching for more than one was given",
        "wants it most and says so",
        "ambition",
    ),
    Drive.AGGRESSION: Value(
        "the courage to be disliked", "standing up to it in the open", "is not afraid of the others", "courage"
    ),
    Drive.DUTY: Value(
        "keeping one's word when it is dear",
        "doing what one said one would",
        "keeps a promise when it is dear",
        "one's word",
    ),
    Drive.GREED: Value(
        "having enough, and knowing what things are worth",
        "knowing what each thing is worth",
        "knows the price of things",
        "a full larder",
    ),
    Drive.CUNNING: Value("seeing two moves ahead", "thinking two moves ahead", "sees through the rest", "foresight"),
}


def dearest(drives: Mapping[Drive, float], name: str, topic: str) -> list[Drive]:
    """The drives, what somebody holds dearest first; a topic may bring one or another forward."""
    return sorted(Drive, key=lambda drive: (-round(drives[drive] * 100) - lot(name, topic, drive) // 5, drive))


def answer(value: Value, ask: str, *, ought: bool) -> tuple[str, ...]:
    """A value as the answer to an open question: a clause, and other words for it."""
    short = (
        f"{value.short} {'come' if is_plural(value.short) else 'comes'} first",
        f"it is {value.short} that counts",
        f"it turns on {value.short}",
    )
    match ask:
        case "who" | "whom" | "whose":
            return (
                f"it {'should be' if ought else 'is'} whoever {value.who}",
                f"it takes somebody who {value.who}",
                *short[1:],
            )
        case "how":
            return f"one does it by {value.doing}", f"the way to it is {value.doing}", *short
        case "why":
            return f"what lies behind it is {value.what}", *short[1:]
        case "when" | "where" | "which":
            return f"what decides it is {value.what}", *short
        case _:
            return f"it comes down to {value.what}", f"the heart of it is {value.what}", *short
