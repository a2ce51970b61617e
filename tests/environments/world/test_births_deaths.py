"""Births, age and deaths: lives come and go, and nothing is lost or mixed up by it."""

from collections.abc import Sequence

import numpy as np
import pytest
from tests.environments.world.worlds import VILLAGE, Trial, a_person, a_setting

from fabula.engine.values import AgentId
from fabula.environments.world.components import FULL, NOBODY, Lives
from fabula.environments.world.events import Died
from fabula.environments.world.happenings import Cause, Happening, What
from fabula.environments.world.kernels.births import FED
from fabula.environments.world.saving import as_bytes
from fabula.environments.world.setting import Ability, Herd, Kind
from fabula.environments.world.state import TALLIES
from fabula.environments.world.systems import births, deaths
from fabula.environments.world.tick import Tick

ALWAYS = 1_000_000
TICKS_A_DAY = 8640
HARE = Kind(name="hare", mind=False, births=ALWAYS)
PEOPLE = Kind(name="villager", births=ALWAYS)


def a_warren(count: int = 5, *, people: Sequence[str] = ("Ann",), drawing: str = VILLAGE) -> Trial:
    """Hares that have a child every tick, as long as they are fed; and people who would, were they not people."""
    herd = Herd(kind="hare", faction="Raiders", count=count)
    named = [a_person(name) for name in people]
    trial = Trial(a_setting(*named, herds=[herd], kinds=(PEOPLE, HARE), drawing=drawing))
    trial.state.lives.age[: count + 1] = 2 * TICKS_A_DAY
    trial.state.lives.hunger[: count + 1] = 0
    return trial


def a_field(*, hunters: int = 3) -> Trial:
    """Ann, Ben, and raiders in the rows from 2 on."""
    herd = Herd(kind="raider", faction="Raiders", count=hunters, coin=7, goods={"bread": 2})
    return Trial(a_setting(a_person("Ann"), a_person("Ben", home="Kiln House"), herds=[herd]))


def born(trial: Trial, tick: Tick | None = None) -> list[Happening]:
    tick = tick or trial.tick()
    births.run(tick)
    return [one for one in tick.happenings if one.what == What.BORN]


def die(trial: Trial, row: int, cause: Cause, by: int = NOBODY) -> Tick:
    """End the life of a row, and take it out; the tick."""
    tick, lives = trial.tick(), trial.state.lives
    lives.health[row] = 0
    tick.happenings.add(What.DIED, int(lives.id[row]), int(lives.id[by]) if by != NOBODY else NOBODY, cause)
    deaths.run(tick)
    return tick


def money(trial: Trial) -> int:
    """All coin there is."""
    state = trial.state
    lying = sum(pile.amount for pile in state.piles if pile.what == "coin")
    return int(state.lives.coin[: state.lives.count].sum()) + int(state.till.sum()) + lying


def tallied(trial: Trial) -> dict[str, int]:
    """The tallies of the raiders that are not 0."""
    return {name: int(count) for name, count in zip(TALLIES, trial.state.tallies[1], strict=True) if count}


def test_everyone_grows_older_by_a_tick() -> None:
    trial = a_field()
    before = trial.state.lives.age[:5].tolist()
    births.run(trial.tick())
    assert trial.state.lives.age[:5].tolist() == [age + 1 for age in before]


def test_the_fed_have_children_that_take_after_them() -> None:
    trial = a_warren(count=1)
    lives = trial.state.lives
    lives.home[1], lives.boldness[1], lives.honesty[1] = 2, 99, 3
    assert born(trial) == [Happening(What.BORN, 2, 1)]
    assert (lives.kind[2], lives.faction[2], lives.home[2], lives.age[2]) == (1, 1, 2, 0)
    assert 89 <= lives.boldness[2] <= 100
    assert 0 <= lives.honesty[2] <= 13
    assert max(abs(int(lives.x[2]) - lives.x[1]), abs(int(lives.y[2]) - lives.y[1])) == 1


def test_bearing_makes_hungry_so_that_food_bounds_their_number() -> None:
    trial = a_warren(count=1)
    counts = [len(born(trial)) for _ in range(20)]
    assert (sum(counts), int(trial.state.lives.hunger[1]) > FED) == (1, True)


@pytest.mark.parametrize(("component", "value"), [("hunger", FED + 1), ("age", 5), ("health", 300)])
def test_the_hungry_the_young_and_the_hurt_have_none(component: str, value: int) -> None:
    trial = a_warren()
    getattr(trial.state.lives, component)[:6] = value
    assert born(trial) == []


def test_people_have_none_and_do_not_die_of_age() -> None:
    trial = a_warren(count=0)
    trial.state.lives.age[0] = 200 * TICKS_A_DAY
    assert born(trial) == []
    assert trial.state.lives.health[0] == FULL


