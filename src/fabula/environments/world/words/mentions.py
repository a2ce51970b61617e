"""Mentions: how people, goods and deeds are spoken of by somebody to somebody: by first name, as `you`, as `me`."""

import re

from fabula.environments.world.state import Person
from fabula.environments.world.tick import Tick

FAMILIAR_BOND = -25
"""Somebody who is liked less is called by their last name."""
_TITLES = frozenset(
    "Aunt Big Brother Captain Dame Doctor Dr Father Goodman Goody Grandfather Grandmother Granny Lady Little Lord "
    "Master Mistress Mother Mr Mrs Old Saint Sir Sister The Uncle Widow Young".split()
)
"""First words by which alone nobody is called."""


def called(tick: Tick, speaker: Person, name: str) -> str:
    """What a speaker calls somebody: the first name, the last if there is bad blood, both where two share it."""
    parts = name.split()
    if len(parts) < 2 or parts[0] in _TITLES:
        return name
    alike = _names(tick)
    short = parts[0] if speaker.bonds.get(name, 0) > FAMILIAR_BOND else parts[-1]
    return short if alike.get(short, 0) <= 1 else parts[0] if alike.get(parts[0], 0) <= 1 else name


def mentioned(tick: Tick, text: str, speaker: Person, hearer: Person) -> str:
    """A clause as it is said: `taking 3 bread from Nell Ludlow` to Nell herself is `taking bread from you`."""
    for one, pronoun in ((speaker.name, "I"), (hearer.name, "you")):
        text = text.replace(f", and {one} thinks of", f", and {pronoun} think of")
    spoken = _about_oneself(text, speaker.name)
    if hearer.name in spoken:
        spoken = re.sub(rf"{re.escape(hearer.name)}'s\b", "your", spoken).replace(hearer.name, "you")
    for person in tick.state.people:
        if person.name in spoken:
            spoken = spoken.replace(person.name, called(tick, speaker, person.name))
    return _uncounted(tick, spoken)


def _about_oneself(text: str, name: str) -> str:
    if name not in text:
        return text
    if text.startswith(f"{name} "):
        text = f"I {text[len(name) + 1 :]}"
    return re.sub(rf"{re.escape(name)}'s\b", "my", text).replace(name, "me")


def _uncounted(tick: Tick, text: str) -> str:
    """Without the number of pieces, which nobody says: `3 bread` is `bread`."""
    return _counted(tick).sub(r"\1", text)


def _counted(tick: Tick) -> re.Pattern[str]:
    kept: re.Pattern[str] | None = tick.scratch.get("counted goods")
    if kept is None:
        goods = "|".join(re.escape(good.name) for good in tick.setting.goods) or r"(?!)"
        kept = tick.scratch["counted goods"] = re.compile(rf"\b[\d,]+ ({goods})\b")
    return kept


def _names(tick: Tick) -> dict[str, int]:
    """How many people share each first or last name."""
    # Kept for as long as the same people came later: whoever is in the setting is always there.
    later = tuple(person.name for person in tick.state.people[len(tick.setting.people) :])
    kept: tuple[tuple[str, ...], dict[str, int]] | None = tick.scratch.get("names alike")
    if kept is None or kept[0] != later:
        alike: dict[str, int] = {}
        for person in tick.state.people:
            for part in {person.name.split()[0], person.name.split()[-1]}:
                alike[part] = alike.get(part, 0) + 1
        kept = tick.scratch["names alike"] = (later, alike)
    return kept[1]
