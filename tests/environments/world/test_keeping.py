"""What a keeper can tell a world, and what is refused."""

from collections.abc import Sequence

import pytest
from tests.environments.world.worlds import Trial, a_person, a_setting

from fabula.engine import Command, Commanded
from fabula.environments.world import Grant, Kill, Put, Spawn
from fabula.environments.world.events import Came, Died, Refused


def a_trial() -> Trial:
    trial = Trial(a_setting(a_person("Ada"), a_person("Bram", home="Kiln House")))
    trial.step()
    return trial


def told(trial: Trial, command: Command) -> Sequence[object]:
    return trial.step(Commanded(number=1, command=command))


def refusals(events: Sequence[object]) -> list[str]:
    return [event.why for event in events if isinstance(event, Refused)]


def test_lives_are_brought_in_where_there_is_room() -> None:
    trial = a_trial()
    assert not refusals(told(trial, Spawn(what="wolf", count=5, at="0,0")))
    lives, width = trial.state.lives, trial.world.ground.width
    assert lives.count == 7
    cells = lives.y[2:7].astype(int) * width + lives.x[2:7]
    assert len(set(cells.tolist())) == 5
    assert all(trial.world.ground.cost[cell] for cell in cells)


def test_a_person_brought_in_has_a_seat_and_is_noticed() -> None:
    trial = a_trial()
    events = told(trial, Spawn(what="villager", at="the Market", name="Nan", faction="Town"))
    (came,) = [event for event in events if isinstance(event, Came)]
    assert (came.agent, came.place, came.later) == ("Nan", "the Market", True)
    assert list(trial.world.agents(trial.state)) == ["Ada", "Bram", "Nan"]


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (Spawn(what="dragon"), "no kind 'dragon'"),
        (Spawn(what="wlof"), "Did you mean 'wolf'"),
        (Spawn(what="wolf", at="1,1"), "nobody can stand at 1,1: it is wall"),
        (Spawn(what="wolf", at="99,99"), "lies in the void"),
        (Spawn(what="wolf", at="-1,0"), "lies in the void"),
        (Spawn(what="wolf", at="the Moon"), "no place or person 'the Moon'"),
        (Spawn(what="wolf", count=0), "give 1 to"),
        (Spawn(what="wolf", count=10**9), "give 1 to"),
        (Spawn(what="wolf", count=9999, at="0,0"), "there is room for"),
        (Spawn(what="villager", name="ada"), "is called 'ada' already"),
        (Spawn(what="villager", name="Nan", count=2), "a person is one"),
        (Spawn(what="villager", name="N\x1b[2Jan"), "no name for a person"),
        (Spawn(what="villager", faction="Elves"), "no faction 'Elves'"),
        (Kill(whom="Nobody"), "no 'Nobody' alive"),
        (Kill(whom="#99"), "no '#99' alive"),
        (Grant(to="Ada", what="gold"), "no good 'gold'"),
        (Grant(to="Ada", what="bread", amount=-3), "give 1 to"),
        (Put(whom="Ada", at="1,1"), "nobody can stand"),
        (Put(whom="Ada", at="x" * 5000), "no place or person"),
    ],
)
def test_what_cannot_be_is_refused_and_the_world_goes_on(command: Command, why: str) -> None:
    trial = a_trial()
    before = trial.state.lives.count
    (said,) = refusals(told(trial, command))
    assert why in said
    assert len(said) < 400
    assert trial.state.lives.count == before
    trial.steps(3)


def test_what_is_granted_is_there() -> None:
    trial = a_trial()
    told(trial, Grant(to="ada", what="Tools", amount=2))
    told(trial, Grant(to="Ada", what="coin", amount=40))
    row = trial.row("Ada")
    assert trial.state.lives.goods[row, trial.world.catalogue.good["tools"]] == 2
    assert trial.state.lives.coin[row] == 60


def test_whom_the_keeper_ends_is_dead_and_the_others_keep_their_ids() -> None:
    trial = a_trial()
    ids = {name: trial.state.lives.id[trial.row(name)] for name in ("Ada", "Bram")}
    (died,) = [event for event in told(trial, Kill(whom="Ada")) if isinstance(event, Died)]
    assert (died.agent, died.cause) == ("Ada", "keeper")
    assert trial.state.lives.id[trial.row("Bram")] == ids["Bram"]
    assert list(trial.world.agents(trial.state)) == ["Bram"]


def test_somebody_is_set_down_elsewhere() -> None:
    trial = a_trial()
    told(trial, Put(whom="Bram", at="the Market"))
    row = trial.row("Bram")
    cell = trial.world.ground.cell(int(trial.state.lives.x[row]), int(trial.state.lives.y[row]))
    assert trial.world.ground.place_named(trial.world.setting, cell) == "the Market"
