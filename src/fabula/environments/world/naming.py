"""Naming: the people, places, goods and abilities that a mind means by what it wrote.

Case and a leading article do not matter; a person is also found by a first or last name that only one has, a place by
what kind it is, a cell by `x,y`. What names nothing raises `Unknown`, whose text names the nearest that is there.
"""

import difflib
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from fabula.agents.plain import one_line
from fabula.environments.world.components import NOBODY
from fabula.environments.world.state import Person
from fabula.environments.world.tick import Tick
from fabula.errors import did_you_mean

NAME_MAX = 80
"""Characters of a name that are looked at, and shown in a refusal."""
TEXT_MAX = 400
"""Characters of free text that are kept."""
COIN = "coin"
"""Money, where it is spoken of as a good."""

NEAR = 0.6
"""How like what was written a name must be to be asked back, 0 to 1."""

_ARTICLES = ("the ", "a ", "an ", "some ", "my ")
_CELL = re.compile(r"\(?\s*(-?\d{1,6})\s*[,;]\s*(-?\d{1,6})\s*\)?")
_COINS = frozenset(("coin", "coins", "money", "pence", "penny", "pennies"))
_NUMBERED = re.compile(r"#(\d{1,9})")


class Unknown(Exception):
    """What was written names nothing here; the text says so and what is nearest."""


class Absent(Unknown):
    """Nothing of that sort is there at all, under any name like it."""


def clean(text: str, *, most: int = TEXT_MAX) -> str:
    """The text on one line, without what no reader sees, at most `most` characters long."""
    # A margin beyond `most`, so that a hostile megabyte is not walked through to be thrown away.
    line = one_line(text[: 2 * most])
    return line if len(line) <= most and len(text) <= 2 * most else line[: most - 1].rstrip() + "…"


def short(text: str) -> str:
    """The text as it is shown in a refusal."""
    return clean(text, most=NAME_MAX)


@lru_cache(maxsize=4096)
def key(name: str) -> str:
    """What two ways to write a name have in common."""
    folded = " ".join(one_line(name[:NAME_MAX]).casefold().split())
    for article in _ARTICLES:
        if folded.startswith(article):
            return folded[len(article) :]
    return folded


def person_named(tick: Tick, text: str) -> Person:
    """The living person that is meant. Raises Unknown."""
    living = tick.state.living()
    found = _called(text, [person.name for person in living])
    if len(found) == 1:
        return living[found[0]]
    if len(found) > 1:
        meant = " or ".join(repr(str(living[number].name)) for number in found[:4])
        raise Unknown(f"{short(text)!r} could be {meant}")
    if any(key(person.name) == key(text) for person in tick.state.people):
        raise Unknown(f"{short(text)} is dead")
    raise Absent(f"there is nobody called {short(text)!r}.{_nearest(text, [person.name for person in living])}")


def place_named(tick: Tick, text: str, *, by: int = NOBODY) -> int:
    """The index of the place that is meant. by: the row of who means it: `home` and `work` are theirs, and of several
    places of a kind theirs is the nearest. Raises Unknown.
    """
    places = tick.setting.places
    found = _called(text, [place.name for place in places])
    if len(found) == 1:
        return found[0]
    if by != NOBODY and (own := _own_place(tick, text, by)) != NOBODY:
        return own
    of_kind = [number for number, place in enumerate(places) if key(place.kind) == key(text)]
    if of_kind and (by != NOBODY or len(of_kind) == 1):
        return _nearest_place(tick, of_kind, by)
    several = found or of_kind
    if several:
        raise Unknown(f"{short(text)!r} could be {' or '.join(repr(places[number].name) for number in several[:4])}")
    raise Absent(f"there is no place {short(text)!r}.{_nearest(text, [place.name for place in places])}")


def place_or_person_named(tick: Tick, text: str, *, by: int = NOBODY) -> int | Person:
    """The index of the place, or else the living person, that is meant. Raises Unknown."""
    try:
        return place_named(tick, text, by=by)
    except Absent:
        try:
            return person_named(tick, text)
        except Absent:
            names = [place.name for place in tick.setting.places] + [person.name for person in tick.state.living()]
            raise Absent(f"there is no place or person {short(text)!r}.{_nearest(text, names)}") from None


