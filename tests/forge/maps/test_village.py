"""Villages in matrices: the map, and the people who live there."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.forge.maps.drawn import SHARED, written

from fabula.errors import UsageError
from fabula.forge.maps import Village, faults, read_map, read_village
from fabula.forge.maps.village.hours import waking_hours
from fabula.forge.maps.words import kind_of

NOBODY: tuple[int, ...] = (0,) * 12


def a_village(folder: Path, **files: Any) -> Path:
    """A village of 4 x 3 cells: a cafe of four cells with a kitchen and a sink in it, walls to its left."""
    said: dict[str, Any] = {
        "matrix/maze_meta_info.json": {"world_name": "the vale", "maze_width": 4, "maze_height": 3},
        "matrix/maze/collision_maze.csv": (9, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0),
        "matrix/maze/sector_maze.csv": (0, 7, 7, 0, 0, 7, 7, 0, 0, 0, 0, 0),
        "matrix/maze/arena_maze.csv": (0, 0, 8, 0, 0, 0, 8, 0, 0, 0, 0, 0),
        "matrix/maze/game_object_maze.csv": (0, 0, 5, 0, 0, 5, 5, 0, 0, 0, 0, 0),
        "matrix/maze/spawning_location_maze.csv": (0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0),
        "matrix/special_blocks/world_blocks.csv": "1, the Vale",
        "matrix/special_blocks/sector_blocks.csv": "7, the Vale, Hobbs Cafe\n",
        "matrix/special_blocks/arena_blocks.csv": "8, the Vale, Hobbs Cafe, kitchen ",
        "matrix/special_blocks/game_object_blocks.csv": "5, the Vale, <all>, kitchen sink",
        "matrix/special_blocks/spawning_location_blocks.csv": "6, the Vale, Hobbs Cafe, kitchen, sp-A",
        "personas.json": {"Mira": {"scratch": scratch()}},
        "start_positions.json": {"Mira": {"maze": "x", "x": 2, "y": 1}},
        "agent_history_init.csv": 'Name,Whisper\nMira,"You like the sea; You and Tom Reed are close friends;"\n',
    }
    for name, content in {**said, **{name.replace("__", "/"): value for name, value in files.items()}}.items():
        match content:
            case None:
                continue
            case tuple():
                written(folder, ", ".join(map(str, content)), name)
            case _:
                written(folder, content, name)
    return folder


def scratch(**said: Any) -> dict[str, Any]:
    return {
        "name": "Mira",
        "age": 34,
        "innate": "friendly, outgoing, Friendly",
        "learned": "Mira is a cafe owner of Hobbs Cafe who loves to make people feel welcome.",
        "currently": "Mira is planning a feast.",
        "lifestyle": "Mira goes to bed around midnight, awakes up around 8am, eats dinner around 6pm.",
        "living_area": "the Vale:Hobbs Cafe:kitchen",
        "daily_plan_req": "Mira opens Hobbs Cafe at 8am.",
        **said,
    }


def village(folder: Path, **files: Any) -> Village:
    read, warnings = read_village(a_village(folder, **files))
    assert warnings == []
    assert faults(read.map) == []
    return read


def test_what_collides_is_wall(tmp_path: Path) -> None:
    drawn = village(tmp_path).map
    assert (drawn.costs() == 0).tolist() == [[True] + [False] * 3] * 2 + [[False] * 4]
    assert drawn.name == "the Vale"


def test_sectors_arenas_and_objects_lie_within_one_another(tmp_path: Path) -> None:
    """The world is the map itself. What stands in two rooms is two things."""
    assert [(one.name, one.kind, one.inside, one.cells) for one in village(tmp_path).map.regions] == [
        ("Hobbs Cafe", "cafe", "", (1, 2, 5, 6)),
        ("Hobbs Cafe: kitchen", "kitchen", "Hobbs Cafe", (2, 6)),
        ("Hobbs Cafe: kitchen sink", "sink", "Hobbs Cafe", (5,)),
        ("Hobbs Cafe: kitchen: kitchen sink", "sink", "Hobbs Cafe: kitchen", (2, 6)),
    ]


def test_people_may_start_where_the_village_says(tmp_path: Path) -> None:
    assert [(spot.name, spot.kind, spot.x, spot.y) for spot in village(tmp_path).map.spots] == [
        ("Hobbs Cafe: kitchen: sp-A", "start", 2, 1)
    ]


def test_a_villager_is_read_with_home_hours_and_whispers(tmp_path: Path) -> None:
    (mira,) = village(tmp_path).people
    assert (mira.name, mira.age, mira.traits) == ("Mira", 34, ("friendly", "outgoing"))
    assert (mira.home, mira.x, mira.y) == ("Hobbs Cafe: kitchen", 2, 1)
    assert (mira.wakes_h, mira.sleeps_h) == (8, 0)
    assert mira.whispers == ("You like the sea", "You and Tom Reed are close friends")


def test_a_villager_has_a_persona(tmp_path: Path) -> None:
    persona = village(tmp_path, **{"base_meta.json": {"persona_names": ["Mira", "Tom Reed"]}}).people[0].persona
    assert persona.role == "cafe owner of Hobbs Cafe"
    assert persona.about == "Mira is planning a feast.\nMira opens Hobbs Cafe at 8am."
    assert [trait.name for trait in persona.traits] == ["friendly", "outgoing"]
    assert [(tie.who, tie.text, tie.trust) for tie in persona.ties] == [
        ("Tom Reed", "You and Tom Reed are close friends", 0.5)
    ]
    assert persona.sections[0].text == "- You like the sea\n- You and Tom Reed are close friends"


def test_who_lives_nowhere_on_the_map_lives_where_they_start(tmp_path: Path) -> None:
    people = {"Mira": {"scratch": scratch(living_area="the Vale:elsewhere:attic")}}
    assert village(tmp_path, **{"personas.json": people}).people[0].home == "Hobbs Cafe: kitchen"


def test_the_chinese_edition_is_read(tmp_path: Path) -> None:
    one = {
        "name": "梅",
        "coord": [2, 1],
        "currently": "梅在教书。",
        "scratch": {
            "age": 44,
            "innate": "善良、耐心",
            "learned": "梅是教授。",
            "lifestyle": "梅晚上11点左右上床睡觉，早上7点左右醒来，下午5点左右吃晚饭。",
            "daily_plan": "梅教书。",
        },
        "spatial": {"address": {"living_area": ["the Ville", "林家", "卧室"]}},
    }
    files = {"personas.json": None, "zh_agents.json": {"梅": one}, "agent_history_init.csv": "Name,Whisper\n"}
    (mei,) = village(tmp_path, **files).people
    assert (mei.name, mei.traits, mei.currently) == ("梅", ("善良", "耐心"), "梅在教书。")
    assert (mei.wakes_h, mei.sleeps_h, mei.home) == (7, 23, "Hobbs Cafe: kitchen")


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("She goes to bed around 11pm, awakes up around 6am.", (6, 23)),
        ("He sleeps at 2am and wakes up at 10am", (10, 2)),
        ("gets up at 6:30 am; goes to bed at 22:00", (6, 22)),
        ("goes to bed at noon, wakes up at midnight", (0, 12)),
        ("凌晨2点左右上床睡觉，上午10点左右醒来", (10, 2)),
        ("loves the sea", (6, 22)),
        ("goes to bed at 9am, wakes up at 9am", (6, 22)),
        ("goes to bed around 99pm, wakes up soon", (6, 22)),
    ],
)
def test_hours_are_taken_from_sentences(text: str, hours: Sequence[int]) -> None:
    assert waking_hours(text) == hours


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Ryan Park's apartment", "home"),
        ("Johnson Park", "park"),
        ("Dorm for Oak Hill College", "home"),
        ("The Willows Market and Pharmacy", "market"),
        ("Harvey Oak Supply Store", "store"),
        ("The Rose and Crown Pub", "bar"),
        ("behind the pharmacy counter", "counter"),
        ("a thing", ""),
    ],
)
def test_the_last_word_of_a_name_tells_what_a_place_is_for(name: str, kind: str) -> None:
    assert kind_of(name) == kind


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"matrix/maze/collision_maze.csv": (0,) * 11}, r"collision_maze\.csv: it holds 11 cells, 12 are needed"),
        ({"matrix/maze/sector_maze.csv": "0, x"}, r"sector_maze\.csv: item 2 is 'x'"),
        ({"matrix/maze/sector_maze.csv": b"\xff\xfe\x00"}, "UTF-16"),
        ({"matrix/maze_meta_info.json": {"maze_width": 4}}, "there is no 'maze_height'"),
        ({"matrix/maze_meta_info.json": {"maze_width": 30000, "maze_height": 30000}}, "are more than"),
        ({"matrix/maze_meta_info.json": "[]"}, "this is a list"),
        ({"matrix/special_blocks/arena_blocks.csv": "8, the Vale"}, r"arena_blocks\.csv, line 1: 3 names are needed"),
        ({"matrix/special_blocks/arena_blocks.csv": "\nx, a, b, c"}, r"line 2: 'x' is no number"),
        ({"personas.json": {"Mira": {}}}, "personas.json, 'Mira': there is no 'scratch'"),
        ({"personas.json": {"Mira": []}}, "this is a list"),
        ({"personas.json": {"-": {"scratch": {}}}}, "a persona needs a name"),
        ({"personas.json": {"Mira": {"scratch": scratch(age="old")}}}, "'age' is 'old'"),
        ({"start_positions.json": {"Mira": {"x": "a", "y": 0}}}, "'x' is 'a'"),
        ({"personas.json": "{"}, "not JSON"),
    ],
)
def test_a_broken_village_is_refused_with_its_place(tmp_path: Path, files: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        read_village(a_village(tmp_path, **files))


def test_what_is_missing_or_unknown_is_told_and_passed_over(tmp_path: Path) -> None:
    files: dict[str, Any] = {
        "matrix/maze/spawning_location_maze.csv": None,
        "matrix/maze/sector_maze.csv": (3,) * 12,
        "start_positions.json": {"Mira": {"x": 0, "y": 0}},
        "agent_history_init.csv": "Name,Whisper\nNobody,You are nobody\n",
    }
    read, warnings = read_village(a_village(tmp_path, **files))
    assert read.people[0].x is None
    text = " ".join(warnings)
    for part in ("there is no such file", "what 3 means", "nobody can stand at 0, 0", "nobody is called 'Nobody'"):
        assert part in text


def test_the_matrices_alone_are_a_map(tmp_path: Path) -> None:
    folder = a_village(tmp_path, **{"personas.json": None})
    paths = (folder, folder / "matrix", folder / "matrix" / "maze_meta_info.json")
    assert len({json.dumps([r.name for r in read_map(path)[0].regions]) for path in paths}) == 1


def test_the_shared_village_is_whole() -> None:
    folder = SHARED / "smallville"
    if not folder.is_dir():
        pytest.skip("the shared village is not here")
    read, warnings = read_village(folder)
    assert warnings == []
    assert faults(read.map) == []
    assert len(read.people) == 15
    assert all(read.map.region(one.home) for one in read.people)
    isabella = next(one for one in read.people if one.name == "Isabella Rodriguez")
    assert (isabella.x, isabella.y, isabella.wakes_h, isabella.sleeps_h) == (72, 14, 6, 23)
    assert len(isabella.whispers) == 16
    piano = read.map.region("Hobbs Cafe: cafe: piano")
    assert piano is not None
    assert piano.inside == "Hobbs Cafe: cafe"
