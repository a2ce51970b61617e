"""What a village in matrices says of a world, as a pack would: its people, where they live, what its places are for.

A pack that takes its map from a village says whatever it likes itself; each list that it leaves out (`people`,
`places`, `place_kinds`, `goods`, `kinds`) is filled from here, as if it stood under `map:`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from fabula.agents.persona import Persona
from fabula.environments.pack import Report, entries, key
from fabula.environments.world.pack.form import PEOPLE_MAX
from fabula.forge.maps import Region
from fabula.forge.maps.village import Village, Villager
from fabula.yaml_text import KeyPath, Tree

_COIN = 200
_TILL = 400
_STOCK = 40
"""Pieces of food that each market begins with."""
_GOODS = (
    {"name": "meal", "price": 10, "food": 420},
    {"name": "groceries", "price": 6},
)
_KINDS = ({"name": "villager", "glyph": "o", "hungers": 14, "tires": 14, "lonely": 12},)
_HOME, _MARKET, _KITCHEN, _MEETING = "home", "market", "kitchen", "meeting"
_USES: tuple[tuple[str, str], ...] = (
    (_HOME, "home"),
    (_MARKET, "market grocery pharmacy store"),
    (_KITCHEN, "cafe bar tavern restaurant bakery"),
    (_MEETING, "park garden square well"),
)
"""Which kinds of regions are used as what; any other is a place of work."""
_PLACE_KINDS: Mapping[str, Mapping[str, Any]] = {
    _HOME: {"use": "home", "opens_h": 0, "closes_h": 0},
    _MARKET: {"use": "market", "opens_h": 7, "closes_h": 21},
    _KITCHEN: {
        "use": "work",
        "makes": "meal",
        "of": "groceries",
        "ticks_a_piece": 180,
        "wage": 3,
        "opens_h": 7,
        "closes_h": 22,
    },
    _MEETING: {"use": "meeting", "opens_h": 0, "closes_h": 0},
    "work": {"use": "work", "makes": "groceries", "ticks_a_piece": 180, "wage": 3, "opens_h": 8, "closes_h": 18},
}
"""No village says what its places make: so those that cook make meals, of what all others provide."""


def peopled(report: Report, village: Village) -> dict[KeyPath, Persona]:
    """Fill the lists that the report's tree leaves out; returns the personas of the people who come from the village,
    by their path.
    """
    personas = _named(report, village)
    if report.tree.value.get("people") is None:
        villagers = village.people[:PEOPLE_MAX]
        if len(villagers) < len(village.people):
            report.warn(("map",), f"of {len(village.people):,} villagers the first {PEOPLE_MAX} are read.")
        personas = {("people", number): villager.persona for number, villager in enumerate(villagers)}
        _fill(report, "people", (_person(villager, village) for villager in villagers))
    if report.tree.value.get("places") is None:
        _fill(report, "places", _places(village))
        _fill(report, "place_kinds", ({"name": name, **kind} for name, kind in _PLACE_KINDS.items()))
    _fill(report, "goods", _GOODS)
    _fill(report, "kinds", _KINDS)
    return personas


def _named(report: Report, village: Village) -> dict[KeyPath, Persona]:
    """The personas of those that the pack names: `name: Mira` in place of a sheet."""
    known = {key(villager.persona.name): villager.persona for villager in village.people}
    named = {}
    for path, entry in entries(report.tree.value, "people"):
        name = entry.get("name")
        if isinstance(name, str) and "sheet" not in entry and key(name) in known:
            named[path] = known[key(name)]
    return named


def _fill(report: Report, list_key: str, items: Iterable[Mapping[str, Any]]) -> None:
    if report.tree.value.get(list_key) is not None:
        return
    source, line = report.tree.marks[("map",)]
    tree = Tree(value=[dict(item) for item in items], source=source, marks={(): (source, line)})
    report.tree.value[list_key] = None
    report.tree = report.tree.grafted((list_key,), tree)


def _person(villager: Villager, village: Village) -> dict[str, Any]:
    """A villager as an entry of `people`."""
    entry: dict[str, Any] = {
        "name": villager.persona.name,
        "coin": _COIN,
        "goods": {"meal": 1},
        "wakes_h": villager.wakes_h,
    }
    entry["sleeps_h"] = villager.sleeps_h or 24
    if villager.home:
        entry["home"] = villager.home
    elif villager.x is not None and villager.y is not None:
        entry["at"] = [villager.x, villager.y]
    if work := _work(villager, village):
        entry["work"] = work
    return entry


def _work(villager: Villager, village: Village) -> str:
    """The place of work that is named first where a villager is told of; else one of all that there are, by turns, so
    that no trade is without hands.
    """
    trades = [region.name for region in _houses(village) if _use(region.kind) not in {_HOME, _MEETING}]
    words = f"{villager.learned} {villager.currently} {villager.plan}".casefold()
    said = [(words.find(trade.casefold()), trade) for trade in trades if trade.casefold() in words]
    if said:
        return min(said)[1]
    making = [region.name for region in _houses(village) if _use(region.kind) not in {_HOME, _MEETING, _MARKET}]
    return making[village.people.index(villager) % len(making)] if making else ""


def _places(village: Village) -> list[dict[str, Any]]:
    """The houses of a village, and the rooms in them where somebody lives."""
    lived_in = {villager.home for villager in village.people if villager.home}
    places: list[dict[str, Any]] = []
    for region in _houses(village):
        kind = _use(region.kind)
        if kind != _HOME:
            stocked = {"meal": _STOCK, "groceries": _STOCK} if kind == _MARKET else {}
            sells = ["meal"] if kind == _KITCHEN else []
            till = 0 if kind == _MEETING else _TILL
            places.append({"name": region.name, "kind": kind, "till": till, "stock": stocked, "sells": sells})
    return places + [{"name": home, "kind": _HOME} for home in sorted(lived_in)]


def _houses(village: Village) -> list[Region]:
    """The outermost regions where somebody can stand."""
    costs = village.map.costs().reshape(-1)
    return [region for region in village.map.regions if not region.inside and any(costs[cell] for cell in region.cells)]


def _use(kind: str) -> str:
    return next((use for use, kinds in _USES if kind in kinds.split()), "work")
