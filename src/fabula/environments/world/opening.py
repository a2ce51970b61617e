"""The opening: the first state of a world, from its setting and the run's chance."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fabula.agents.drives import Drive, drives
from fabula.agents.persona import Persona
from fabula.engine.chance import Chance
from fabula.engine.values import AgentId
from fabula.environments.world.catalogue import Catalogue
from fabula.environments.world.components import FULL, NOBODY
from fabula.environments.world.ground import Ground
from fabula.environments.world.setting import Herd, Place, Resident, WorldSetting
from fabula.environments.world.state import Person, WorldState
from fabula.errors import UsageError

FOOD_MAX = 8
"""Pieces of wild food that a cell of fertility 100 holds."""
_REFLEXES = ("boldness", "diligence", "warmth", "greed", "honesty")
_SPREAD = 15
"""How far the reflexes of nameless lives lie about those of their kind, in percent."""


def first_state(setting: WorldSetting, catalogue: Catalogue, ground: Ground, chance: Chance) -> WorldState:
    """Everyone at their place before tick 0. Raises UsageError if somebody has no room to stand."""
    state = WorldState(
        goods=len(setting.goods),
        abilities=len(setting.abilities),
        places=len(setting.places),
        factions=len(setting.factions),
        cells=ground.width * ground.height,
    )
    state.stance[:] = catalogue.stance
    state.food[:] = ground.fertility.astype(np.int32) * FOOD_MAX // 100
    for number, place in enumerate(setting.places):
        state.till[number] = place.till
        for good, pieces in place.stock.items():
            state.stock[number, catalogue.good[good]] = pieces
    state.price[:] = catalogue.good_price
    state.told_price[:] = state.price
    for resident in setting.people:
        settle(state, resident, setting, catalogue, ground, chance)
    taken = np.zeros(ground.width * ground.height, dtype=np.bool_)
    taken[_cells(state, ground)] = True
    for number, herd in enumerate(setting.herds):
        _spread(state, herd, number, taken, setting, catalogue, ground, chance)
    return state


def settle(
    state: WorldState,
    resident: Resident,
    setting: WorldSetting,
    catalogue: Catalogue,
    ground: Ground,
    chance: Chance,
) -> Person:
    """Bring a person in, with a seat of their own."""
    lives = state.lives
    row = lives.add().start
    kind = resident.kind or setting.kinds[0].name
    lives.kind[row] = catalogue.kind[kind]
    lives.faction[row] = catalogue.faction.get(resident.faction, 0)
    lives.home[row] = catalogue.place.get(resident.home, NOBODY)
    lives.work[row] = catalogue.place.get(resident.work, NOBODY)
    lives.coin[row] = resident.coin
    for good, pieces in resident.goods.items():
        lives.goods[row, catalogue.good[good]] = pieces
    for name, percent in reflexes(resident.persona).items():
        getattr(lives, name)[row] = percent
    lives.y[row], lives.x[row] = divmod(_standing_place(resident, ground, chance, lives.home[row]), ground.width)
    lives.hunger[row] = chance.stream("hunger", resident.persona.name).integer(0, FULL // 4)
    lives.seat[row] = len(state.people)
    person = Person(
        name=AgentId(resident.persona.name), life=int(lives.id[row]), bonds=dict(sorted(resident.bonds.items()))
    )
    state.people.append(person)
    return person


def reflexes(persona: Persona) -> dict[str, int]:
    """The reflex profile of a persona, in percent, from its drives."""
    drive = drives(persona)
    caution, loyalty = drive[Drive.SELF_PRESERVATION], drive[Drive.DUTY]
    scruple = (loyalty + drive[Drive.COMPASSION] + 2 - drive[Drive.CUNNING] - drive[Drive.GREED]) / 4
    shares = (
        (drive[Drive.AGGRESSION] + 1 - caution) / 2,
        (drive[Drive.DUTY] + drive[Drive.AMBITION]) / 2,
        (drive[Drive.AFFECTION] + drive[Drive.COMPASSION]) / 2,
        drive[Drive.GREED],
        scruple,
    )
    return {name: round(100 * share) for name, share in zip(_REFLEXES, shares, strict=True)}


def _standing_place(resident: Resident, ground: Ground, chance: Chance, home: int) -> int:
    if resident.at is not None:
        return ground.cell(*resident.at)
    draw = chance.stream("start", resident.persona.name)
    if home != NOBODY:
        return int(draw.choice(ground.place_cells[home].tolist()))
    free = np.flatnonzero(ground.cost)
    return int(free[draw.integer(0, len(free) - 1)])


def _spread(
    state: WorldState,
    herd: Herd,
    number: int,
    taken: NDArray[np.bool_],
    setting: WorldSetting,
    catalogue: Catalogue,
    ground: Ground,
    chance: Chance,
) -> None:
    """Set the lives of a herd down, one a cell: in its region wherever chance has it, without one as near to its homes
    as there is room, without either anywhere.
    """
    draw = np.uint64(chance.stream("herd", str(number)).word())
    region = ground.map.region(herd.region)
    near = np.array(region.cells, dtype=np.int64) if region else np.arange(len(ground.cost), dtype=np.int64)
    free = near[(ground.cost[near] > 0) & ~taken[near]]
    if len(free) < herd.count:
        raise UsageError(f"herd of {herd.kind}: {herd.count:,} lives, but {len(free):,} free cells in {herd.region!r}")
    homes = [] if region else _places_named(herd.home, setting, catalogue)
    order = _distances(free, homes, ground) if homes else _scrambled(free, draw)
    cells = np.sort(free[_lowest(order, herd.count)])
    taken[cells] = True
    lives = state.lives
    rows = lives.add(herd.count)
    lives.y[rows], lives.x[rows] = np.divmod(cells, ground.width)
    kind = setting.kinds[catalogue.kind[herd.kind]]
    lives.kind[rows] = catalogue.kind[herd.kind]
    lives.faction[rows] = catalogue.faction.get(herd.faction, 0)
    lives.coin[rows] = herd.coin
    for good, pieces in herd.goods.items():
        lives.goods[rows, catalogue.good[good]] = pieces
    for salt, name in enumerate(_REFLEXES):
        shift = _scrambled(cells, draw + np.uint64(salt + 1)) % np.uint64(2 * _SPREAD + 1)
        getattr(lives, name)[rows] = np.clip(getattr(kind, name) + shift.astype(np.int64) - _SPREAD, 0, 100)
    lives.hunger[rows] = (_scrambled(cells, draw + np.uint64(9)) % np.uint64(FULL // 2)).astype(np.int16)
    lives.age[rows] = (_scrambled(cells, draw + np.uint64(10)) % np.uint64(20_000)).astype(np.int32)
    lives.home[rows] = _nearest(cells, herd.home, setting, catalogue, ground)
    lives.work[rows] = _nearest(cells, herd.work, setting, catalogue, ground)


def _scrambled(numbers: NDArray[np.int64], key: np.uint64) -> NDArray[np.uint64]:
    """A random 64-bit number for each (SplitMix64, as in kernels.mixing)."""
    bits = key + np.uint64(0x9E3779B97F4A7C15) * (numbers.astype(np.uint64) + np.uint64(1))
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: NDArray[np.uint64] = bits ^ (bits >> np.uint64(31))
    return mixed


def _lowest(order: NDArray[np.int64] | NDArray[np.uint64], count: int) -> NDArray[np.intp]:
    """Where the lowest numbers stand, so many of them; of equals the first."""
    if not 0 < count < len(order):
        return np.arange(min(count, len(order)))
    limit = np.partition(order, count - 1)[count - 1]
    among = np.flatnonzero(order <= limit)
    return among[np.argsort(order[among], kind="stable")[:count]]


def _distances(cells: NDArray[np.int64], places: Sequence[int], ground: Ground) -> NDArray[np.int64]:
    """For each cell the distance to the nearest of the places, squared."""
    best = np.full(len(cells), np.iinfo(np.int64).max)
    rows, columns = np.divmod(cells, ground.width)
    for number in places:
        row, column = divmod(int(ground.anchor[number]), ground.width)
        best = np.minimum(best, (rows - row) ** 2 + (columns - column) ** 2)
    return best


def _nearest(
    cells: NDArray[np.int64], named: str, setting: WorldSetting, catalogue: Catalogue, ground: Ground
) -> NDArray[np.int16]:
    """For each cell the nearest place of a name, or of a kind of places; NOBODY if none was named."""
    best = np.full(len(cells), np.iinfo(np.int64).max)
    nearest = np.full(len(cells), NOBODY, dtype=np.int16)
    for number in _places_named(named, setting, catalogue):
        distance = _distances(cells, [number], ground)
        nearest[distance < best] = number
        best = np.minimum(best, distance)
    return nearest


def _places_named(named: str, setting: WorldSetting, catalogue: Catalogue) -> list[int]:
    """The place of a name, or those of a kind; none if nothing is called so."""
    return [catalogue.place[named]] if named in catalogue.place else _of_kind(named, setting.places)


def _of_kind(named: str, places: Sequence[Place]) -> list[int]:
    return [number for number, place in enumerate(places) if named and place.kind == named]


def _cells(state: WorldState, ground: Ground) -> NDArray[np.int64]:
    lives = state.lives
    return lives.y[: lives.count].astype(np.int64) * ground.width + lives.x[: lives.count]
