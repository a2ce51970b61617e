"""Wilds: hills and waters, woods and marshes, with camps of two sides and groves to gather in."""

from itertools import combinations
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from fabula.engine.chance import Chance
from fabula.forge.maps.generated.canvas import Canvas
from fabula.forge.maps.generated.joined import trails, unreached
from fabula.forge.maps.generated.noise import HIGH, grain, level, terrain_noise
from fabula.forge.maps.generated.parts import Numbers
from fabula.forge.maps.generated.ways import apart
from fabula.forge.maps.map import SIDE_MAX, Cell

_TOLLS = {"meadow": 9, "heath": 11, "wood": 20, "hill": 24, "marsh": 36, "shallows": 40, "water": 120, "rock": 90}
_CANDIDATES = 1280
"""Cells that are looked at for camps, and for groves."""


def paint_wilds(canvas: Canvas, chance: Chance) -> None:
    """Land, then camps and groves, then ways between them."""
    shape = (canvas.height, canvas.width)
    coarse = 1 << max(3, min(8, (min(shape) // 2).bit_length() - 1))
    height = terrain_noise(shape, chance, "height", coarse=coarse)
    roughness = terrain_noise(shape, chance, "roughness", coarse=4, fine=2)
    _paint_land(canvas, chance, height, coarse)
    per_side = 2 + isqrt(shape[0] * shape[1]) // 512
    radius = max(2, min(14, min(shape) // 16))
    camps = _camps(canvas, chance, per_side, radius)
    wherever = _candidates(chance, "groves", 0, canvas.width, 0, canvas.height)
    groves = _sites(canvas, wherever, 2 * per_side, camps, radius)
    grounds = _grounds(canvas, camps, radius, roughness) + _grounds(canvas, groves, radius + radius // 3, roughness)
    kinds = ["camp"] * len(camps) + ["grove"] * len(groves)
    _lay_out(canvas, kinds, grounds)
    way = trails(canvas, [*camps, *groves], _TOLLS, roughness)
    canvas.paint(way & canvas.at("tree"), "grove")
    wet = canvas.at("water", "shallows")
    canvas.paint(way & wet, "bridge")
    canvas.paint(way & ~wet & ~canvas.at("trodden earth", "grove"), "path")
    _furnish(canvas, camps, radius)
    lost = unreached(canvas, (camps[0][0], camps[0][1] + 1))
    low = height < level(height, 45)
    canvas.paint(lost & low, "water")
    canvas.paint(lost & ~low, "rock")


def _paint_land(canvas: Canvas, chance: Chance, height: Numbers, coarse: int) -> None:
    shape = (canvas.height, canvas.width)
    wet = terrain_noise(shape, chance, "wetness", coarse=coarse)
    course = terrain_noise(shape, chance, "rivers", coarse=coarse, fine=8)
    speckle = grain(shape, chance, "speckle")
    canvas.paint(wet > level(wet, 48), "meadow")
    canvas.paint(wet < level(wet, 24), "heath")
    # Trees thin out towards the edge of a wood.
    canvas.paint(wet + speckle // 24 > level(wet, 66), "wood")
    canvas.paint((height < level(height, 26)) & (wet > level(wet, 52)), "marsh")
    canvas.paint(height + speckle // 40 > level(height, 84), "hill")
    canvas.paint(height > level(height, 94), "rock")
    river = np.abs(course - level(course, 50)) < HIGH // (3 * coarse)
    canvas.paint(river & (height < level(height, 88)), "shallows")
    canvas.paint(height < level(height, 12), "shallows")
    canvas.paint(height < level(height, 9), "water")


def _camps(canvas: Canvas, chance: Chance, per_side: int, radius: int) -> list[Cell]:
    """Those of one side at one end of the map, those of the other at the other."""
    third = max(canvas.width, canvas.height) // 3
    if canvas.width >= canvas.height:
        ends = ((0, third, 0, canvas.height), (canvas.width - third, canvas.width, 0, canvas.height))
    else:
        ends = ((0, canvas.width, 0, third), (0, canvas.width, canvas.height - third, canvas.height))
    found: list[Cell] = []
    for side, end in enumerate(ends):
        cells = _candidates(chance, f"camps {side}", *end)
        found += _sites(canvas, cells, per_side, found, radius)
    return found


def _sites(canvas: Canvas, cells: list[Cell], count: int, taken: list[Cell], radius: int) -> list[Cell]:
    """Those of the cells that lie apart: on dry ground, unless there is too little of it."""
    dry = canvas.at("grass", "meadow", "heath", "wood", "hill")
    for candidates in ([cell for cell in cells if dry[cell[1], cell[0]]], cells):
        found = apart(candidates, count, taken) if candidates else []
        if found and _apart_by([*taken, *found]) > 2 * radius:
            break
    return found


def _apart_by(points: list[Cell]) -> int:
    """How far the two nearest of them are from one another, along the columns or along the rows."""
    pairs = combinations(points, 2)
    return min((max(abs(x - to_x), abs(y - to_y)) for (x, y), (to_x, to_y) in pairs), default=SIDE_MAX)


def _candidates(chance: Chance, name: str, left: int, right: int, top: int, bottom: int) -> list[Cell]:
    """Cells of a part of the map, some way from its edge."""
    draw = chance.stream(name)
    margin = min(20, 2 + min(right - left, bottom - top) // 6)
    count = min(_CANDIDATES, (right - left) * (bottom - top))
    return [
        (draw.integer(left + margin, right - 1 - margin), draw.integer(top + margin, bottom - 1 - margin))
        for _ in range(count)
    ]


def _grounds(canvas: Canvas, centres: list[Cell], radius: int, roughness: Numbers) -> list[NDArray[np.int64]]:
    return [canvas.disc(centre, radius, roughness) for centre in centres]


def _lay_out(canvas: Canvas, kinds: list[str], grounds: list[NDArray[np.int64]]) -> None:
    """Every ground becomes a region; a cell that two would have goes to the first."""
    taken = np.zeros(canvas.ground.size, dtype=np.bool_)
    counted: dict[str, int] = {}
    for kind, cells in zip(kinds, grounds, strict=True):
        counted[kind] = counted.get(kind, 0) + 1
        own = cells[~taken[cells]]
        taken[own] = True
        canvas.paint_cells(own, "trodden earth" if kind == "camp" else "grove")
        if kind == "grove":
            # No two of them touch, so that nobody is shut in.
            y, x = np.divmod(own, canvas.width)
            canvas.paint_cells(own[((x + y // 2 % 2) % 2 == 0) & (y % 2 == 0) & ((x * 7 + y * 3) % 5 > 1)], "tree")
        canvas.name_region(f"{kind} {counted[kind]}", kind, own)


def _furnish(canvas: Canvas, camps: list[Cell], radius: int) -> None:
    """A hearth in the middle, and tents about it with room between them."""
    if radius < 4:
        return
    far, near = radius * 3 // 4, radius * 3 // 8 + 1
    for x, y in camps:
        canvas.dot(x, y, "hearth")
        for right, down in ((far, 0), (-far, 0), (0, far), (0, -far), (near, near), (-near, near), (near, -near)):
            if canvas.ground[y + down, x + right] == canvas["trodden earth"]:
                canvas.dot(x + right, y + down, "tent")
