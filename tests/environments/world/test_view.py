"""Views: the whole world for its keeper, its own side of the truth for an agent, and both as plain data."""

import json
from typing import Any

import msgspec
import pytest
from tests.environments.world.worlds import Trial, a_person, a_setting

from fabula.engine.values import AgentId, Commanded
from fabula.environments.world.commands import Kill
from fabula.environments.world.setting import Herd
from fabula.environments.world.state import Quarrel
from fabula.errors import UsageError


def a_village() -> Trial:
    people = [a_person("Ada", bonds={"Tom": 30}, goods={"bread": 2}, coin=7), a_person("Tom", coin=99)]
    trial = Trial(a_setting(*people, herds=[Herd(kind="wolf", faction="Raiders", count=3)]))
    trial.step()
    trial.put("Ada", 12, 7)
    trial.put("Tom", 13, 7)
    return trial


def view(trial: Trial, viewer: str | None = None) -> dict[str, Any]:
    return dict(trial.world.view(trial.state, AgentId(viewer) if viewer else None))


def test_the_keeper_sees_lives_people_places_and_when_it_is() -> None:
    whole = view(a_village())
    assert (whole["tick"], whole["day"], whole["hour"]) == (1, 1, 6)
    assert whole["lives"] == {
        "count": 5,
        "by_kind": {"villager": 2, "raider": 0, "wolf": 3},
        "by_faction": {"Town": 2, "Raiders": 3},
    }
    ada = whole["people"]["Ada"]
    assert (ada["place"], ada["coin"], ada["carries"], ada["bonds"]) == ("the Market", 7, {"bread": 2}, {"Tom": 30})
    assert ada["doing"]
    market = whole["places"]["the Market"]
    assert market["stock"]["bread"] == 40
    assert market["prices"]["bread"] == 4


def test_the_keeper_sees_quarrels() -> None:
    trial = a_village()
    ada = trial.state.person("Ada")
    assert ada is not None
    ada.quarrels = [Quarrel(whom="Tom", about="the well", since=0, heat=30)]
    assert view(trial)["quarrels"] == [{"of": "Ada", "with": "Tom", "about": "the well", "heat": 30}]


@pytest.mark.parametrize("viewer", [None, "Ada"])
def test_a_view_is_plain_data_and_changes_nothing(viewer: str | None) -> None:
    trial = a_village()
    before = trial.world.snapshot(trial.state)
    seen = view(trial, viewer)
    assert json.loads(json.dumps(seen)) == json.loads(msgspec.json.encode(seen))
    assert trial.world.snapshot(trial.state) == before


def test_an_agent_sees_its_own_side_and_no_more() -> None:
    seen = view(a_village(), "Ada")
    assert set(seen) == {"agent", "status", "doing", "outlook"}
    assert seen["outlook"]["near"][0]["name"] == "Tom"
    assert "99" not in json.dumps(seen["outlook"]["near"])


def test_nobody_is_an_error_that_names_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"there is no agent 'Adda' in this run\. Did you mean 'Ada'\?"):
        view(a_village(), "Adda")


def test_of_the_dead_there_is_nothing_left_to_see() -> None:
    trial = a_village()
    trial.step(Commanded(number=0, command=Kill(whom="Tom")))
    assert view(trial, "Tom") == {"agent": "Tom", "status": "dead"}
    assert view(trial)["people"]["Tom"] == {"status": "dead"}
    assert list(trial.world.portrait(view(trial, "Tom"))) == ["Tom is dead"]


def test_a_portrait_is_an_agents_view_in_lines() -> None:
    trial = a_village()
    lines = list(trial.world.portrait(view(trial, "Ada")))
    assert lines[0] == "Ada, villager, Town"
    assert lines[1].startswith("day 1, 6:00: at the Market; ")
    assert "lives at Elm House; works at Long Field" in lines
    assert "  2 bread" in lines
    assert "  Tom: a friend" in lines
    assert any(line.startswith("  Tom (Town): ") for line in lines)


def test_the_keepers_view_has_no_portrait() -> None:
    trial = a_village()
    assert list(trial.world.portrait(view(trial))) == []
