"""Where a step leads."""

import numpy as np
import pytest
from tests.environments.world.worlds import VILLAGE, Trial, a_person, a_setting

from fabula.environments.world.components import NOBODY, Intent
from fabula.environments.world.happenings import Happening, Hitch, What
from fabula.environments.world.setting import Herd
from fabula.environments.world.systems import index, movement

CORRIDOR = """
    ##############
    #............#
    ##############
"""


def move(trial: Trial, ticks: int = 1) -> list[Happening]:
    """Movement alone, for so many ticks; what was noted."""
    noted = []
    for _ in range(ticks):
        tick = trial.tick()
        index.run(tick)
        movement.run(tick)
        noted += list(tick.happenings)
        trial.state.tick += 1
    return noted


def alone(drawing: str, x: int, y: int, **more: object) -> Trial:
    """Ada, at a cell."""
    return Trial(a_setting(a_person("Ada", home="", work="", at=(x, y), **more), drawing=drawing))


def means(trial: Trial, name: str, intent: Intent, **about: int) -> None:
    """Give somebody an intent."""
    row = trial.row(name)
    trial.state.lives.intent[row] = intent
    for component, value in about.items():
        getattr(trial.state.lives, component)[row] = value


def at(trial: Trial, name: str) -> tuple[int, int]:
    row = trial.row(name)
    return int(trial.state.lives.x[row]), int(trial.state.lives.y[row])


