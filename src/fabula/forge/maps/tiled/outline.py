"""The outlines of objects, in pixels."""

import math

import numpy as np

from fabula.forge.maps.tiled.grid import Grid, Outline
from fabula.forge.maps.tiled.tiled_map import GID_MASK, TiledMap, TiledObject

_CORNERS_OF_ROUND = 48
_INSET = 0.125
"""Of a cell: how far a wall has to reach into it before it is in the way there."""
_FACTORS = {
    "topleft": (0.0, 0.0),
    "top": (0.5, 0.0),
    "topright": (1.0, 0.0),
    "left": (0.0, 0.5),
    "center": (0.5, 0.5),
    "right": (1.0, 0.5),
    "bottomleft": (0.0, 1.0),
    "bottom": (0.5, 1.0),
    "bottomright": (1.0, 1.0),
}


def outline_of(thing: TiledObject, shift: tuple[float, float], tiled: TiledMap) -> Outline:
    """Its points in the map's pixels; all shapes but points and lines are closed, which the first point ends.

    shift: that of its layer.
    """
    points = np.array(_points(thing, tiled), dtype=np.float64)
    if thing.rotation:
        turn = math.radians(thing.rotation)
        sine, cosine = round(math.sin(turn), 9), round(math.cos(turn), 9)
        points = points @ np.array([[cosine, sine], [-sine, cosine]])
    # Rounded, so that the last digit of a sine, which differs between machines, moves no cell.
    corner = np.array([thing.x + shift[0], thing.y + shift[1]])
    rounded: Outline = np.round(points + corner, 3)
    return rounded


def shrunk(outline: Outline, grid: Grid) -> Outline:
    """A closed outline, moved towards its middle by an eighth of a cell, so that what it only touches lies outside."""
    middle = (outline.min(axis=0) + outline.max(axis=0)) / 2
    inset = np.array([grid.step_x, grid.step_y]) * _INSET
    away = outline - middle
    return np.asarray(middle + np.sign(away) * np.maximum(np.abs(away) - inset, 0), dtype=np.float64)


def feet_of(thing: TiledObject, shift: tuple[float, float], tiled: TiledMap) -> tuple[float, float]:
    """Where a thing stands, in pixels: a tile object in the middle of its lowest row, everything else in its middle."""
    outline = outline_of(thing, shift, tiled)
    left, top = outline.min(axis=0)
    right, bottom = outline.max(axis=0)
    height = min(float(bottom - top), float(tiled.tile_height)) if thing.shape == "tile" else float(bottom - top)
    return float(left + right) / 2, float(bottom) - height / 2


def _points(thing: TiledObject, tiled: TiledMap) -> list[tuple[float, float]]:
    width, height = thing.width, thing.height
    match thing.shape:
        case "polygon" | "polyline":
            return list(thing.points)
        case "point":
            return [(0.0, 0.0)]
        case "ellipse" | "capsule":
            return _round(width, height)
        case "tile":
            x, y = _FACTORS.get(_alignment(thing, tiled), (0.0, 1.0))
            return _rectangle(-x * width, -y * height, width, height)
        case _:
            return _rectangle(0.0, 0.0, width, height)


def _alignment(thing: TiledObject, tiled: TiledMap) -> str:
    tileset = tiled.tileset(thing.gid & GID_MASK)
    said = tileset.alignment if tileset else "unspecified"
    return said if said in _FACTORS else "bottom" if tiled.orientation == "isometric" else "bottomleft"


def _rectangle(left: float, top: float, width: float, height: float) -> list[tuple[float, float]]:
    return [(left, top), (left + width, top), (left + width, top + height), (left, top + height)]


def _round(width: float, height: float) -> list[tuple[float, float]]:
    turns = (2 * math.pi * corner / _CORNERS_OF_ROUND for corner in range(_CORNERS_OF_ROUND))
    return [(width / 2 * (1 + math.cos(turn)), height / 2 * (1 + math.sin(turn))) for turn in turns]
