"""Joins a landscape: ways between its regions, and nothing left where one could stand but never come."""

from collections.abc import Sequence

import numpy as np

from fabula.forge.maps.generated.canvas import Canvas
from fabula.forge.maps.generated.parts import Mask, Numbers, main_part, parts
from fabula.forge.maps.generated.ways import ways
from fabula.forge.maps.map import Cell

_ISLES_MAX = 12
_ISLE_CELLS_MIN = 60


def trails(canvas: Canvas, ends: Sequence[Cell], tolls: dict[str, int], roughness: Numbers) -> Mask:
    """Where ways run that join the ends, and every larger part of the land that stands alone.

    tolls: what it costs to cross a cell of a terrain; 10 of all others. roughness: 0 to 65,535, shape (height, width);
    ways go about it, and so are not as straight as a rule.
    """
    by_terrain = np.array([tolls.get(terrain.name, 10) for terrain in canvas.terrains], dtype=np.int32)
    costs: Numbers = by_terrain[canvas.ground] * (3 + (roughness >> 13))
    found = np.zeros((canvas.height, canvas.width), dtype=np.bool_)
    for way in ways(costs, [*ends, *_isles(canvas, ends[0])]):
        columns, rows = zip(*way, strict=True)
        # Never along the very edge, which caves close; what is moved in from there still hangs together.
        found[np.clip(rows, 1, canvas.height - 2), np.clip(columns, 1, canvas.width - 2)] = True
    return found


def unreached(canvas: Canvas, start: Cell) -> Mask:
    """Where one can stand, but not come to from the start."""
    land = canvas.walkable()
    return land & ~main_part(land, *start)


def _isles(canvas: Canvas, start: Cell) -> list[Cell]:
    """A cell in each of the larger parts that the start is not in, the largest first."""
    labels, sizes = parts(canvas.walkable())
    sizes[labels[start[1], start[0]]] = 0
    smallest = max(_ISLE_CELLS_MIN, canvas.ground.size // 1000)
    found = []
    for number in np.argsort(-sizes, kind="stable")[:_ISLES_MAX].tolist():
        if number and sizes[number] >= smallest:
            cells = np.flatnonzero(labels == number)
            y, x = divmod(int(cells[len(cells) // 2]), canvas.width)
            found.append((x, y))
    return found