def a_mob(seed: int) -> Trial:
    """A full village of two peoples at war, everyone about something else, some in the way of others."""
    herds = [Herd(kind="villager", faction="Town", count=70), Herd(kind="raider", faction="Raiders", count=40)]
    people = [a_person(name, home="", work="") for name in ("Ada", "Tom", "Mira")]
    trial = Trial(a_setting(*people, herds=herds), seed=seed)
    lives, count, draw = trial.state.lives, trial.state.lives.count, np.random.default_rng(seed)
    lives.intent[:count] = draw.integers(0, len(Intent), count)
    lives.target[:count] = draw.integers(-1, count, count)
    lives.field[:count] = draw.integers(-1, 5, count)
    lives.goal[:count] = draw.integers(-1, 24 * 13, count)
    lives.asleep[:count] = draw.integers(0, 8, count) == 0
    return trial


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nobody_is_on_a_wall_off_the_map_or_where_another_stands(seed: int) -> None:
    trial = a_mob(seed)
    lives, ground = trial.state.lives, trial.world.ground
    for _ in range(60):
        before = dict(zip(lives.id[: lives.count].tolist(), _cells(trial), strict=True))
        move(trial)
        cells = np.array(_cells(trial))
        assert ((lives.x[: lives.count] >= 0) & (lives.x[: lives.count] < ground.width)).all()
        assert ((lives.y[: lives.count] >= 0) & (lives.y[: lives.count] < ground.height)).all()
        assert (ground.cost[cells] > 0).all()
        opens = cells[ground.place_at[cells] == NOBODY]
        assert len(np.unique(opens)) == len(opens)
        for life, cell in zip(lives.id[: lives.count].tolist(), cells.tolist(), strict=True):
            across = abs(cell % ground.width - before[life] % ground.width)
            assert max(across, abs(cell // ground.width - before[life] // ground.width)) <= 1


def _cells(trial: Trial) -> list[int]:
    lives = trial.state.lives
    cells: list[int] = (lives.y[: lives.count].astype(int) * trial.world.ground.width + lives.x[: lives.count]).tolist()
    return cells


def test_what_was_kept_from_before_changes_nothing() -> None:
    """A state restored from a snapshot moves as one that went on."""
    going, began = a_mob(5), a_mob(5)
    move(going, 20)
    began.state = began.world.restore(going.world.snapshot(going.state))
    move(going, 20)
    move(began, 20)
    assert going.world.snapshot(going.state) == began.world.snapshot(began.state)


def test_whoever_follows_a_field_comes_to_its_place_and_that_is_noted_once() -> None:
    trial = alone(VILLAGE, 23, 12)
    means(trial, "Ada", Intent.SLEEP, field=0)
    noted = move(trial, 40)
    assert trial.world.ground.place_at[_cells(trial)[0]] == 0
    assert [(one.what, one.other) for one in noted if one.other == 0] == [(What.ARRIVED, 0)]


def test_sleep_leads_home_and_work_to_work() -> None:
    trial = Trial(a_setting(a_person("Ada", at=(20, 12)), a_person("Tom", at=(21, 12))))
    means(trial, "Ada", Intent.SLEEP)
    means(trial, "Tom", Intent.WORK)
    move(trial, 40)
    assert trial.world.ground.place_at[_cells(trial)].tolist() == [0, 2]


def test_a_step_takes_as_long_as_the_ground_costs() -> None:
    trial = alone("..^^..", 0, 0)
    means(trial, "Ada", Intent.GO, goal=5)
    columns = []
    for _ in range(7):
        move(trial)
        columns.append(at(trial, "Ada")[0])
    assert columns == [1, 2, 2, 3, 3, 4, 5]


def test_a_person_finds_the_way_round_walls_to_a_cell() -> None:
    trial = alone("........\n.######.\n.#....#.\n.#.##.#.\n...##...", 0, 0)
    means(trial, "Ada", Intent.GO, goal=2 * 8 + 3)
    move(trial, 10)
    assert at(trial, "Ada") == (3, 2)


def test_who_can_get_nowhere_gives_up() -> None:
    trial = alone("...#...", 0, 0)
    means(trial, "Ada", Intent.GO, goal=6)
    assert move(trial) == [Happening(What.FAILED, 0, NOBODY, Intent.GO, Hitch.NO_WAY, 0)]
    assert trial.state.lives.intent[trial.row("Ada")] == Intent.REST
    assert move(trial) == []


def test_nobody_walks_into_a_wall() -> None:
    trial = alone("...#...", 0, 0)
    means(trial, "Ada", Intent.GO, goal=3)
    assert [(one.what, one.b) for one in move(trial, 3)] == [(What.FAILED, Hitch.NO_WAY)]
    assert at(trial, "Ada") == (0, 0)


def test_nobody_cuts_the_corner_of_a_wall() -> None:
    trial = alone("..\n#.\n..", 0, 0)
    means(trial, "Ada", Intent.GO, goal=5)
    move(trial)
    assert at(trial, "Ada") == (1, 0)


def test_friends_face_to_face_change_places() -> None:
    people = [a_person("Ada", home="", work="", at=(1, 1)), a_person("Tom", home="", work="", at=(12, 1))]
    trial = Trial(a_setting(*people, drawing=CORRIDOR))
    means(trial, "Ada", Intent.GO, goal=14 + 12)
    means(trial, "Tom", Intent.GO, goal=14 + 1)
    move(trial, 14)
    assert (at(trial, "Ada"), at(trial, "Tom")) == ((12, 1), (1, 1))


def test_a_foe_in_the_way_is_not_passed() -> None:
    herds = [Herd(kind="raider", faction="Raiders", count=1)]
    trial = Trial(a_setting(a_person("Ada", home="", work="", at=(1, 1)), herds=herds, drawing=CORRIDOR))
    lives, raider = trial.state.lives, 1 - trial.row("Ada")
    lives.x[raider], lives.y[raider], lives.intent[raider] = 6, 1, Intent.REST
    means(trial, "Ada", Intent.GO, goal=14 + 12)
    move(trial, 14)
    assert at(trial, "Ada") == (5, 1)


def test_who_fights_goes_for_its_target_and_who_flees_away_from_it() -> None:
    herds = [Herd(kind="raider", faction="Raiders", count=1)]
    trial = Trial(
        a_setting(a_person("Ada", home="", work="", at=(12, 6)), herds=herds, drawing="\n".join(["." * 30] * 15))
    )
    lives, ada = trial.state.lives, trial.row("Ada")
    raider = 1 - ada
    lives.x[raider], lives.y[raider] = 20, 9
    means(trial, "Ada", Intent.FIGHT, target=int(lives.id[raider]))
    move(trial, 12)
    assert max(abs(int(lives.x[0]) - lives.x[1]), abs(int(lives.y[0]) - lives.y[1])) == 1
    means(trial, "Ada", Intent.FLEE, target=int(lives.id[1 - trial.row("Ada")]))
    move(trial, 6)
    assert abs(int(lives.x[0]) - lives.x[1]) == 7


def test_the_idle_the_sleeping_and_the_dead_stay() -> None:
    for component, value in (("intent", Intent.REST), ("intent", Intent.HOLD), ("asleep", 1), ("health", 0)):
        trial = alone("......", 0, 0)
        means(trial, "Ada", Intent.WANDER)
        getattr(trial.state.lives, component)[0] = value
        move(trial, 5)
        assert at(trial, "Ada") == (0, 0)


def test_a_field_that_nobody_needs_is_not_computed() -> None:
    trial = alone(VILLAGE, 23, 12)
    tick = trial.tick()
    index.run(tick)
    movement.run(tick)
    assert movement.fields_of(tick)._slots == {}
