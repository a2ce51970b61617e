"""Who is near whom, who sees what, how far it is, and what living does: each against a plain way of finding out."""

import numpy as np
import pytest
from tests.environments.world.worlds import Trial, a_map, a_person, a_setting

from fabula.environments.world.components import COMPONENTS, FULL, NOBODY, Intent
from fabula.environments.world.fields import Fields
from fabula.environments.world.ground import Ground
from fabula.environments.world.happenings import Cause, What
from fabula.environments.world.kernels.flow import FAR
from fabula.environments.world.kernels.senses import NO_DISTANCE
from fabula.environments.world.kernels.sight import sees, within
from fabula.environments.world.setting import Faction, Herd, Kind
from fabula.environments.world.systems import index, needs, perception
from fabula.environments.world.systems.index import rows_near
from fabula.environments.world.systems.needs import due
from fabula.environments.world.tick import Tick

MEADOW = "\n".join(["." * 43] * 31)
WARRING = (
    Faction(name="Town", stances={"Raiders": -80}),
    Faction(name="Raiders", stances={"Town": -80, "Wolves": -60}),
    Faction(name="Wolves", stances={"Town": -100, "Raiders": -100}),
    Faction(name="Monks"),
)


def a_crowd(*, each: int = 60, seed: int = 7) -> Trial:
    """Four factions on a meadow, a hundred of them in one cell."""
    herds = [Herd(kind="villager", faction=faction.name, count=each) for faction in WARRING]
    trial = Trial(a_setting(herds=herds, drawing=MEADOW, factions=WARRING), seed=seed)
    lives = trial.state.lives
    lives.x[: 4 * each : 3], lives.y[: 4 * each : 3] = 20, 11
    lives.asleep[: 4 * each : 7] = 1
    return trial


def perceived(trial: Trial) -> Tick:
    tick = trial.tick()
    index.run(tick)
    perception.run(tick)
    return tick


@pytest.mark.parametrize("seed", [1, 2])
def test_everyone_awake_knows_the_nearest_foe_and_how_many_are_near(seed: int) -> None:
    tick = perceived(a_crowd(seed=seed))
    lives, scratch, stance = tick.lives, tick.scratch, tick.state.stance
    for row in range(lives.count):
        across = lives.x[: lives.count].astype(int) - lives.x[row]
        down = lives.y[: lives.count].astype(int) - lives.y[row]
        squares = across**2 + down**2
        foes = stance[lives.faction[row]][lives.faction[: lives.count]] < -50
        near = squares <= tick.setting.wary**2
        if lives.asleep[row]:
            assert (scratch["foe"][row], scratch["foes"][row], scratch["company"][row]) == (NOBODY, 0, 0)
            continue
        assert scratch["foes"][row] == (near & foes).sum()
        assert scratch["company"][row] == (near & ~foes).sum() - 1
        if not (near & foes).any():
            assert (scratch["foe"][row], scratch["foe_distance"][row]) == (NOBODY, NO_DISTANCE)
        else:
            assert scratch["foe_distance"][row] == squares[near & foes].min() == squares[scratch["foe"][row]]
            assert foes[scratch["foe"][row]]


def test_a_world_without_factions_has_no_foes() -> None:
    trial = Trial(a_setting(herds=[Herd(kind="villager", count=50)], drawing=MEADOW, factions=()))
    assert (perceived(trial).scratch["foe"] == NOBODY).all()


def test_the_rows_near_a_cell_are_found() -> None:
    tick = perceived(a_crowd())
    lives = tick.lives
    x, y = lives.x[: lives.count].astype(int), lives.y[: lives.count].astype(int)
    for cell in ((20, 11), (0, 0), (42, 30)):
        near = np.flatnonzero((abs(x - cell[0]) <= 4) & (abs(y - cell[1]) <= 4))
        assert rows_near(tick, *cell, 4) == near.tolist()


