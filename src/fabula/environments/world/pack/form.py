"""The form of a world's pack: what the types in `fabula.environments.world.setting` leave open."""

import re
from collections.abc import Mapping

from fabula.environments.pack import Form, Meaning
from fabula.environments.world.components import FULL, LIVES_MAX
from fabula.environments.world.setting import (
    Ability,
    Faction,
    Good,
    Herd,
    Kind,
    MapRecipe,
    Place,
    PlaceKind,
    Resident,
    WorldSetting,
)
from fabula.errors import UsageError
from fabula.forge.maps import SIDE_MAX

TICKS_MAX = 10_000_000
"""Of one run: eleven days and a half at ten a second."""
PEOPLE_MAX = 500
TICK_S_MAX = 3600
PENCE_MAX = 1_000_000
PIECES_MAX = 1_000_000
"""Of one good at one place."""
CARRIED_MAX = 1000
"""Of one good by one life."""
RATE_MAX = 100_000
"""Hundredths of a thousandth: a need that is full after one tick."""
SIDE_MIN = 16
"""Cells along a side of a map that is made."""

KINDS = {
    "people": "person",
    "places": "place",
    "factions": "faction",
    "goods": "good",
    "place_kinds": "kind of place",
    "kinds": "kind",
    "abilities": "ability",
}
"""The lists of a pack whose entries have names, and what one entry is called."""
APART = ("goods", "place_kinds", "kinds", "abilities")
"""Lists whose names need to differ only from one another: no two people, places and factions are called the same."""
RESERVED = ("keeper", "coin")
"""Names that mean something else: `coin` is the money that anybody carries."""


def _name(*kinds: str, length_max: int | None = None) -> Meaning:
    return Meaning(names=kinds, length_max=length_max)


def _within(low: int, high: int) -> Meaning:
    return Meaning(low=low, high=high)


def _at_most(entries: int) -> Meaning:
    return Meaning(length_max=entries)


_SHARE, _HOUR, _PENCE = _within(0, 100), _within(0, 24), _within(0, PENCE_MAX)
_THOUSANDTHS, _RATE, _TICKS = _within(0, FULL), _within(0, RATE_MAX), _within(1, TICKS_MAX)
_GOOD, _PLACE, _FACTION, _KIND = _name("good"), _name("place"), _name("faction"), _name("kind")
_CARRIED = Meaning(names=("good",), low=0, high=CARRIED_MAX)

_MEANINGS: Mapping[type, Mapping[str, Meaning]] = {
    WorldSetting: {
        "ticks": _TICKS,
        "tick_s": _within(1, TICK_S_MAX),
        "begins_h": _within(0, 23),
        "goods": _at_most(32),
        "place_kinds": _at_most(100),
        "places": _at_most(1000),
        "factions": _at_most(200),
        "kinds": _at_most(200),
        "herds": _at_most(1000),
        "people": _at_most(PEOPLE_MAX),
        "abilities": _at_most(16),
        "systems": _at_most(32),
        "thinking_ticks": _within(0, 100_000),
        "ponder_ticks": _within(0, TICKS_MAX),
        "digest_every": _TICKS,
        "tally_every": _TICKS,
        "sight": _within(1, 32),
        "wary": _within(1, 5),
        "lexicon": _at_most(500),
    },
    MapRecipe: {"width": _within(SIDE_MIN, SIDE_MAX), "height": _within(SIDE_MIN, SIDE_MAX), "seed": _within(0, 2**62)},
    Good: {
        "price": _within(1, PENCE_MAX),
        "food": _THOUSANDTHS,
        "weight": _within(0, 1000),
        "heals": _THOUSANDTHS,
        "harm": _THOUSANDTHS,
    },
    PlaceKind: {
        "makes": _GOOD,
        "of": _GOOD,
        "ticks_a_piece": _TICKS,
        "wage": _PENCE,
        "opens_h": _HOUR,
        "closes_h": _HOUR,
    },
    Place: {
        "kind": _name("kind of place"),
        "owner": _name("person", "faction"),
        "stock": Meaning(names=("good",), low=0, high=PIECES_MAX),
        "till": _within(0, 1000 * PENCE_MAX),
        "sells": _GOOD,
    },
    Faction: {"stances": Meaning(names=("faction",), low=-100, high=100)},
    Kind: {
        "strike": _THOUSANDTHS,
        "carries": _within(0, 30_000),
        "eats": _GOOD,
        "hungers": _RATE,
        "tires": _RATE,
        "lonely": _RATE,
        "births": _within(0, 1000),
        "abilities": _name("ability"),
        **dict.fromkeys(("boldness", "diligence", "warmth", "greed", "honesty"), _SHARE),
    },
    Herd: {
        "kind": _KIND,
        "faction": _FACTION,
        "count": _within(1, LIVES_MAX),
        "home": _name("place", "kind of place"),
        "work": _name("place", "kind of place"),
        "coin": _PENCE,
        "goods": _CARRIED,
    },
    Resident: {
        "kind": _KIND,
        "faction": _FACTION,
        "home": _PLACE,
        "work": _PLACE,
        "at": _within(0, SIDE_MAX),
        "coin": _PENCE,
        "goods": _CARRIED,
        "bonds": Meaning(names=("person",), low=-100, high=100),
        "wakes_h": _within(0, 23),
        "sleeps_h": _HOUR,
    },
    Ability: {
        "power": _within(1, FULL),
        "reach": _within(0, 8),
        "energy": _THOUSANDTHS,
        "cooldown_ticks": _within(0, TICKS_MAX),
    },
}

_NAMED: tuple[type, ...] = (Place, Faction, Good, PlaceKind, Kind, Ability)

FORM = Form(
    meanings=_MEANINGS,
    keys={(WorldSetting, "pack"): "name", (Resident, "persona"): "sheet"},
    not_keys={(WorldSetting, "map"), (WorldSetting, "about"), (WorldSetting, "prompts")},
    other_keys={
        WorldSetting: ("environment", "summary", "about", "days", "map"),
        Resident: ("id", "name"),
        **dict.fromkeys(_NAMED, ("id",)),
    },
)


def checked_ticks(ticks: int | str) -> int:
    """A number of ticks somebody asked for. Raises UsageError if it is no whole number from 1 to TICKS_MAX."""
    number = int(ticks) if isinstance(ticks, int) or re.fullmatch(r"[-+]?[0-9]{1,9}", ticks.strip()) else 0
    if not 1 <= number <= TICKS_MAX:
        raise UsageError(f"ticks: a whole number from 1 to {TICKS_MAX:,} is needed, not {ticks!r}.")
    return number
