"""Where the cells of a map lie among the pixels that its objects are drawn in, for each orientation."""

import itertools
import math
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fabula.forge.maps.tiled.limits import DRAWING_MAX
from fabula.forge.maps.tiled.tiled_map import TiledMap

Outline: TypeAlias = NDArray[np.float64]
"""Points in pixels, shape (n, 2)."""

_SAMPLES_A_CELL = 4
_ROW, _SPAN, _SAMPLE = 1_000, 100, 64
"""What these take to draw, against an edge."""


class Box(NamedTuple):
    """The cells of a Tiled map that are kept: (left, top) becomes (0, 0)."""

    left: int
    top: int
    width: int
    height: int


class _Row(NamedTuple):
    """Cells whose middles lie at one height."""

    row: int
    first: int
    """Column; all of these are counted as Tiled counts them."""
    step: int
    x: float
    """Of the middle of column 0."""
    y: float


class Grid:
    """The cells of one map. Isometric maps measure objects in halves of their lozenges, so they are a plain grid too;
    in staggered and hexagonal ones every second row or column is moved.
    """

    def __init__(self, tiled: TiledMap, box: Box) -> None:
        self.box = box
        width, height = float(tiled.tile_width), float(tiled.tile_height)
        is_staggered = tiled.orientation in {"staggered", "hexagonal"}
        self.moves_rows = is_staggered and tiled.stagger_axis == "y"
        self.moves_columns = is_staggered and tiled.stagger_axis == "x"
        self.moved = 0 if tiled.stagger_even else 1
        """The parity of what is moved."""
        if tiled.orientation == "isometric":
            width = height
        self.step_x = (width + tiled.hex_side) / 2 if self.moves_columns else width
        self.step_y = (height + tiled.hex_side) / 2 if self.moves_rows else height
        self.half_x, self.half_y = width / 2, height / 2
        self._left = DRAWING_MAX

    @property
    def is_tired(self) -> bool:
        """Whether something was not drawn, as there was too much of it."""
        return self._left < 0

    def cells_inside(self, outline: Outline) -> NDArray[np.int64]:
        """Indices of the cells whose middle lies inside of a closed outline, ascending."""
        found: list[NDArray[np.int64]] = []
        for row in self._rows(outline):
            if not self._afford(_ROW + len(outline)):
                break
            crossings = _crossings(outline, row.y)
            if not self._afford(_SPAN * len(crossings)):
                break
            for start, end in zip(crossings[::2], crossings[1::2], strict=False):
                found.append(self._between(row, start, end))
        return np.unique(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)

    def cells_along(self, outline: Outline) -> NDArray[np.int64]:
        """Indices of the cells that an open line passes, ascending."""
        points = [outline[:1]]
        for start, end in itertools.pairwise(outline):
            length = float(np.abs(end - start).max()) / min(self.step_x, self.step_y)
            count = int(min(length * _SAMPLES_A_CELL, DRAWING_MAX)) + 1
            if not self._afford(_SAMPLE * count):
                break
            points.append(start + (end - start) * (np.arange(1, count + 1)[:, None] / count))
        return np.unique(self._indices(np.concatenate(points)))

    def cell_at(self, x: float, y: float) -> tuple[int, int] | None:
        """Column and row of the cell at a pixel; None beyond the map."""
        found = self._indices(np.array([[x, y]]))
        return (int(found[0]) % self.box.width, int(found[0]) // self.box.width) if found.size else None

    def _afford(self, work: int) -> bool:
        self._left -= work
        return self._left >= 0

    def _rows(self, outline: Outline) -> Iterator[_Row]:
        lowest, highest = float(outline[:, 1].min()), float(outline[:, 1].max())
        top = max(self.box.top, math.floor((lowest - self.half_y) / self.step_y) - 1)
        bottom = min(self.box.top + self.box.height, math.ceil((highest - self.half_y) / self.step_y) + 2)
        for row in range(top, bottom):
            y = row * self.step_y + self.half_y
            if self.moves_columns:
                for parity in (0, 1):
                    shift = self.step_y / 2 if parity == self.moved else 0.0
                    yield _Row(row, parity, 2, self.half_x, y + shift)
            else:
                shift = self.step_x / 2 if self.moves_rows and row % 2 == self.moved else 0.0
                yield _Row(row, 0, 1, self.half_x + shift, y)

    def _between(self, row: _Row, start: float, end: float) -> NDArray[np.int64]:
        left = max(self.box.left, math.ceil((start - row.x) / self.step_x))
        right = min(self.box.left + self.box.width, math.ceil((end - row.x) / self.step_x))
        left += (row.first - left) % row.step
        columns = np.arange(left, max(left, right), row.step, dtype=np.int64)
        return (row.row - self.box.top) * self.box.width + columns - self.box.left

    def _indices(self, points: Outline) -> NDArray[np.int64]:
        columns, rows = self._columns_and_rows(points[:, 0], points[:, 1])
        columns, rows = columns - self.box.left, rows - self.box.top
        within = (columns >= 0) & (columns < self.box.width) & (rows >= 0) & (rows < self.box.height)
        indices: NDArray[np.int64] = rows[within] * self.box.width + columns[within]
        return indices

    def _columns_and_rows(
        self, x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        def nearest(position: NDArray[np.float64], half: float, step: float) -> NDArray[np.int64]:
            return np.floor((position - half) / step + 0.5).astype(np.int64)

        if self.moves_columns:
            columns = nearest(x, self.half_x, self.step_x)
            return columns, nearest(y - (columns % 2 == self.moved) * self.step_y / 2, self.half_y, self.step_y)
        rows = nearest(y, self.half_y, self.step_y)
        shift = (rows % 2 == self.moved) * self.step_x / 2 if self.moves_rows else 0.0
        return nearest(x - shift, self.half_x, self.step_x), rows


def _crossings(outline: Outline, y: float) -> list[float]:
    """Where the edges of a closed outline cross a height, from left to right."""
    x0, y0 = outline[:, 0], outline[:, 1]
    x1, y1 = np.roll(x0, -1), np.roll(y0, -1)
    crosses = (y0 <= y) != (y1 <= y)
    x0, y0, x1, y1 = x0[crosses], y0[crosses], x1[crosses], y1[crosses]
    return sorted((x0 + (y - y0) * (x1 - x0) / (y1 - y0)).tolist())
