"""Pictures of maps: every cell in its colour, whoever stands there, names where there is room for them."""

from pathlib import Path

import pytest
from PIL import Image
from tests.environments.world.worlds import VILLAGE, a_map

from fabula.errors import UsageError
from fabula.forge.maps import Map, Spot, Terrain, make_map
from fabula.forge.maps.picture import PIXELS_MAX, draw, draw_to


def plain(width: int, height: int, *, colour: str = "#6a9f4f", spots: tuple[Spot, ...] = ()) -> Map:
    """A map of one terrain."""
    return Map(
        width=width,
        height=height,
        terrains=(Terrain(name="grass", fertility=30, colour=colour),),
        ground=bytes(width * height),
        spots=spots,
    )


def colour_at(image: Image.Image, x: int, y: int) -> tuple[int, int, int]:
    red, green, blue = image.getpixel((x, y))  # type: ignore[misc]
    return int(red), int(green), int(blue)


def near(one: tuple[int, int, int], other: tuple[int, int, int], *, by: int = 8) -> bool:
    return all(abs(mine - theirs) <= by for mine, theirs in zip(one, other, strict=True))


def test_a_cell_has_the_colour_of_its_ground_and_a_wall_throws_a_shadow() -> None:
    image = draw(a_map("....\n.##.\n....\n...."), scale=12, names=False, legend=False)
    assert image.size == (48, 48)
    assert near(colour_at(image, 42, 42), (0x6A, 0x9F, 0x4F))
    assert near(colour_at(image, 18, 18), (0x44, 0x44, 0x44))
    assert sum(colour_at(image, 18, 25)) < sum(colour_at(image, 18, 34)) - 60


def test_a_map_is_drawn_the_same_every_time() -> None:
    made = make_map("town", 64, 48, 2)
    assert draw(made, scale=8).tobytes() == draw(made, scale=8).tobytes()


def test_a_legend_stands_below_the_map() -> None:
    made = a_map(VILLAGE)
    assert draw(made, scale=10).size[1] > draw(made, scale=10, legend=False).size[1] == made.height * 10


def test_names_change_the_picture_and_may_be_left_out() -> None:
    made = a_map(VILLAGE)
    assert draw(made, scale=16).tobytes() != draw(made, scale=16, names=False).tobytes()


def test_no_name_is_written_over_another() -> None:
    """Three spots of a name on one cell: three labels fit above and below one another, none on the other."""
    spots = tuple(Spot(name=f"the old well {number}", x=10, y=10) for number in range(3))
    one, three = (draw(plain(20, 20, spots=some), scale=10, legend=False) for some in (spots[:1], spots))
    paper = [sum(near(pixel, (209, 219, 188), by=24) for pixel in image.get_flattened_data()) for image in (one, three)]  # type: ignore[arg-type]
    assert paper[1] > paper[0] * 5 // 2


def test_people_and_crowds_stand_where_they_are_in_their_colours() -> None:
    made = plain(10, 10)
    image = draw(made, scale=20, names=False, legend=False, standing=[(2, 3, "#ff0000", ""), (7, 7, "#0000ff", "Ada")])
    assert colour_at(image, 50, 70) == (255, 0, 0)
    assert colour_at(image, 150, 150) == (0, 0, 255)
    assert near(colour_at(image, 110, 110), (0x6A, 0x9F, 0x4F))


def test_a_grid_is_drawn_where_it_is_asked_for() -> None:
    plain_one, with_grid = (draw(plain(4, 4), scale=10, legend=False, grid=grid) for grid in (False, True))
    assert sum(colour_at(with_grid, 20, 25)) < sum(colour_at(plain_one, 20, 25))


def test_a_picture_has_no_more_pixels_than_it_may() -> None:
    made = plain(4096, 1024)
    width, height = draw(made, names=False, legend=False).size
    assert width * height <= PIXELS_MAX
    with pytest.raises(UsageError, match=r"scale 4: a map of 4096 x 1024 cells is drawn at 1 to 3 pixels a cell"):
        draw(made, scale=4)
    with pytest.raises(UsageError, match="scale 0"):
        draw(made, scale=0)


def test_a_colour_that_is_none_is_grey() -> None:
    assert near(colour_at(draw(plain(2, 2, colour="mauve"), scale=4, legend=False), 3, 3), (128, 128, 128))


def test_a_picture_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    assert draw_to(tmp_path / "map.png", plain(5, 5), scale=4)[0] == 20
    with pytest.raises(UsageError, match="cannot be written"):
        draw_to(tmp_path / "nowhere" / "map.png", plain(5, 5))