def test_a_child_stands_where_nobody_stands() -> None:
    trial = a_warren(count=40)
    for _ in range(3):
        trial.state.lives.hunger[: trial.state.lives.count] = 0
        trial.state.lives.age[: trial.state.lives.count] = 2 * TICKS_A_DAY
        born(trial)
    lives, ground = trial.state.lives, trial.world.ground
    cells = lives.y[: lives.count].astype(int) * ground.width + lives.x[: lives.count]
    in_the_open = cells[ground.place_at[cells] == NOBODY]
    assert lives.count > 100
    assert ground.cost[cells].all()
    assert len(np.unique(in_the_open)) == len(in_the_open)


def test_where_there_is_no_room_there_is_no_child() -> None:
    trial = a_warren(count=1, people=(), drawing="#####\n#..##\n#####")
    trial.state.lives.hunger[:1], trial.state.lives.age[:1] = 0, 2 * TICKS_A_DAY
    assert len(born(trial)) == 1
    trial.state.lives.hunger[:2] = 0
    assert born(trial) == []


def test_the_nameless_die_of_age_in_the_end() -> None:
    trial = a_field()
    trial.state.lives.age[:5] = 81 * TICKS_A_DAY
    tick = trial.tick()
    births.run(tick)
    deaths.run(tick)
    assert trial.state.lives.count == 2
    assert tallied(trial) == {"aged": 3}


def test_the_old_die_now_one_now_another() -> None:
    trial = a_field(hunters=60)
    lives = trial.state.lives
    lives.age[:62] = 60 * TICKS_A_DAY
    for _ in range(1000):
        trial.state.tick += 1
        births.run(trial.tick())
    assert 0 <= int((lives.health[2:62] == 0).sum()) < 10


@pytest.mark.parametrize(
    ("cause", "column"), [(Cause.HUNGER, "starved"), (Cause.BLOWS, "slain"), (Cause.ABILITY, "slain")]
)
def test_the_nameless_are_counted_by_what_they_died_of(cause: Cause, column: str) -> None:
    trial = a_field()
    die(trial, 3, cause)
    assert tallied(trial) == {column: 1}


def test_removing_the_dead_leaves_others_their_ids_and_all_that_is_theirs() -> None:
    trial = a_field(hunters=30)
    lives = trial.state.lives
    lives.boldness[:32] = np.arange(32)
    lives.goods[:32, 1] = np.arange(32)
    dead = [0, 3, 4, 17, 30, 31]
    before = {int(lives.id[row]): int(lives.boldness[row]) for row in range(32) if row not in dead}
    gone = [int(lives.id[row]) for row in dead]
    lives.health[dead] = 0
    deaths.run(trial.tick())
    assert {int(lives.id[row]): int(lives.goods[row, 1]) for row in range(lives.count)} == before
    assert {life: int(lives.boldness[lives.row(life)]) for life in before} == before
    assert [lives.row(life) for life in gone] == [NOBODY] * 6
    ben = trial.state.people[1]
    assert lives.seat[lives.row(ben.life)] == 1


@pytest.mark.parametrize("gone", [[], [0], [9], [0, 1, 2], [7, 8, 9], [2, 9], list(range(10))])
def test_taking_out_rows_keeps_all_others(gone: list[int]) -> None:
    lives = Lives(goods=1, abilities=0)
    lives.add(10)
    lives.coin[:10] = np.arange(10) * 3
    lives.take_out(np.array(gone, dtype=np.intp))
    kept = [life for life in range(10) if life not in gone]
    assert sorted(lives.id[: lives.count].tolist()) == kept
    assert [int(lives.coin[lives.row(life)]) for life in kept] == [life * 3 for life in kept]
    assert all(lives.row(life) == NOBODY for life in gone)


def test_ids_are_never_given_again() -> None:
    trial = a_warren(count=3)
    seen: set[int] = set()
    for _ in range(10):
        trial.state.lives.hunger[: trial.state.lives.count] = 0
        new = {one.who for one in born(trial)}
        assert not new & seen
        seen |= new
        trial.state.lives.health[trial.state.lives.count - 2 : trial.state.lives.count] = 0
        deaths.run(trial.tick())


def test_a_persons_death_is_told_to_those_who_see_it() -> None:
    trial = a_field()
    trial.put("Ann", 7, 5)
    trial.put("Ben", 9, 5)
    tick = die(trial, trial.row("Ann"), Cause.BLOWS, by=2)
    assert tick.events == [Died(agent="Ann", cause="blows", by="a raider", seen_by=(AgentId("Ben"),))]


