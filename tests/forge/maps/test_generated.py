"""Maps made from a seed: the same ones always, and such that everyone can walk everywhere."""

import numpy as np
import pytest

from fabula.errors import UsageError
from fabula.forge.maps import Map, Region, faults, make_map
from fabula.forge.maps.generated.parts import parts

FORMS = ["town", "wilds", "caves"]
SIZES = {"town": [(64, 48), (64, 110), (130, 100)], "wilds": [(24, 16), (90, 60)], "caves": [(24, 16), (90, 60)]}


def centre(made: Map, name: str) -> tuple[int, int]:
    region = made.region(name)
    assert region is not None
    y, x = divmod(region.cells[len(region.cells) // 2], made.width)
    return x, y


def of_kind(made: Map, kind: str) -> list[Region]:
    return [region for region in made.regions if region.kind == kind]


def closed_off(made: Map) -> list[str]:
    """Regions that nobody can come to from the largest part of the land; and `elsewhere`, if there is such land."""
    labels, sizes = parts(made.costs() > 0)
    main, flat = int(np.argmax(sizes)), labels.reshape(-1)
    lost = [region.name for region in made.regions if {int(flat[cell]) for cell in region.cells} - {0} != {main}]
    return lost if int((sizes > 0).sum()) == 1 else [*lost, "elsewhere"]


@pytest.mark.parametrize("form", FORMS)
def test_one_can_walk_from_everywhere_to_everywhere(form: str) -> None:
    for width, height in SIZES[form]:
        for seed in range(4):
            made = make_map(form, width, height, seed)
            assert faults(made) == []
            assert closed_off(made) == [], f"{form} {width} x {height}, seed {seed}"


@pytest.mark.parametrize("form", FORMS)
def test_the_same_numbers_give_the_same_map_and_others_another(form: str) -> None:
    assert make_map(form, 90, 60, 7) == make_map(form, 90, 60, 7)
    assert make_map(form, 90, 60, 7).ground != make_map(form, 90, 60, 8).ground


@pytest.mark.parametrize(
    ("form", "sum_of_cells"), [("town", 157_209_862), ("wilds", 161_657_834), ("caves", 17_849_591)]
)
def test_a_map_is_the_same_on_every_machine(form: str, sum_of_cells: int) -> None:
    """A world's log holds the seed, not the map: if one of these changes, old runs cannot be replayed."""
    ground = np.frombuffer(make_map(form, 96, 72, 41).ground, dtype=np.uint8).astype(np.int64)
    assert int((ground * np.arange(1, len(ground) + 1)).sum()) == sum_of_cells


@pytest.mark.parametrize("seed", range(8))
def test_even_the_smallest_town_has_all_trades_homes_and_a_farm(seed: int) -> None:
    made = make_map("town", 64, 48, seed)
    names = {region.name for region in made.regions}
    assert names >= {"market", "well", "tavern", "smithy", "bakery", "mill", "chapel", "home 1", "home 2", "farm 1"}


def test_a_house_is_walled_and_has_one_door() -> None:
    made = make_map("town", 100, 80, 3)
    doors = [number for number, terrain in enumerate(made.terrains) if terrain.name == "door"]
    for home in of_kind(made, "home"):
        assert sum(made.ground[cell] in doors for cell in home.cells) == 1


def test_a_large_town_has_a_wall_with_four_gates() -> None:
    made = make_map("town", 130, 100, 3)
    names = [terrain.name for terrain in made.terrains]
    gates, _ = parts(made.cells() == names.index("gate"))
    assert "town wall" in {names[number] for number in set(made.ground)}
    assert int(gates.max()) == 4


@pytest.mark.parametrize(("width", "height"), [(224, 160), (100, 180)])
def test_the_camps_of_two_sides_lie_far_from_one_another(width: int, height: int) -> None:
    made = make_map("wilds", width, height, 41)
    ours, theirs = ([centre(made, f"camp {number}") for number in side] for side in ((1, 2), (3, 4)))
    along = 0 if width >= height else 1
    gap = min(camp[along] for camp in theirs) - max(camp[along] for camp in ours)
    assert gap >= max(width, height) // 4


def test_no_cell_is_in_two_camps_or_groves_and_larger_wilds_have_more_of_them() -> None:
    small, large = make_map("wilds", 120, 90, 5), make_map("wilds", 700, 500, 5)
    assert len(of_kind(small, "camp")) == len(of_kind(small, "grove")) == 4 < len(of_kind(large, "camp"))
    cells = [cell for region in small.regions for cell in region.cells]
    assert len(cells) == len(set(cells))


def test_caves_have_a_mouth_at_their_edge_and_rock_all_about() -> None:
    made = make_map("caves", 80, 60, 2)
    mouth = made.region("mouth")
    assert mouth is not None
    costs = made.costs()
    assert {cell % made.width for cell in mouth.cells if cell // made.width == made.height - 1}
    assert int((costs[0] > 0).sum() + (costs[:, 0] > 0).sum() + (costs[:, -1] > 0).sum()) == 0
    assert len(of_kind(made, "chamber")) >= 3


@pytest.mark.parametrize(
    ("form", "width", "height", "says"),
    [
        ("twon", 90, 60, "no map of the form 'twon' can be made. Did you mean 'town'?"),
        ("town", 63, 48, "give at least 64 x 48, at most"),
        ("wilds", 24, 15, "give at least 24 x 16, at most"),
        ("wilds", 0, -5, "give at least 24 x 16, at most"),
        ("caves", 5000, 5000, "16,777,216 cells in all"),
        ("caves", 40_000, 20, "at most 32,767 a side"),
    ],
)
def test_what_cannot_be_made_is_refused_with_the_bounds(form: str, width: int, height: int, says: str) -> None:
    with pytest.raises(UsageError) as refused:
        make_map(form, width, height, 1)
    assert says in str(refused.value)


def test_parts_are_what_hangs_together_along_the_four_directions() -> None:
    drawing = ["##..#", "#..##", "#.#.#", "###.."]
    labels, sizes = parts(np.array([[cell == "#" for cell in row] for row in drawing]))
    assert sizes.tolist() == [0, 8, 4]
    assert labels[0, 0] == labels[2, 2] == 1
    assert labels[0, 4] == labels[2, 4] == 2
    assert labels[0, 2] == 0
