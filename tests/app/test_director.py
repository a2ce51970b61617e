"""The Director as a library: a campaign led from Python."""

import asyncio
import json
from pathlib import Path

import pytest

from fabula import Director
from fabula.errors import RunError, UsageError

SHEET = Path(__file__).parents[1] / "data" / "sheets" / "02_brother_aurelio.md"


def test_a_campaign_is_led_turn_by_turn(tmp_path: Path) -> None:
    with Director("harbour", seed=7, turns=3, out=tmp_path / "tale") as director:
        assert len(director.agents()) == 8
        turns = []
        while not director.ended:
            turns.append(director.run_turn())
        assert [turn.turn for turn in turns] == [1, 2, 3]
        assert all(turn.deeds > 0 and turn.lines for turn in turns)
        assert list(director.history) == turns
        status = director.status()
        assert (status["run"], status["ended"]) == ("harbour-1", True)
        with pytest.raises(RunError, match="has ended"):
            director.run_turn()
        folder = director.close_campaign_log()
    assert {path.name for path in folder.iterdir()} == {"campaign-log.md", "story.md", "story.html"}


def test_agents_come_and_go_and_events_are_noted(tmp_path: Path) -> None:
    with Director("harbour", seed=7, turns=4, out=tmp_path / "tale") as director:
        name = director.register(SHEET)
        assert name == "Brother Aurelio"
        director.log_event("The narrator clears her throat.")
        director.run_turn()
        assert "Brother Aurelio" in director.agents()
        director.remove("Brother Aurelio", why="called back to the abbey")
        director.run_turn()
        assert "Brother Aurelio" not in director.agents()
        with pytest.raises(UsageError, match="Did you mean 'Oskar Venn'"):
            director.remove("Oscar Venn")
    log = (tmp_path / "tale" / "campaign-log.md").read_text()
    assert "The narrator clears her throat." in log
    assert "called back to the abbey" in log


def test_someone_who_is_there_cannot_be_registered_twice(tmp_path: Path) -> None:
    with Director("harbour", seed=7, turns=2, out=tmp_path / "tale") as director:
        director.register(SHEET)
        director.run_turn()
        with pytest.raises(UsageError, match="in the campaign already"):
            director.register(SHEET)


def test_the_world_state_is_saved_as_plain_data(tmp_path: Path) -> None:
    with Director("harbour", seed=7, turns=2, out=tmp_path / "tale") as director:
        director.run_turn()
        file = director.save_world_state(tmp_path / "world.json")
        assert json.loads(file.read_text())["turn"] >= 1
        with pytest.raises(UsageError, match="cannot be written"):
            director.save_world_state(tmp_path / "nowhere" / "world.json")


def test_a_closed_director_says_how_to_go_on(tmp_path: Path) -> None:
    director = Director("harbour", seed=7, turns=2, out=tmp_path / "tale")
    director.run_turn()
    director.close()
    director.close()
    with pytest.raises(RunError, match="fabula resume harbour-1"):
        director.run_turn()


def test_it_serves_where_an_event_loop_runs_already(tmp_path: Path) -> None:
    async def notebook() -> int:
        with Director("harbour", seed=7, turns=1, out=tmp_path / "tale") as director:
            return director.run_turn().turn

    assert asyncio.run(notebook()) == 1


def test_the_same_campaign_led_twice_is_the_same(tmp_path: Path) -> None:
    digests = set()
    for number in range(2):
        with Director("harbour", seed=7, turns=2, out=tmp_path / str(number)) as director:
            while not director.ended:
                director.run_turn()
            digests.add(director.status()["digest"])
    assert len(digests) == 1


@pytest.mark.parametrize("pack", ["nowhere", "", "/dev/null"])
def test_a_pack_that_is_none_is_told(pack: str) -> None:
    with pytest.raises(UsageError):
        Director(pack)


def test_an_embedder_that_is_not_to_be_had_is_told_before_models_are_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FABULA_MEMORY__EMBEDDER", "ngram")
    with pytest.raises(UsageError, match="embedder"):
        Director("harbour", model="ollama:llama3", home=tmp_path)
    Director("harbour", turns=1, home=tmp_path).close()