@pytest.mark.parametrize("unseen", ["far", "walled", "asleep"])
def test_who_is_far_away_or_behind_a_wall_or_asleep_does_not_see_it(unseen: str) -> None:
    trial = a_field()
    trial.put("Ann", 3, 5)
    trial.put("Ben", *{"far": (20, 5), "walled": (3, 3), "asleep": (4, 5)}[unseen])
    trial.state.lives.asleep[1] = unseen == "asleep"
    (told,) = die(trial, trial.row("Ann"), Cause.HUNGER).events
    assert isinstance(told, Died)
    assert told.seen_by == ()


def test_everyone_at_a_place_sees_who_dies_there() -> None:
    trial = a_field()
    trial.put("Ann", 1, 8)
    trial.put("Ben", 4, 10)
    (told,) = die(trial, trial.row("Ann"), Cause.KEEPER).events
    assert isinstance(told, Died)
    assert (told.cause, told.place, told.seen_by) == ("keeper", "Long Field", ("Ben",))


def test_a_death_by_an_ability_names_it() -> None:
    abilities = (Ability(name="lash", effect="harm", power=100),)
    trial = Trial(a_setting(a_person("Ann"), a_person("Ben"), abilities=abilities, kinds=(PEOPLE,)))
    trial.world._happenings.clear()
    tick, lives = trial.tick(), trial.state.lives
    lives.health[0] = 0
    tick.happenings.add(What.USED_ABILITY, 1, 0, 0, 100)
    tick.happenings.add(What.DIED, 0, 1, Cause.ABILITY)
    deaths.run(tick)
    (told,) = tick.events
    assert isinstance(told, Died)
    assert (told.cause, told.by) == ("lash", "Ben")


def test_the_dead_have_no_seat_and_no_plan() -> None:
    trial = a_field()
    ann = trial.state.people[0]
    ann.goal, ann.urgent, ann.asked, ann.occasions = "to rest", True, 3, ["struck"]
    die(trial, 0, Cause.HUNGER)
    assert (ann.life, ann.goal, ann.urgent, ann.asked, ann.occasions) == (NOBODY, "", False, NOBODY, [])
    assert [person.name for person in trial.state.living()] == ["Ben"]


def test_a_slayer_takes_the_coin_and_the_rest_lies_where_people_see_it() -> None:
    trial = a_field()
    trial.put("Ann", 7, 5)
    lives, total = trial.state.lives, money(trial)
    lives.x[2], lives.y[2] = 8, 5
    die(trial, 2, Cause.BLOWS, by=0)
    assert (lives.coin[trial.row("Ann")], money(trial)) == (27, total)
    assert [(pile.what, pile.amount) for pile in trial.state.piles] == [("bread", 2)]


@pytest.mark.parametrize("home", [NOBODY, 0])
def test_the_coin_of_the_starved_goes_home_or_lies_where_they_fell(home: int) -> None:
    trial = a_field()
    lives, total = trial.state.lives, money(trial)
    lives.x[2], lives.y[2], lives.home[2] = 7, 5, home
    die(trial, 2, Cause.HUNGER)
    assert money(trial) == total
    assert [pile.amount for pile in trial.state.piles if pile.what == "coin"] == ([7] if home == NOBODY else [])
    assert trial.state.till[0] == (0 if home == NOBODY else 7)


def test_what_a_person_carried_lies_where_they_fell_or_stays_at_home() -> None:
    trial = a_field()
    lives, total = trial.state.lives, money(trial)
    lives.goods[:2, 0] = 3
    trial.put("Ann", 7, 5)
    trial.put("Ben", 17, 2)
    die(trial, trial.row("Ann"), Cause.BLOWS, by=trial.row("Ben"))
    die(trial, trial.row("Ben"), Cause.HUNGER)
    kiln = trial.world.catalogue.place["Kiln House"]
    assert [(pile.what, pile.amount, pile.owner) for pile in trial.state.piles] == [("coin", 20, ""), ("bread", 3, "")]
    assert (trial.state.stock[kiln, 0], trial.state.till[kiln], money(trial)) == (3, 20, total)


def test_many_deaths_at_once_lose_no_coin() -> None:
    trial = a_field(hunters=60)
    lives, total = trial.state.lives, money(trial)
    tick = trial.tick()
    for row in range(0, 62, 2):
        lives.health[row] = 0
        tick.happenings.add(What.DIED, int(lives.id[row]), int(lives.id[(row + 3) % 62]), Cause.BLOWS)
    deaths.run(tick)
    assert (lives.count, money(trial)) == (31, total)


def test_births_and_deaths_are_the_same_every_time() -> None:
    def lived() -> bytes:
        trial = a_warren(count=20)
        for _ in range(30):
            trial.state.tick += 1
            trial.state.lives.hunger[: trial.state.lives.count] //= 2
            births.run(trial.tick())
            trial.state.lives.health[5 : trial.state.lives.count : 7] = 0
            deaths.run(trial.tick())
        return as_bytes(trial.state)

    assert lived() == lived()