def test_rows_are_put_in_the_order_of_the_map_and_ids_stay_what_they_are() -> None:
    trial = a_crowd()
    lives = trial.state.lives
    lives.coin[: lives.count] = lives.id[: lives.count] * 3
    lives.goods[: lives.count, 1] = lives.id[: lives.count] % 7
    was = {life: (lives.x[row], lives.y[row]) for row, life in enumerate(lives.id[: lives.count].tolist())}
    tick = perceived(trial)
    assert tick.now % index.ARRANGE_EVERY == 0
    assert tick.scratch["bin_rows"].tolist() == list(range(lives.count))
    for life, place in was.items():
        row = lives.row(life)
        assert (lives.id[row], lives.x[row], lives.y[row]) == (life, *place)
        assert (lives.coin[row], lives.goods[row, 1]) == (life * 3, life % 7)


def test_every_component_is_arranged() -> None:
    trial = a_crowd()
    lives = trial.state.lives
    before = {name: getattr(lives, name)[: lives.count].copy() for name in COMPONENTS}
    perceived(trial)
    order = lives.id[: lives.count]
    for name, column in before.items():
        assert (getattr(lives, name)[: lives.count] == column[order]).all(), name


WALLED = a_map(
    """
    ..........
    ...##.....
    ....#...#.
    ..#.......
    .....#....
    """
)


def test_sight_is_the_same_from_both_ends() -> None:
    opaque = WALLED.opaque().reshape(-1).astype(np.uint8)
    cells = [(x, y) for y in range(WALLED.height) for x in range(WALLED.width)]
    for one in cells:
        for other in cells:
            assert sees(opaque, WALLED.width, *one, *other) == sees(opaque, WALLED.width, *other, *one)


def test_nobody_sees_through_a_wall_or_beyond_their_sight() -> None:
    opaque = WALLED.opaque().reshape(-1).astype(np.uint8)
    assert not sees(opaque, WALLED.width, 2, 1, 6, 1)
    assert sees(opaque, WALLED.width, 2, 1, 3, 1), "the wall itself is seen"
    xs, ys = np.array([2, 6, 4, 9], dtype=np.int16), np.array([1, 1, 4, 4], dtype=np.int16)
    assert within(opaque, WALLED.width, xs, ys, 6, 2, 3).tolist() == [False, True, True, False]


def ground_of(drawing: str) -> Ground:
    return Ground(a_setting(drawing=drawing), a_map(drawing))


def plain_distances(ground: Ground, sources: list[int]) -> list[int]:
    """By walking on until nothing gets nearer."""
    far = [0 if cell in sources else FAR for cell in range(len(ground.cost))]
    changed = True
    while changed:
        changed = False
        for cell in range(len(far)):
            x, y = cell % ground.width, cell // ground.width
            for across, down in ((1, 0), (0, 1), (-1, 0), (0, -1), (1, 1), (-1, 1), (-1, -1), (1, -1)):
                if not (0 <= x + across < ground.width and 0 <= y + down < ground.height) or not ground.cost[cell]:
                    continue
                to = cell + down * ground.width + across
                if not (ground.cost[to] and ground.cost[cell + across] and ground.cost[cell + down * ground.width]):
                    continue
                if far[to] + int(ground.cost[to]) < far[cell]:
                    far[cell], changed = far[to] + int(ground.cost[to]), True
    return far


def test_a_field_holds_the_least_ticks_to_a_place() -> None:
    ground = ground_of("..^^...#..\n..^^.#.#.h\n.^^^.#.#.h\n.....#.#..\n.##.....^.\n...#.....#")
    fields = Fields(ground)
    fields.tick_began()
    assert fields.distances[fields.of_place(0)].tolist() == plain_distances(ground, ground.place_cells[0].tolist())
    assert fields.distances[fields.of_cell(2)].tolist() == plain_distances(ground, [2])