def cell_named(tick: Tick, text: str) -> int:
    """The cell that `x,y` stands for; NOBODY if the text is no cell. Raises Unknown if nobody can stand there."""
    match = _CELL.fullmatch(text.strip()[:NAME_MAX])
    if match is None:
        return NOBODY
    x, y = int(match[1]), int(match[2])
    ground = tick.ground
    if not (0 <= x < ground.width and 0 <= y < ground.height):
        raise Unknown(f"{x},{y} lies in the void: the map has cells 0,0 to {ground.width - 1},{ground.height - 1}")
    cell = ground.cell(x, y)
    if not ground.cost[cell]:
        raise Unknown(f"nobody can stand at {x},{y}: it is {ground.map.terrains[ground.map.ground[cell]].name}")
    return cell


def good_named(tick: Tick, text: str, *, coin: bool = False) -> str:
    """The name of the good that is meant; COIN for money where `coin` is a good like any other. Raises Unknown."""
    if coin and key(text) in _COINS:
        return COIN
    names = [good.name for good in tick.setting.goods]
    wanted = key(text)
    for written in (wanted, f"{wanted}s", wanted.removesuffix("s"), wanted.removesuffix("es")):
        for name in names:
            if written and key(name) == written:
                return name
    raise Unknown(f"there is no good {short(text)!r}.{_nearest(text, [*names, COIN] if coin else names)}")


def ability_named(tick: Tick, text: str) -> str:
    """The name of the ability that is meant. Raises Unknown."""
    names = [ability.name for ability in tick.setting.abilities]
    found = _called(text, names)
    if len(found) == 1:
        return names[found[0]]
    raise Unknown(f"there is no ability {short(text)!r}.{_nearest(text, names)}")


def kind_named(tick: Tick, text: str) -> str:
    """The name of the kind of life that is meant (`wolf`, `the wolves`); empty if none."""
    wanted = key(text)
    singular = (wanted, wanted.removesuffix("s"), wanted.removesuffix("ves") + "f")
    return next((kind.name for kind in tick.setting.kinds if wanted and key(kind.name) in singular), "")


def life_numbered(tick: Tick, text: str) -> int:
    """The id of the life that `#id` stands for; NOBODY if the text is none. Raises Unknown if it is gone."""
    match = _NUMBERED.fullmatch(text.strip()[:NAME_MAX])
    if match is None:
        return NOBODY
    if tick.lives.row(int(match[1])) == NOBODY:
        raise Unknown(f"there is no life {match[0]}")
    return int(match[1])


def thing_named(tick: Tick, text: str) -> str:
    """What a text is about, by its own name where it is a person, a place or a good; otherwise as it was written."""
    whole: tuple[Sequence[str], ...] = (
        [person.name for person in tick.state.people],
        [place.name for place in tick.setting.places],
        [good.name for good in tick.setting.goods],
    )
    for names in whole:
        found = _called(text, names)
        if len(found) == 1:
            return names[found[0]]
    return clean(text)


def _called(text: str, names: Sequence[str]) -> list[int]:
    """The numbers of the names that a text may mean: written out, or by a word that is one of theirs."""
    wanted = key(text)
    if not wanted:
        return []
    keys = [key(name) for name in names]
    same = [number for number, name in enumerate(keys) if name == wanted]
    return same or [number for number, name in enumerate(keys) if wanted in name.split()]


def _own_place(tick: Tick, text: str, row: int) -> int:
    wanted = key(text)
    if wanted in ("home", "house"):
        return int(tick.lives.home[row])
    if wanted in ("work", "workplace"):
        return int(tick.lives.work[row])
    return NOBODY


def _nearest_place(tick: Tick, numbers: Sequence[int], row: int) -> int:
    if row == NOBODY:
        return numbers[0]
    x, y, width = int(tick.lives.x[row]), int(tick.lives.y[row]), tick.ground.width

    def away(number: int) -> tuple[int, int]:
        there_y, there_x = divmod(int(tick.ground.anchor[number]), width)
        return max(abs(there_x - x), abs(there_y - y)), number

    return min(numbers, key=away)


def _nearest(text: str, names: Iterable[str]) -> str:
    """A hint at what is there, first by whole names, then by the words of them."""
    whole = [str(name) for name in names]
    wanted = key(text)
    by_key: dict[str, str] = {}
    for name in sorted(whole, reverse=True):
        by_key |= dict.fromkeys((*key(name).split(), key(name)), name)
    near = difflib.get_close_matches(wanted, list(by_key), n=1, cutoff=NEAR)
    return f" Did you mean {by_key[near[0]]!r}?" if near else did_you_mean(wanted, whole)
