"""What has to hold for a world's setting as a whole, and what an author is likely not to have meant."""

import re
from collections import deque
from collections.abc import Iterator
from importlib import metadata

import msgspec
import numpy as np

from fabula.environments.pack import PackNames, Report
from fabula.environments.world.components import LIVES_MAX
from fabula.environments.world.setting import Resident, WorldSetting
from fabula.errors import UsageError, did_you_mean
from fabula.forge.maps import Map
from fabula.packs import checked_name
from fabula.yaml_text import KeyPath

SYSTEMS = "fabula.systems"
"""The entry point group of systems from outside."""
_WALKED_CELLS_MAX = 250_000
"""Of a map on which ways are looked for: a quarter of a second's worth."""
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


def check(setting: WorldSetting, names: PackNames, report: Report) -> WorldSetting:
    """Tell the report what is wrong with a setting whose references all lead somewhere; returns it with the names in
    grudges written out.
    """
    _check_name(setting, report)
    _check_systems(setting, report)
    _check_lives(setting, report)
    _check_looks(setting, report)
    _check_trades(setting, report)
    _check_homes(setting, report)
    if isinstance(setting.map, Map):
        _check_ground(setting, setting.map, report)
    people = tuple(_with_grudge(person, number, names, report) for number, person in enumerate(setting.people))
    return msgspec.structs.replace(setting, people=people)


def _check_name(setting: WorldSetting, report: Report) -> None:
    try:
        checked_name(setting.pack)
    except UsageError as error:
        report.fault(("name",), str(error))


def _check_systems(setting: WorldSetting, report: Report) -> None:
    known = metadata.entry_points(group=SYSTEMS).names
    for number, system in enumerate(setting.systems):
        path = ("systems", number)
        if system not in known:
            report.fault(path, f"no system {system!r} is installed.{did_you_mean(system, known)}")
        elif system in setting.systems[:number]:
            report.fault(path, f"{system!r} stands here already.")


def _check_lives(setting: WorldSetting, report: Report) -> None:
    count = len(setting.people) + sum(herd.count for herd in setting.herds)
    if not setting.kinds:
        report.fault(("kinds",), "a world needs at least one kind of life, and here is none.")
    if not count:
        report.fault((), "nobody lives here: give it 'people' or 'herds'.")
    if count > LIVES_MAX:
        report.fault(("herds",), f"{count:,} lives in all: a world holds {LIVES_MAX:,} at most.")
    elif count > setting.map.width * setting.map.height:
        cells = setting.map.width * setting.map.height
        report.fault(("herds",), f"{count:,} lives in all do not fit on {cells:,} cells: one to a cell.")
    homeless = [("herds", number) for number, herd in enumerate(setting.herds) if not herd.faction]
    homeless += [("people", number) for number, person in enumerate(setting.people) if not person.faction]
    for path in homeless if setting.factions else ():
        report.warn(path, f"no faction is given, so it is the first: {setting.factions[0].name!r}.")


def _check_looks(setting: WorldSetting, report: Report) -> None:
    for number, faction in enumerate(setting.factions):
        if not _COLOUR.fullmatch(faction.colour):
            report.fault(("factions", number, "colour"), f"{faction.colour!r} is no colour. Write it like '#a04020'.")
        if faction.name in faction.stances:
            report.fault(("factions", number, "stances"), f"{faction.name!r} has no stance to itself. Take it out.")
    for number, kind in enumerate(setting.kinds):
        if len(kind.glyph) != 1 or not kind.glyph.isprintable():
            report.fault(("kinds", number, "glyph"), f"{kind.glyph!r}: one character is needed.")


def _check_trades(setting: WorldSetting, report: Report) -> None:
    foods = {good.name for good in setting.goods if good.food}
    for number, kind in enumerate(setting.kinds):
        if wrong := [good for good in kind.eats if good not in foods]:
            report.warn(("kinds", number, "eats"), f"{wrong[0]!r} stills no hunger: its 'food' is 0.")
        if kind.hungers and not kind.forages and not foods:
            report.warn(("kinds", number), f"a {kind.name} hungers, and there is nothing to eat.")
    made = {kind.makes for kind in setting.place_kinds} | {good for place in setting.places for good in place.stock}
    for number, place_kind in enumerate(setting.place_kinds):
        path = ("place_kinds", number)
        if place_kind.of and place_kind.of == place_kind.makes:
            report.fault((*path, "of"), f"{place_kind.of!r} cannot be made of itself.")
        elif place_kind.of and not place_kind.makes:
            report.fault((*path, "of"), f"nothing is made of the {place_kind.of}: 'makes' is missing.")
        elif place_kind.of and place_kind.of not in made:
            report.warn((*path, "of"), f"nobody makes {place_kind.of!r}, and no place has any.")
    for number, place in enumerate(setting.places):
        if idle := sorted(set(place.sells) - made):
            report.warn(("places", number, "sells"), f"nobody makes {idle[0]!r}, and no place has any.")


