"""The opening: where those without names stand at the start."""

import pytest
from tests.environments.world.worlds import a_person, a_setting

from fabula.engine.chance import Chance
from fabula.environments.world.setting import Herd
from fabula.environments.world.state import WorldState
from fabula.environments.world.world import World
from fabula.errors import UsageError


def opened(*herds: Herd, seed: int = 7) -> tuple[World, WorldState]:
    world = World(a_setting(a_person("Ada"), herds=herds))
    return world, world.begin(Chance(seed))


def cells(world: World, state: WorldState, *, faction: int) -> list[int]:
    """Where the nameless of a faction stand."""
    lives = state.lives
    rows = [row for row in range(lives.count) if lives.faction[row] == faction and lives.seat[row] < 0]
    return [world.ground.cell(int(lives.x[row]), int(lives.y[row])) for row in rows]


def distance(world: World, cell: int, place: str) -> int:
    number = world.catalogue.place[place]
    (y, x), (home_y, home_x) = divmod(cell, world.ground.width), divmod(int(world.ground.anchor[number]), 24)
    return (y - home_y) ** 2 + (x - home_x) ** 2


def test_a_herd_with_a_home_and_no_region_stands_on_the_free_cells_nearest_to_it() -> None:
    world, state = opened(Herd(kind="villager", faction="Town", count=30, home="the Crow"))
    stand = cells(world, state, faction=0)
    taken = {world.ground.cell(int(state.lives.x[0]), int(state.lives.y[0]))}
    free = [cell for cell in range(len(world.ground.cost)) if world.ground.cost[cell] and cell not in taken]
    nearest = sorted(free, key=lambda cell: (distance(world, cell, "the Crow"), cell))[:30]
    assert sorted(stand) == sorted(nearest)


def test_of_several_homes_of_a_kind_each_has_its_neighbours() -> None:
    world, state = opened(Herd(kind="villager", faction="Town", count=20, home="home"))
    nearer = ["Elm House", "Kiln House"]
    for cell, row in zip(cells(world, state, faction=0), range(1, 21), strict=True):
        home = min(nearer, key=lambda place: distance(world, cell, place))
        assert world.setting.places[state.lives.home[row]].name == home
    assert {world.setting.places[number].name for number in state.lives.home[1:21].tolist()} == set(nearer)


def test_two_herds_of_one_home_share_no_cell() -> None:
    herd = Herd(kind="villager", faction="Town", count=25, home="the Crow")
    world, state = opened(herd, herd)
    stand = cells(world, state, faction=0)
    assert len(set(stand)) == len(stand) == 50


def test_a_herd_without_home_or_region_is_wherever_chance_has_it() -> None:
    herd = Herd(kind="wolf", faction="Raiders", count=12)
    one, other = (cells(*opened(herd, seed=seed), faction=1) for seed in (7, 8))
    assert one != other
    assert one == cells(*opened(herd, seed=7), faction=1)


def test_a_region_counts_before_a_home() -> None:
    world, state = opened(Herd(kind="villager", faction="Town", count=10, home="the Crow", region="f"))
    field = world.ground.map.region("f")
    assert field is not None
    assert set(cells(world, state, faction=0)) <= set(field.cells)


def test_more_lives_than_there_is_room_for_are_refused() -> None:
    with pytest.raises(UsageError, match=r"herd of villager: 5,000 lives, but \d+ free cells"):
        opened(Herd(kind="villager", faction="Town", count=5000, home="the Crow"))
