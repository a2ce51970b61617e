"""`fabula map`: what is told of a map, and the picture that is left."""

from pathlib import Path

import pytest
from PIL import Image
from tests.cli.program import Program


@pytest.fixture
def fabula(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Program:
    monkeypatch.chdir(tmp_path)
    return Program(monkeypatch, capfd)


def test_a_map_is_made_from_a_seed_and_drawn_here(fabula: Program, tmp_path: Path) -> None:
    made = fabula("map", "make", "town", "--width", "70", "--height", "50", "--seed", "5")
    assert made.code == 0
    assert made.out.startswith("town-5: 70 x 50 cells\n  ground: ")
    assert "market 1" in made.out
    with Image.open(tmp_path / "town-5.png") as picture:
        assert picture.width == 70 * 23


def test_a_pack_is_drawn_with_its_places_by_their_names(fabula: Program, tmp_path: Path) -> None:
    told = fabula("map", "show", "marches", "--out", tmp_path / "hills.png", "--scale", "3", "--json").last
    assert (told["width"], told["height"]) == (224, 160)
    assert told["regions"] == {"camp": 4, "grove": 4}
    assert told["pixels"][0] == 672
    assert Path(told["picture"]).is_file()


def test_a_file_of_tiled_is_read_with_its_warnings(fabula: Program, tmp_path: Path) -> None:
    (tmp_path / "ford.tmx").write_text(
        '<map orientation="orthogonal" width="2" height="1" tilewidth="8" tileheight="8">'
        '<tileset firstgid="1" name="x" tilewidth="8" tileheight="8" tilecount="1" columns="1"/>'
        '<layer name="ground"><data encoding="csv">1,1</data></layer>'
        '<objectgroup name="places"><object id="1" name="the Inn" x="0" y="0" width="8" height="8"/></objectgroup>'
        "</map>"
    )
    told = fabula("map", "show", "ford.tmx", "--json").last
    assert (told["name"], told["width"], told["height"]) == ("ford", 2, 1)
    assert sum(told["regions"].values()) == 1
    assert (tmp_path / "ford.png").is_file()


def test_a_run_is_drawn_with_whoever_stood_there(fabula: Program, tmp_path: Path) -> None:
    assert fabula("play", "hollowmere", "--ticks", "3", "--fast", "-q").code == 0
    told = fabula("map", "show", "hollowmere-1", "--at", "2", "--json").last
    assert (told["tick"], told["people"]) == (2, 25)
    assert (tmp_path / "hollowmere-1-2.png").is_file()
    assert "run 'hollowmere-1' has ticks 0 to 3" in fabula("map", "show", "hollowmere-1", "--at", "9").err


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (("show", "ashfall"), "pack 'ashfall' is of the kind 'campaign', which has no map"),
        (("show", "nothing"), "no map file, no pack and no run is called 'nothing'"),
        (("show", "nothing.tmx"), "nothing.tmx"),
        (("show", "nothing", "--at", "3"), "no run is called 'nothing'"),
        (("make", "twon"), "Did you mean 'town'?"),
        (("make", "town", "--width", "3"), "give at least 64 x 48"),
        (("make", "caves", "--out", "caves.jpg"), "ends in .png"),
        (("make", "caves", "--scale", "900"), "at 1 to 60 pixels a cell"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_shown_is_told(fabula: Program, tmp_path: Path, call: tuple[str, ...], says: str) -> None:
    refused = fabula("map", *call)
    assert refused.code == 2
    assert says in refused.err
    assert list(tmp_path.glob("*.png")) == []


def test_the_run_of_a_campaign_has_no_map(fabula: Program) -> None:
    assert fabula("play", "ashfall", "--turns", "1", "-q").code == 0
    assert "run 'ashfall-1' is of the kind 'campaign', which has no map" in fabula("map", "show", "ashfall-1").err