def _check_homes(setting: WorldSetting, report: Report) -> None:
    uses = {kind.name: kind.use for kind in setting.place_kinds}
    place_uses = {place.name: uses[place.kind] for place in setting.places}
    for number, person in enumerate(setting.people):
        path = ("people", number)
        if not person.home and person.at is None:
            report.warn(path, f"{person.persona.name} has no home and starts wherever chance has it.")
        elif person.home and place_uses[person.home] != "home":
            report.warn((*path, "home"), f"{person.home!r} is no home: its use is {place_uses[person.home]!r}.")
        if person.persona.name in person.bonds:
            report.fault((*path, "bonds"), f"{person.persona.name!r} has no bond with themselves. Take it out.")
        if person.wakes_h == person.sleeps_h % 24:
            report.fault((*path, "sleeps_h"), f"nobody sleeps and wakes at the same hour, {person.wakes_h}.")


def _check_ground(setting: WorldSetting, made: Map, report: Report) -> None:
    costs = made.costs().reshape(-1)
    cells = {region.name: [cell for cell in region.cells if costs[cell]] for region in made.regions}
    taken: dict[str, str] = {}
    for number, place in enumerate(setting.places):
        path: KeyPath = ("places", number, *(("region",) if place.region else ()))
        region = place.region or place.name
        if region not in cells:
            report.fault(path, f"the map has no region {region!r}.{did_you_mean(region, cells)}")
        elif not cells[region]:
            report.fault(path, f"nobody can stand anywhere in the region {region!r}.")
        elif taken.setdefault(region, place.name) != place.name:
            report.fault(path, f"the region {region!r} is {taken[region]!r} already.")
    for number, herd in enumerate(setting.herds):
        path = ("herds", number, *(("region",) if herd.region else ()))
        if herd.region and herd.region not in cells:
            report.fault(path, f"the map has no region {herd.region!r}.{did_you_mean(herd.region, cells)}")
        elif herd.region and len(cells[herd.region]) < herd.count:
            room = len(cells[herd.region])
            report.fault(path, f"{herd.count:,} lives in {herd.region!r}, which has room for {room:,}.")
    for number, person in enumerate(setting.people):
        if person.at is not None:
            x, y = person.at
            if not (x < made.width and y < made.height):
                report.fault(("people", number, "at"), f"{x}, {y} is not on the map of {made.width} x {made.height}.")
            elif not costs[y * made.width + x]:
                report.fault(("people", number, "at"), f"nobody can stand at {x}, {y}.")
    if not report.faults and len(costs) <= _WALKED_CELLS_MAX:
        _check_ways(setting, made, cells, report)


def _check_ways(setting: WorldSetting, made: Map, cells: dict[str, list[int]], report: Report) -> None:
    """Warn of places that cannot be walked to from the first."""
    if not setting.places:
        return
    first = setting.places[0]
    reached = _walked(made, cells[first.region or first.name][0])
    for number, place in enumerate(setting.places):
        if not reached[cells[place.region or place.name]].any():
            report.warn(("places", number), f"nobody can walk to {place.name!r} from {first.name!r}.")


def _walked(made: Map, start: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which cells can be walked to, from one to the next beside it."""
    free = made.costs().reshape(-1) > 0
    reached = np.zeros(len(free), dtype=np.bool_)
    reached[start] = True
    waiting = deque([start])
    while waiting:
        for cell in _beside(waiting.popleft(), made.width, len(free)):
            if free[cell] and not reached[cell]:
                reached[cell] = True
                waiting.append(cell)
    return reached


def _beside(cell: int, width: int, count: int) -> Iterator[int]:
    if cell % width:
        yield cell - 1
    if (cell + 1) % width:
        yield cell + 1
    if cell >= width:
        yield cell - width
    if cell + width < count:
        yield cell + width


def _with_grudge(person: Resident, number: int, names: PackNames, report: Report) -> Resident:
    """The person with the name in their grudge as it is written elsewhere."""
    if not person.grudge:
        return person
    path = ("people", number, "grudge")
    word, colon, about = person.grudge.partition(":")
    whom = names.find(["person"], word)
    if not colon or not about.strip():
        report.fault(path, f"{person.grudge!r}: write against whom and about what, 'Name: what they did'.")
    elif whom is None:
        report.fault(path, names.unknown(["person"], word))
    elif whom == person.persona.name:
        report.fault(path, "nobody bears themselves a grudge. Take it out.")
    return msgspec.structs.replace(person, grudge=f"{whom}: {about.strip()}")
