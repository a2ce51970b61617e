"""Plots: how the ground between the main streets of a town is cut into blocks, and each block into plots for houses."""

from collections.abc import Iterator

import msgspec

from fabula.engine.chance import Stream

_BLOCK_WIDTH_MAX, _BLOCK_HEIGHT_MAX = 22, 15
_PLOT_WIDTH_MIN, _PLOT_WIDTH_MAX = 6, 9
_TWO_ROWS_MIN = 10
_HOUSE_MIN, _HOUSE_HEIGHT_MAX = 4, 7


class Rect(msgspec.Struct, frozen=True):
    """A rectangle of cells."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The last column."""
        return self.x + self.width - 1

    @property
    def bottom(self) -> int:
        """The last row."""
        return self.y + self.height - 1

    @property
    def middle(self) -> tuple[int, int]:
        return self.x + self.width // 2, self.y + self.height // 2

    def grown(self, by: int) -> "Rect":
        """Larger by so much on each side."""
        return Rect(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)


class House(msgspec.Struct, frozen=True, kw_only=True):
    """Walls about a floor, with a door."""

    plot: Rect
    walls: Rect
    """The outer side of the walls."""
    door: tuple[int, int]
    step: tuple[int, int]
    """The cell before the door."""

    @property
    def floor(self) -> Rect:
        return self.walls.grown(-1)


def blocks(ground: Rect, draw: Stream) -> Iterator[Rect]:
    """Ground cut by lanes, a cell wide, until no piece is larger than a block."""
    if ground.width < _HOUSE_MIN or ground.height < _HOUSE_MIN:
        return
    if ground.width > _BLOCK_WIDTH_MAX and ground.width * 2 >= ground.height * 3:
        lane, at = _lane(ground.width), draw.integer(ground.width * 2 // 5, ground.width * 3 // 5)
        yield from blocks(Rect(ground.x, ground.y, at, ground.height), draw)
        yield from blocks(Rect(ground.x + at + lane, ground.y, ground.width - at - lane, ground.height), draw)
    elif ground.height > _BLOCK_HEIGHT_MAX:
        lane, at = _lane(ground.height), draw.integer(ground.height * 2 // 5, ground.height * 3 // 5)
        yield from blocks(Rect(ground.x, ground.y, ground.width, at), draw)
        yield from blocks(Rect(ground.x, ground.y + at + lane, ground.width, ground.height - at - lane), draw)
    elif ground.width > _BLOCK_WIDTH_MAX:
        half = ground.width // 2
        yield from blocks(Rect(ground.x, ground.y, half, ground.height), draw)
        yield from blocks(Rect(ground.x + half + 1, ground.y, ground.width - half - 1, ground.height), draw)
    else:
        yield ground


def houses(block: Rect, draw: Stream) -> Iterator[House]:
    """Houses that face the streets above and below a block, side by side."""
    if block.height >= _TWO_ROWS_MIN:
        half = block.height // 2
        rows = [(Rect(block.x, block.y, block.width, half), True)]
        rows.append((Rect(block.x, block.y + half, block.width, block.height - half), False))
    else:
        rows = [(block, draw.integer(0, 1) == 0)]
    for row, faces_up in rows:
        left = row.x
        while row.right - left + 1 >= _HOUSE_MIN:
            width = draw.integer(_PLOT_WIDTH_MIN, _PLOT_WIDTH_MAX)
            if row.right - left + 1 < width + _PLOT_WIDTH_MIN:
                width = row.right - left + 1
            yield _house(Rect(left, row.y, width, row.height), draw, faces_up=faces_up)
            left += width


def _lane(length: int) -> int:
    return 2 if length > 60 else 1


def _house(plot: Rect, draw: Stream, *, faces_up: bool) -> House:
    width = max(_HOUSE_MIN, min(plot.width - 1, 10) - draw.integer(0, 1))
    height = max(_HOUSE_MIN, min(plot.height - 1, _HOUSE_HEIGHT_MAX) - draw.integer(0, 1))
    set_back = draw.integer(0, 1) if plot.height - height > 1 else 0
    x = plot.x + draw.integer(0, plot.width - width)
    y = plot.y + set_back if faces_up else plot.bottom - set_back - height + 1
    walls = Rect(x, y, width, height)
    column = draw.integer(walls.x + 1, walls.right - 1)
    door = (column, walls.y) if faces_up else (column, walls.bottom)
    return House(plot=plot, walls=walls, door=door, step=(column, door[1] - 1 if faces_up else door[1] + 1))