def test_what_fields_give_does_not_depend_on_what_was_kept() -> None:
    ground = ground_of("..........\n..........\n..........")
    worn, new = Fields(ground, most=3), Fields(ground, most=3)
    for cell in (3, 9, 14, 22, 3, 1):
        worn.tick_began()
        worn.of_cell(cell)
    worn.tick_began()
    for cell in (7, 14, 3, 25, 7):
        slots = worn.of_cell(cell), new.of_cell(cell)
        assert (slots[0] == NOBODY) == (slots[1] == NOBODY) == (cell == 25)
        if cell != 25:
            assert (worn.distances[slots[0]] == new.distances[slots[1]]).all()


@pytest.mark.parametrize("rate", [0, 1, 7, 99, 100, 250])
def test_rates_in_hundredths_are_exact(rate: int) -> None:
    added = [int(due(np.array([rate], dtype=np.int32), now)[0]) for now in range(37, 237)]
    assert sum(added) == 2 * rate
    assert max(added) - min(added) <= 1


def live(trial: Trial, ticks: int) -> list[tuple[int, int, int]]:
    """Needs alone, for so many ticks; what was noted, who, and its first number."""
    noted = []
    for _ in range(ticks):
        tick = trial.tick()
        needs.run(tick)
        noted += [(one.what, one.who, one.a) for one in tick.happenings]
        trial.state.tick += 1
    return noted


def test_hunger_and_fatigue_grow_as_the_kind_says() -> None:
    trial = Trial(a_setting(a_person("Ada")))
    lives, row = trial.state.lives, trial.row("Ada")
    lives.hunger[row], lives.energy[row] = 0, 0
    live(trial, 100)
    assert (lives.hunger[row], lives.fatigue[row], lives.energy[row]) == (30, 20, 50)


def test_the_starving_die_of_it_once() -> None:
    kinds = (Kind(name="villager", hungers=2_000),)
    trial = Trial(a_setting(a_person("Ada"), kinds=kinds, abilities=()))
    lives, row = trial.state.lives, trial.row("Ada")
    lives.hunger[row], lives.health[row] = 700, 40
    noted = live(trial, 60)
    assert noted == [(What.WENT_HUNGRY, 0, 0), (What.DIED, 0, Cause.HUNGER)]
    assert (lives.health[row], lives.hunger[row]) == (0, FULL)


def test_wounds_of_the_fed_heal() -> None:
    trial = Trial(a_setting(a_person("Ada")))
    lives, row = trial.state.lives, trial.row("Ada")
    lives.health[row], lives.hunger[row] = 500, 0
    live(trial, 100)
    assert lives.health[row] == 500 + needs.HEALS


def test_who_means_to_sleep_falls_asleep_at_home_and_wakes_rested() -> None:
    trial = Trial(a_setting(a_person("Ada")))
    lives, row = trial.state.lives, trial.row("Ada")
    lives.intent[row], lives.fatigue[row], lives.hunger[row] = Intent.SLEEP, 100, 0
    home = int(lives.x[row]), int(lives.y[row])
    trial.put("Ada", 0, 0)
    assert live(trial, 5) == []
    trial.put("Ada", *home)
    assert live(trial, 2)[0] == (What.FELL_ASLEEP, 0, 0)
    assert live(trial, 300) == [(What.WOKE, 0, 0)]
    assert (lives.asleep[row], lives.intent[row]) == (0, Intent.REST)


def test_solitude_grows_alone_and_ebbs_in_company() -> None:
    trial = Trial(a_setting(a_person("Ada"), a_person("Tom", home="Kiln House")))
    lives, ada = trial.state.lives, trial.row("Ada")
    for _ in range(100):
        perceived(trial)
        trial.state.tick += 1
    assert lives.solitude[trial.row("Ada")] == 20
    trial.put("Tom", int(lives.x[ada]), int(lives.y[ada]))
    for _ in range(25):
        perceived(trial)
        trial.state.tick += 1
    assert lives.solitude[trial.row("Ada")] == 10
