"""Caves: caverns that water has hollowed out, joined by passages, with one mouth."""

from math import isqrt

import numpy as np
from numpy.typing import NDArray

from fabula.engine.chance import Chance
from fabula.forge.maps.generated.canvas import Canvas
from fabula.forge.maps.generated.joined import trails, unreached
from fabula.forge.maps.generated.noise import HIGH, grain, level, terrain_noise
from fabula.forge.maps.generated.parts import Mask
from fabula.forge.maps.generated.ways import apart
from fabula.forge.maps.map import Cell

_ROUNDS = 5
_OPEN_PERCENT = 52


def paint_caves(canvas: Canvas, chance: Chance) -> None:
    """Caverns, chambers among them, passages, the mouth, and what grows and stands in the dark."""
    shape = (canvas.height, canvas.width)
    roughness = terrain_noise(shape, chance, "roughness", coarse=4, fine=2)
    canvas.paint(_hollow(canvas, chance), "cave floor")
    chambers = _chambers(canvas, chance)
    draw, radius = chance.stream("radius"), max(2, min(8, min(shape) // 9))
    grounds = [canvas.disc(centre, draw.integer(max(2, radius * 2 // 3), radius), roughness) for centre in chambers]
    mouth = (draw.integer(canvas.width // 4, canvas.width * 3 // 4), canvas.height - 2)
    for cells in grounds:
        canvas.paint_cells(cells, "cave floor")
    # The outermost cells are rock again, but for the mouth.
    way = trails(canvas, [*chambers, mouth], {"rock": 60}, roughness)
    wide = way.copy()
    wide[1:] |= way[:-1]
    canvas.paint(wide & canvas.at("rock"), "cave floor")
    for edge in (np.s_[0], np.s_[-1], np.s_[:, 0], np.s_[:, -1]):
        canvas.ground[edge] = canvas["rock"]
    canvas.paint(unreached(canvas, mouth), "rock")
    _furnish(canvas, chance)
    _name(canvas, mouth, grounds)


def _hollow(canvas: Canvas, chance: Chance) -> Mask:
    """Caverns by a cellular automaton: a cell is open if most of the nine about it are."""
    shape = (canvas.height, canvas.width)
    # Here the rock is softer, there it stands.
    soft = terrain_noise(shape, chance, "softness", coarse=32, fine=16) * 14 // HIGH - 7
    found: Mask = grain(shape, chance, "rock") < (_OPEN_PERCENT + soft) * HIGH // 100
    for _ in range(_ROUNDS):
        padded = np.pad(found, 1).astype(np.uint8)
        lines = padded[:-2] + padded[1:-1] + padded[2:]
        found = lines[:, :-2] + lines[:, 1:-1] + lines[:, 2:] >= 5
    return found


def _chambers(canvas: Canvas, chance: Chance) -> list[Cell]:
    draw = chance.stream("chambers")
    margin = min(10, 3 + min(canvas.width, canvas.height) // 12)
    count = max(3, min(60, isqrt(canvas.width * canvas.height) // 12))
    cells = [
        (draw.integer(margin, canvas.width - 1 - margin), draw.integer(margin, canvas.height - 1 - margin))
        for _ in range(40 * count)
    ]
    return apart(cells, count, [(canvas.width // 2, canvas.height - 1)])


def _furnish(canvas: Canvas, chance: Chance) -> None:
    """None of it bars the way."""
    shape = (canvas.height, canvas.width)
    damp = terrain_noise(shape, chance, "damp", coarse=16)
    speckle = grain(shape, chance, "speckle")
    floor = canvas.at("cave floor")
    canvas.paint(floor & (speckle < HIGH // 14), "rubble")
    canvas.paint(floor & (damp > level(damp, 80)) & (speckle > HIGH // 2), "mushrooms")
    canvas.paint(floor & (damp < level(damp, 12)), "pool")


def _name(canvas: Canvas, mouth: Cell, grounds: list[NDArray[np.int64]]) -> None:
    taken = np.zeros(canvas.ground.size, dtype=np.bool_)
    x, y = mouth
    canvas.fill(x - 1, y, 3, 2, "daylight")
    canvas.dot(x, y - 1, "daylight")
    cells = np.array([row * canvas.width + column for row in (y, y + 1) for column in (x - 1, x, x + 1)])
    taken[cells] = True
    canvas.name_region("mouth", "mouth", cells)
    walkable = canvas.walkable().reshape(-1)
    for number, ground in enumerate(grounds, start=1):
        own = ground[~taken[ground] & walkable[ground]]
        taken[own] = True
        canvas.name_region(f"chamber {number}", "chamber", own)
