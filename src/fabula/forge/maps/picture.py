"""Pictures of maps: ground with a little grain, walls in relief, regions with their names, and who stands where."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from fabula.errors import UsageError
from fabula.forge.maps.map import Map, Region, Terrain
from fabula.forge.maps.words import colour_of

PIXELS_MAX = 40_000_000
SCALE_MAX = 64
"""Pixels along a cell."""

Standing: TypeAlias = tuple[int, int, str, str]
"""Column, row, colour (`#rrggbb`), name; empty: one of a crowd."""

_Pixels: TypeAlias = NDArray[np.uint8]
_Box: TypeAlias = tuple[int, int, int, int]
_Font: TypeAlias = ImageFont.FreeTypeFont | ImageFont.ImageFont

_SIDE_LIKED = 1600
_SCALE_LIKED_MAX = 24
_NAMES_MAX = 400
_INK, _PAPER, _FRAME, _SPOT = (38, 32, 28), (246, 240, 226), (92, 80, 66), (214, 96, 64)
_MARGIN = 8
_ROUND = frozenset("T")
"""Glyphs of terrains that are drawn as a crown on the ground beside it."""


def draw(
    made: Map,
    *,
    scale: int | None = None,
    names: bool = True,
    grid: bool = False,
    standing: Sequence[Standing] = (),
    sides: Sequence[tuple[str, str]] = (),
    legend: bool = True,
) -> Image.Image:
    """The map, north up, with a legend below it.

    scale: pixels along a cell, 1 to 64; None: what suits its size. grid: lines between the cells, where there is room
    for them. standing: lives to be drawn on it; those with a name after the crowd. sides: colour and name of each of
    their factions, for the legend. Raises UsageError if the picture would have more than PIXELS_MAX pixels.
    """
    scale = _scale(made, scale)
    image = Image.fromarray(_ground(made, scale, grid=grid and scale >= 6))
    pen = ImageDraw.Draw(image, "RGBA")
    written = _Names(pen, image.size)
    _draw_crowd(image, [one for one in standing if not one[3]], scale)
    people = [one for one in standing if one[3]]
    _mark_spots(pen, made, scale)
    _draw_people(pen, people, scale)
    if names:
        _name_people(written, people, scale)
        _name_regions(written, made, scale)
        _name_spots(written, made, scale)
    return _framed(image, made, sides) if legend else image


def draw_to(
    path: Path,
    made: Map,
    *,
    scale: int | None = None,
    names: bool = True,
    grid: bool = False,
    standing: Sequence[Standing] = (),
    sides: Sequence[tuple[str, str]] = (),
) -> tuple[int, int]:
    """Draw a map into a PNG file, as `draw` does; returns its width and height in pixels. Raises UsageError if it
    cannot be written.
    """
    image = draw(made, scale=scale, names=names, grid=grid, standing=standing, sides=sides)
    try:
        image.save(path, format="PNG")
    except OSError as failure:
        raise UsageError(f"{path} cannot be written: {failure.strerror or failure}") from failure
    return image.size


def _scale(made: Map, asked: int | None) -> int:
    cells = made.width * made.height
    most = SCALE_MAX
    while most > 1 and most * most * cells > PIXELS_MAX:
        most -= 1
    if asked is None:
        return max(1, min(most, _SCALE_LIKED_MAX, -(-_SIDE_LIKED // max(made.width, made.height))))
    if not 1 <= asked <= most:
        raise UsageError(
            f"scale {asked}: a map of {made.width} x {made.height} cells is drawn at 1 to {most} pixels a cell"
        )
    return asked


# The ground.


def _ground(made: Map, scale: int, *, grid: bool) -> _Pixels:
    """Of shape (height * scale, width * scale, 3)."""
    cells = _colours(made)
    _tint_regions_in_place(cells, made)
    pixels = np.repeat(np.repeat(cells, scale, axis=0), scale, axis=1)
    if scale >= 3:
        _raise_walls_in_place(pixels, made, scale)
        _plant_trees_in_place(pixels, made, scale)
    _outline_regions_in_place(pixels, made, scale)
    if grid:
        pixels[::scale] = pixels[::scale] // 8 * 7
        pixels[:, ::scale] = pixels[:, ::scale] // 8 * 7
    return pixels


def _colours(made: Map) -> _Pixels:
    """Of each cell, with a grain that is always the same; water is lighter by the shore."""
    palette = np.array([_rgb(terrain.colour) for terrain in made.terrains], dtype=np.int16)
    beside = np.array([_rgb(_ground_under(made).colour)] * len(made.terrains), dtype=np.int16)
    round_ones = _terrains(made, lambda terrain: terrain.glyph in _ROUND)
    ground = made.cells()
    colours = np.where(round_ones[:, None], beside, palette)[ground]
    y, x = np.ogrid[: made.height, : made.width]
    bits = (x.astype(np.uint32) * np.uint32(0x9E3779B1)) ^ (y.astype(np.uint32) * np.uint32(0x85EBCA77))
    bits = (bits ^ (bits >> np.uint32(15))) * np.uint32(0x2C1B3C6D)
    colours += ((bits >> np.uint32(13)) % np.uint32(13)).astype(np.int16)[..., None] - 6
    water = _terrains(made, lambda terrain: terrain.glyph == "~")[ground]
    colours[water & _beside(~water)] += 14
    found: _Pixels = np.clip(colours, 0, 255).astype(np.uint8)
    return found


def _ground_under(made: Map) -> Terrain:
    """What most of the map is made of, of what trees stand on."""
    counts = np.bincount(np.frombuffer(made.ground, dtype=np.uint8), minlength=len(made.terrains))
    open_ones = [number for number, one in enumerate(made.terrains) if one.cost and one.fertility and not one.opaque]
    return made.terrains[max(open_ones, key=lambda number: (int(counts[number]), -number), default=0)]


def _tint_regions_in_place(cells: _Pixels, made: Map) -> None:
    """Whatever has a kind is tinted with the colour of its kind."""
    flat = cells.reshape(-1, 3)
    for region in made.regions:
        if region.kind and region.cells and not region.inside and len(region.cells) * 3 < len(flat):
            rows = np.array(region.cells)
            flat[rows] = (flat[rows].astype(np.uint16) * 7 + np.array(_rgb(colour_of(region.kind)))) // 8


def _raise_walls_in_place(pixels: _Pixels, made: Map, scale: int) -> None:
    """Walls are light above and on the left, dark below and on the right, and throw a shadow to the south-east."""
    wall = _terrains(made, lambda one: one.cost == 0 and one.opaque and one.glyph not in _ROUND)[made.cells()]
    edge, shadow = max(1, scale // 6), max(1, scale // 3)
    tiles = pixels.reshape(made.height, scale, made.width, scale, 3)
    _shade(tiles[:, :shadow], ~wall & _moved(wall, 1, 0), 78)
    _shade(tiles[:, :, :, :shadow], ~wall & _moved(wall, 0, 1), 84)
    _shade(tiles[:, :edge], wall & ~_moved(wall, 1, 0), 126)
    _shade(tiles[:, :, :, :edge], wall & ~_moved(wall, 0, 1), 116)
    _shade(tiles[:, -edge:], wall & ~_moved(wall, -1, 0), 68)
    _shade(tiles[:, :, :, -edge:], wall & ~_moved(wall, 0, -1), 76)


def _shade(tiles: _Pixels, where: NDArray[np.bool_], percent: int) -> None:
    """tiles: shape (height, a, width, b, 3); where: shape (height, width)."""
    rows, columns = np.nonzero(where)
    shaded = tiles[rows, :, columns].astype(np.uint16) * percent // 100
    tiles[rows, :, columns] = np.minimum(shaded, 255).astype(np.uint8)


def _plant_trees_in_place(pixels: _Pixels, made: Map, scale: int) -> None:
    """A round crown on each cell of a tree, lit from the upper left."""
    ground = made.cells()
    tiles = pixels.reshape(made.height, scale, made.width, scale, 3)
    down, across = np.mgrid[:scale, :scale] * 2 + 1 - scale
    crown = down * down + across * across <= scale * scale
    light = (down + across < -scale // 3) & crown
    for number, terrain in enumerate(made.terrains):
        if terrain.glyph not in _ROUND:
            continue
        rows, columns = np.nonzero(ground == number)
        stamped = tiles[rows, :, columns]
        colour = np.array(_rgb(terrain.colour), dtype=np.int16)
        stamped[:, crown] = colour
        stamped[:, light] = np.minimum(colour + 22, 255)
        tiles[rows, :, columns] = stamped


def _outline_regions_in_place(pixels: _Pixels, made: Map, scale: int) -> None:
    """A line where one region ends and another, or none, begins; of regions within others a fainter one."""
    if scale < 3:
        return
    wide = max(1, scale // 10)
    tiles = pixels.reshape(made.height, scale, made.width, scale, 3)
    for inner, percent in ((False, 62), (True, 84)):
        owner = np.zeros(made.width * made.height, dtype=np.int32)
        for number, region in enumerate(made.regions, start=1):
            if bool(region.inside) == inner and len(region.cells) * 2 < len(owner):
                owner[list(region.cells)] = number
        marked = owner.reshape(made.height, made.width)
        for down, across, strip in (
            (1, 0, np.s_[:, :wide]),
            (-1, 0, np.s_[:, -wide:]),
            (0, 1, np.s_[:, :, :, :wide]),
            (0, -1, np.s_[:, :, :, -wide:]),
        ):
            _shade(tiles[strip], (marked > 0) & (marked != _shifted(marked, down, across)), percent)


def _moved(where: NDArray[np.bool_], down: int, across: int) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = _shifted(where, down, across).astype(np.bool_)
    return found


def _shifted(values: NDArray[np.generic], down: int, across: int) -> NDArray[np.generic]:
    """Each value one cell further down (or up) and across; what comes in at the edge is as it was there."""
    padded = np.pad(values, 1, mode="edge")
    height, width = values.shape
    return padded[1 - down : 1 - down + height, 1 - across : 1 - across + width]


def _beside(where: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return _moved(where, 1, 0) | _moved(where, -1, 0) | _moved(where, 0, 1) | _moved(where, 0, -1)


def _terrains(made: Map, wanted: Callable[[Terrain], bool]) -> NDArray[np.bool_]:
    return np.array([wanted(terrain) for terrain in made.terrains], dtype=np.bool_)


def _rgb(colour: str) -> tuple[int, int, int]:
    """Grey for what is no colour: maps come from anywhere."""
    try:
        return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
    except ValueError:
        return 128, 128, 128


# Who stands there.


def _draw_crowd(image: Image.Image, crowd: Sequence[Standing], scale: int) -> None:
    """A dot each."""
    if not crowd:
        return
    size = max(1, scale * 3 // 4)
    shift = (scale - size) // 2
    pixels = np.array(image)
    colours = {name: np.array(_rgb(name), dtype=np.uint8) for name in sorted({one[2] for one in crowd})}
    for name, colour in colours.items():
        where = np.array([(one[1], one[0]) for one in crowd if one[2] == name]) * scale + shift
        for down in range(size):
            for across in range(size):
                corner = size >= 5 and down in {0, size - 1} and across in {0, size - 1}
                edge = size >= 5 and (down in {0, size - 1} or across in {0, size - 1})
                if not corner:
                    pixels[where[:, 0] + down, where[:, 1] + across] = colour // 2 if edge else colour
    image.paste(Image.fromarray(pixels))


def _draw_people(pen: ImageDraw.ImageDraw, people: Sequence[Standing], scale: int) -> None:
    for x, y, colour, _ in people:
        radius = max(3, scale // 2)
        across, down = x * scale + scale // 2, y * scale + scale // 2
        box = (across - radius, down - radius, across + radius, down + radius)
        pen.ellipse(box, fill=_rgb(colour), outline=_PAPER, width=max(1, radius // 4))


# Names.


class _Names:
    """Names that are written on a picture, none over another."""

    def __init__(self, pen: ImageDraw.ImageDraw, size: tuple[int, int]) -> None:
        self._pen, self._size = pen, size
        self._taken: list[_Box] = []

    def write(self, text: str, x: int, y: int, *, size: int, away: int = 0, wide: int = 0) -> bool:
        """At a point, or a little above or below it; not at all where there is no room.

        away: pixels that it keeps from the point. wide: pixels that it may be wide; 0: any.
        """
        if len(self._taken) >= _NAMES_MAX:
            return False
        font = _font(size)
        left, top, right, bottom = (int(edge) for edge in self._pen.textbbox((0, 0), text, font=font))
        across, down = right - left + 4, bottom - top + 4
        if wide and across > wide:
            return False
        for shift in (0, -1, 1, -2, 2):
            middle = y + shift * (down + 1) + ((down // 2 + away) * (1 if shift > 0 else -1) if away else 0)
            box_x = max(0, min(x - across // 2, self._size[0] - across))
            box_y = max(0, min(middle - down // 2, self._size[1] - down))
            box = (box_x, box_y, box_x + across, box_y + down)
            if not any(_overlap(box, other) for other in self._taken):
                self._taken.append(box)
                self._pen.rounded_rectangle(box, radius=3, fill=(*_PAPER, 190))
                self._pen.text((box_x + 2 - left, box_y + 2 - top), text, font=font, fill=_INK)
                return True
        return False


def _overlap(one: _Box, other: _Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _font(size: int) -> _Font:
    return ImageFont.load_default(size)


def _name_people(written: _Names, people: Sequence[Standing], scale: int) -> None:
    for x, y, _, name in people:
        across, down = x * scale + scale // 2, y * scale + scale // 2
        written.write(name, across, down, size=max(11, min(16, scale)), away=max(3, scale // 2) + 1)


def _mark_spots(pen: ImageDraw.ImageDraw, made: Map, scale: int) -> None:
    """A small diamond each."""
    size = max(2, scale // 4)
    for spot in made.spots:
        x, y = spot.x * scale + scale // 2, spot.y * scale + scale // 2
        pen.polygon([(x, y - size), (x + size, y), (x, y + size), (x - size, y)], fill=_SPOT, outline=_INK)


def _name_spots(written: _Names, made: Map, scale: int) -> None:
    """Those of a place's own (`the cafe: seat 2`) are marked, but not named."""
    for spot in made.spots:
        if ": " not in spot.name:
            written.write(spot.name, spot.x * scale + scale // 2, spot.y * scale + scale // 2, size=11, away=4)


def _name_regions(written: _Names, made: Map, scale: int) -> None:
    """The outer ones first, the rarer kinds before the frequent, the larger before the smaller."""
    often: dict[str, int] = {}
    for region in made.regions:
        often[region.kind] = often.get(region.kind, 0) + 1
    order = sorted(
        (region for region in made.regions if region.cells),
        key=lambda region: (bool(region.inside), often[region.kind], -len(region.cells)),
    )
    for region in order:
        x, y, wide = _middle_of(region, made.width)
        size = 11 if region.inside else max(11, min(18, 9 + wide * scale // 40))
        text = region.name.rsplit(": ", 1)[-1] if region.inside else region.name
        room = (wide + 2) * scale if region.inside else 0
        written.write(text, x * scale + scale // 2, y * scale + scale // 2, size=size, wide=room)


def _middle_of(region: Region, width: int) -> tuple[int, int, int]:
    """A cell in the middle of a region, and how many cells wide it is there."""
    rows, columns = np.divmod(np.array(region.cells), width)
    return int(columns.mean()), int(rows.mean()), int(columns.max() - columns.min() + 1)


# The legend.


def _framed(image: Image.Image, made: Map, sides: Sequence[tuple[str, str]]) -> Image.Image:
    """The picture with a legend below it: the sides, then what the ground is made of, most first."""
    entries = [*((colour, name, False) for colour, name in sides), *_entries(made)]
    font = _font(12)
    ruler = ImageDraw.Draw(image)
    places: list[tuple[int, int, str, str, bool]] = []
    x, y = _MARGIN, _MARGIN
    for colour, text, closed in entries:
        across = 18 + int(ruler.textlength(text, font=font)) + 14
        if x + across > image.width - _MARGIN and x > _MARGIN:
            x, y = _MARGIN, y + 20
        places.append((x, y, colour, text, closed))
        x += across
    whole = Image.new("RGB", (image.width, image.height + y + 20 + _MARGIN), _PAPER)
    whole.paste(image)
    pen = ImageDraw.Draw(whole)
    pen.line((0, image.height, image.width, image.height), fill=_FRAME, width=2)
    for x, y, colour, text, closed in places:
        top = image.height + y + 2
        pen.rectangle((x, top + 1, x + 12, top + 13), fill=_rgb(colour), outline=_FRAME)
        if closed:
            pen.line((x, top + 13, x + 12, top + 1), fill=_INK)
        pen.text((x + 18, top), text, font=font, fill=_INK)
    return whole


def _entries(made: Map) -> Iterator[tuple[str, str, bool]]:
    """Colour, name, and whether nobody can step onto it."""
    counts = np.bincount(np.frombuffer(made.ground, dtype=np.uint8), minlength=len(made.terrains))
    order = sorted(range(len(made.terrains)), key=lambda number: (-int(counts[number]), number))
    seen: set[str] = set()
    for number in order[:24]:
        terrain = made.terrains[number]
        if counts[number] and terrain.name not in seen:
            seen.add(terrain.name)
            yield terrain.colour, terrain.name, terrain.cost == 0
    yield "#f6f0e2", "no way through", True
